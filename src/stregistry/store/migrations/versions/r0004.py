"""A certificate says when the Ministry was notified of it and when the body was last checked again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("st_enterprise", sa.Column("notified_on", sa.Integer(), nullable=True))
    op.add_column("st_enterprise", sa.Column("notified_on_last", sa.Integer(), nullable=True))
    op.add_column("st_enterprise", sa.Column("rechecked_on", sa.Integer(), nullable=True))
    op.add_column("st_enterprise", sa.Column("rechecked_on_last", sa.Integer(), nullable=True))
    op.add_column("st_enterprise_past", sa.Column("notified_on", sa.Integer(), nullable=True))
    op.add_column("st_enterprise_past", sa.Column("notified_on_last", sa.Integer(), nullable=True))
    op.add_column("st_enterprise_past", sa.Column("rechecked_on", sa.Integer(), nullable=True))
    op.add_column("st_enterprise_past", sa.Column("rechecked_on_last", sa.Integer(), nullable=True))
    op.add_column("st_organisation", sa.Column("notified_on", sa.Integer(), nullable=True))
    op.add_column("st_organisation", sa.Column("notified_on_last", sa.Integer(), nullable=True))
    op.add_column("st_organisation_past", sa.Column("notified_on", sa.Integer(), nullable=True))
    op.add_column("st_organisation_past", sa.Column("notified_on_last", sa.Integer(), nullable=True))
    op.add_column("startup", sa.Column("notified_on", sa.Integer(), nullable=True))
    op.add_column("startup", sa.Column("notified_on_last", sa.Integer(), nullable=True))
    op.add_column("startup_past", sa.Column("notified_on", sa.Integer(), nullable=True))
    op.add_column("startup_past", sa.Column("notified_on_last", sa.Integer(), nullable=True))
    op.add_column("support_organisation", sa.Column("notified_on", sa.Integer(), nullable=True))
    op.add_column("support_organisation", sa.Column("notified_on_last", sa.Integer(), nullable=True))
    op.add_column("support_organisation_past", sa.Column("notified_on", sa.Integer(), nullable=True))
    op.add_column("support_organisation_past", sa.Column("notified_on_last", sa.Integer(), nullable=True))
