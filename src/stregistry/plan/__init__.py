"""The plan: how far the targets of a framework are reached, and who owes what by when."""

from stregistry.plan.duties import due
from stregistry.plan.duty import Duty, DutyTable
from stregistry.plan.table import REASONS, STATUSES, Standing, TargetTable
from stregistry.plan.targets import targets

__all__ = ["REASONS", "STATUSES", "Duty", "DutyTable", "Standing", "TargetTable", "due", "targets"]
