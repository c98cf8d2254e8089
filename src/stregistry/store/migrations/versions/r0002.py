"""Decisions on which records are one body, successions, lawful erasure; an identifier has an issuer and days."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("row", BIG, autoincrement=False, nullable=False),
        sa.Column("facts", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("tx_from", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("one", BIG, nullable=True),
        sa.Column("two", BIG, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Integer(), nullable=True),
        sa.Column("decided_on_last", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("uq_decision_id", "decision", ["id"], unique=True)
    op.create_table(
        "decision_past",
        sa.Column("row", BIG, autoincrement=False, nullable=False),
        sa.Column("facts", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("tx_from", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("one", BIG, nullable=True),
        sa.Column("two", BIG, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Integer(), nullable=True),
        sa.Column("decided_on_last", sa.Integer(), nullable=True),
        sa.Column("tx_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("ix_decision_past_id", "decision_past", ["id"], unique=False)
    op.create_index("ix_decision_past_tx_to", "decision_past", ["tx_to"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("changeset", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before_row", BIG, nullable=False),
        sa.PrimaryKeyConstraint("changeset", "id", "field"),
    )
    op.create_table(
        "pin",
        sa.Column("row", BIG, autoincrement=False, nullable=False),
        sa.Column("facts", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("tx_from", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("organisation", BIG, nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Integer(), nullable=True),
        sa.Column("decided_on_last", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("ix_pin_organisation", "pin", ["organisation"], unique=False)
    op.create_index("uq_pin_id", "pin", ["id"], unique=True)
    op.create_table(
        "pin_past",
        sa.Column("row", BIG, autoincrement=False, nullable=False),
        sa.Column("facts", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("tx_from", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("organisation", BIG, nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Integer(), nullable=True),
        sa.Column("decided_on_last", sa.Integer(), nullable=True),
        sa.Column("tx_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("ix_pin_past_id", "pin_past", ["id"], unique=False)
    op.create_index("ix_pin_past_tx_to", "pin_past", ["tx_to"], unique=False)
    op.create_table(
        "succession",
        sa.Column("row", BIG, autoincrement=False, nullable=False),
        sa.Column("facts", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("tx_from", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Integer(), nullable=True),
        sa.Column("happened_on_last", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("uq_succession_id", "succession", ["id"], unique=True)
    op.create_table(
        "succession_evidence",
        sa.Column("facts", BIG, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("facts", "n"),
    )
    op.create_table(
        "succession_parties",
        sa.Column("facts", BIG, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("body", BIG, nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("peers", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("facts", "n"),
    )
    op.create_index("ix_succession_parties_body", "succession_parties", ["body"], unique=False)
    op.create_table(
        "succession_past",
        sa.Column("row", BIG, autoincrement=False, nullable=False),
        sa.Column("facts", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("tx_from", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Integer(), nullable=True),
        sa.Column("happened_on_last", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("tx_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("ix_succession_past_id", "succession_past", ["id"], unique=False)
    op.create_index("ix_succession_past_tx_to", "succession_past", ["tx_to"], unique=False)
    op.add_column("organisation_identifiers", sa.Column("issuer", sa.Text(), nullable=True))
    op.add_column("organisation_identifiers", sa.Column("since", sa.Integer(), nullable=True))
    op.add_column("organisation_identifiers", sa.Column("since_last", sa.Integer(), nullable=True))
    op.add_column("organisation_identifiers", sa.Column("until", sa.Integer(), nullable=True))
    op.add_column("organisation_identifiers", sa.Column("until_last", sa.Integer(), nullable=True))
