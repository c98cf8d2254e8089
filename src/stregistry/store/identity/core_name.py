"""The core of a body's name: folded, without the words that say what kind of body it is."""

import re
from typing import Final

from stregistry.text import fold

# Each form with the words it is written in, folded; the longest first, since they begin alike. A word
# of ordinary speech (so, vien) counts at the beginning of a name only.
_ANYWHERE: Final[dict[str, tuple[str, ...]]] = {
    "company": (
        "cong ty trach nhiem huu han mot thanh vien",
        "cong ty trach nhiem huu han",
        "cong ty co phan",
        "cong ty hop danh",
        "cong ty tnhh mtv",
        "cong ty tnhh",
        "cong ty cp",
        "cong ty",
        "cty",
        "ct tnhh",
        "ct cp",
        "ctcp",
        "co phan",
        "cp",
        "trach nhiem huu han",
        "mot thanh vien",
        "tnhh",
        "mtv",
        "doanh nghiep tu nhan",
        "dntn",
        "joint stock company",
        "one member limited liability company",
        "one member company limited",
        "limited liability company",
        "company limited",
        "co ltd",
        "jsc",
        "llc",
        "ltd",
        "inc",
        "corp",
        "corporation",
        "company",
    ),
    "cooperative": ("lien hiep hop tac xa", "hop tac xa", "htx", "cooperative"),
    "university": ("truong dai hoc", "truong dh", "university of", "university", "dai hoc", "dh"),
    "institute": ("institute of", "institute for", "institute"),
    "centre": ("trung tam", "tt", "centre for", "center for", "centre of", "center of", "centre", "center"),
    "branch": ("chi nhanh", "branch of", "branch"),
}
_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "institute": ("vien nghien cuu", "vien"),
    "department": ("so", "department of"),
    "": ("the",),
}


def _pattern(forms: dict[str, tuple[str, ...]]) -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {word: kind for kind, words in forms.items() for word in words}
    listed = "|".join(re.escape(word) for word in sorted(kinds, key=len, reverse=True))
    return re.compile(rf"\b(?:{listed})\b"), kinds


_FIND, _KINDS = _pattern(_ANYWHERE)
_LEAD, _LEAD_KINDS = _pattern(_FIRST)
_MARKS: Final = re.compile(r"[^0-9a-z]+")


def core_name(name: str) -> tuple[str, str]:
    """The core of a name and the form its words told, empty when none did; a name of nothing else is its own core.

    >>> core_name("Công ty TNHH MTV Lúa Vàng"), core_name("Lua Vang Co., Ltd.")
    (('lua vang', 'company'), ('lua vang', 'company'))
    >>> core_name("Cty CP Lúa Vàng")
    ('lua vang', 'company')
    >>> core_name("Viện Lúa"), core_name("Sở Khoa học và Công nghệ")
    (('lua', 'institute'), ('khoa hoc va cong nghe', 'department'))
    """
    return core_of(fold(name))


def core_of(folded: str) -> tuple[str, str]:
    """The same, of a name folded already."""
    text = _MARKS.sub(" ", folded).strip()
    form, rest = "", text
    if lead := _LEAD.match(rest):
        form, rest = _LEAD_KINDS[lead.group()], rest[lead.end() :]
    found = _FIND.findall(rest)
    if found:
        # A branch is a branch whatever its parent is; otherwise the first word tells.
        kinds = [_KINDS[word] for word in found]
        form = "branch" if "branch" in kinds else form or kinds[0]
        rest = _FIND.sub(" ", rest)
    core = " ".join(rest.split())
    return (core, form) if core else (text, "")
