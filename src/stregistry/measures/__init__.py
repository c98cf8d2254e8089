"""Counting rules: parameters in, a description of what to count out; one select for each source, folded exactly."""

from stregistry.measures.check import Check, Problem
from stregistry.measures.parts import BodyTest, Part, Source, Test
from stregistry.measures.rules import MEASURES, Distinct, Growth, Ratio, Rule, Series, Tally, read_rule

__all__ = [
    "MEASURES",
    "BodyTest",
    "Check",
    "Distinct",
    "Growth",
    "Part",
    "Problem",
    "Ratio",
    "Rule",
    "Series",
    "Source",
    "Tally",
    "Test",
    "read_rule",
]
