"""ORCID, a researcher's identifier: an ISNI from a block of its own, written with dashes. Personal data.

>>> validate("https://orcid.org/0000-0002-1825-0097")
'0000000218250097'
>>> is_valid("0000-0002-1825-0098")
False
>>> format("0000000218250097")
'0000-0002-1825-0097'
"""

import re

from stdnum import isni as _isni

_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?orcid\.org/", re.IGNORECASE)


def compact(number: str) -> str:
    """The 16 characters without dashes and the address they stand in."""
    return _isni.compact(_ADDRESS.sub("", number.strip()))


def validate(number: str) -> str:
    """The compact number. Raises stdnum's ValidationError: InvalidChecksum when only the check character is wrong."""
    return _isni.validate(compact(number))


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    return _isni.is_valid(compact(number))


def format(number: str) -> str:
    """The number with dashes, without the address."""
    return _isni.format(compact(number)).replace(" ", "-")
