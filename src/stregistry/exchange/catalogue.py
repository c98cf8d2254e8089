"""Everything an import can say about a file: one template for each kind of problem, in both languages."""

from typing import Final

import attrs

from stregistry.text import Text


@attrs.frozen
class Template:
    """A kind of problem. message, advice: texts with {named} places, the same in both languages."""

    message: Text
    advice: Text | None = None
    level: str = "error"


def _error(vi: str, en: str, advice_vi: str = "", advice_en: str = "") -> Template:
    return Template(Text(vi, en), Text(advice_vi, advice_en) if advice_vi else None)


def _warning(vi: str, en: str, advice_vi: str = "", advice_en: str = "") -> Template:
    return Template(Text(vi, en), Text(advice_vi, advice_en) if advice_vi else None, "warning")


CATALOGUE: Final[dict[str, Template]] = {
    # ---- the file as a whole
    "unknown_format": _error(
        "Không đọc được tệp có đuôi '{suffix}'.",
        "A file ending in '{suffix}' cannot be read.",
        "Hãy lưu thành .csv hoặc .xlsx.",
        "Save it as .csv or .xlsx.",
    ),
    "cannot_open": _error("Không mở được tệp: {reason}.", "The file cannot be opened: {reason}."),
    "empty_file": _error(
        "Tệp không có dòng dữ liệu nào.",
        "The file has no row of data.",
        "Hãy kiểm tra xem đã chọn đúng tệp chưa.",
        "Check that it is the right file.",
    ),
    "not_csv": _error(
        "Tệp mang tên CSV nhưng nội dung là {found}.",
        "The file is named CSV but its content is {found}.",
        "Hãy mở tệp và lưu lại thành CSV UTF-8.",
        "Open it and save it as CSV UTF-8.",
    ),
    "not_xlsx": _error(
        "Tệp mang tên XLSX nhưng không phải là sổ tính Excel (.xlsx): {reason}.",
        "The file is named XLSX but is not an Excel workbook (.xlsx): {reason}.",
        "Hãy mở tệp và lưu lại thành .xlsx, không đặt mật khẩu.",
        "Open it and save it as .xlsx without a password.",
    ),
    "no_sheet": _error(
        "Sổ tính không có trang nào đang hiện.",
        "The workbook has no visible sheet.",
        "Hãy bỏ ẩn trang chứa dữ liệu.",
        "Unhide the sheet that holds the data.",
    ),
    "too_large": _error(
        "Tệp quá lớn: {found} MB, tối đa {limit} MB.",
        "The file is too large: {found} MB, at most {limit} MB.",
        "Hãy chia thành nhiều tệp.",
        "Split it into several files.",
    ),
    "too_compressed": _error(
        "Phần {part} của tệp nén gấp {times} lần ({found} MB khi mở); tệp như vậy thường là độc hại nên không mở.",
        "The part {part} is compressed {times} times ({found} MB when opened); such a file is usually harmful.",
        "Hãy mở bằng Excel, chép dữ liệu sang sổ tính mới rồi lưu.",
        "Open it in Excel, copy the data into a new workbook and save that.",
    ),
    "far_cell": _error(
        "Bảng tính trải tới ô {cell} ({area} ô) nhưng chỉ có {cells} ô có nội dung.",
        "The sheet reaches out to the cell {cell} ({area} cells), but only {cells} of them hold anything.",
        "Hãy xóa các dòng, cột thừa ở xa (bấm Ctrl+End để thấy ô cuối).",
        "Delete the stray rows and columns far out (Ctrl+End shows the last cell).",
    ),
    "excel_1900": _error(
        "Ô ngày có giá trị trước 01/03/1900 ({value}); thường là số được định dạng nhầm thành ngày.",
        "The date cell is before 1900-03-01 ({value}); usually a number formatted as a date by mistake.",
        "Hãy ghi lại ngày, hoặc đổi định dạng ô.",
        "Write the date again, or change the format of the cell.",
    ),
    "too_many_columns": _error(
        "Tệp có {found} cột, tối đa {limit}.",
        "The file has {found} columns, at most {limit}.",
        "Hãy xóa các cột trống bên phải.",
        "Delete the empty columns on the right.",
    ),
    "unreadable_text": _error(
        "Không xác định được bảng mã của tệp (không phải UTF-8, UTF-16 hay Windows-1258).",
        "The encoding of the file is not known (neither UTF-8, UTF-16 nor Windows-1258).",
        "Hãy lưu lại thành CSV UTF-8.",
        "Save it as CSV UTF-8.",
    ),
    "two_codings": _error(
        "Tệp trộn hai bảng mã: dòng {utf8} ghi bằng UTF-8, dòng {other} thì không.",
        "The file mixes two encodings: line {utf8} is UTF-8, line {other} is not.",
        "Thường do nối hai tệp; hãy lưu từng tệp thành CSV UTF-8 rồi nối lại.",
        "Usually two files were joined; save each as CSV UTF-8 and join them again.",
    ),
    "broken_csv": _error(
        "Cấu trúc CSV bị hỏng tại dòng {line} của tệp văn bản: {reason}.",
        "The CSV is broken at line {line} of the text: {reason}.",
        "Thường là dấu ngoặc kép mở mà không đóng.",
        "Usually a quotation mark is opened and not closed.",
    ),
    "encoding": _warning(
        "Tệp ghi bằng bảng mã {encoding}, không phải UTF-8; đã đọc theo bảng mã đó.",
        "The file is written in {encoding}, not UTF-8; it was read so.",
        "Hãy kiểm tra dấu tiếng Việt sau khi nhập.",
        "Check the Vietnamese letters after the import.",
    ),
    "other_sheets": _warning(
        "Chỉ đọc trang '{read}'; các trang khác có dữ liệu không được đọc: {others}.",
        "Only the sheet '{read}' was read; other sheets with data were not: {others}.",
    ),
    "hidden_sheets": _warning(
        "Các trang ẩn có dữ liệu không được đọc: {others}.",
        "Hidden sheets with data were not read: {others}.",
        "Hãy bỏ ẩn và tách thành tệp riêng nếu cần nhập.",
        "Unhide them and save them as files of their own to take them in.",
    ),
    "totals_rows": _warning(
        "Các dòng tổng cộng không phải hồ sơ nên được bỏ qua: {rows}.",
        "Rows of totals are no records and were passed over: {rows}.",
    ),
    "note_rows": _warning(
        "Các dòng ghi chú, chữ ký cuối bảng được bỏ qua: {rows}.",
        "Rows of notes and signatures below the table were passed over: {rows}.",
    ),
    "example_rows": _warning(
        "Dòng ví dụ của biểu mẫu không phải hồ sơ nên được bỏ qua: {rows}.",
        "Example rows of the template are no records and were passed over: {rows}.",
    ),
    "header_rows": _warning(
        "Tiêu đề bảng in lại ở các dòng sau được bỏ qua: {rows}.",
        "The header is repeated in rows that were passed over: {rows}.",
    ),
    "numbering_rows": _warning(
        "Dòng đánh số cột được bỏ qua: {rows}.",
        "The row that numbers the columns was passed over: {rows}.",
    ),
    "title_rows": _warning(
        "Các dòng tên bảng tiếp theo không phải hồ sơ nên được bỏ qua: {rows}.",
        "Rows that name the next table are no records and were passed over: {rows}.",
    ),
    "section_rows": _warning(
        "Các dòng tên mục (ô gộp ngang bảng, hoặc đánh số I, II, A, B) không phải hồ sơ nên được bỏ qua: {rows}.",
        "Section headings (cells merged across the table, or numbered I, II, A, B) are no records and were passed "
        "over: {rows}.",
    ),
    "several_tables": _warning(
        "Tệp có {found} bảng của loại này, đã đọc tất cả: {places}.",
        "The file holds {found} tables of this kind; all were read: {places}.",
    ),
    "merged_cells": _warning(
        "Ô gộp theo chiều dọc: giá trị dùng cho mọi dòng trong ô gộp, ở các cột: {columns}.",
        "Cells merged over several rows: the value holds for each of the rows, in the columns: {columns}.",
    ),
    "template_old": _warning(
        "Tệp là biểu mẫu phiên bản {found}, nay là phiên bản {current}; vẫn đọc được.",
        "The file is a template of version {found}, now there is version {current}; it was read all the same.",
        "Lần sau hãy dùng mẫu mới: stregistry template {kind} --out mau.xlsx.",
        "Use the new one next time: stregistry template {kind} --out template.xlsx.",
    ),
    "template_new": _warning(
        "Tệp là biểu mẫu phiên bản {found}, mới hơn phiên bản {current} mà chương trình này biết.",
        "The file is a template of version {found}, newer than version {current}, which this program knows.",
        "Hãy cập nhật chương trình nếu có cột không được nhận ra.",
        "Update the program if a column is not understood.",
    ),
    "template_kind": _warning(
        "Tệp là biểu mẫu của loại '{made}' nhưng được nhập theo loại '{kind}'.",
        "The file is a template of the kind '{made}' but is taken in as '{kind}'.",
        "Hãy kiểm tra --as.",
        "Check --as.",
    ),
    "title_unit": _warning(
        "Dòng {row} ghi '{title}': áp dụng cho mọi cột số tiền không tự ghi đơn vị.",
        "Row {row} says '{title}': it holds for every column of amounts whose header names none.",
        "Hãy kiểm tra số tiền sau khi nhập.",
        "Check the amounts after the import.",
    ),
    # ---- columns
    "serial_column": _warning(
        "Cột số thứ tự được bỏ qua; nó không phải mã hồ sơ.",
        "The column of running numbers was passed over; it is no record id.",
    ),
    "remark_column": _warning(
        "Cột ghi chú không thuộc trường nào nên không được nhập: {cells} ô có nội dung, ở dòng {rows}.",
        "The column of remarks is no field and was not taken in: {cells} cells say something, in rows {rows}.",
        "Điều gì cần giữ thì ghi vào cột của trường tương ứng.",
        "What is to be kept belongs in the column of a field.",
    ),
    "unknown_column": _error(
        "Cột '{header}' không thuộc loại hồ sơ '{kind}'.",
        "The column '{header}' does not belong to the kind '{kind}'.",
        "{near}",
        "{near}",
    ),
    "unnamed_column": _error(
        "Cột thứ {position} có dữ liệu nhưng không có tiêu đề.",
        "Column {position} has data but no header.",
        "Hãy ghi tiêu đề hoặc xóa cột.",
        "Give it a header or delete it.",
    ),
    "doubled_column": _error(
        "Hai cột '{first}' và '{second}' cùng chỉ trường '{id}'.",
        "The columns '{first}' and '{second}' both mean the field '{id}'.",
        "Hãy giữ lại một cột.",
        "Keep one of them.",
    ),
    "missing_column": _error(
        "Thiếu cột bắt buộc '{id}' ({label}).",
        "The required column '{id}' ({label}) is missing.",
    ),
    "unit_currency": _error(
        "Cột '{id}' tính bằng đồng nhưng tiêu đề ghi đơn vị {currency}.",
        "The column '{id}' is in đồng but its header says {currency}.",
        "Hãy dùng cột nguyên tệ.",
        "Use the column for the original currency.",
    ),
    "number_style": _error(
        "Không quyết định được cách viết số của cột: '{example}' có thể là {as_vi} hoặc {as_en}.",
        "The number style of the column cannot be decided: '{example}' may be {as_vi} or {as_en}.",
        "Hãy bỏ dấu phân cách hàng nghìn (ghi {plain}), hoặc ghi đủ phần thập phân.",
        "Leave out the thousands separator (write {plain}), or write the decimals in full.",
    ),
    "mixed_number_style": _error(
        "Cột viết số theo hai kiểu: '{vi_example}' (dòng {vi_row}) và '{en_example}' (dòng {en_row}).",
        "The column writes numbers in two styles: '{vi_example}' (row {vi_row}) and '{en_example}' (row {en_row}).",
        "Hãy viết cả cột theo một kiểu.",
        "Write the whole column in one style.",
    ),
    "month_first": _error(
        "Cột ghi tháng trước ngày: '{value}' (dòng {row}); đọc ngày trước thì các ô khác sẽ sai.",
        "The column writes the month before the day: '{value}' (row {row}); day first, others would be wrong.",
        "Hãy ghi cả cột theo ngày/tháng/năm.",
        "Write the whole column as day/month/year.",
    ),
    "map_unused": _error(
        "Tệp ánh xạ {map} nói tới cột '{named}' nhưng bảng không có cột này.",
        "The map {map} names the column '{named}', which the table does not have.",
        "{near}",
        "{near}",
    ),
    "map_no_sheet": _error(
        "Tệp ánh xạ {map} nói tới trang '{sheet}' nhưng sổ tính không có trang này.",
        "The map {map} names the sheet '{sheet}', which the workbook does not have.",
        "{near}",
        "{near}",
    ),
    "map_no_row": _error(
        "Tệp ánh xạ {map} nói tới dòng tiêu đề {row} nhưng trang '{sheet}' chỉ có {rows} dòng.",
        "The map {map} names the header row {row}, but the sheet '{sheet}' has only {rows} rows.",
    ),
    "map_constant": _error(
        "Trường '{id}' vừa là hằng số trong tệp ánh xạ {map}, vừa có cột '{header}'.",
        "The field '{id}' is a constant of the map {map} and has the column '{header}' too.",
        "Hãy bỏ hằng số, hoặc ghi cột vào ignore.",
        "Leave out the constant, or name the column in ignore.",
    ),
    "map_key_beside": _error(
        "Tệp ánh xạ {map} lấy '{named}' làm khóa nhưng bảng đã có cột khóa '{header}'.",
        "The map {map} takes '{named}' for the key, but the table has its column of keys '{header}'.",
        "Hãy bỏ key trong tệp ánh xạ, hoặc ghi cột kia vào ignore.",
        "Leave out key in the map, or name that column in ignore.",
    ),
    "map_ignored": _warning(
        "Cột được bỏ qua theo tệp ánh xạ {map}.",
        "The column was passed over, as the map {map} says.",
    ),
    # ---- cells
    "ragged_row": _error(
        "Dòng có {found} ô nhưng tiêu đề có {expected} cột.",
        "The row has {found} cells but the header has {expected} columns.",
        "Hãy kiểm tra dấu phân cách nằm trong ô mà không có ngoặc kép.",
        "Look for a separator inside a cell without quotation marks.",
    ),
    "error_cell": _error(
        "Ô chứa lỗi công thức {value}, không phải giá trị.",
        "The cell holds the formula error {value}, not a value.",
        "Hãy sửa công thức trong Excel, hoặc ghi giá trị.",
        "Mend the formula in Excel, or write the value.",
    ),
    "formula_not_computed": _error(
        "Ô chứa công thức chưa được tính nên không có giá trị.",
        "The cell holds a formula that was not computed, so it has no value.",
        "Hãy mở tệp bằng Excel, lưu lại rồi nhập, hoặc ghi giá trị.",
        "Open the file in Excel, save it and import it, or write the value.",
    ),
    "merged_amount": _error(
        "Số '{value}' nằm trong ô gộp của các dòng {rows}, không biết mỗi dòng bao nhiêu.",
        "The number '{value}' stands in cells merged over rows {rows}; the share of each row is not known.",
        "Hãy bỏ gộp ô và ghi số của từng dòng.",
        "Unmerge the cells and write the number of each row.",
    ),
    "bad_date": _error("{reason}", "{reason}"),
    "not_in_order": _error(
        "'{value}' không phải là ngày theo dạng {order} của tệp ánh xạ.",
        "'{value}' is not a day in the form {order} of the map.",
    ),
    "not_a_day": _error(
        "'{value}' phải ghi đủ ngày, tháng, năm.",
        "'{value}' must be a full date: year, month and day.",
    ),
    "bad_number": _error(
        "'{value}' không phải là số.",
        "'{value}' is not a number.",
        "Chỉ ghi chữ số và dấu phân cách; đơn vị ghi ở tiêu đề cột.",
        "Write digits and separators only; the unit belongs in the header.",
    ),
    "not_whole": _error("'{value}' phải là số nguyên {unit}.", "'{value}' must be a whole number {unit}."),
    "too_big": _error("'{value}' vượt quá số lớn nhất lưu được.", "'{value}' is larger than any number kept here."),
    "too_precise": _error(
        "'{value}' {currency} có quá nhiều chữ số thập phân: {currency} có {digits}.",
        "'{value}' {currency} has too many decimals: {currency} has {digits}.",
    ),
    "unknown_code": _error(
        "'{value}' không có trong danh mục '{vocabulary}'. Các mã: {codes}.",
        "'{value}' is not in the code list '{vocabulary}'. Codes: {codes}.",
        "{near}",
        "{near}",
    ),
    "bad_flag": _error(
        "'{value}' không phải là có hoặc không.",
        "'{value}' is neither yes nor no.",
        "Hãy ghi có/không, yes/no hoặc 1/0.",
        "Write có/không, yes/no or 1/0.",
    ),
    "bad_country": _error(
        "'{value}' không phải mã quốc gia ISO 3166 gồm hai chữ cái, ví dụ VN, JP.",
        "'{value}' is not a two-letter ISO 3166 country code, such as VN or JP.",
    ),
    "bad_currency": _error(
        "'{value}' không phải mã tiền tệ ISO 4217 gồm ba chữ cái, ví dụ VND, USD.",
        "'{value}' is not a three-letter ISO 4217 currency code, such as VND or USD.",
    ),
    "no_currency": _error(
        "Số tiền '{value}' không có loại tiền.",
        "The amount '{value}' has no currency.",
        "Hãy ghi cột '{id}', hoặc ghi đơn vị ở tiêu đề.",
        "Fill the column '{id}', or give the unit in the header.",
    ),
    "two_currencies": _error(
        "Tiêu đề ghi đơn vị {unit} nhưng cột loại tiền ghi {currency}.",
        "The header says {unit} but the currency column says {currency}.",
        "Hãy bỏ một trong hai.",
        "Leave one of them out.",
    ),
    "unknown_place": _error("{reason}", "{reason}"),
    "required": _error("Thiếu '{label}' ({id}).", "'{label}' ({id}) is missing."),
    "suspect_identifier": _warning(
        "'{value}' không đúng quy tắc của {scheme}; vẫn giữ và đánh dấu nghi ngờ.",
        "'{value}' does not follow the rule of {scheme}; kept and marked as suspect.",
        "Hãy đối chiếu với giấy tờ gốc.",
        "Compare it with the original paper.",
    ),
    # ---- rows
    "no_key": _error(
        "Dòng không có khóa để nhận biết hồ sơ.",
        "The row has no key to tell its record by.",
        "{needed}",
        "{needed}",
    ),
    "only_key": _warning(
        "Dòng chỉ có mã hồ sơ '{value}', không ghi gì khác; hồ sơ được nhận như vậy.",
        "The row has only its key '{value}' and says nothing else; the record is taken in as it is.",
        "Hãy điền nội dung rồi nhập lại, hoặc bỏ dòng này khỏi tệp.",
        "Fill the row and import again, or take it out of the file.",
    ),
    "doubled_id": _error(
        "Khóa '{key}' có ở dòng {first} và dòng {second} với nội dung khác nhau.",
        "The key '{key}' stands in row {first} and row {second} with different content.",
        "Hãy giữ lại dòng đúng.",
        "Keep the right row.",
    ),
    "duplicate_row": _warning(
        "Dòng lặp lại y hệt dòng {first}; chỉ tính một lần.",
        "The row repeats row {first} exactly; it counts once.",
    ),
    "doubled_id_elsewhere": _error(
        "Khóa '{key}' còn có ở {where} với nội dung khác.",
        "The key '{key}' stands in {where} too, with different content.",
        "Hãy giữ lại dòng đúng.",
        "Keep the right row.",
    ),
    "duplicate_row_elsewhere": _warning(
        "Dòng lặp lại y hệt {where}; chỉ tính một lần.",
        "The row repeats {where} exactly; it counts once.",
    ),
    "bad_interval": _error(
        "Ngày bắt đầu {start} phải trước ngày kết thúc {end}.",
        "The start {start} must be before the end {end}.",
    ),
    "identity_conflict": _error(
        "Các mã của dòng chỉ các tổ chức khác nhau: {claims}.",
        "The codes of the row point to different bodies: {claims}.",
        "Hãy sửa mã sai, hoặc ghép các tổ chức nếu là một.",
        "Mend the wrong code, or merge the bodies if they are one.",
    ),
    "unresolved_ref": _error(
        "Không tìm thấy tổ chức '{value}'.",
        "The body '{value}' was not found.",
        "Hãy nhập tổ chức này trước, hoặc ghi id, mst:… hay ror:… đã có.",
        "Import that body first, or give a known id, mst:… or ror:….",
    ),
    "ref_by_name": _error(
        "Ô ghi tên '{value}', không phải mã. Sổ đăng ký có {found} tổ chức mang đúng tên này: {candidates}.",
        "The cell gives the name '{value}', not a code; the registry has {found} of exactly this name: {candidates}.",
        "Tên không đủ để xác định tổ chức; hãy ghi mã, chẳng hạn {example}.",
        "A name does not tell which body is meant; give its code, such as {example}.",
    ),
    "several_refs": _error(
        "Ô chỉ được ghi một tổ chức, ở đây có {found}.",
        "The cell takes one body, here are {found}.",
    ),
    "names_and_codes": _error(
        "Ô tên có {names} tổ chức nhưng ô mã số thuế có {codes} mã.",
        "The names are of {names} bodies but there are {codes} tax codes.",
        "Hãy ghi mỗi tên một mã theo cùng thứ tự, cách nhau bằng dấu ;.",
        "Give one code for each name in the same order, split by ;.",
    ),
    "name_of_code": _warning(
        "Mã {code} trong sổ đăng ký là của '{known}', tệp ghi tên '{value}'; liên kết theo mã.",
        "The registry has {code} as '{known}', the file calls it '{value}'; linked by the code.",
        "Hãy kiểm tra xem mã có đúng của tổ chức này không.",
        "Check that the code is that of this body.",
    ),
    "code_of_another": _error(
        "'{value}' và mã {code} là hai tổ chức khác nhau trong sổ đăng ký.",
        "'{value}' and the code {code} are two bodies in the registry.",
        "Hãy giữ lại cái đúng.",
        "Keep the right one.",
    ),
    "unresolved_party": _warning(
        "Sổ đăng ký chưa có tổ chức '{value}'; giữ tên như đã ghi.",
        "The registry has no body '{value}' yet; kept as written.",
        "Hãy nhập tổ chức trước, hoặc ghi id, mst:… hoặc ror:… đã có để liên kết.",
        "Import the body first, or give a known id, mst:… or ror:… to link it.",
    ),
    "party_by_name": _warning(
        "Giữ tên '{value}' như đã ghi, chưa liên kết. Sổ đăng ký có {found} tổ chức mang đúng tên này: {candidates}.",
        "The name '{value}' is kept as written and not linked; the registry has {found} of exactly this name: "
        "{candidates}.",
        "Tên không đủ để xác định tổ chức; nếu đúng tổ chức đó, hãy ghi mã, chẳng hạn {example}.",
        "A name does not tell which body is meant; if it is that one, give its code, such as {example}.",
    ),
    "party_is_person": _warning(
        "Số 12 chữ số là số định danh của một cá nhân; bên này được giữ là cá nhân, thuộc trường cá nhân.",
        "A number of 12 digits is that of a person; the party is kept as an individual, in a personal field.",
        "Hãy ghi tên: cá nhân: họ và tên; hoặc tên hộ kinh doanh nếu là hộ kinh doanh.",
        "Give the name: person: full name; or the name of the household business if it is one.",
    ),
    "personal_number_left": _warning(
        "Số 12 chữ số cạnh '{value}' là số định danh của một cá nhân; chỉ giữ tên, không giữ số.",
        "The number of 12 digits beside '{value}' is that of a person; the name is kept, the number is not.",
        "Cần giữ số thì nhập '{value}' vào tệp organisation với cột mst, rồi nhập lại tệp này.",
        "To keep it, import '{value}' in an organisation file with its column mst, then import this file again.",
    ),
    "unread_period": _warning(
        "Không hiểu kỳ '{value}'; vẫn giữ như đã ghi, nhưng không tính vào kỳ nào.",
        "The period '{value}' is not understood; kept as written, but it counts in no period.",
        "Hãy ghi 2024, 2024H1, 2024Q3, 2024-07, hoặc bằng chữ: năm 2024, quý II năm 2024, 6 tháng đầu năm 2025.",
        "Write 2024, 2024H1, 2024Q3 or 2024-07.",
    ),
    "no_name": _warning("Tổ chức mới không có tên.", "The new body has no name."),
    "erased_before": _warning(
        "{fields} của hồ sơ {id} đã được xóa vĩnh viễn; giá trị trong tệp không được nhập lại.",
        "{fields} of record {id} was erased for good; the value in the file is not taken in again.",
    ),
    "body_differs": _warning(
        "{field} trong tệp là '{value}' nhưng sổ đăng ký ghi '{known}' theo nguồn khác; không ghi đè.",
        "{field} is '{value}' in the file but '{known}' in the registry, from another source; not overwritten.",
    ),
    "body_differs_here": _warning(
        "Dòng {first} của tệp ghi khác về cùng tổ chức này; tổ chức được ghi theo dòng {first}.",
        "Row {first} of the file says something else of the same body; the body is recorded as in row {first}.",
    ),
    "doubled_body": _error(
        "Dòng {first} và dòng {second} có khóa khác nhau nhưng là cùng một tổ chức: {claims}.",
        "Row {first} and row {second} have different keys but are the same body: {claims}.",
        "Hãy sửa mã sai, hoặc giữ lại một dòng.",
        "Mend the wrong code, or keep one of the rows.",
    ),
    "more_problems": _error(
        "Còn {count} vấn đề khác không liệt kê ({codes}).",
        "There are {count} more problems that are not listed ({codes}).",
    ),
    "more_warnings": _warning(
        "Còn {count} cảnh báo khác không liệt kê ({codes}).",
        "There are {count} more warnings that are not listed ({codes}).",
    ),
    # ---- ROR
    "bad_json": _error("Không phải JSON: {reason}.", "This is not JSON: {reason}."),
    "bad_ror": _error(
        "Bản ghi không đúng lược đồ ROR phiên bản 1 hoặc 2: {reason}.",
        "The record does not follow ROR schema version 1 or 2: {reason}.",
    ),
    "ror_zip": _error(
        "Đây là tệp nén ZIP như ROR phát hành, có các tệp JSON: {inside}.",
        "This is a ZIP archive as ROR releases it, with the JSON files: {inside}.",
        "Hãy giải nén rồi nhập tệp JSON theo lược đồ phiên bản 2 (nếu có).",
        "Unpack it and import the JSON file of schema version 2, where there is one.",
    ),
    "ror_contradiction": _warning("{ror}: {reason}", "{ror}: {reason}"),
    "ror_older": _warning(
        "{count} bản ghi cũ hơn điều ROR đã nêu trong tệp nhập trước nên được bỏ qua; giá trị mới hơn được giữ nguyên: "
        "{told}.",
        "Left out as older than what ROR said in a file taken in before: {count}; the newer values stand: {told}.",
    ),
    "ror_undated": _warning(
        "{count} bản ghi theo lược đồ phiên bản 1, không có ngày sửa đổi, nên không thay được bản ghi phiên bản 2 đã "
        "nhập: {told}.",
        "Of schema version 1, without the day of the last change, so that they do not replace those of version 2 "
        "taken in before: {count}: {told}.",
    ),
    "ror_unlinked": _warning(
        "{ror}: '{name}' (ROR {value}, {role}) chưa có trong sổ đăng ký; liên kết được giữ theo tên và sẽ được nối khi "
        "tổ chức đó được nhập.",
        "{ror}: '{name}' (ROR {value}, {role}) is not in the registry; the link is kept by its name and will lead to "
        "the body once that is taken in.",
    ),
    "ror_withdrawn": _warning(
        "{ror}: ROR đã rút bản ghi này (trùng lặp hoặc lập nhầm); tổ chức được giữ lại, không còn tình trạng hoạt "
        "động.{instead} Hãy xem lệnh duplicates và kết luận bằng decide.",
        "{ror}: ROR has withdrawn this record (a duplicate or a mistake); the body is kept, without a status.{instead} "
        "See the duplicates command and decide.",
    ),
}
