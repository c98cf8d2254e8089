"""The words of a review, as offices write them: headings, column heads, sentences."""

from typing import Final

from stregistry.text import Text

ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")

STATE: Final = Text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")
MOTTO: Final = Text("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
NUMBER: Final = Text("Số:         /BC-", "No.:         /BC-")
REPORT: Final = Text("BÁO CÁO", "REPORT")

# Who reports, to whom, from which city and under whose hand: for the nation (a ministry has nobody above it in the
# masthead), and for a province or city.
OFFICE: Final = {
    True: {
        "office": Text("Bộ Khoa học và Công nghệ", "Ministry of Science and Technology"),
        "seat": Text("Hà Nội", "Ha Noi"),
        "copy": Text("- Chính phủ (để báo cáo);", "- Government;"),
        "signer": Text("BỘ TRƯỞNG", "MINISTER"),
    },
    False: {
        "superior": Text("Ủy ban nhân dân {}", "People's Committee of {}"),
        "office": Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
        "seat": Text("{}", "{}"),
        "copy": Text("- Ủy ban nhân dân (để báo cáo);", "- People's Committee;"),
        "signer": Text("GIÁM ĐỐC", "DIRECTOR"),
    },
}

HEADINGS: Final = {
    "summary": Text("Kết quả chung", "Summary"),
    "groups": Text("Kết quả thực hiện theo nhóm nhiệm vụ", "Results by task group"),
    "figures": Text("Kết quả thực hiện các chỉ tiêu", "Results by indicator"),
    "targets": Text("Tình hình thực hiện các mục tiêu", "Progress towards the targets"),
    "tasks": Text("Tình hình thực hiện nhiệm vụ được giao", "Tasks assigned"),
    "duties": Text("Nghĩa vụ theo quy định của pháp luật", "Obligations under the law"),
    "moves": Text(
        "Biến động so với cùng kỳ năm trước và nguyên nhân", "Changes over the same period last year, and why"
    ),
    "soon": Text("Nhiệm vụ, nghĩa vụ đến hạn trong thời gian tới", "Tasks and obligations due soon"),
    "quality": Text("Chất lượng số liệu", "Quality of the figures"),
    "proposals": Text("Đánh giá, kiến nghị", "Assessment and proposals"),
    "sources": Text("Phụ lục: Nguồn số liệu và cách kiểm chứng", "Annex: Sources and how to verify"),
}

COLUMNS: Final = {
    "no": Text("TT", "No."),
    "indicator": Text("Chỉ tiêu", "Indicator"),
    "unit": Text("Đơn vị tính", "Unit"),
    "plan": Text("Kế hoạch năm", "Plan for the year"),
    "value": Text("Thực hiện trong kỳ", "In the period"),
    "cumulative": Text("Lũy kế", "Year to date"),
    "share": Text("% kế hoạch", "% of plan"),
    "change": Text("So với cùng kỳ", "Over last year"),
    "target": Text("Mục tiêu", "Target"),
    "now": Text("Hiện nay", "Now"),
    "path": Text("Trên lộ trình", "On the path"),
    "status": Text("Tình trạng", "Status"),
    "needed": Text("Còn cần mỗi năm", "Needed a year"),
    "document": Text("Căn cứ", "Document"),
    "body": Text("Cơ quan, đơn vị", "Body"),
    "due": Text("Đến hạn", "Due"),
    "in_time": Text("Đúng hạn", "In time"),
    "done_late": Text("Hoàn thành quá hạn", "Done late"),
    "late": Text("Quá hạn chưa xong", "Late"),
    "open": Text("Chưa đến hạn", "Not yet due"),
    "task": Text("Nhiệm vụ", "Task"),
    "deadline": Text("Thời hạn", "Deadline"),
    "standing": Text("Tình trạng", "Standing"),
    "partners": Text("Phối hợp", "With"),
    "duty": Text("Nghĩa vụ", "Obligation"),
    "record": Text("Hồ sơ", "Record"),
    "count": Text("Số lượng", "Number"),
    "before": Text("Cùng kỳ", "Last year"),
    "causes": Text("Nguyên nhân", "Causes"),
    "reason": Text("Lý do", "Reason"),
    "item": Text("Nội dung", "Item"),
}
