"""Made-up successions: what became of the bodies that ended (`succession.csv`)."""

from collections.abc import Iterator, Sequence
from typing import Final

from stregistry.demo.bodies import Body, Row
from stregistry.demo.calendar import LAST_DAY, iso
from stregistry.demo.draws import Draws

COLUMNS: Final = ("id", "event", "happened_on", "decision", "predecessor", "successor")


def succession_rows(bodies: Sequence[Body], draws: Draws) -> Iterator[Row]:
    """One event for each body that ended: absorbed by one of its kind that went on, or dissolved."""
    ended = [body for body in bodies if body.dissolved <= LAST_DAY]
    for n, body in enumerate(ended, 1):
        day = body.dissolved
        heirs = [other for other in bodies if other.kind == body.kind and other.lived(day - 1, day)]
        absorbed = bool(heirs) and draws.chance(0.4)
        yield (
            f"KT{n:05d}",
            "absorbed" if absorbed else "dissolved",
            iso(day),
            f"GL-{n:05d}/QĐ",
            body.id,
            draws.pick(heirs).id if absorbed else "",
        )
