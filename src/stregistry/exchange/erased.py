"""Erased personal values do not come back through a file; only somebody who states them by hand brings them back."""

from collections.abc import Sequence

from stregistry.exchange.issues import Problems
from stregistry.store.batch import Children
from stregistry.store.changeset import Changeset
from stregistry.store.layout import Layout, Row


def without_erased(
    tx: Changeset,
    plan: Layout,
    at: Sequence[int],
    ids: Sequence[int],
    rows: Sequence[Row],
    children: Sequence[Children],
    problems: Problems,
) -> tuple[list[Row], list[Children]]:
    """Rows and child rows without the values of fields erased before, with a warning where the file had one.

    at: the row of the file each comes from. The sequences are in parallel.
    """
    made, below = list(rows), list(children)
    erased = tx.erased(ids) if plan.has_personal else {}
    for n, number in enumerate(ids) if erased else ():
        lost = []
        for field in erased.get(number, ()):
            child, dot, column = field.partition(".")
            if dot:
                j = next(j for j, c in enumerate(plan.children) if c.name == child)
                where = plan.children[j].at[column]
                items = below[n][j]
                if any(item[where] is not None for item in items):
                    lost.append(field)
                    cut = tuple((*item[:where], None, *item[where + 1 :]) for item in items)
                    below[n] = (*below[n][:j], cut, *below[n][j + 1 :])
            elif made[n][plan.at[field]] is not None:
                lost.append(field)
                where = plan.at[field]
                made[n] = (*made[n][:where], None, *made[n][where + 1 :])
        if lost:
            problems.at(at[n], "erased_before", fields=", ".join(lost), id=number)
    return made, below
