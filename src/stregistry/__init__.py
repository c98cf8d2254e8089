"""A registry of an innovation ecosystem, and the engine that turns its records into numbers.

The names below are the public API. They are imported when first used, so that the command line
starts without SQLAlchemy or pandas.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stregistry.dates import PartialDate, Period
    from stregistry.errors import (
        ConflictError,
        DefinitionError,
        DomainError,
        Issue,
        NotFoundError,
        RecordError,
        SnapshotError,
        StregistryError,
    )
    from stregistry.fields import Money
    from stregistry.framework import Framework
    from stregistry.model import (
        Asset,
        Certificate,
        Deal,
        Declaration,
        Evidence,
        FundingRound,
        Identifier,
        Name,
        Observation,
        Organisation,
        Partnership,
        Party,
        Relation,
        Startup,
        STEnterprise,
        STOrganisation,
        Submission,
        Succession,
        SupportOrganisation,
        Task,
    )
    from stregistry.registry import Registry
    from stregistry.scores import Scores, score
    from stregistry.snapshot import Snapshot
    from stregistry.store.feed import Change, RegistryDiff
    from stregistry.text import Text

__version__ = "0.1.0"

_HOME = {
    "Asset": "model",
    "Certificate": "model",
    "Change": "store.feed",
    "ConflictError": "errors",
    "Deal": "model",
    "Declaration": "model",
    "DefinitionError": "errors",
    "DomainError": "errors",
    "Evidence": "model",
    "Framework": "framework",
    "FundingRound": "model",
    "Identifier": "model",
    "Issue": "errors",
    "Money": "fields",
    "Name": "model",
    "NotFoundError": "errors",
    "Observation": "model",
    "Organisation": "model",
    "PartialDate": "dates",
    "Partnership": "model",
    "Party": "model",
    "Period": "dates",
    "RecordError": "errors",
    "Registry": "registry",
    "RegistryDiff": "store.feed",
    "Relation": "model",
    "STEnterprise": "model",
    "STOrganisation": "model",
    "Scores": "scores",
    "Snapshot": "snapshot",
    "SnapshotError": "errors",
    "Startup": "model",
    "StregistryError": "errors",
    "Submission": "model",
    "Succession": "model",
    "SupportOrganisation": "model",
    "Task": "model",
    "Text": "text",
    "score": "scores",
}

__all__ = [
    "Asset",
    "Certificate",
    "Change",
    "ConflictError",
    "Deal",
    "Declaration",
    "DefinitionError",
    "DomainError",
    "Evidence",
    "Framework",
    "FundingRound",
    "Identifier",
    "Issue",
    "Money",
    "Name",
    "NotFoundError",
    "Observation",
    "Organisation",
    "PartialDate",
    "Partnership",
    "Party",
    "Period",
    "RecordError",
    "Registry",
    "RegistryDiff",
    "Relation",
    "STEnterprise",
    "STOrganisation",
    "Scores",
    "Snapshot",
    "SnapshotError",
    "Startup",
    "StregistryError",
    "Submission",
    "Succession",
    "SupportOrganisation",
    "Task",
    "Text",
    "__version__",
    "score",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"stregistry.{_HOME[name]}"), name)
    raise AttributeError(f"module 'stregistry' has no attribute {name!r}")
