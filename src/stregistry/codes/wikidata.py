"""Wikidata, the number of an item: Q and digits, without a check digit.

>>> validate("https://www.wikidata.org/wiki/Q5207276")
'Q5207276'
>>> is_valid("P31")
False
>>> format("Q5207276")
'https://www.wikidata.org/wiki/Q5207276'
"""

import re

from stdnum.exceptions import InvalidFormat, ValidationError

_FORM = re.compile(r"Q[1-9][0-9]*")
_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?wikidata\.org/(?:wiki|entity)/", re.IGNORECASE)


def compact(number: str) -> str:
    """Q and the digits, without the address they stand in."""
    return _ADDRESS.sub("", number.strip()).upper()


def validate(number: str) -> str:
    """The compact number. Raises stdnum's InvalidFormat."""
    number = compact(number)
    if not _FORM.fullmatch(number):
        raise InvalidFormat()
    return number


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    try:
        return bool(validate(number))
    except ValidationError:
        return False


def format(number: str) -> str:
    """The address of the item's page."""
    return f"https://www.wikidata.org/wiki/{compact(number)}"
