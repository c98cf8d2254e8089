"""A framework: an indicator set, read from one TOML file and checked whole before anything is counted."""

import functools
import hashlib
import importlib.resources
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

import attrs

from stregistry.errors import DefinitionError, NotFoundError
from stregistry.framework.obligations import read_obligation
from stregistry.framework.parts import Evaluation, Group, Indicator, Obligation, Reference
from stregistry.framework.read import read_evaluation, read_groups, read_head, read_indicators, rows, unique
from stregistry.measures import Check
from stregistry.text import Text

TABLES: Final = ("framework", "evaluation", "group", "indicator", "obligation", "method", "uncertainty")


@attrs.frozen(kw_only=True, eq=False)
class Framework:
    """An indicator set with its sources, index tree, targets, obligations and scoring method.

    version: scores are comparable only within one version.
    method, uncertainty: the tables of those names, checked, as plain dicts; None where left out.
    document: the whole file as plain JSON data (dates as ISO text). sha256: of its RFC 8785 form;
    frameworks with the same are equal.
    """

    id: str
    version: str
    title: Text
    sources: tuple[Reference, ...]
    evaluation: Evaluation
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]
    obligations: tuple[Obligation, ...]
    method: dict[str, Any] | None
    uncertainty: dict[str, Any] | None
    document: dict[str, Any] = attrs.field(repr=False)
    sha256: str

    def __eq__(self, other: object) -> bool:
        return self.sha256 == other.sha256 if isinstance(other, Framework) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.sha256)

    @classmethod
    def load(cls, id_or_path: str | os.PathLike[str]) -> Self:
        """The framework of a shipped id, or of a file.

        Raises NotFoundError when there is neither (the nearest id is named), DefinitionError with
        every problem of the file.
        """
        name = os.fspath(id_or_path)
        if name in cls.shipped():
            file = f"{name}.toml"
            return cls._read((_folder() / file).read_text(encoding="utf-8"), file)
        try:
            return cls._read(Path(name).read_text(encoding="utf-8"), Path(name).name)
        except (FileNotFoundError, IsADirectoryError):
            raise _no_framework(name, cls.shipped()) from None
        except UnicodeDecodeError:
            raise DefinitionError(
                Text(f"{name}: tệp phải được lưu bằng UTF-8.", f"{name}: the file must be saved as UTF-8."), file=name
            ) from None

    @classmethod
    def _read(cls, text: str, name: str) -> Self:
        try:
            return cls.from_document(tomllib.loads(text), name)
        except tomllib.TOMLDecodeError as error:
            raise DefinitionError(
                Text(f"{name}: không đúng cú pháp TOML: {error}.", f"{name}: is not valid TOML: {error}."), file=name
            ) from None

    @classmethod
    def from_document(cls, document: Mapping[str, Any], name: str) -> Self:
        """The framework of a parsed document, such as one embedded in a snapshot.

        name: what to call it in messages. Raises DefinitionError, whose `problems` part lists
        everything wrong as (path, message).
        """
        check = Check()
        plain = plain_data(document)
        table = check.table(plain, TABLES, ("framework", "indicator"))
        own_id, version, title, sources = read_head(check.at("framework"), table.get("framework", {}))
        ids = [source.id for source in sources]
        groups = read_groups(check, table.get("group"))
        indicators = read_indicators(check, table.get("indicator"), ids, [g.id for g in groups])
        evaluation = read_evaluation(check.at("evaluation"), table.get("evaluation"))
        due = [(at, read_obligation(at, row, ids)) for at, row in rows(check, table.get("obligation"), "obligation")]
        obligations = unique([(at, o) for at, o in due if o], lambda o: o.id)
        _check_scoring(check, table, indicators, groups)
        if "indicator" in table and not table["indicator"]:
            check.at("indicator").refuse("phải có ít nhất một chỉ tiêu.", "there must be at least one indicator.")
        sha256 = _fingerprint(check, plain)
        if check.found:
            raise _broken(name, check)
        return cls(
            id=own_id,
            version=version,
            title=title,
            sources=sources,
            evaluation=evaluation,
            groups=groups,
            indicators=indicators,
            obligations=obligations,
            method=table.get("method"),
            uncertainty=table.get("uncertainty"),
            document=plain,
            sha256=sha256,
        )

    @staticmethod
    @functools.cache
    def shipped() -> tuple[str, ...]:
        """The ids of the frameworks that ship with the package, sorted."""
        names = (entry.name for entry in _folder().iterdir())
        return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))

    def is_group(self, id: str) -> bool:
        """Whether the id is that of a group, and of no indicator."""
        return any(group.id == id for group in self.groups) and all(one.id != id for one in self.indicators)

    def indicator(self, id: str) -> Indicator:
        """The indicator of that id. Raises NotFoundError, which names the nearest."""
        for indicator in self.indicators:
            if indicator.id == id:
                return indicator
        sentence = Text(
            f"Bộ chỉ tiêu '{self.id}' không có chỉ tiêu '{id}'", f"Framework '{self.id}' has no indicator '{id}'"
        )
        raise NotFoundError.unknown(sentence, id, [i.id for i in self.indicators], indicator=id)


def plain_data(value: Any) -> Any:
    """TOML data as plain JSON data: dates and times become ISO text."""
    if isinstance(value, Mapping):
        return {str(key): plain_data(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_data(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _folder() -> Any:
    return importlib.resources.files("stregistry") / "definitions" / "frameworks"


def _fingerprint(check: Check, plain: dict[str, Any]) -> str:
    import rfc8785

    try:
        return hashlib.sha256(rfc8785.dumps(plain)).hexdigest()
    except (ValueError, rfc8785.CanonicalizationError) as error:
        check.refuse(
            f"có giá trị không ghi được thành JSON chuẩn: {error}", f"holds a value canonical JSON cannot hold: {error}"
        )
        return ""


def _check_scoring(
    check: Check, table: dict[str, Any], indicators: tuple[Indicator, ...], groups: tuple[Group, ...]
) -> None:
    """The method and its alternatives, by the scoring engine's own reader; and that what is scored has a group."""
    if "method" not in table and "uncertainty" not in table:
        return
    # numpy is slow to import, and a dashboard scores nothing.
    from stregistry.framework.methods import check_method, check_uncertainty

    if "method" in table:
        check_method(check.at("method"), table["method"], [i.id for i in indicators])
        for indicator in indicators:
            if indicator.group is None and indicator.direction != "none" and groups:
                at = check.at(f'indicator "{indicator.id}"').at("group")
                at.refuse("còn thiếu: bộ chỉ tiêu này có tính điểm.", "is missing: this framework is scored.")
        if not groups:
            check.at("group").refuse("còn thiếu: tính điểm cần cây nhóm.", "is missing: scores need an index tree.")
    if "uncertainty" in table:
        check_uncertainty(check.at("uncertainty"), table["uncertainty"], table.get("method") or {})


def _no_framework(name: str, known: tuple[str, ...]) -> NotFoundError:
    sentence = Text(f"Không có bộ chỉ tiêu hay tệp '{name}'", f"There is no framework or file '{name}'")
    return NotFoundError.unknown(sentence, Path(name).name.removesuffix(".toml"), known, name=name)


def _broken(name: str, check: Check) -> DefinitionError:
    lines = {lang: "\n".join(f"  {p.line(lang)}" for p in check.found) for lang in ("vi", "en")}
    number = len(check.found)
    return DefinitionError(
        Text(
            f"{name}: bộ chỉ tiêu có {number} lỗi:\n{lines['vi']}",
            f"{name}: the framework has {number} {'problem' if number == 1 else 'problems'}:\n{lines['en']}",
        ),
        file=name,
        problems=tuple((p.path, p.message) for p in check.found),
    )
