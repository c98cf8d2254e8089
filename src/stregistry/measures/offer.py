"""What a kind of record offers to a measure: its fields, dates, and the ways to say where it is."""

from functools import cache

import attrs

from stregistry.fields import Field, fields_of
from stregistry.model import KINDS, About


@attrs.frozen(kw_only=True)
class Offer:
    """The columns of one kind by name, and who its bodies are.

    fields: every field that stands in the record's own table, those of its parts included.
    refs: the fields that refer to a body. roles: the party roles.
    """

    about: About
    fields: dict[str, Field]
    refs: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def dates(self) -> tuple[str, ...]:
        return tuple(name for name, field in self.fields.items() if field.kind == "date")

    @property
    def places(self) -> tuple[str, ...]:
        """What `place` may say: the record's own place, a body it refers to, a party role."""
        own = tuple(name for name, field in self.fields.items() if field.kind == "place")
        return (*own, *self.refs, *self.roles)


def _columns(cls: type) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for field in fields_of(cls):
        if field.kind == "part":
            assert field.of is not None  # noqa: S101  # held by the declaration of a part
            found.update(_columns(field.of))
        elif field.kind != "children":
            found[field.column or field.name] = field
    return found


@cache
def offer(kind: str) -> Offer:
    """What the records of that kind offer; the kind must exist."""
    cls = KINDS[kind]
    fields = _columns(cls)
    roles = (role for field in fields_of(cls) if field.kind == "children" for role in field.roles)
    return Offer(
        about=cls.about,
        fields=fields,
        refs=tuple(name for name, field in fields.items() if field.kind == "ref" and field.target == "organisation"),
        roles=tuple(roles),
    )
