"""Words that every database can keep: checked before anything is written."""

from stregistry.errors import DomainError
from stregistry.text import Text


def storable(value: str, what: Text) -> str:
    """The words, unchanged. Raises DomainError when they are no text, or hold a NUL or a lone surrogate.

    >>> storable("Nguyễn Thị Hoa", Text("Người thực hiện", "The actor"))
    'Nguyễn Thị Hoa'
    """
    if not isinstance(value, str):
        raise DomainError(
            Text(f"{what.vi} phải là chữ, không phải {value!r}.", f"{what.en} must be text, not {value!r}.")
        )
    if "\x00" in value or not _encodes(value):
        shown = ascii(value)
        raise DomainError(
            Text(
                f"{what.vi} có ký tự không lưu được (NUL hoặc nửa cặp thay thế): {shown}.",
                f"{what.en} has a NUL or a lone surrogate, which cannot be kept: {shown}.",
            )
        )
    return value


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True
