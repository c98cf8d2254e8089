"""Cells that become rows of a child table: names, identifiers, documents."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from stregistry import codes, vocab
from stregistry.exchange.cells import Cell
from stregistry.exchange.headers import Header
from stregistry.exchange.issues import Problems
from stregistry.exchange.parse import Values, pieces, read_once, read_texts
from stregistry.store.layout import ChildLayout, Row

Rows = tuple[Row, ...]  # the child rows one cell gives


def row_maker(child: ChildLayout, vary: str, **fixed: Any) -> Callable[[Any], Row]:
    """A function that makes a child row from the one value that varies."""
    blank: list[Any] = [None] * len(child.columns)
    for name, value in fixed.items():
        blank[child.at[name]] = value
    where = child.at[vary]
    before, after = tuple(blank[:where]), tuple(blank[where + 1 :])
    return lambda value: (*before, value, *after)


def read_child(cells: Sequence[Cell], child: ChildLayout, header: Header) -> list[Rows]:
    """For each row the one child row its text gives (a name), or none."""
    make = row_maker(child, "value", **header.column.fixed)
    return [(make(text),) if text else () for text in read_texts(cells)]


def read_identifiers(
    cells: Sequence[Cell], child: ChildLayout, header: Header, problems: Problems
) -> tuple[list[Rows], Values]:
    """For each row its identifier as a child row; and its normalised form, None when there is none.

    A value that does not follow the rule of its scheme is kept with a warning.
    """
    scheme = header.column.fixed["scheme"]
    make = row_maker(child, "value", scheme=scheme)
    texts = read_texts(cells)
    checked = tell_suspects(scheme, [(text,) if text else () for text in texts], header, problems)
    return (
        [(make(text),) if text else () for text in texts],
        [checked[text].normalised if text else None for text in texts],
    )


def tell_suspects(
    scheme: str, cells: Sequence[Sequence[str]], header: Header, problems: Problems
) -> dict[str, codes.Checked]:
    """The verdict on each number of the cells of a column; one that does not follow its scheme's rule is told."""
    checked = {text: codes.check(scheme, text) for text in {text for cell in cells for text in cell}}
    doubtful = {text for text, c in checked.items() if c.verdict in ("suspect", "invalid")}
    if doubtful:
        label = vocab.vocabulary("identifier_scheme").term(scheme).label
        for i, cell in enumerate(cells):
            for text in cell:
                if text in doubtful:
                    problems.at(i, "suspect_identifier", column=header.text, value=text, scheme=label)
    return checked


def read_evidence(cells: Sequence[Cell], child: ChildLayout, header: Header, problems: Problems) -> list[Rows]:
    """For each row the documents it names, split by `;`."""
    make = row_maker(child, "name")
    return read_once(cells, lambda cell: tuple(map(make, pieces(cell))), header, problems, empty=())


def concat(slots: Iterable[Sequence[Rows]], rows: int) -> list[Rows]:
    """The child rows of each row, from all columns that give some, in column order."""
    lists = list(slots)
    if not lists:
        return [()] * rows
    total = list(lists[0])
    for more in lists[1:]:
        total = [a + b if b else a for a, b in zip(total, more, strict=True)]
    return total
