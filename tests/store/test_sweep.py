"""The algebra of valid time, on random intervals."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stregistry.errors import ConflictError
from stregistry.store.sweep import Opened, Piece, Statement, sweep

A, B, C = b"a", b"b", b"c"
DAYS = range(20)

Life = list[tuple[int, int, bytes]]


@st.composite
def lives(draw: st.DrawFn, contents: st.SearchStrategy[bytes | None]) -> list[tuple[int, int, bytes | None]]:
    """Disjoint intervals within the days, in order, often neighbours."""
    cuts = sorted(draw(st.sets(st.integers(0, 20), max_size=8)))
    spans = [(low, high, draw(contents)) for low, high in itertools.pairwise(cuts)]
    return [s for s in spans if draw(st.booleans())]


def joined(life: Life) -> list[Piece]:
    """A life as the store holds it: equal neighbours are one piece."""
    found: list[Piece] = []
    for start, end, digest in life:
        last = found[-1] if found else None
        if last and last.end == start and last.digest == digest:
            found[-1] = Piece(last.row, last.facts, last.start, end, digest)
        else:
            found.append(Piece(len(found) + 1, len(found) + 1, start, end, digest))
    return found


pieces = lives(st.sampled_from([A, B, C])).map(joined)
statements = lives(st.sampled_from([A, B, C, None])).map(
    lambda spans: [Statement(i, start, end, digest) for i, (start, end, digest) in enumerate(spans)]
)


def after(before: list[Piece], closed: list[Piece], opened: list[Opened]) -> Life:
    gone = {p.row for p in closed}
    rest = [(p.start, p.end, p.digest) for p in before if p.row not in gone]
    return sorted([*rest, *((o.start, o.end, o.digest) for o in opened)])


def by_day(life: Life) -> dict[int, bytes]:
    return {d: digest for d in DAYS for start, end, digest in life if start <= d < end}


@given(pieces, statements, st.booleans())
def test_each_day_says_what_was_stated_last(before: list[Piece], said: list[Statement], whole: bool) -> None:
    """A day covered by a statement says that; another keeps what it said, or nothing when the life is told whole."""
    wanted: dict[int, bytes | None] = {} if whole else dict(by_day([(p.start, p.end, p.digest) for p in before]))
    for s in said:
        wanted |= dict.fromkeys((d for d in DAYS if s.start <= d < s.end), s.digest)
    closed, opened = sweep(before, said, whole)
    assert by_day(after(before, closed, opened)) == {d: digest for d, digest in wanted.items() if digest is not None}


@given(pieces, statements, st.booleans())
def test_versions_are_disjoint_and_equal_neighbours_are_one(
    before: list[Piece], said: list[Statement], whole: bool
) -> None:
    """No two versions hold on one day, and none repeats the content of its neighbour."""
    closed, opened = sweep(before, said, whole)
    for (_, end, digest), (start, _, next_digest) in itertools.pairwise(after(before, closed, opened)):
        assert end <= start
        assert end < start or digest != next_digest


@given(pieces, statements, st.booleans())
def test_stating_the_same_again_changes_nothing(before: list[Piece], said: list[Statement], whole: bool) -> None:
    """A repetition closes nothing and opens nothing."""
    closed, opened = sweep(before, said, whole)
    now = joined(after(before, closed, opened))
    assert sweep(now, said, whole) == ([], [])


@given(pieces)
def test_stating_what_is_known_changes_nothing(before: list[Piece]) -> None:
    """The whole life as it is known, or any part of it, is no news."""
    known = [Statement(i, p.start, p.end, p.digest) for i, p in enumerate(before)]
    assert sweep(before, known, whole=True) == ([], [])
    for s in known:
        assert sweep(before, [s]) == ([], [])
        if s.end - s.start > 1:
            assert sweep(before, [Statement(0, s.start + 1, s.end, s.digest)]) == ([], [])


@given(pieces, statements)
def test_content_that_is_known_is_carried_not_copied(before: list[Piece], said: list[Statement]) -> None:
    """A version opened with content that stands already names a piece that has it."""
    have = {p.digest for p in before}
    for version in sweep(before, said)[1]:
        assert (version.digest in have) == (version.carried is not None)
        assert version.carried is None or version.carried.digest == version.digest
        assert version.carried or said[version.index].digest == version.digest


@given(pieces, statements, st.booleans())
def test_the_order_of_statements_does_not_matter(before: list[Piece], said: list[Statement], whole: bool) -> None:
    """Statements are a set."""
    forwards, backwards = sweep(before, said, whole), sweep(before, said[::-1], whole)
    assert after(before, *forwards) == after(before, *backwards)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param((0, 10, A), (5, 15, B), id="cross"),
        pytest.param((0, 10, A), (2, 4, B), id="inside"),
        pytest.param((0, 10, A), (0, 10, B), id="the same days"),
        pytest.param((0, 10, A), (0, 10, None), id="so and not so"),
        pytest.param((0, 10, A), (5, 15, A), id="equal content, other days"),
    ],
)
def test_overlapping_statements_are_refused(one: tuple[int, int, bytes], two: tuple[int, int, bytes]) -> None:
    """Two statements of one changeset about one day are a contradiction; the error names both."""
    with pytest.raises(ConflictError) as caught:
        sweep([], [Statement(3, *one), Statement(8, *two)])
    assert set(caught.value.parts["indexes"]) == {3, 8}


def test_a_statement_made_twice_is_one() -> None:
    """The same row twice in a file is no contradiction."""
    _, opened = sweep([], [Statement(0, 0, 10, A), Statement(1, 0, 10, A)])
    assert [(o.start, o.end, o.digest, o.index) for o in opened] == [(0, 10, A, 0)]


def test_a_gap_is_filled_into_one_version() -> None:
    """A statement between two pieces of its content makes one version of the three."""
    before = [Piece(1, 1, 0, 5, A), Piece(2, 2, 7, 9, A)]
    closed, opened = sweep(before, [Statement(0, 5, 7, A)])
    assert [p.row for p in closed] == [1, 2]
    assert [(o.start, o.end, o.carried) for o in opened] == [(0, 9, before[0])]
