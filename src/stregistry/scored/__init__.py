"""Scores of a registry's own indicators: what the records say, put through the method of a framework."""

from stregistry.scored.explain import Member, ScoreExplanation, explain_score, score_tree
from stregistry.scored.figures import score_cells, scores
from stregistry.scored.standing import Interval, Standing, Standings, intervals, standings

__all__ = [
    "Interval",
    "Member",
    "ScoreExplanation",
    "Standing",
    "Standings",
    "explain_score",
    "intervals",
    "score_cells",
    "score_tree",
    "scores",
    "standings",
]
