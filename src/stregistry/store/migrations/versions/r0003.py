"""The revision says which tables these are; the hash of their form that stood in the head goes."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_column("head", "shape")
