"""What an audit found, at most so many told one by one: a table wholly altered is one story, not a million."""

from typing import Final

from stregistry.text import Text

TOLD: Final = 1000


class Problems:
    """Problems in the order they were found; the same one is told once."""

    def __init__(self) -> None:
        self._told: dict[Text, None] = {}
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._told)

    def add(self, problem: Text) -> None:
        if len(self._told) < TOLD:
            self._told[problem] = None
        else:
            self._more += problem not in self._told

    def told(self) -> tuple[Text, ...]:
        """The problems, and last how many more there are."""
        if not self._more:
            return tuple(self._told)
        more = Text(f"… và {self._more} vấn đề nữa.", f"… and {self._more} more problems.")
        return (*self._told, more)
