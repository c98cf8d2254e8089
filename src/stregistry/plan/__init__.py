"""The plan: how far the targets of a framework are reached, and who owes what by when."""

from stregistry.plan.ask import Ask, Asked
from stregistry.plan.duties import due
from stregistry.plan.duty import Duty, DutyTable
from stregistry.plan.table import REASONS, STATUSES, Standing, TargetTable
from stregistry.plan.targets import targets
from stregistry.plan.tasks import TaskStanding, TaskTable, tasks

__all__ = [
    "REASONS",
    "STATUSES",
    "Ask",
    "Asked",
    "Duty",
    "DutyTable",
    "Standing",
    "TargetTable",
    "TaskStanding",
    "TaskTable",
    "due",
    "targets",
    "tasks",
]
