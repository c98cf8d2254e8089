"""The number of a patent document: the office's two letters, the number, the kind of document.

The separators inside a number carry no meaning and differ between databases, so they are dropped: the
Vietnamese 1-0012345 and 10012345 are one. There is no check digit.

>>> validate("VN 1-0012345 B")
'VN-10012345-B'
>>> validate("us10123456b2")
'US-10123456-B2'
>>> is_valid("10012345")
False
>>> format("VN10012345B")
'VN-10012345-B'
"""

import re

from stdnum.exceptions import InvalidComponent, InvalidFormat, ValidationError
from stdnum.util import clean

_PARTS = re.compile(r"([A-Z]{2})([A-Z]{0,2}[0-9]+)([A-Z][0-9]?)?")


def compact(number: str) -> str:
    """`CC-number-kind`, upper case; a number that does not have these parts comes back without separators."""
    plain = clean(number, " -./,").strip().upper()
    match = _PARTS.fullmatch(plain)
    return "-".join(part for part in match.groups() if part) if match else plain


def validate(number: str) -> str:
    """The compact number. Raises stdnum's ValidationError: InvalidComponent when only the kind is missing."""
    number = compact(number)
    match = _PARTS.fullmatch(number.replace("-", ""))
    if not match:
        raise InvalidFormat()
    if not match[3]:
        raise InvalidComponent()
    return number


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    try:
        return bool(validate(number))
    except ValidationError:
        return False


def format(number: str) -> str:
    """The number as it is printed, which is the compact form."""
    return compact(number)
