"""Identifier schemes, one module each, and the verdict on a value.

A module has `compact`, `validate`, `is_valid` and `format`, as in python-stdnum.
"""

from typing import Final, Literal, Protocol

import attrs
from stdnum.exceptions import InvalidFormat, ValidationError

from stregistry.codes import certificate, isni, lei, mst, orcid, patent, personal_number, ror, wikidata
from stregistry.text import tidy

Verdict = Literal["valid", "suspect", "invalid", "unchecked"]


class Scheme(Protocol):
    """What a module of this package offers."""

    def compact(self, number: str, /) -> str: ...
    def validate(self, number: str, /) -> str: ...
    def is_valid(self, number: str, /) -> bool: ...
    def format(self, number: str, /) -> str: ...


SCHEMES: Final[dict[str, Scheme]] = {
    "mst": mst,
    "ror": ror,
    "isni": isni,
    "orcid": orcid,
    "lei": lei,
    "wikidata": wikidata,
    "patent": patent,
    "certificate": certificate,
    "personal_number": personal_number,
}


@attrs.frozen
class Checked:
    """A value as it is stored, and what its form says about it.

    normalised: the compact form, by which equal identifiers are found equal; the tidied text when
    the value is invalid or unchecked.
    verdict: valid; suspect (the form is right, the check digit or a part is not: keep it and warn);
    invalid (it cannot be an identifier of the scheme); unchecked (a scheme not known here).
    personal: whether it is a person's number.
    """

    normalised: str
    verdict: Verdict
    personal: bool = False


def check(scheme: str, value: str) -> Checked:
    """The value in its stored form with the verdict; never raises, whatever the value.

    >>> check("mst", "0100112437 ")
    Checked(normalised='0100112437', verdict='valid', personal=False)
    >>> check("mst", "0100112438").verdict, check("mst", "ABC").verdict, check("grid", "grid.444912.e").verdict
    ('suspect', 'invalid', 'unchecked')
    """
    module = SCHEMES.get(scheme)
    if module is None:
        return Checked(tidy(value), "unchecked")
    personal = scheme in ("orcid", "personal_number") or (scheme == "mst" and mst.is_personal(value))
    try:
        return Checked(module.validate(value), "valid", personal)
    except InvalidFormat:
        return Checked(tidy(value), "invalid", personal)
    except ValidationError:  # only the check digit, or a part, is wrong
        return Checked(module.compact(value), "suspect", personal)
