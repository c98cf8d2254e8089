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
        "cong ty trach nhiem huu han hai thanh vien tro len",
        "cong ty tnhh hai thanh vien tro len",
        "cong ty tnhh hai thanh vien",
        "cong ty tnhh mot thanh vien",
        "cong ty tnhh 1 thanh vien",
        "cong ty tnhh 2 thanh vien",
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
    "college": ("truong cao dang", "cao dang", "college of", "college"),
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


# Words that official and company names are commonly shortened to, and their full words; and words that say nothing.
_SHORT: Final = {
    "bv": "benh vien",
    "cntt": "cong nghe thong tin",
    "cnc": "cong nghe cao",
    "dbscl": "dong bang song cuu long",
    "dhqg": "dai hoc quoc gia",
    "dt": "dau tu",
    "dv": "dich vu",
    "hcm": "ho chi minh",
    "kh cn": "khoa hoc cong nghe",
    "khcn": "khoa hoc cong nghe",
    "nn ptnt": "nong nghiep phat trien nong thon",
    "nnptnt": "nong nghiep phat trien nong thon",
    "sx": "san xuat",
    "tm": "thuong mai",
    "tmdv": "thuong mai dich vu",
    "thanh pho": "",
    "tp": "",
    "tphcm": "ho chi minh",
    "vietnam": "viet nam",
    "vn": "viet nam",
    "xd": "xay dung",
    "xnk": "xuat nhap khau",
    "va": "",
    "and": "",
}
_WRITTEN_SHORT: Final = re.compile(rf"\b(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})\b")
_FIND, _KINDS = _pattern(_ANYWHERE)
_LEAD, _LEAD_KINDS = _pattern(_FIRST)
_MARKS: Final = re.compile(r"[^0-9a-z]+")


def core_name(name: str) -> tuple[str, str]:
    """The core of a name and the form its words told, empty when none did; a name of nothing else is its own core.

    Short words of names are written out (KH&CN, CNTT, TM, XNK), and "và" says nothing.

    >>> core_name("Công ty TNHH MTV Lúa Vàng"), core_name("Lua Vang Co., Ltd.")
    (('lua vang', 'company'), ('lua vang', 'company'))
    >>> core_name("Cty CP Lúa Vàng")
    ('lua vang', 'company')
    >>> core_name("Viện Lúa"), core_name("Sở Khoa học và Công nghệ")
    (('lua', 'institute'), ('khoa hoc cong nghe', 'department'))
    >>> core_name("Sở KH&CN TP. HCM"), core_name("ĐHQG TP.HCM")
    (('khoa hoc cong nghe ho chi minh', 'department'), ('quoc gia ho chi minh', 'university'))
    """
    return core_of(fold(name))


def core_of(folded: str) -> tuple[str, str]:
    """The same, of a name folded already."""
    text = _MARKS.sub(" ", folded).strip()
    text = " ".join(_WRITTEN_SHORT.sub(lambda word: _SHORT.get(word.group(), ""), text).split()) or text
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
