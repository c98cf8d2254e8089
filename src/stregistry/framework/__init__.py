"""Frameworks: indicator sets that people who know policy write as TOML, and the engine checks when loading."""

from stregistry.framework.framework import Framework
from stregistry.framework.parts import Evaluation, Group, Indicator, Obligation, Per, Reference, Target

__all__ = ["Evaluation", "Framework", "Group", "Indicator", "Obligation", "Per", "Reference", "Target"]
