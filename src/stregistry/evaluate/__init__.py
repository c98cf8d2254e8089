"""A framework and a view of the registry in; the indicator table, and the records behind each figure, out."""

from stregistry.evaluate.behind import Counted
from stregistry.evaluate.explain import Explanation, counted_records, explain
from stregistry.evaluate.indicators import indicators
from stregistry.evaluate.observations import SeveralUnits
from stregistry.evaluate.table import Cell, IndicatorTable, LeftOut, Slice, SplitBody

__all__ = [
    "Cell",
    "Counted",
    "Explanation",
    "IndicatorTable",
    "LeftOut",
    "SeveralUnits",
    "Slice",
    "SplitBody",
    "counted_records",
    "explain",
    "indicators",
]
