"""The number of a certificate of recognition or registration.

No single form is laid down (`A-2749` and `14/2024/GCN-KHCN` were both seen), so little can be checked.
The number alone does not identify a certificate: its issuer and issue date belong to it.

>>> validate(" 14 / 2024 / GCN-KHCN ")
'14/2024/GCN-KHCN'
>>> is_valid("chưa cấp")
False
>>> format("a-2749")
'A-2749'
"""

import re

from stdnum.exceptions import InvalidFormat, ValidationError

from stregistry.text import tidy


def compact(number: str) -> str:
    """The number in upper case without spaces around its slashes and dashes."""
    return re.sub(r"\s*([/-])\s*", r"\1", tidy(number)).upper()


def validate(number: str) -> str:
    """The compact number. Raises stdnum's InvalidFormat when there is no digit in it."""
    number = compact(number)
    if not any(character.isdigit() for character in number):
        raise InvalidFormat()
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
