"""The plan: how far the targets of a framework are reached."""

from stregistry.plan.table import REASONS, STATUSES, Standing, TargetTable
from stregistry.plan.targets import targets

__all__ = ["REASONS", "STATUSES", "Standing", "TargetTable", "targets"]
