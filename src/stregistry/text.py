"""Text in two languages, and the folding that Vietnamese needs before it is compared."""

import functools
import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

import attrs

Lang = Literal["vi", "en"]
LANGS: Final = ("vi", "en")


@attrs.frozen
class Text:
    """One label or message in Vietnamese and English; both must be there.

    >>> Text("Hợp đồng", "Deal")["vi"]
    'Hợp đồng'
    """

    vi: str
    en: str

    def __attrs_post_init__(self) -> None:
        if not self.vi or not self.en:
            raise ValueError(f"a text needs both vi and en, got vi={self.vi!r} en={self.en!r}")

    def __getitem__(self, lang: str) -> str:
        return self.en if lang == "en" else self.vi

    def __str__(self) -> str:
        return self.en


def tidy(value: str) -> str:
    """The value in NFC, outer space removed and every inner run of white space made one space.

    Non-breaking spaces and decomposed Unicode come out of spreadsheets and look like the
    real thing; zero-width characters are dropped for the same reason.

    >>> tidy(" Ca\\u0302\\u0300n\\u00a0 Thơ ")
    'Cần Thơ'
    """
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    # First the invisible ones: they can keep a letter and its tone mark apart.
    for invisible in ("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060"):
        value = value.replace(invisible, "")
    return " ".join(unicodedata.normalize("NFC", value).split())


def fold(value: str) -> str:
    """The value without diacritics, lower case, single spaces: for comparing, never for showing.

    `đ` is a letter of its own, which neither Unicode decomposition nor SQLite's `lower`
    touches; anyascii maps it.

    >>> fold("Đại học  CẦN THƠ")
    'dai hoc can tho'
    """
    from anyascii import anyascii  # its tables are slow to find, and help pages need none of them

    return " ".join(anyascii(unicodedata.normalize("NFC", value)).lower().split())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to a mistyped one (compared folded), or None when none is near.

    >>> nearest("transferer", ["transferor", "broker"])
    'transferor'
    """
    import difflib

    by_fold = {fold(k): k for k in known}
    found = difflib.get_close_matches(fold(word), list(by_fold), n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


_LISTED: Final = 14  # so many names are always told; of more, only where none is near


def with_nearest(sentence: Text, near: str | None, known: Iterable[str], advice: Text | None = None) -> Text:
    """A sentence that something is not there, without its full stop, and what is: the nearest name, a short list.

    near: the known name nearest to the one given, or None. advice: what is told instead of a long list.

    >>> with_nearest(Text("Không có cấp 'a'", "There is no level 'a'"), None, ["province", "commune"]).en
    "There is no level 'a'. There are: province, commune."
    >>> with_nearest(Text("Không có lệnh 'lst'", "There is no command 'lst'"), "list", map(str, range(99))).en
    "There is no command 'lst'; did you mean 'list'?"
    """
    names = [name for name in known if name != near] and list(known)
    told = names if len(names) <= _LISTED else [*names[: _LISTED - 2], "…"]
    tail = Text(f" Có: {', '.join(told)}.", f" There are: {', '.join(told)}.") if names else None
    if len(names) > _LISTED and (near or advice):
        tail = None if near else advice and Text(f" {advice.vi}", f" {advice.en}")
    asked = (f"; có phải '{near}'?", f"; did you mean '{near}'?") if near else (".", ".")
    return Text(*(sentence[lang] + asked[i] + (tail[lang] if tail else "") for i, lang in enumerate(LANGS)))


# The Vietnamese alphabet: ă and â after a, đ after d, and so on; tones decide only between equals.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(0x100 + i) for i, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def collation_key(value: str) -> tuple[str, str]:
    """A key that sorts names by the Vietnamese alphabet, then by tone (level, huyền, hỏi, ngã, sắc, nặng).

    >>> sorted(["Đà", "Dung", "Ăn", "An", "Ân", "Bắc"], key=collation_key)
    ['An', 'Ăn', 'Ân', 'Bắc', 'Dung', 'Đà']
    """
    told = [_collated(char) for char in unicodedata.normalize("NFC", value).lower()]
    return "".join([letter for letter, _ in told]), "".join([tone for _, tone in told])


@functools.lru_cache(maxsize=4096)
def _collated(char: str) -> tuple[str, str]:
    """Where a character stands in the alphabet, and its tone."""
    parts = unicodedata.normalize("NFD", char)
    base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
    return _RANK.get(base, base), next((_TONES[p] for p in parts if p in _TONES), "0")
