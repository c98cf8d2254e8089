"""A portal of the city that works on the registry instead of keeping a second list of startups.

    python examples/city_system.py                        # a SQLite file in a temporary folder
    python examples/city_system.py postgresql+psycopg://portal@db.example/city

The portal has its own tables in the same database. It writes its rows and the registry's records in
one transaction, and it follows the registry's feed so that its search page knows what others changed.
Every name in it is made up.
"""

import argparse
import tempfile
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, create_engine, func, select
from sqlalchemy.exc import IntegrityError

from stregistry import Certificate, Change, Identifier, Name, Organisation, Registry, Startup

METADATA = MetaData()
APPLICATION = Table(
    "portal_application",
    METADATA,
    Column("number", String(20), primary_key=True),
    Column("startup", Integer, nullable=False),  # the id of its record in the registry
)
PAGE = Table(
    "portal_page",
    METADATA,
    Column("organisation", Integer, primary_key=True, autoincrement=False),
    Column("title", String, nullable=False),
)
# One row: the cursor of the last change the portal has dealt with.
POSITION = Table("portal_position", METADATA, Column("cursor", String(40), nullable=False))


class Portal:
    """The portal, on an engine that it shares with the registry."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.registry = Registry(engine)
        METADATA.create_all(engine)
        with engine.begin() as connection:
            if connection.execute(select(POSITION)).first() is None:
                connection.execute(POSITION.insert().values(cursor="0"))

    def grant(self, number: str, name: str, tax_code: str, issued_on: str) -> int:
        """Grants an application: the portal's row and the registry's records, both or neither.

        Raises IntegrityError when the number was granted before; nothing is written then.
        """
        with self.engine.begin() as connection:
            registry = self.registry.on(connection)
            with registry.changeset(actor="portal", reason=f"application {number}") as tx:
                body = tx.put(
                    Organisation(
                        names=[Name(value=name, lang="vi", kind="official")],
                        kind="enterprise",
                        place="92",
                        identifiers=[Identifier(scheme="mst", value=tax_code)],
                    ),
                    source_id="portal",
                    key=tax_code,  # the same tax code is the same body, however often it applies
                )
                startup = tx.put(
                    Startup(
                        organisation=body,
                        basis="decree_268",
                        certificate=Certificate(number=number, issued_on=issued_on),
                    ),
                    source_id="portal",
                    key=number,
                )
            connection.execute(APPLICATION.insert().values(number=number, startup=startup))
        return startup

    def follow(self, at_most: int) -> int:
        """Deals with the next changes of the feed and returns with how many.

        The position moves in the transaction of what was done, so after a crash nothing is
        missed and nothing is done twice.
        """
        with self.engine.begin() as connection:
            cursor = connection.execute(select(POSITION.c.cursor)).scalar_one()
            done = 0
            for change in self.registry.on(connection).changes(since=cursor, limit=at_most):
                self._show(connection, change)
                connection.execute(POSITION.update().values(cursor=change.cursor))
                done += 1
        return done

    def _show(self, connection: Connection, change: Change) -> None:
        if change.kind != "organisation":
            return
        connection.execute(PAGE.delete().where(PAGE.c.organisation == change.id))
        if isinstance(change.after, Organisation):
            connection.execute(PAGE.insert().values(organisation=change.id, title=change.after.name))

    def pages(self) -> list[str]:
        """The titles of the search page, by the registry's ids."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(PAGE.c.title).order_by(PAGE.c.organisation)).scalars())


def tell(engine: Engine) -> None:
    """The story: grant, refuse, correct, follow, count."""
    portal = Portal(engine)
    registry = portal.registry

    print("1. Two applications are granted.")
    portal.grant("HS-01", "Công ty TNHH Lúa Vàng", "0301471348", "2025-11-03")
    portal.grant("HS-02", "Công ty CP Phù Sa Số", "1800104232", "2025-11-05")
    print(f"   changesets in the registry: {registry.head()[0]}, applications of the portal: {count(engine)}")

    print("2. The first is sent in once more and refused; the registry keeps nothing of it either.")
    try:
        portal.grant("HS-01", "Công ty TNHH Lúa Vàng", "0301471348", "2025-11-09")
    except IntegrityError:
        print(f"   changesets in the registry: {registry.head()[0]}, applications of the portal: {count(engine)}")

    print("3. The Department corrects a name.")
    body = registry.at().search("phu sa so")[0][0]
    with registry.changeset(actor="Lan", reason="Tên theo giấy đăng ký") as tx:
        tx.amend(body, {"names": [Name(value="Công ty CP Công nghệ Phù Sa Số", lang="vi", kind="official")]})

    print("4. The portal follows the feed, three changes at a time.")
    while done := portal.follow(at_most=3):
        print(f"   {done} changes; pages: {', '.join(portal.pages())}")

    print("5. The figure on the portal's front page is the registry's, with its records.")
    found = registry.explain("ecosystem-core", "startups", "92", "2025", valid="2025-12-31")
    print(f"   startups of Cần Thơ at the end of 2025: {found.cell.value:g}")
    for record in found.records:
        print(f"   - {record.name}, since {record.date}")
    print(f"6. Nobody touched the registry behind its back: {'intact' if registry.audit().ok else 'NOT INTACT'}.")


def count(engine: Engine) -> int:
    """How many applications the portal has granted."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(APPLICATION)).scalar_one()


def main() -> None:
    parser = argparse.ArgumentParser(description="A city system on the registry")
    parser.add_argument("address", nargs="?", help="a database address; default: a SQLite file in a temporary folder")
    address = parser.parse_args().address
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(address or f"sqlite:///{Path(folder) / 'city.db'}")
        try:
            tell(engine)
        finally:
            engine.dispose()


if __name__ == "__main__":
    main()
