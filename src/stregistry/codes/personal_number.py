"""The personal number of a citizen of Viet Nam: 12 digits, which since 1 July 2025 serve as a tax code too.

The first three digits are the place of birth registration (001 to 096), the fourth the century and
sex, the next two the year of birth. There is no public check digit.

>>> validate("092 190 001234")
'092190001234'
>>> is_valid("192190001234"), is_valid("0921900012")
(False, False)
"""

from stdnum.exceptions import InvalidComponent, InvalidLength, ValidationError
from stdnum.util import clean, isdigits


def compact(number: str) -> str:
    """The digits without spaces, dots and dashes."""
    return str(clean(number, " -.").strip())


def validate(number: str) -> str:
    """The compact number. Raises stdnum's ValidationError: InvalidComponent when the place of birth is none."""
    number = compact(number)
    if len(number) != 12 or not isdigits(number):
        raise InvalidLength()
    if not 1 <= int(number[:3]) <= 96:
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
