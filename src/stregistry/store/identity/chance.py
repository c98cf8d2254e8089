"""How often a name would be met by chance: rare words speak for one body, common ones for nothing."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import attrs

Words = tuple[str, ...]


@attrs.frozen(eq=False)
class Chance:
    """Words, couples of words, and names by (place, number of words), as they are among all names compared."""

    words: Counter[str]
    couples: Counter[tuple[str, str]]
    total: int
    names: Counter[tuple[str, int]]

    @classmethod
    def of(cls, names: Sequence[Words], places: Sequence[str]) -> "Chance":
        """What is counted from each name and the place it stands in."""
        words = Counter(word for name in names for word in name)
        couples = Counter(couple for name in names for couple in pairwise(name))
        sizes = Counter(zip(places, map(len, names), strict=True))
        return cls(words, couples, words.total(), sizes)

    def expected(self, place: str, said: Words, size: int, ways: int) -> float:
        """How many names of `size` words in the place would say these words, in any of so many ways, by chance.

        A word that follows another as a rule (bệnh viện, Cần Thơ) is counted as often as it does. The two
        names compared are taken out of the counts: that they say the words is what is in question.
        """
        likely = 1.0
        before = None
        for word in said:
            free = max(self.words[word] - 2, 1) / self.total
            if before is not None and (led := self.words[before] - 2) > 0:
                free = max(free, (self.couples[before, word] - 2) / led)
            likely *= free
            before = word
        return self.names[place, size] * ways * likely
