"""MST, the Vietnamese tax code: 10 digits for a body, 13 for its branch, 12 for a person.

The tenth digit checks the first nine. Since 1 July 2025 people and household businesses use their
12-digit personal number, which has no public check digit, so only its form can be judged.

>>> validate("0102641429-066")
'0102641429066'
>>> is_valid("0100112438"), is_valid("092190001234")
(False, True)
>>> format("0102641429066")
'0102641429-066'
"""

from stdnum.exceptions import InvalidFormat
from stdnum.util import isdigits
from stdnum.vn import mst as _mst


def compact(number: str) -> str:
    """The digits without spaces, dots and dashes."""
    return _mst.compact(number)


def validate(number: str) -> str:
    """The compact number. Raises stdnum's ValidationError: InvalidChecksum when only the check digit is wrong."""
    number = compact(number)
    if is_personal(number):
        return number
    if not isdigits(number):  # before the length, which stdnum looks at first: letters are never an MST
        raise InvalidFormat()
    return _mst.validate(number)


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    return is_personal(number) or _mst.is_valid(number)


def format(number: str) -> str:
    """The number as it is printed: a branch's three digits follow a dash."""
    number = compact(number)
    return f"{number[:10]}-{number[10:]}" if len(number) == 13 else number


def is_personal(number: str) -> bool:
    """Whether it is the 12-digit number of a person, which is personal data."""
    number = compact(number)
    return len(number) == 12 and isdigits(number)
