"""ROR, the Research Organization Registry's id: 0, six characters, two check digits.

The six characters are a number in Crockford's base 32; with the check digits it leaves 1 when divided by
97 (ISO 7064 mod 97-10). Letters i, l, o and u are not used, and reading them for 1 or 0 would be a guess.

>>> validate("https://ror.org/001ydh096")
'001ydh096'
>>> is_valid("001ydh097")
False
>>> format("001ydh096")
'https://ror.org/001ydh096'
"""

import re

from stdnum.exceptions import InvalidChecksum, InvalidFormat, ValidationError

_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"
_FORM = re.compile(rf"0[{_BASE_32}]{{6}}[0-9]{{2}}")
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/")


def compact(number: str) -> str:
    """The nine characters, lower case, without the address they stand in."""
    return _ADDRESS.sub("", number.strip().lower()).strip("/ ")


def validate(number: str) -> str:
    """The compact id. Raises stdnum's ValidationError: InvalidChecksum when only the check digits are wrong."""
    number = compact(number)
    if not _FORM.fullmatch(number):
        raise InvalidFormat()
    value = 0
    for character in number[:7]:
        value = value * 32 + _BASE_32.index(character)
    if (value * 100 + int(number[7:])) % 97 != 1:
        raise InvalidChecksum()
    return number


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    try:
        return bool(validate(number))
    except ValidationError:
        return False


def format(number: str) -> str:
    """The address, which is how ROR asks for its ids to be shown."""
    return f"https://ror.org/{compact(number)}"
