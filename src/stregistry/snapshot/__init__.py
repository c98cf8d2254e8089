"""A frozen result with its provenance: what was computed, from which records, and whether it still holds."""

from stregistry.snapshot.diff import SnapshotDiff, diff_snapshots
from stregistry.snapshot.explain import explain_snapshot, explain_snapshot_score
from stregistry.snapshot.frozen import FORMAT, Snapshot
from stregistry.snapshot.kept import Kept, approve, keep, kept, open_snapshot
from stregistry.snapshot.make import make_snapshot
from stregistry.snapshot.verify import Difference, Verification, verify

__all__ = [
    "FORMAT",
    "Difference",
    "Kept",
    "Snapshot",
    "SnapshotDiff",
    "Verification",
    "approve",
    "diff_snapshots",
    "explain_snapshot",
    "explain_snapshot_score",
    "keep",
    "kept",
    "make_snapshot",
    "open_snapshot",
    "verify",
]
