"""How the tables changed from version to version, one Alembic revision in `versions/` for each change.

Revisions go upward only: nothing is ever taken out of a registry, so the way back is a backup. They
do not read the model, which moves on while they must stay as they were.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, select

VERSION_TABLE: Final = "stregistry_version"
_HERE: Final = Path(__file__).parent


@cache
def revisions() -> tuple[str, ...]:
    """The revisions of the tables, oldest first. Each is the number its file is named after."""
    return tuple(sorted(path.stem[1:5] for path in (_HERE / "versions").glob("r[0-9]*.py")))


def latest() -> str:
    """The revision of the tables this version of the code works with."""
    return revisions()[-1]


def run(conn: Connection, schema: str | None, start: str | None, stop: str | None = None) -> None:
    """Takes the tables from one revision (None: nothing there) to another, in the caller's transaction.

    stop: None for the latest.
    """
    # A fifth of a second that only an upgrade needs.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(_HERE))

    def steps(revision: Any, _: object) -> Any:
        return script._upgrade_revs(stop or latest(), revision)  # as Alembic's documentation has it

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=conn, version_table=VERSION_TABLE)
        context = environment.get_context()
        own_path = _enter(conn, schema)
        if start is not None and not context.get_current_heads():
            context.stamp(script, start)
        environment.run_migrations()
        _leave(conn, own_path)


def _enter(conn: Connection, schema: str | None) -> str | None:
    """Makes names without a schema mean the registry's, as revisions write them; returns what they meant."""
    if schema is None:
        return None
    own_path: str = conn.execute(select(func.current_setting("search_path"))).scalar_one()
    quoted = conn.dialect.identifier_preparer.quote(schema)
    conn.execute(select(func.set_config("search_path", quoted, True)))
    return own_path


def _leave(conn: Connection, own_path: str | None) -> None:
    # The transaction may be the caller's, who goes on in it.
    if own_path is not None:
        conn.execute(select(func.set_config("search_path", own_path, True)))
