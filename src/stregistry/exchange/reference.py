"""The reference page of a kind, generated from the field declarations: every field, in both languages."""

from collections.abc import Iterator

from stregistry.exchange.columns import import_plan
from stregistry.exchange.template import explain_column
from stregistry.model import Record, record_class
from stregistry.vocab import vocabulary


def reference_page(kind: "str | type[Record]") -> str:
    """The page as Markdown: what the kind is, then its import columns with labels, form and codes."""
    cls = record_class(kind)
    about = cls.about
    nature = (
        "A state: it holds from a day to a day."
        if about.state
        else f"An event: it carries its own dates and is counted by `{about.on}`."
    )
    lines = [f"# {about.label.en} · {about.label.vi} (`{about.kind}`)", "", (cls.__doc__ or "").strip(), "", nature]
    if about.source:
        lines += ["", f"Source: {about.source}."]
    lines += ["", "| column | tiếng Việt | English | how to write it | codes |", "|---|---|---|---|---|"]
    lines += _rows(cls)
    return "\n".join(lines) + "\n"


def _rows(cls: type[Record]) -> Iterator[str]:
    for column in import_plan(cls).columns:
        marks = " **required**" if column.required else ""
        marks += " *personal*" if column.field.personal else ""
        name = column.field.vocabulary
        codes = ", ".join(f"`{code}`" for code in vocabulary(name).codes) if name else ""
        cells = (f"`{column.id}`{marks}", column.label.vi, column.label.en, explain_column(column).en, codes)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
