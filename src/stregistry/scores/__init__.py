"""Scores of a plain table: any units, any indicators, by the index tree and the method of a framework file."""

from stregistry.scores.entry import score
from stregistry.scores.scores import Scores

__all__ = ["Scores", "score"]
