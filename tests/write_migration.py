"""Writes the next revision of the tables: what the model asks for and the last one has not. Run by `make migration`.

What is added - a column that may be empty, a table, an index - is written whole and needs only a look.
Anything else (a name or type that changed) Alembic takes for something lost and something new: that is
refused here and has to be written by hand, so that no value is dropped with its column.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import BigInteger, Connection, MetaData, create_engine

from stregistry.store import migrations
from stregistry.store.tables import build_tables

FOLDER = Path(migrations.__file__).parent / "versions"
ADDITIONS = (ops.CreateTableOp, ops.CreateIndexOp, ops.AddColumnOp)
PAGE = '''"""{words}"""

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {before}

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    {code}
'''


def difference(conn: Connection, metadata: MetaData) -> ops.UpgradeOps:
    """What would make the tables there those of `metadata`."""
    context = MigrationContext.configure(conn, opts={"version_table": migrations.VERSION_TABLE})
    found = produce_migrations(context, metadata).upgrade_ops
    assert found is not None
    return found


def render_item(sort: str, item: Any, _context: Any) -> str | bool:
    return "BIG" if sort == "type" and isinstance(item, BigInteger) else False


def single(found: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    """The operations one by one, those on one table taken apart."""
    for one in found:
        yield from single(one.ops) if isinstance(one, ops.ModifyTableOps) else [one]


def page(found: ops.UpgradeOps, number: str, before: str | None, words: str) -> str:
    """The file of a revision."""
    code = render_python_code(found, render_item=render_item)
    lines = [line for line in code.splitlines() if not line.strip().startswith("#")]
    quoted = f'"{before}"' if before else "None"
    return PAGE.format(words=words, number=number, before=quoted, code="\n".join(lines).strip())


def main(words: str) -> int:
    with create_engine("sqlite://").begin() as conn:
        migrations.run(conn, None, None)
        found = difference(conn, build_tables().metadata)
    if found.is_empty():
        print(f"Revision {migrations.latest()} has all the model asks for.")
        return 0
    by_hand = [one for one in single(found.ops) if not isinstance(one, ADDITIONS)]
    for one in by_hand:
        print("To be written by hand:", one.to_diff_tuple(), file=sys.stderr)
    if by_hand:
        return 1
    if not words:
        print("Say what changed, in a sentence: make migration m='A deal has …'", file=sys.stderr)
        return 2
    number = f"{int(migrations.latest()) + 1:04}"
    path = FOLDER / f"r{number}.py"
    path.write_text(page(found, number, migrations.latest(), words), encoding="utf-8", newline="\n")
    subprocess.run([shutil.which("ruff", path=Path(sys.executable).parent) or "ruff", "format", path], check=True)
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:]).strip()))
