"""The audit: every digest, every changeset's hash and the chain, computed anew from what the tables hold.

Everything is read once, in the order of changesets, as it is needed; what is kept does not grow with
the registry. Only when something is wrong are the tables read again, to name what was done.
"""

from stregistry.store.audit.chain import AuditReport, audit

__all__ = ["AuditReport", "audit"]
