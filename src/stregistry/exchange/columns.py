"""The columns a file of a kind may have, derived from the field declarations and from nothing else.

A field gives one column of its own name, except: money gives an amount and a currency, parties one
column for each role, names and identifiers one for each language and scheme. The file of a role
also carries the columns of its body.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import attrs

from stregistry import vocab
from stregistry.errors import DefinitionError
from stregistry.fields import Field, fields_of
from stregistry.model import Evidence, Identifier, Name, Organisation, Party, Record, Role, record_class
from stregistry.store.layout import Layout, layout
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class ImportColumn:
    """One column a file may have.

    id: its header. cell: how its cells are read: the kind of a field, or one of key, day, currency, country, countries,
    child, identifier, party, evidence.
    target: the table column (or child list) it fills; None for the key and the valid interval.
    body: it belongs to the body of a role, not to the role.
    fixed: for a child row, the values that the column itself stands for, such as its language.
    """

    id: str
    label: Text
    cell: str
    field: Field
    target: str | None = None
    body: bool = False
    required: bool = False
    aliases: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class ImportPlan:
    """What a file of one kind can say. body: the layout of the body a role file carries, else None."""

    layout: Layout
    body: Layout | None
    columns: tuple[ImportColumn, ...]
    by_id: Mapping[str, ImportColumn]

    @property
    def kind(self) -> str:
        return self.layout.kind


KEY_COLUMN: Final = "id"

_KEY = ImportColumn(
    id=KEY_COLUMN,
    label=Text("Mã hồ sơ", "Record id"),
    cell="key",
    field=Field(name=KEY_COLUMN, kind="text", label=Text("Mã hồ sơ", "Record id")),
)


def _day_column(name: str, label: Text) -> ImportColumn:
    return ImportColumn(id=name, label=label, cell="day", field=Field(name=name, kind="date", label=label))


_INTERVAL = (
    _day_column("valid_from", Text("Hiệu lực từ", "Valid from")),
    _day_column("valid_to", Text("Hết hiệu lực từ", "Valid to")),
)

_NAMES = (
    ("name_vi", Text("Tên tiếng Việt", "Vietnamese name"), {"lang": "vi", "kind": "official"}),
    ("name_en", Text("Tên tiếng Anh", "English name"), {"lang": "en", "kind": "official"}),
    ("name", Text("Tên", "Name"), {"lang": None, "kind": "official"}),
    ("short_name", Text("Tên gọi tắt", "Short name"), {"lang": None, "kind": "short"}),
)

# Not codes of bodies: they belong to a researcher, an invention, a role's certificate. A personal
# number is kept out because identifiers are public; `other` does not say what a column holds.
_NOT_OF_BODIES: Final = frozenset({"orcid", "patent", "certificate", "personal_number", "other"})


def body_schemes() -> tuple[str, ...]:
    """The identifier schemes a body can have a column for."""
    return tuple(c for c in vocab.vocabulary("identifier_scheme").codes if c not in _NOT_OF_BODIES)


def _name_columns(info: Field) -> list[ImportColumn]:
    return [
        ImportColumn(id=name, label=label, cell="child", field=info, target=info.name, fixed=fixed)
        for name, label, fixed in _NAMES
    ]


def _identifier_columns(info: Field) -> list[ImportColumn]:
    schemes = vocab.vocabulary("identifier_scheme")
    return [
        ImportColumn(
            id=scheme,
            label=schemes.term(scheme).label,
            cell="identifier",
            field=info,
            target=info.name,
            fixed={"scheme": scheme},
        )
        for scheme in body_schemes()
    ]


def _party_columns(info: Field) -> list[ImportColumn]:
    roles = vocab.vocabulary("party_role")
    return [
        ImportColumn(
            id=role, label=roles.term(role).label, cell="party", field=info, target=info.name, fixed={"role": role}
        )
        for role in info.roles
    ]


def _evidence_columns(info: Field) -> list[ImportColumn]:
    return [ImportColumn(id=info.name, label=info.label, cell="evidence", field=info, target=info.name)]


# Relations between bodies are not here: they come from ROR, and `parent` says the one an office knows.
_OF_CHILDREN: Final = {
    Name: _name_columns,
    Identifier: _identifier_columns,
    Party: _party_columns,
    Evidence: _evidence_columns,
}


def _cell_of(info: Field) -> str:
    # A country is text in the model because its codes are ISO's; its form can be checked all the same.
    if info.kind == "text" and info.name == "country":
        return "country"
    if info.kind == "codes" and info.vocabulary is None:
        return "countries"
    return info.kind


def _columns_of(info: Field, *, only_money: bool) -> list[ImportColumn]:
    name = info.column or info.name
    if info.kind == "children":
        made = _OF_CHILDREN.get(info.of) if info.of else None
        return made(info) if made else []
    if info.kind == "part":
        assert info.of is not None  # noqa: S101  # held by the declaration of a part
        return [c for sub in fields_of(info.of) for c in _columns_of(sub, only_money=False)]
    if info.kind == "money":
        currency = Text(f"Loại tiền của {info.label.vi.lower()}", f"Currency of {info.label.en.lower()}")
        alias = ("currency", "loại tiền", "tiền tệ") if only_money else ()
        return [
            ImportColumn(id=name, label=info.label, cell="money", field=info, target=f"{name}_minor"),
            ImportColumn(
                id=f"{name}_currency",
                label=currency,
                cell="currency",
                field=info,
                target=f"{name}_currency",
                aliases=alias,
            ),
        ]
    return [
        ImportColumn(id=name, label=info.label, cell=_cell_of(info), field=info, target=name, required=info.required)
    ]


def _record_columns(cls: type[Record]) -> list[ImportColumn]:
    infos = fields_of(cls)
    only_money = sum(f.kind == "money" for f in infos) == 1
    return [c for info in infos for c in _columns_of(info, only_money=only_money)]


def _body_columns(own: list[ImportColumn]) -> list[ImportColumn]:
    """The body's columns in a role file; one whose name the role has too is called `organisation_…`."""
    taken = {c.id for c in own} | {KEY_COLUMN}
    found = []
    for column in _record_columns(Organisation):
        name, label = column.id, column.label
        if name in taken:
            name = f"organisation_{name}"
            label = Text(f"{label.vi} của tổ chức", f"{label.en} of the organisation")
        found.append(attrs.evolve(column, id=name, label=label, body=True, required=False))
    return found


def import_plan(kind: "str | type[Record]") -> ImportPlan:
    """The columns a file of a kind may have, in the order of a template.

    Raises NotFoundError for an unknown kind, and DefinitionError when two fields ask for one column.
    """
    cls: Any = record_class(kind)
    return _plan(cls)


@cache
def _office_words() -> Mapping[str, Mapping[str, list[str]]]:
    """The other words that office lists use for columns, by kind and column."""
    file = resources.files("stregistry") / "definitions" / "headers.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _with_words(
    columns: Iterable[ImportColumn], words: Mapping[str, Mapping[str, list[str]]], *sections: str
) -> list[ImportColumn]:
    found = []
    for column in columns:
        # The body's own column, where a role has one of the same name too.
        name = column.id.removeprefix("organisation_") if column.body else column.id
        more = [word for section in sections for word in words.get(section, {}).get(name, ())]
        found.append(attrs.evolve(column, aliases=(*column.aliases, *more)) if more else column)
    return found


@cache
def _plan(cls: type[Record]) -> ImportPlan:
    role = issubclass(cls, Role)
    own = _record_columns(cls)
    if role:
        # The body stands in the file itself, so naming it apart is a choice.
        own = [attrs.evolve(c, required=False) if c.id == "organisation" else c for c in own]
    body = _body_columns(own) if role else []
    words = _office_words()
    if role:
        body = _with_words(body, words, "organisation")
        own = _with_words(own, words, cls.about.kind, "all")
        columns = (*_with_words((_KEY,), words, "all"), *body, *own)
    else:
        columns = tuple(_with_words((_KEY, *own), words, cls.about.kind, "all"))
    if cls.about.state:
        columns = (*columns, *_INTERVAL)
    by_id: dict[str, ImportColumn] = {}
    for column in columns:
        if column.id in by_id:
            raise DefinitionError(
                Text(
                    f"Loại '{cls.about.kind}' có hai trường cùng dùng cột '{column.id}'.",
                    f"Two fields of the kind '{cls.about.kind}' ask for the column '{column.id}'.",
                ),
                kind=cls.about.kind,
                column=column.id,
            )
        by_id[column.id] = column
    return ImportPlan(
        layout=layout(cls), body=layout(Organisation) if role else None, columns=tuple(columns), by_id=by_id
    )
