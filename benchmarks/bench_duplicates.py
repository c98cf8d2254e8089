"""`find_duplicates` on 100 000 made-up names: CPU seconds, and precision and recall against what was made double.

The names are Vietnamese companies of three to five syllables in the 34 provinces, or all in one. One body in ten
stands there twice, the second time written otherwise: another legal form, no diacritics, a letter
lost or doubled, two syllables in another order, or a syllable left out. The syllables are a hundred, so that among
100 000 names of one place many are neighbours by chance: there a name of three without one, or in another order, is
no sign of one body, and is rightly not found.
"""

import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from stregistry import Registry
from stregistry.model import Name, Organisation
from stregistry.places import place_map
from stregistry.text import fold

_SYLLABLES = [
    "An",
    "Anh",
    "Ánh",
    "Bảo",
    "Bình",
    "Cát",
    "Châu",
    "Chi",
    "Cường",
    "Cửu",
    "Dung",
    "Duy",
    "Dương",
    "Đại",
    "Đan",
    "Đạt",
    "Điền",
    "Đông",
    "Đức",
    "Gia",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hậu",
    "Hiền",
    "Hiệp",
    "Hoa",
    "Hoàng",
    "Hồng",
    "Hùng",
    "Huy",
    "Hưng",
    "Hương",
    "Khang",
    "Khánh",
    "Khôi",
    "Kim",
    "Kiên",
    "Lan",
    "Lâm",
    "Lập",
    "Liên",
    "Linh",
    "Long",
    "Lộc",
    "Lợi",
    "Lúa",
    "Mai",
    "Mạnh",
    "Minh",
    "Mỹ",
    "Nam",
    "Ngân",
    "Nghĩa",
    "Ngọc",
    "Nguyên",
    "Nguyệt",
    "Nhân",
    "Nhật",
    "Ninh",
    "Phong",
    "Phú",
    "Phúc",
    "Phước",
    "Phương",
    "Quang",
    "Quân",
    "Quốc",
    "Quý",
    "Quỳnh",
    "Sáng",
    "Sơn",
    "Tâm",
    "Tân",
    "Tây",
    "Thái",
    "Thành",
    "Thảo",
    "Thắng",
    "Thiên",
    "Thịnh",
    "Thọ",
    "Thu",
    "Thuận",
    "Thủy",
    "Tiến",
    "Tín",
    "Toàn",
    "Trang",
    "Trí",
    "Trung",
    "Trường",
    "Tuấn",
    "Tùng",
    "Uyên",
    "Vân",
    "Vạn",
    "Việt",
    "Vinh",
    "Vũ",
    "Vượng",
    "Xanh",
    "Xuân",
    "Yên",
]
_FORMS = ("Công ty TNHH", "Công ty TNHH MTV", "Công ty Cổ phần", "Công ty CP", "CTCP", "DNTN", "Cty TNHH")

Case = tuple[Registry, set[tuple[int, int]]]
pytestmark = pytest.mark.benchmark(timer=time.process_time)


def again(core: str, draws: random.Random) -> str:
    """The same body written another way."""
    parts = core.split()
    match draws.randrange(5):
        case 0:
            return core
        case 1:
            return fold(core)
        case 2:
            i = draws.randrange(len(core))
            return core[:i] + core[i + 1 :] if draws.random() < 0.5 else core[:i] + core[i] + core[i:]
        case 3:
            i = draws.randrange(len(parts) - 1)
            parts[i : i + 2] = reversed(parts[i : i + 2])
            return " ".join(parts)
        case _:
            del parts[draws.randrange(len(parts))]
            return " ".join(parts)


def made(size: int, places: int, seed: int) -> tuple[list[Organisation], set[tuple[int, int]]]:
    """The bodies, and the true pairs by position."""
    draws = random.Random(seed)  # noqa: S311  # data, not secrets
    bodies: list[Organisation] = []
    truth: set[tuple[int, int]] = set()
    taken: set[str] = set()
    codes = [place.code for place in place_map("vn-2025").units("province")]

    def add(core: str, place: str) -> None:
        value = f"{draws.choice(_FORMS)} {core}"
        bodies.append(Organisation(names=[Name(value=value, lang="vi")], place=place))

    while len(bodies) < size:
        core = " ".join(draws.sample(_SYLLABLES, draws.choice((3, 4, 4, 5))))
        if core in taken:
            continue
        taken.add(core)
        place = codes[draws.randrange(places)]
        add(core, place)
        if draws.random() < 0.1 and len(bodies) < size:
            truth.add((len(bodies) - 1, len(bodies)))
            add(again(core, draws), place)
    return bodies, truth


@pytest.fixture(params=[34, 1], ids=["34 places", "one place"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    bodies, truth = made(100_000, request.param, seed=3)
    with Registry.open("sqlite://") as registry:
        with registry.changeset(actor="bench", reason="duplicates") as tx:
            ids = tx.put_many(bodies)
        yield registry, {(ids[a], ids[b]) for a, b in truth}


def test_duplicates(benchmark: Any, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """100 000 names take at most 10 CPU seconds."""
    registry, truth = case
    start = time.process_time()
    candidates = benchmark.pedantic(registry.find_duplicates, rounds=1)
    used = time.process_time() - start
    found = {(c.one, c.two) for c in candidates}
    hits = len(found & truth)
    with capsys.disabled():
        print(
            f"\nfind_duplicates, 100 000 names: {used:.1f} CPU s, {len(found)} pairs, {len(truth)} true, "
            f"precision {hits / max(len(found), 1):.3f}, recall {hits / len(truth):.3f}"
        )
    assert used <= 10
