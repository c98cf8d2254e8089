"""Names that may be one name: the same core, the same words spaced or ordered otherwise, a slip, a word left out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from math import factorial
from typing import Final

import attrs

from stregistry.errors import StregistryError
from stregistry.store.identity.chance import Chance, Words
from stregistry.text import Text

_SAME_CORE: Final = 0.95
_PLACE_UNKNOWN: Final = 0.85
_SPACED: Final = 0.94
_SLIP: Final = 0.93  # times the likeness
_ORDER: Final = 0.93
_WORD_MORE: Final = 0.8
_DOUBTFUL: Final = 0.75  # times the score, where two bodies are as likely as one
_ALIKE: Final = 88  # of 100; below it unlike names outnumber misspelt ones
_SHORT, _SHORT_ALIKE = 12, 92  # one letter weighs more in a short name
# Of so many names in a place, fewer than one in twenty would have such a neighbour by chance; beyond the second,
# a neighbour says nothing.
_BY_CHANCE: Final = 0.05
_ANYONE: Final = 5.0
_SEEN: Final = 5  # a word in more names than this, or in a fiftieth of its neighbour's, is no slip of the pen
_SMALL: Final = 400  # names of a place that are all compared with all
_BLOCK: Final = 3000  # names compared at once; a matrix of 9 MB
_FEW: Final = 30  # names of a block that are paired one by one
_CROWD: Final = 60  # equal names beyond this many are paired with the first only


@attrs.frozen(eq=False)
class Names:
    """Every name as columns: whose it is, its core and form, its place."""

    body: list[int]
    core: list[str]
    form: list[str]
    place: list[str]


@attrs.define
class Found:
    score: float
    reasons: list[Text]


Pairs = dict[tuple[int, int], Found]


def add(pairs: Pairs, a: int, b: int, score: float, reason: Text) -> None:
    """Notes a reason for two bodies to be one; the highest score stands."""
    if a == b:
        return
    found = pairs.setdefault((a, b) if a < b else (b, a), Found(0.0, []))
    found.score = max(found.score, score)
    if reason not in found.reasons:
        found.reasons.append(reason)


def paired(bodies: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Each with each; of a crowd, the first with each."""
    some = sorted(set(bodies))
    return combinations(some, 2) if len(some) <= _CROWD else ((some[0], other) for other in some[1:])


@attrs.frozen(eq=False)
class _Spellings:
    """The different cores of each place, with the bodies that bear them."""

    place: list[str]
    core: list[str]
    words: list[Words]
    bodies: list[list[int]]

    @classmethod
    def of(cls, names: Names) -> "_Spellings":
        held: dict[tuple[str, str], list[int]] = {}
        for body, core, place in zip(names.body, names.core, names.place, strict=True):
            held.setdefault((place, core), []).append(body)
        return cls(
            [place for place, _ in held],
            [core for _, core in held],
            [tuple(core.split()) for _, core in held],
            list(held.values()),
        )

    def add(self, pairs: Pairs, i: int, j: int, score: float, reason: Text) -> None:
        some = [(a, b) for a in self.bodies[i] for b in self.bodies[j]]
        for a, b in some[:_CROWD]:
            add(pairs, a, b, score, reason)


def by_name(names: Names, pairs: Pairs) -> None:
    """Adds the pairs of bodies whose names are near each other. Raises StregistryError without rapidfuzz."""
    spellings = _Spellings.of(names)
    chance = Chance.of(spellings.words, spellings.place)
    _same_core(spellings, pairs)
    _place_unknown(spellings, chance, pairs)
    _other_spacing(spellings, pairs)
    _other_order(spellings, chance, pairs)
    _word_more(spellings, chance, pairs)
    _slips(spellings, chance, pairs)


def _same_core(spellings: _Spellings, pairs: Pairs) -> None:
    for place, core, bodies in zip(spellings.place, spellings.core, spellings.bodies, strict=True):
        if len(bodies) > 1:
            where = (
                Text(f", cùng địa bàn {place}", f", same place {place}")
                if place
                else Text(", chưa rõ địa bàn", ", no place")
            )
            why = Text(f"cùng tên gốc '{core}'{where.vi}", f"same core name '{core}'{where.en}")
            for a, b in paired(bodies):
                add(pairs, a, b, _SAME_CORE if place else _PLACE_UNKNOWN, why)


def _place_unknown(spellings: _Spellings, chance: Chance, pairs: Pairs) -> None:
    """A body of no known place, with the one elsewhere that bears its name."""
    without = {core: i for i, core in enumerate(spellings.core) if not spellings.place[i]}
    placed: dict[int, list[int]] = defaultdict(list)
    if without:
        for j, core in enumerate(spellings.core):
            if spellings.place[j] and core in without:
                placed[without[core]].append(j)
    for i, others in placed.items():
        core = spellings.core[i]
        why = Text(f"cùng tên gốc '{core}', một bên chưa rõ địa bàn", f"same core name '{core}', one without a place")
        # In several places there are several bodies of the name, and which one is meant is anyone's guess.
        for j in others:
            spellings.add(pairs, i, j, _PLACE_UNKNOWN if len(others) == 1 else _DOUBTFUL * _PLACE_UNKNOWN, why)


def _grouped(keys: Iterable[tuple[str, object]]) -> Iterator[list[int]]:
    held: dict[tuple[str, object], list[int]] = {}
    for i, key in enumerate(keys):
        held.setdefault(key, []).append(i)
    return (some for some in held.values() if len(some) > 1)


def _other_spacing(spellings: _Spellings, pairs: Pairs) -> None:
    joined = ("".join(words) for words in spellings.words)
    for some in _grouped(zip(spellings.place, joined, strict=True)):
        for i, j in paired(some):
            one, two = spellings.core[i], spellings.core[j]
            why = Text(
                f"cùng tên gốc, viết liền hay rời: '{one}', '{two}'", f"same letters, other spaces: '{one}', '{two}'"
            )
            spellings.add(pairs, i, j, _SPACED, why)


def _other_order(spellings: _Spellings, chance: Chance, pairs: Pairs) -> None:
    sets = (tuple(sorted(words)) for words in spellings.words)
    for some in _grouped(zip(spellings.place, sets, strict=True)):
        for i, j in paired(some):
            one, two = spellings.words[i], spellings.words[j]
            ways = (len(one) - 1) ** 2 if _one_moved(one, two) else factorial(len(one))
            if likely := _likely(chance.expected(spellings.place[i], one, len(one), ways)):
                why = Text(
                    f"cùng các từ, khác thứ tự: '{spellings.core[i]}', '{spellings.core[j]}'",
                    f"same words in another order: '{spellings.core[i]}', '{spellings.core[j]}'",
                )
                spellings.add(pairs, i, j, likely * _ORDER, why)


def _likely(by_chance: float) -> float:
    return 1.0 if by_chance <= _BY_CHANCE else _DOUBTFUL if by_chance <= _ANYONE else 0.0


def _one_moved(one: Words, two: Words) -> bool:
    """Whether moving a single word makes one order the other."""
    return any(
        one[:i] + one[i + 1 :] == two[:j] + two[j + 1 :]
        for i, word in enumerate(one)
        for j, other in enumerate(two)
        if word == other
    )


def _word_more(spellings: _Spellings, chance: Chance, pairs: Pairs) -> None:
    """A name that another says with one word more, where the words they share are rare enough together."""
    whole = {(place, core): i for i, (place, core) in enumerate(zip(spellings.place, spellings.core, strict=True))}
    for i, words in enumerate(spellings.words):
        place = spellings.place[i]
        for n, word in enumerate(words):
            rest = words[:n] + words[n + 1 :]
            j = whole.get((place, " ".join(rest)))
            if j is None or any(letter.isdigit() for letter in word) or (n and words[n - 1] == word):
                continue
            if likely := _likely(chance.expected(place, rest, len(words), len(words))):
                why = Text(
                    f"chỉ khác một từ '{word}': '{spellings.core[i]}', '{spellings.core[j]}'",
                    f"apart from one word, '{word}': '{spellings.core[i]}', '{spellings.core[j]}'",
                )
                spellings.add(pairs, i, j, likely * _WORD_MORE, why)


def _slips(spellings: _Spellings, chance: Chance, pairs: Pairs) -> None:
    import numpy as np

    try:
        from rapidfuzz import fuzz, process
    except ImportError as error:
        raise StregistryError(
            Text(
                "Tìm hồ sơ trùng cần gói rapidfuzz: pip install 'stregistry[matching]'.",
                "Finding duplicates needs rapidfuzz: pip install 'stregistry[matching]'.",
            )
        ) from error
    ordered = [" ".join(sorted(words)) for words in spellings.words]
    found: set[tuple[int, int]] = set()
    for block in _blocks(spellings):
        if len(block) <= _FEW:
            found.update(combinations(block, 2))
            continue
        for texts in (spellings.core, ordered):
            written = [texts[i] for i in block]
            scores = process.cdist(written, written, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8)
            rows, columns = np.nonzero(np.triu(scores, 1))
            found.update((block[r], block[c]) for r, c in zip(rows.tolist(), columns.tolist(), strict=True))
    if not found:
        return
    some = sorted({pair if pair[0] < pair[1] else (pair[1], pair[0]) for pair in found})
    best = np.zeros(len(some), np.uint8)
    for texts in (spellings.core, ordered):
        one, two = [texts[i] for i, _ in some], [texts[j] for _, j in some]
        best = np.maximum(best, process.cpdist(one, two, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8))
    for k in np.nonzero(best)[0].tolist():
        i, j = some[k]
        _judge(spellings, chance, pairs, i, j, int(best[k]))


def _judge(spellings: _Spellings, chance: Chance, pairs: Pairs, i: int, j: int, alike: int) -> None:
    """Adds two names that differ by letters; digits decide (Trạm 1 is not Trạm 2)."""
    one, two = spellings.core[i], spellings.core[j]
    if min(len(one), len(two)) < _SHORT and alike < _SHORT_ALIKE:
        return
    if [c for c in one if c.isdigit()] != [c for c in two if c.isdigit()]:
        return
    mine, theirs = _left(spellings.words[i], spellings.words[j]), _left(spellings.words[j], spellings.words[i])
    if not mine and not theirs:  # another order only, which is judged by its own rule
        return
    likely = 1.0 if mine and theirs and _misspelt(mine, theirs, chance) else _DOUBTFUL
    why = Text(f"tên gốc giống nhau {alike}%: '{one}', '{two}'", f"core names {alike}% alike: '{one}', '{two}'")
    spellings.add(pairs, i, j, likely * _SLIP * alike / 100, why)


def _left(one: Words, two: Words) -> Words:
    """The words of one name that the other does not say, in order."""
    shared = Counter(one) & Counter(two)
    left = []
    for word in one:
        if shared[word]:
            shared[word] -= 1
        else:
            left.append(word)
    return tuple(left)


def _misspelt(mine: Words, theirs: Words, chance: Chance) -> bool:
    """Whether the words are one another misspelt: Mih is Minh, but Linh is a name of its own; Vietnam is Viet Nam."""
    from rapidfuzz.distance import OSA

    if len(mine) != len(theirs):
        return OSA.distance("".join(mine), "".join(theirs), score_cutoff=2) <= 1
    for a, b in zip(mine, theirs, strict=True):
        slips = 2 if min(len(a), len(b)) > 6 else 1
        rare, usual = sorted((chance.words[a], chance.words[b]))
        if OSA.distance(a, b, score_cutoff=slips + 1) > slips or rare > max(_SEEN, usual // 50):
            return False
    return True


def _blocks(spellings: _Spellings) -> Iterator[list[int]]:
    """Positions of names to compare: all of a small place; of a large one those that share all words but one, or
    the first letters of three words or more."""
    places: dict[str, list[int]] = {}
    for i, place in enumerate(spellings.place):
        places.setdefault(place, []).append(i)
    for everyone in places.values():
        if len(everyone) <= _SMALL:
            yield everyone
            continue
        shared: dict[tuple[int, str], list[int]] = {}
        for i in everyone:
            words = spellings.words[i]
            for n in range(len(words)):
                shared.setdefault((n, " ".join((*words[:n], "", *words[n + 1 :]))), []).append(i)
            if len(words) > 2:
                shared.setdefault((-1, "".join([word[0] for word in words])), []).append(i)
        for block in shared.values():
            if len(block) > 1:
                # Of a very common key, those that stand near each other by letters.
                block.sort(key=spellings.core.__getitem__)
                for start in range(0, len(block), _BLOCK // 2):
                    yield block[start : start + _BLOCK]
                    if start + _BLOCK >= len(block):
                        break
