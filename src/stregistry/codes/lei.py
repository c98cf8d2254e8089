"""LEI, the legal entity identifier of ISO 17442: 18 letters and digits, two check digits.

>>> validate("2138 00KU D8LA JWSQ 9D15")
'213800KUD8LAJWSQ9D15'
>>> is_valid("213800KUD8LXJWSQ9D15")
False
>>> format("213800kud8lajwsq9d15")
'213800KUD8LAJWSQ9D15'
"""

import re

from stdnum import lei as _lei
from stdnum.exceptions import InvalidFormat, ValidationError

_FORM = re.compile(r"[0-9A-Z]{18}[0-9]{2}")


def compact(number: str) -> str:
    """The 20 characters, upper case, without spaces and dashes."""
    return _lei.compact(number)


def validate(number: str) -> str:
    """The compact number. Raises stdnum's ValidationError: InvalidChecksum when only the check digits are wrong."""
    number = compact(number)
    if not _FORM.fullmatch(number):  # stdnum looks at the check digits alone, whatever the length
        raise InvalidFormat()
    return _lei.validate(number)


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    try:
        return bool(validate(number))
    except ValidationError:
        return False


def format(number: str) -> str:
    """The number as it is printed, which is the compact form."""
    return compact(number)
