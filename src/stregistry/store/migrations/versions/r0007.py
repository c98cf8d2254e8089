"""Identifiers say when their issuer last changed its record"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("organisation_identifiers", sa.Column("modified_on", sa.Integer(), nullable=True))
    op.add_column("organisation_identifiers", sa.Column("modified_on_last", sa.Integer(), nullable=True))
