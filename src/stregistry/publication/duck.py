"""DuckDB over the files of a publication, as an SQLAlchemy engine that reads what the tables of the store would hold.

DuckDB speaks PostgreSQL's SQL, so SQLAlchemy's PostgreSQL compiler writes it and little is left to say here.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Engine, Integer, LargeBinary, Select, SmallInteger, Table, case, event, func
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect
from sqlalchemy.engine.url import URL
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.elements import ClauseElement, ColumnClause, FunctionFilter

from stregistry.errors import StregistryError
from stregistry.store.tables import Tables
from stregistry.text import Text


class _Compiler(PGCompiler):
    """PostgreSQL's SQL as DuckDB runs it fastest: values written out by SQLAlchemy when a statement is run (an eighth
    less time than bound ones, which its optimiser does not see), aggregates of some rows as CASE rather than FILTER.
    """

    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:
        whole: Any = super()
        return str(whole.visit_bindparam(bindparam, *args, **{**kw, "literal_execute": True}))

    def visit_funcfilter(self, funcfilter: FunctionFilter[Any], **kw: Any) -> str:
        function = funcfilter.func
        (argument,) = function.clauses
        counted = 1 if str(argument) == "*" else argument
        met: Any = funcfilter.criterion
        return self.process(getattr(func, function.name)(case((met, counted))), **kw)


class _DuckDB(PGDialect):
    name = "duckdb"
    driver = "duckdb"
    statement_compiler = _Compiler
    default_paramstyle = "qmark"
    supports_statement_cache = True
    _backslash_escapes = False  # a backslash is a letter like any other

    # Nothing is ever written, so there is no transaction to keep; and DuckDB has no server to ask for its version.
    def initialize(self, connection: Any) -> None: ...

    def do_begin(self, dbapi_connection: Any) -> None: ...

    def do_commit(self, dbapi_connection: Any) -> None: ...

    def do_rollback(self, dbapi_connection: Any) -> None: ...


_EMPTY: Final[dict[type, str]] = {
    LargeBinary: "BLOB",
    BigInteger: "BIGINT",
    Integer: "INTEGER",
    SmallInteger: "SMALLINT",
}


def open_files(folder: Path, tables: Tables, records: str, left_out: Mapping[str, Iterable[str]]) -> Engine:
    """An engine in which each table of the store is a view of its file; columns without one are NULL.

    records: the subfolder of the files. left_out: by table, the columns whose values were not published; a query
    that depends on one is refused, because NULL would count as missing. Raises StregistryError without duckdb.
    """
    try:
        import duckdb
    except ImportError as error:
        raise StregistryError(
            Text(
                "Đọc bộ dữ liệu công bố cần duckdb: pip install 'stregistry[duckdb]'.",
                "Reading a publication needs duckdb: pip install 'stregistry[duckdb]'.",
            )
        ) from error
    # Nothing is fetched over the network, whatever a query asks for.
    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    whole = duckdb.connect(":memory:", config=config)
    try:
        for kind in tables.kinds.values():
            for table in (kind.current, *kind.children.values()):
                _view(whole, table, folder / records / f"{table.name}.parquet")
            # What was known before stays in the office.
            _view(whole, kind.past, folder / records / f"{kind.current.name}.parquet", rows=False)
        _view(whole, tables.document, folder / records / f"{tables.document.name}.parquet")
    except duckdb.Error as error:
        whole.close()
        told = str(error).splitlines()[0]
        raise StregistryError(
            Text(
                f"Không đọc được tệp của bộ dữ liệu công bố {folder}: {told}",
                f"A file of the publication {folder} cannot be read: {told}",
            )
        ) from error
    dialect = _DuckDB(dbapi=duckdb, paramstyle="qmark")  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    another: Any = whole.cursor  # a connection of its own to the same views
    engine = Engine(NullPool(another, dialect=dialect), dialect, URL.create("duckdb"))
    hidden = {
        column
        for table in tables.metadata.tables.values()
        for column in table.columns
        if column.name in left_out.get(table.name, ())
    }
    event.listen(engine, "before_execute", _guard(hidden))
    return engine


def _view(whole: Any, table: Table, file: Path, *, rows: bool = True) -> None:
    from duckdb import ColumnExpression, ConstantExpression

    found = whole.read_parquet(str(file))
    there = set(found.columns)
    columns = [
        ColumnExpression(c.name) if c.name in there else ConstantExpression(None).cast(_type(c)).alias(c.name)
        for c in table.columns
    ]
    found = found.select(*columns)
    (found if rows else found.limit(0)).create_view(table.name)


def _type(column: Column[Any]) -> str:
    return next((name for sql, name in _EMPTY.items() if isinstance(column.type, sql)), "VARCHAR")


def _guard(hidden: set[Column[Any]]) -> Any:
    """Refuses a statement whose result depends on a column that was not published; plain reading gives NULL."""

    def check(_conn: Any, statement: Any, _many: Any, _params: Any, _options: Any) -> None:
        for column in _used(statement):
            for root in column.base_columns & hidden:
                raise StregistryError(
                    Text(
                        f"Bộ dữ liệu công bố không có trường '{root.table.name}.{root.name}' (cá nhân hoặc nội bộ), "
                        "nên không tính được; hãy tính từ sổ đăng ký.",
                        f"The publication does not have the field '{root.table.name}.{root.name}' (personal or "
                        "internal), so this cannot be computed from it; compute it from the registry.",
                    ),
                    table=root.table.name,
                    field=root.name,
                )

    return check


def _used(statement: Any) -> Iterable[ColumnClause[Any]]:
    """The columns a statement computes with: all but those that a select hands on as they are."""
    waiting: list[Any] = [statement] if isinstance(statement, ClauseElement) else []
    seen: set[int] = set()
    while waiting:
        element = waiting.pop()
        if id(element) in seen or isinstance(element, Table):
            continue
        seen.add(id(element))
        if isinstance(element, ColumnClause):
            yield element
            continue
        chosen = element.selected_columns if isinstance(element, Select) else ()
        handed_on = {id(c) for c in chosen if isinstance(c, ColumnClause)}
        waiting.extend(child for child in element.get_children() if id(child) not in handed_on)
