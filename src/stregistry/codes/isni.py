"""ISNI, the name identifier of ISO 27729: 16 characters, the last of which checks the others.

>>> validate("0000 0001 2281 955X")
'000000012281955X'
>>> is_valid("0000 0001 2281 9551")
False
>>> format("000000012281955X")
'0000 0001 2281 955X'
"""

import re

from stdnum import isni as _isni

_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?isni\.org/(?:isni/)?", re.IGNORECASE)


def compact(number: str) -> str:
    """The 16 characters without spaces, dashes and the address they stand in."""
    return _isni.compact(_ADDRESS.sub("", number.strip()))


def validate(number: str) -> str:
    """The compact number. Raises stdnum's ValidationError: InvalidChecksum when only the check character is wrong."""
    return _isni.validate(compact(number))


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    return _isni.is_valid(compact(number))


def format(number: str) -> str:
    """The number in four groups of four."""
    return _isni.format(compact(number))
