"""Much made at once, and none of it garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which is as it was afterwards.

    A scan gives thousands of rows, and a figure has thousands of records behind it. The collector would look through
    all of them, and now and then through every object of the process, and find nothing: a twelfth of the time of twenty
    indicators, and of an explanation up to as long as its scan.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
