"""The words of the page, in both languages."""

from typing import Final

from stregistry.text import Text

# The classes targets are counted in, and the statuses of each.
CLASSES: Final = {
    "met": ("met", "exceeded"),
    "on": ("on_track",),
    "risk": ("at_risk",),
    "off": ("off_track", "moving_away"),
    "open": ("not_yet_due", "no_data", "not_in_force", None),
}
CLASS_NAMES: Final = {
    "met": Text("đạt hoặc vượt", "met or exceeded"),
    "on": Text("đúng tiến độ", "on track"),
    "risk": Text("có nguy cơ chậm tiến độ", "at risk"),
    "off": Text("chưa đạt tiến độ", "off track"),
    "open": Text("chưa thể đánh giá", "cannot be judged yet"),
}

W: Final = {
    "report": Text("Báo cáo", "Report"),
    "skip": Text("Đến nội dung chính", "Skip to the content"),
    "language": Text("Ngôn ngữ", "Language"),
    "contents": Text("Mục lục", "Contents"),
    "period": Text("Kỳ", "Period"),
    "overview": Text("Tổng quan", "Overview"),
    "score": Text("Điểm", "Score"),
    "rank": Text("Hạng", "Rank"),
    "rank_small": Text("hạng", "rank"),
    "of": Text("trong số", "of"),
    "place": Text("Địa bàn", "Place"),
    "interval": Text("Khoảng 5–95%", "5–95% interval"),
    "interval_score": Text("khoảng 5–95%:", "5–95% interval:"),
    "no_score": Text("Không có điểm", "No score"),
    "with_figures": Text("chỉ tiêu có số liệu", "indicators with a figure"),
    "targets": Text("Mục tiêu", "Targets"),
    "target": Text("Mục tiêu", "Target"),
    "indicators": Text("Các chỉ tiêu", "Indicators"),
    "indicator": Text("Chỉ tiêu", "Indicator"),
    "find_indicator": Text("Tìm chỉ tiêu", "Find an indicator"),
    "find_row": Text("Tìm trong bảng", "Find in the table"),
    "ranking_about": Text(
        "Chấm là điểm theo đúng phương pháp; thanh là khoảng chứa điểm trong 90% lượt tính với các lựa chọn khác của "
        "phương pháp. Thanh càng dài, điểm càng phụ thuộc vào lựa chọn.",
        "The dot is the score by the method itself; the bar holds the score in 90% of the draws with other choices of "
        "method. The longer the bar, the more the score hangs on those choices.",
    ),
    "ranking": Text("Xếp hạng và độ bất định", "Ranking and its uncertainty"),
    "map": Text("34 tỉnh, thành phố", "The 34 provinces"),
    "map_about": Text(
        "Mỗi ô là một tỉnh, thành phố, xếp gần đúng theo vị trí địa lý; màu càng đậm, giá trị càng lớn "
        "(năm nhóm có số địa bàn gần bằng nhau, theo thứ tự).",
        "Each tile is a province, placed roughly where it lies; the darker, the larger the figure "
        "(five groups by order, of about as many provinces each).",
    ),
    "show": Text("Hiển thị", "Show"),
    "tree": Text("Cây chỉ số và mức đóng góp", "Index tree and contributions"),
    "tree_about": Text(
        "Điểm đóng góp của các thành phần cộng lại thành điểm của nhóm; trọng số là phần trong các thành phần có số "
        "liệu.",
        "The points that members contribute add up to the score of their group; the weight is the share among the "
        "members with a figure.",
    ),
    "name": Text("Tên", "Name"),
    "weight": Text("Trọng số (%)", "Weight (%)"),
    "value": Text("Giá trị", "Value"),
    "contribution": Text("Đóng góp (điểm)", "Contribution (points)"),
    "method": Text("Phương pháp và nguồn gốc", "Method and provenance"),
    "source": Text("Căn cứ", "Source"),
    "responsible": Text("Cơ quan chủ trì", "Responsible body"),
    "figures": Text("Số liệu các địa bàn", "Figures of all places"),
    "figures_own": Text("Số liệu", "Figures"),
    "download": Text("Tải CSV", "Download CSV"),
    "to_copy": Text("Sao chép", "Copy"),
    "provisional": Text("số sơ bộ", "provisional"),
    "status": Text("Tình trạng", "Status"),
    "path": Text("Trên lộ trình", "On the path"),
    "gap": Text("Chênh lệch", "Gap"),
    "due": Text("Thời hạn", "Due"),
    "every_year": Text("hằng năm", "every year"),
    "nation": Text("Cả nước", "Nation"),
    "gap_only": Text("chỉ nêu chênh lệch", "gap only"),
    "no_figure": Text("chưa có số liệu", "no figure"),
    "snapshot": Text("Bản chốt số liệu", "Snapshot"),
    "framework": Text("Bộ chỉ tiêu", "Framework"),
    "changeset": Text("Đợt cập nhật của sổ đăng ký", "Changeset of the registry"),
    "chain": Text("Mã băm của sổ đăng ký", "Hash of the registry"),
    "valid": Text("Số thời điểm lấy muộn nhất vào ngày", "Stocks are taken at the latest on"),
    "the_map": Text("Danh mục địa bàn", "Place map"),
    "seed": Text("Hạt giống ngẫu nhiên", "Random seed"),
    "draws": Text("Lượt tính độ bất định", "Draws of the uncertainty"),
    "made_on": Text("Ngày lập", "Made on"),
    "hash": Text("SHA-256 của nội dung", "SHA-256 of the content"),
    "verify": Text("Cách kiểm chứng", "How to verify"),
    "verify_about": Text(
        "Chạy lệnh dưới đây với tệp bản chốt và sổ đăng ký; mọi con số được tính lại từ hồ sơ và so từng ô. Mã SHA-256 "
        "mà tệp ghi phải đúng là mã ở trên.",
        "Run the command below with the file of the snapshot and the registry; every figure is computed again from the "
        "records and compared cell by cell. The SHA-256 stated in the file must be the one above.",
    ),
    "scoring": Text("Cách tính điểm", "How scores are made"),
    "method_file": Text("Như ghi trong tệp bộ chỉ tiêu", "As the framework file has it"),
    "statuses": Text("Cách xét mục tiêu", "How targets are judged"),
    "statuses_about": Text(
        "Tỷ số tiến độ là mức thay đổi bình quân năm đã có trên mức cần có kể từ năm gốc: từ 0,95 là đúng tiến độ, từ "
        "0,6 là có nguy cơ chậm tiến độ, từ 0 là chưa đạt tiến độ, dưới 0 là xa dần mục tiêu.",
        "The ratio is observed over required average yearly change since the baseline: from 0.95 on track, from 0.6 at "
        "risk, from 0 off track, below 0 moving away.",
    ),
    "documents": Text("Văn bản và nguồn", "Documents and sources"),
    "reading": Text("Cách đọc", "How to read"),
    "reading_about": Text(
        "Dấu – là chưa có số liệu, không phải số không; dấu * là số sơ bộ. Hình thoi là mục tiêu, nét đứt là lộ trình "
        "từ năm gốc. Hạng 1 là tốt nhất theo chiều của chỉ tiêu; chỉ tiêu không có chiều thì xếp theo độ lớn.",
        "A dash – is a missing figure, not zero; an asterisk * marks a provisional one. The diamond is a target, the "
        "dashed line the path from its baseline. Rank 1 is the best in the direction of the indicator; an indicator "
        "without a direction is ordered by size.",
    ),
    "group": Text("Nhóm", "Group"),
    "index": Text("Điểm chỉ số chung", "Score of the index"),
    "lowest": Text("thấp nhất", "lowest"),
    "highest": Text("cao nhất", "highest"),
    "position": Text("Vị trí giữa các địa bàn", "Position among the places"),
    "trend": Text("Diễn biến", "Trend"),
    "moved": Text("Thay đổi và nguyên nhân", "What moved and why"),
    "moved_about": Text(
        "Mức thay đổi của mỗi chỉ tiêu được tách đúng bằng tổng theo nguyên nhân và theo từng hồ sơ. Ở đây nêu ba hồ "
        "sơ ảnh hưởng nhiều nhất; lệnh diff cho đủ mọi hồ sơ.",
        "The change of each indicator is split exactly over causes and records. The three records that weigh most "
        "stand here; the command diff has all of them.",
    ),
    "nothing_moved": Text("Không chỉ tiêu nào thay đổi.", "No indicator moved."),
    "still": Text("Số chỉ tiêu không thay đổi:", "Indicators that did not move:"),
    "before": Text("Trước", "Before"),
    "after": Text("Sau", "After"),
    "change": Text("Thay đổi", "Change"),
    "cause": Text("Nguyên nhân", "Cause"),
    "causes": Text("Nguyên nhân", "Causes"),
    "records": Text("Hồ sơ ảnh hưởng nhiều nhất", "Records that weigh most"),
    "appeared": Text("mới có số liệu", "now has a figure"),
    "disappeared": Text("không còn số liệu", "no longer has a figure"),
    "weights": Text("Trọng số của thành phần có số liệu", "Weights of the members with figures"),
    "index_moved": Text("Điểm chỉ số", "Score of the index"),
    "points": Text("điểm", "points"),
    "duties": Text("Việc quá hạn, sắp đến hạn", "Late and due soon"),
    "duties_about": Text(
        "Nghĩa vụ theo quy định và nhiệm vụ của kế hoạch trong toàn sổ đăng ký, tính đến hết ngày",
        "Obligations and tasks of the plan in the whole registry, as at the end of",
    ),
    "late": Text("quá hạn hoặc có thể đã quá hạn", "late, or perhaps late"),
    "soon": Text("sắp đến hạn", "due soon"),
    "no_duties": Text("Không có việc nào quá hạn hay sắp đến hạn.", "Nothing is late or due soon."),
    "duty": Text("Việc phải làm", "What is owed"),
    "body": Text("Tổ chức", "Body"),
    "record": Text("Hồ sơ", "Record"),
    "more_due": Text("việc nữa; lệnh due liệt kê đủ.", "more; the command due lists them all."),
}
# What the script says.
SAID: Final = {
    "copied": Text("Đã sao chép.", "Copied."),
    "failed": Text("Trình duyệt không cho sao chép; hãy tải CSV.", "The browser refused to copy; download the CSV."),
    "saved": Text("Đã tải tệp.", "Downloaded."),
    "rows": Text("Số dòng khớp:", "Matching rows:"),
    "cards": Text("Số chỉ tiêu khớp:", "Matching indicators:"),
}
