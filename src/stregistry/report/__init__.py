"""A page made from snapshots: one file that opens without a network, to read, print and send on."""

import importlib.util
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stregistry.errors import StregistryError, system_words
from stregistry.files import whole_file
from stregistry.snapshot import Snapshot
from stregistry.text import Text

if TYPE_CHECKING:
    import os

    from stregistry.plan import DutyTable
    from stregistry.snapshot import SnapshotDiff

__all__ = ["report", "write_report"]


def report(
    snapshots: Sequence[Snapshot],
    *,
    lang: str = "vi",
    place: str | None = None,
    moved: "SnapshotDiff | None" = None,
    duties: "DutyTable | None" = None,
) -> str:
    """The page as HTML. Both languages stand in it; `lang` is the one it opens in.

    snapshots: at least one, of one framework and place map, no period in two of them. place: the code of the place the
    page is about; default the one the targets are set for, else the first in the ranking, else the first.
    moved: of `Registry.diff_snapshots`, for the section on what moved and why. duties: of `Registry.due`, for what is
    late. Without them the page has no such sections: a snapshot alone does not know.
    Raises SnapshotError for snapshots that do not go together, NotFoundError for a place they do not have,
    StregistryError without jinja2 (extra `report`).
    """
    if importlib.util.find_spec("jinja2") is None:
        raise StregistryError(
            Text(
                "Trang báo cáo cần jinja2. Cài: pip install 'stregistry[report]'.",
                "The report needs jinja2. Install: pip install 'stregistry[report]'.",
            )
        )
    import attrs

    from stregistry.report.gather import gather
    from stregistry.report.page import page

    return page(attrs.evolve(gather(snapshots, place), moved=moved, duties=duties), lang)


def write_report(
    snapshots: Sequence[Snapshot],
    path: "str | os.PathLike[str]",
    *,
    lang: str = "vi",
    place: str | None = None,
    moved: "SnapshotDiff | None" = None,
    duties: "DutyTable | None" = None,
) -> int:
    """Writes the page of `report` to a file; how many bytes it has comes back."""
    whole = report(snapshots, lang=lang, place=place, moved=moved, duties=duties).encode()
    try:
        with whole_file(os.fspath(path)) as beside:
            beside.write_bytes(whole)
    except OSError as error:
        said = system_words(error)
        raise StregistryError(
            Text(f"Không ghi được {path}: {said.vi}.", f"{path} cannot be written: {said.en}.")
        ) from error
    return len(whole)
