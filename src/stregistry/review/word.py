"""A review as a Word file, in the form of administrative reports (Decree 30/2020/NĐ-CP), for an officer to edit.

Everything is a paragraph style or a table, so that a change of style changes the whole; nothing is a picture.
"""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from stregistry.review.blocks import Block, Heading, Items, Paragraph, Table
from stregistry.review.outline import annex, outline
from stregistry.review.telling import Telling
from stregistry.review.words import MOTTO, NUMBER, REPORT, STATE

if TYPE_CHECKING:
    from docx.document import Document as Doc

FONT: Final = "Times New Roman"
_ALIGN: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}
# Decree 30/2020, annex I: A4, margins 20-25 mm above and below, 30-35 mm left, 15-20 mm right.
_MARGINS: Final = {"top": Cm(2), "bottom": Cm(2), "left": Cm(3), "right": Cm(1.5)}
_WIDTH: Final = Cm(21 - 3 - 1.5)


def write_word(t: Telling, path: Path) -> None:
    """Writes the report. The day of the signature, the number and the proposals are left to the office."""
    doc = Document()
    _page(doc)
    _styles(doc)
    _masthead(doc, t)
    _title(doc, t)
    for block in outline(t):
        _write(doc, block)
    _signature(doc, t)
    for n, block in enumerate(annex(t)):
        made = _write(doc, block)
        if n == 0 and made is not None:
            made.paragraph_format.page_break_before = True
    _properties(doc, t)
    doc.save(str(path))


def _page(doc: "Doc") -> None:
    section = doc.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = _MARGINS["top"], _MARGINS["bottom"]
    section.left_margin, section.right_margin = _MARGINS["left"], _MARGINS["right"]
    # The number of the page stands in the middle of its top, and not on the first page.
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = header.add_run()
        if kind is not None:
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
        else:
            field = OxmlElement("w:instrText")
            field.text = text
        run._r.append(field)


def _styles(doc: "Doc") -> None:
    normal = doc.styles["Normal"]
    _font(normal, 13)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.1
    for name, size, italic in (("Heading 1", 13, False), ("Heading 2", 13, False)):
        style = doc.styles[name]
        _font(style, size)
        style.font.bold, style.font.italic = True, italic
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(10), Pt(4)
        style.paragraph_format.keep_with_next = True
    for name, size, italic in (("Review body", 13, False), ("Review note", 11, True), ("Review prompt", 13, True)):
        style = doc.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, size)
        style.font.italic = italic
    doc.styles["Review body"].paragraph_format.first_line_indent = Cm(1)
    doc.styles["Review body"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    doc.styles["Review prompt"].font.color.rgb = RGBColor(0xB0, 0x20, 0x20)
    cell = doc.styles.add_style("Review cell", WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style = normal
    _font(cell, 10.5)
    cell.paragraph_format.space_after, cell.paragraph_format.line_spacing = Pt(0), 1.0
    bullet = doc.styles["List Bullet"]
    _font(bullet, 13)
    bullet.paragraph_format.space_after = Pt(3)


def _font(style: Any, size: float) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Without these Word takes letters with diacritics from another font; a theme would win over the name.
    for key in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(key), FONT)
    for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(key), None)


def _masthead(doc: "Doc", t: Telling) -> None:
    """The office on the left, the state on the right, the number and the place and day below."""
    lang, place = t.lang, t.place
    table = doc.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths = (_WIDTH * 0.42, _WIDTH * 0.58)
    _fixed(table, widths)
    left, right = table.rows[0].cells
    if not t.national:
        _center(left, t.office("superior", place).upper(), size=12)
    _center(left, t.office("office").upper(), size=12, bold=True, line=True)
    _center(right, STATE[lang], size=12, bold=True)
    _center(right, MOTTO[lang], size=13, bold=True, line=True)
    left, right = table.rows[1].cells
    _center(left, NUMBER[lang], size=13)
    short = place.removeprefix("thành phố ").removeprefix("tỉnh ").removesuffix(" City").removesuffix(" Province")
    seat, year = t.office("seat", short), t.review.at.year
    dated = t.say(f"{seat}, ngày      tháng      năm {year}", f"{seat},               {year}")
    _center(right, dated, size=13, italic=True)
    doc.add_paragraph()


def _center(cell: Any, text: str, *, size: float, bold: bool = False, italic: bool = False, line: bool = False) -> None:
    first = cell.paragraphs[0]
    paragraph = first if not first.text else cell.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    if line:
        _line_below(paragraph)


def _line_below(paragraph: Any) -> None:
    """A short rule below a line of the masthead: a border of a paragraph drawn in from both sides."""
    below = paragraph._parent.add_paragraph()
    below.paragraph_format.left_indent = below.paragraph_format.right_indent = Cm(2.3)
    below.paragraph_format.space_after = Pt(4)
    below.paragraph_format.line_spacing = Pt(2)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    below._p.get_or_add_pPr().append(borders)


def _title(doc: "Doc", t: Telling) -> None:
    for text, size in ((REPORT[t.lang], 14), (t.title, 14), (t.subject, 13)):
        paragraph = doc.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(text)
        run.bold, run.font.size = True, Pt(size)
    doc.add_paragraph().paragraph_format.space_after = Pt(2)


def _write(doc: "Doc", block: Block) -> Any:
    """Writes a block; a heading comes back."""
    match block:
        case Heading(text=text, level=level):
            return doc.add_heading(_clean(text), level=level)
        case Paragraph(text=text, style=style):
            doc.add_paragraph(_clean(text), style=f"Review {style}")
        case Items(lines=lines):
            for line in lines:
                doc.add_paragraph(_clean(line), style="List Bullet")
        case Table():
            _table(doc, block)
    return None


def _table(doc: "Doc", block: Table) -> None:
    made = doc.add_table(rows=1, cols=len(block.head))
    made.style = doc.styles["Table Grid"]
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    _fill(made.rows[0], block.head, ("center",) * len(block.head), bold=True)
    _repeat(made.rows[0])
    for n, row in enumerate(block.rows):
        _fill(made.add_row(), row, block.align, bold=n in block.bold)
    _fixed(made, tuple(_WIDTH * width for width in block.widths))
    doc.add_paragraph().paragraph_format.space_after = Pt(2)


def _fill(row: Any, cells: tuple[str, ...], align: tuple[Any, ...], *, bold: bool) -> None:
    # A row stays on one page.
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text, way in zip(row.cells, cells, align, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style = "Review cell"
        paragraph.alignment = _ALIGN[way]
        paragraph.add_run(_clean(text)).bold = bold


def _repeat(row: Any) -> None:
    """The head stands again on each page the table goes on to."""
    again = OxmlElement("w:tblHeader")
    again.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(again)


def _fixed(table: Any, widths: tuple[Any, ...]) -> None:
    """Widths in the grid and in each cell: Word reads the one, LibreOffice the other. A millimetre beside the text."""
    table.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(int(Cm(0.1).twips)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = int(width)
        for cell in column.cells:
            cell.width = int(width)


def _signature(doc: "Doc", t: Telling) -> None:
    table = doc.add_table(rows=1, cols=2)
    _fixed(table, (_WIDTH * 0.5, _WIDTH * 0.5))
    left, right = table.rows[0].cells
    paragraph = left.paragraphs[0]
    run = paragraph.add_run(t.say("Nơi nhận:", "Copies to:"))
    run.bold, run.italic, run.font.size = True, True, Pt(12)
    copies = (t.office("copy"), t.say("- Lưu: VT.", "- Archive."))
    for text in copies:
        line = left.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        line.add_run(text).font.size = Pt(11)
    _center(right, t.office("signer"), size=13, bold=True)
    for _ in range(3):
        right.add_paragraph()


def _properties(doc: "Doc", t: Telling) -> None:
    about = doc.core_properties
    about.title, about.subject = t.title, t.subject
    about.author, about.comments = "stregistry", f"sha256 {t.review.sha256}"
    about.language = {"vi": "vi-VN", "en": "en-GB"}[t.lang]
    # Not the clock: the same review makes the same document.
    about.created = about.modified = dt.datetime.combine(t.review.at, dt.time())


def _clean(text: str) -> str:
    # What XML cannot hold, such as a form feed pasted into a title.
    return "".join(c for c in text if c >= " " or c in "\t\n")
