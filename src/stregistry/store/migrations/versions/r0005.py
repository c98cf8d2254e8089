"""Tasks recur, and bodies declare figures"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "declaration",
        sa.Column("row", BIG, autoincrement=False, nullable=False),
        sa.Column("facts", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("tx_from", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("organisation", BIG, nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("declared_on", sa.Integer(), nullable=True),
        sa.Column("declared_on_last", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("ix_declaration_organisation", "declaration", ["organisation"], unique=False)
    op.create_index("uq_declaration_id", "declaration", ["id"], unique=True)
    op.create_table(
        "declaration_evidence",
        sa.Column("facts", BIG, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("facts", "n"),
    )
    op.create_table(
        "declaration_past",
        sa.Column("row", BIG, autoincrement=False, nullable=False),
        sa.Column("facts", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("tx_from", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("organisation", BIG, nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("declared_on", sa.Integer(), nullable=True),
        sa.Column("declared_on_last", sa.Integer(), nullable=True),
        sa.Column("tx_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("ix_declaration_past_id", "declaration_past", ["id"], unique=False)
    op.create_index("ix_declaration_past_tx_to", "declaration_past", ["tx_to"], unique=False)
    op.add_column("task", sa.Column("recurrence", sa.Text(), nullable=True))
    op.add_column("task", sa.Column("recurs_until", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("recurs_until_last", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("form", sa.Text(), nullable=True))
    op.add_column("task", sa.Column("started_on", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("started_on_last", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("cancelled_on", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("cancelled_on_last", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("indicators", sa.Text(), nullable=True))
    op.add_column("task_past", sa.Column("recurrence", sa.Text(), nullable=True))
    op.add_column("task_past", sa.Column("recurs_until", sa.Integer(), nullable=True))
    op.add_column("task_past", sa.Column("recurs_until_last", sa.Integer(), nullable=True))
    op.add_column("task_past", sa.Column("form", sa.Text(), nullable=True))
    op.add_column("task_past", sa.Column("started_on", sa.Integer(), nullable=True))
    op.add_column("task_past", sa.Column("started_on_last", sa.Integer(), nullable=True))
    op.add_column("task_past", sa.Column("cancelled_on", sa.Integer(), nullable=True))
    op.add_column("task_past", sa.Column("cancelled_on_last", sa.Integer(), nullable=True))
    op.add_column("task_past", sa.Column("indicators", sa.Text(), nullable=True))
