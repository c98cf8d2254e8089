"""Commands that hand records out: lists, files that can be imported again, schemas."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stregistry.cli.asked import kinds_note
from stregistry.cli.base import Command, lang_of, open_registry, reading, say
from stregistry.cli.output import count, emit
from stregistry.cli.personal import PERSONAL, WHY_PERSONAL, personal_reason
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.registry import Registry
    from stregistry.store.view import View


@click.command(
    "list",
    cls=Command,
    note=kinds_note(),
    about=Text("Liệt kê hồ sơ của một loại.", "List the records of a kind."),
    examples=(
        "stregistry list startup",
        "stregistry list deal --format csv",
        "stregistry list organisation --valid 2024-12-31 --out dn.xlsx",
        'stregistry list organisation --out lien-he.csv --personal --why "Gửi giấy mời theo công văn 12"',
    ),
)
@click.argument("kind")
@PERSONAL
@WHY_PERSONAL
@reading
@click.pass_context
def list_(
    ctx: click.Context,
    kind: str,
    personal: bool,
    why: str | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.told import columns_told
    from stregistry.exchange.listed import Listed
    from stregistry.model import record_class

    reason = personal_reason(personal, why, out)
    cls, registry = record_class(kind), open_registry(ctx)
    view = _settled(registry, valid, known)
    listed = Listed(view=view, kind=cls, personal=personal)
    emit(listed.rows, listed.headers, form=form, out=out, types=listed.types, told=columns_told(cls))
    _keep_reason(reason, out, kind, view, registry)


@click.command(
    "export",
    cls=Command,
    note=kinds_note(),
    about=Text(
        "Ghi hồ sơ của một loại ra tệp theo đúng các cột của tệp nhập, để nhập lại được; hoặc một bản chốt số liệu "
        "(.json) thành bảng.\n\n"
        "Cột id và các cột nêu tổ chức ghi mã số trong sổ đăng ký; hãy nhập tệp organisation trước, cùng --source-id.",
        "Write the records of a kind with the columns of an import file, so that they can be imported again; or a "
        "snapshot (.json) as tables.\n\n"
        "The id column and those that name bodies hold the registry's ids; import the organisation file first, under "
        "the same --source-id.",
    ),
    examples=(
        "stregistry export organisation --out organisation.csv",
        "stregistry export deal --valid 2024-12-31 --out deal.xlsx",
        "stregistry export nam-2024.json --out nam-2024.xlsx",
    ),
)
@click.argument("kind")
@PERSONAL
@WHY_PERSONAL
@reading
@click.pass_context
def export(
    ctx: click.Context,
    kind: str,
    personal: bool,
    why: str | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.exchange.again import Again
    from stregistry.model import record_class

    if kind.lower().endswith(".json"):
        _export_snapshot(kind, form, out)
        return
    reason = personal_reason(personal, why, out)
    cls, registry = record_class(kind), open_registry(ctx)
    view = _settled(registry, valid, known)
    again = Again(view=view, kind=cls, personal=personal)
    emit(again.rows, {c.id: c.label for c in again.shown}, form=form, out=out, types=again.types)
    for name, records in again.left.items():
        say(
            Text(
                f"Không có cột nhập nào cho {name}: {records} hồ sơ có nội dung này không ghi ra được.",
                f"No import column says {name}: left out of {count(records, 'record')}.",
            )
        )
    _keep_reason(reason, out, kind, view, registry)


def _settled(registry: "Registry", valid: str | None, known: str | None) -> "View":
    """The view asked for, known by its number, so that all pages know the same although others write meanwhile."""
    asked = registry.at(valid=valid, known=known)
    return registry.at(valid=asked.valid, known=asked.known_number)


def _keep_reason(reason: str | None, out: str | None, kind: str, view: "View", registry: "Registry") -> None:
    """Puts the reason for handing out personal fields beside the file that holds them."""
    if reason is not None and out:
        from stregistry.exchange.personal import note_reason

        beside = note_reason(out, kind, reason, view, registry.hash_at(view.known_number))
        say(Text(f"Lý do đưa dữ liệu cá nhân: {beside}", f"The reason for handing out personal fields: {beside}"))


def _export_snapshot(path: str, form: str, out: str | None) -> None:
    """A snapshot as a workbook of all its tables, or its values in any other format."""
    from stregistry.snapshot import Snapshot
    from stregistry.snapshot.sheets import snapshot_sheets

    sheets = snapshot_sheets(Snapshot.read(path), lang_of())
    if out is not None and out.lower().endswith(".xlsx"):
        from stregistry.exchange.out import write_book

        written = sum(write_book(sheets, Path(out)))
        say(Text(f"Đã ghi {written} dòng vào {out}.", f"Wrote {count(written, 'row')} to {out}."))
        return
    values = sheets[0]
    emit(map(dict, values.rows), {c: Text(c, c) for c in values.columns}, form=form, out=out)


@click.command(
    "schema",
    cls=Command,
    note=kinds_note(Text("hoặc framework, snapshot, publication", "or framework, snapshot, publication")),
    about=Text(
        "In JSON Schema của một loại hồ sơ, của tệp bộ chỉ tiêu (framework), bản chốt số liệu (snapshot) hoặc bản kê "
        "của bộ dữ liệu công bố (publication).",
        "Print the JSON Schema of a kind, of a framework file, of a snapshot or of the manifest of a publication.",
    ),
    examples=("stregistry schema deal", "stregistry schema framework", "stregistry schema snapshot"),
)
@click.argument("kind")
def schema(kind: str) -> None:
    import json

    click.echo(json.dumps(_schema(kind), ensure_ascii=False, indent=2))


def _schema(kind: str) -> dict[str, Any]:
    match kind:
        case "framework":
            from stregistry.framework.schema import framework_schema

            return framework_schema()
        case "snapshot":
            from stregistry.snapshot.schema import snapshot_schema

            return snapshot_schema()
        case "publication":
            from stregistry.publication.schema import publication_schema

            return publication_schema()
        case _:
            from stregistry.exchange.schema import json_schema

            return json_schema(kind)


COMMANDS = (list_, export, schema)
