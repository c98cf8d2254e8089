"""From measured values to normalised indicators: denominate, impute, screen, treat, normalise."""

from collections.abc import Sequence

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import impute, normalise, screen
from stregistry.scoring.faults import Bools, Floats, Ints, Note, refuse_infinite, unknown_name
from stregistry.scoring.method import Method, Step
from stregistry.scoring.table import Index, Table
from stregistry.scoring.treat import Rule, Treatment, treat
from stregistry.text import Text


@attrs.frozen(eq=False, kw_only=True)
class Prepared:
    """Everything up to the normalised indicators; arrays (indicators, periods, units) unless said otherwise.

    filled: True for a cell that imputation filled. included: (periods, units). availability, non_zero: (periods,
    units). treatment: rows are the indicators when pooled, else indicator by indicator its periods; None for no step.
    """

    denominated: Floats
    imputed: Floats
    filled: Bools
    screened: Floats
    included: Bools
    availability: Floats
    non_zero: Floats
    treated: Floats
    treatment: Treatment | None
    normalised: Floats
    notes: tuple[Note, ...]


def prepare(table: Table, index: Index, method: Method, scale: Prepared | None = None) -> Prepared:
    """The steps before weights: from measured values to normalised indicators. Raises as `run` does."""
    if table.values.shape[-1] != index.tree.leaves:
        raise DomainError(
            Text(
                f"Bảng có {table.values.shape[-1]} cột, cây có {index.tree.leaves} chỉ tiêu.",
                f"The table has {table.values.shape[-1]} columns, the tree {index.tree.leaves} indicators.",
            )
        )
    x = table.inside(table.values)
    refuse_infinite(x, table.units, index.tree.indicators)
    measured = x
    if table.per is not None:
        measured = impute.denominate(x, table.inside(table.per))
        refuse_infinite(measured, table.units, index.tree.indicators)
    around = impute.Surroundings(index.family(), index.up, _times(table), _within(table, method))
    present = np.ones(measured.shape[1:], dtype=np.bool_) if table.present is None else table.present
    included = present
    if method.screen.on == "measured":
        screened = _screen(measured, table, method)
        included = screened.included & present
    kept = measured if included.all() else np.where(included, measured, np.nan)
    imputed = impute.IMPUTERS[method.impute.how](kept, around, **method.impute.params)
    if table.present is not None:
        imputed = np.where(present, imputed, np.nan)
    if method.screen.on == "imputed":
        screened = _screen(imputed, table, method)
        included = screened.included & present
    used = imputed if included.all() else np.where(included, imputed, np.nan)
    notes = [] if measured is x else _undivided(x, measured, table, index)
    treated, treatment = _treat(used, table, index, method, scale, notes)
    normalised = _normalise(treated, table, index, method, scale, notes)
    return Prepared(
        denominated=measured,
        imputed=imputed,
        filled=_filled(measured, imputed),
        screened=used,
        included=included,
        availability=screened.availability,
        non_zero=screened.non_zero,
        treated=treated,
        treatment=treatment,
        normalised=normalised,
        notes=tuple(notes),
    )


def _filled(measured: Floats, imputed: Floats) -> Bools:
    if imputed is measured:
        return np.zeros(measured.shape, dtype=np.bool_)
    filled: Bools = np.isnan(measured) & ~np.isnan(imputed)
    return filled


def _undivided(x: Floats, measured: Floats, table: Table, index: Index) -> list[Note]:
    return [
        Note(
            code="no_denominator",
            message=Text(
                f"Chỉ tiêu {index.tree.indicators[i]!r} của {table.units[u]!r} không có mẫu số (trống hoặc bằng 0).",
                f"Indicator {index.tree.indicators[i]!r} of {table.units[u]!r} has no denominator (missing or 0).",
            ),
            indicator=index.tree.indicators[i],
            unit=table.units[u],
            period=table.periods[p] if table.periods else None,
        )
        for i, p, u in np.argwhere(~np.isnan(x) & np.isnan(measured)).tolist()
    ]


def _times(table: Table) -> Floats:
    if table.times is not None:
        return np.asarray(table.times, dtype=np.float64)
    return np.arange(max(len(table.periods), 1), dtype=np.float64)


def _within(table: Table, method: Method) -> Ints | None:
    name = method.impute.within
    if name is None:
        return None
    if name not in table.groups:
        raise unknown_name(Text("cột nhóm đơn vị", "column of unit groups"), name, table.groups)
    labels = table.groups[name]
    codes = {label: i for i, label in enumerate(dict.fromkeys(label for label in labels if label is not None))}
    return np.array([-1 if label is None else codes[label] for label in labels], dtype=np.intp)


def _screen(x: Floats, table: Table, method: Method) -> screen.Screened:
    step = method.screen
    for name in (*step.keep, *step.drop):
        if name not in table.units:
            raise unknown_name(Text("đơn vị", "unit"), name, table.units)
    keep, drop = (
        np.array([unit in names for unit in table.units]) if names else None for names in (step.keep, step.drop)
    )
    return screen.screen(x, step.availability, step.non_zero, keep, drop)


def pooled(step: bool | None, table: Table, method: Method) -> bool:
    """Whether a step runs over all periods together. Raises DomainError when several periods leave it unsaid."""
    choice = step if step is not None else method.pooled
    if choice is None and len(table.periods) > 1:
        raise DomainError(
            Text(
                "Bảng có nhiều kỳ: ghi pooled = true (xử lý chung mọi kỳ) hoặc pooled = false (từng kỳ một) trong "
                "[method].",
                "The table has several periods: say pooled = true (all together) or pooled = false (each by itself) "
                "in [method].",
            ),
            key="pooled",
        )
    return choice is not False


def _rows(x: Floats, together: bool) -> Floats:
    """(indicators, periods, units) as the rows a step works on: one an indicator, or one an indicator and period."""
    return x.reshape(len(x), -1) if together else x.reshape(-1, x.shape[-1])


def _row_names(table: Table, index: Index, together: bool) -> list[tuple[str, str | None]]:
    """The indicator, and the period when periods stand alone, of each row."""
    if together or not table.periods:
        return [(name, None) for name in index.tree.indicators]
    return [(name, period) for name in index.tree.indicators for period in table.periods]


def steps_of(index: Index, method: Method) -> list[Step]:
    """The normaliser of each indicator."""
    for name in method.normalise.indicators:
        if name not in index.tree.indicators:
            raise unknown_name(Text("chỉ tiêu", "indicator"), name, index.tree.indicators)
    return [method.normalise.indicators.get(name, method.normalise.step) for name in index.tree.indicators]


def _treat(
    x: Floats, table: Table, index: Index, method: Method, scale: Prepared | None, notes: list[Note]
) -> tuple[Floats, Treatment | None]:
    step = method.treat
    if step.rule is None:
        return x, None
    for name in step.indicators:
        if name not in index.tree.indicators:
            raise unknown_name(Text("chỉ tiêu", "indicator"), name, index.tree.indicators)
    together = pooled(step.pooled, table, method)
    names = _row_names(table, index, together)
    rows = _rows(x, together)
    if scale is not None and scale.treatment is not None:
        return scale.treatment.apply(rows).reshape(x.shape), scale.treatment
    own = {
        name: _rule(step.indicators.get(name, step.rule), normaliser)
        for name, normaliser in zip(index.tree.indicators, steps_of(index, method), strict=True)
    }
    rules = [own[name] for name, _ in names]
    y, treatment = treat(rows, rules, [name for name, _ in names])
    notes += [_left(name, period, why) for (name, period), why in zip(names, treatment.left, strict=True) if why]
    return y.reshape(x.shape), treatment


def _rule(rule: Rule, step: Step) -> Rule:
    return rule.winsorised_only if step.how in normalise.OWN_UNIT else rule


def _left(name: str, period: str | None, why: str) -> Note:
    said = {
        "few_measured": Text("có dưới 4 giá trị đo được", "fewer than 4 measured values"),
        "few_values": Text("có tối đa 2 giá trị khác nhau", "at most 2 distinct values"),
    }[why]
    return Note(
        code=why,
        message=Text(
            f"Chỉ tiêu {name!r} không xét ngoại lệ vì {said.vi}.",
            f"Indicator {name!r} was not judged for outliers: it has {said.en}.",
        ),
        indicator=name,
        period=period,
    )


def _normalise(
    x: Floats, table: Table, index: Index, method: Method, scale: Prepared | None, notes: list[Note]
) -> Floats:
    together = pooled(method.normalise.pooled, table, method)
    names = _row_names(table, index, together)
    rows = _rows(x, together)
    kept = x if scale is None else scale.treated
    basis = _rows(kept, together)
    each = 1 if together else x.shape[1]
    steps = [step for step in steps_of(index, method) for _ in range(each)]
    result = np.empty(rows.shape)
    for step in _distinct(steps):
        mine = np.array([other is step or other == step for other in steps])
        part = slice(None) if mine.all() else mine
        row = normalise.NORMALISERS[step.how]
        params = {name: value for name, value in step.params.items() if name != "unit"}
        ends = _ends(index, table, step, kept, rows.shape, together).take(mine)
        result[part] = row.function(rows[part], basis[part], ends, **params)
    for i in np.flatnonzero(np.isnan(result).all(axis=1)):
        if not np.isnan(rows[i]).all():
            notes.append(_no_scale(*names[i], normalise.NORMALISERS[steps[i].how].no_scale))
        else:
            notes.append(_nothing(*names[i]))
    return result.reshape(x.shape)


def _distinct(steps: Sequence[Step]) -> list[Step]:
    found: list[Step] = []
    for step in steps:
        if step not in found:
            found.append(step)
    return found


def _ends(
    index: Index, table: Table, step: Step, kept: Floats, shape: tuple[int, ...], together: bool
) -> normalise.Ends:
    each = shape[0] // index.tree.leaves

    def column(values: Floats) -> Floats:
        return np.repeat(values, each)[:, None]

    reference = np.full((shape[0], 1), np.nan)
    if "unit" in step.params:
        if step.params["unit"] not in table.units:
            raise unknown_name(Text("đơn vị tham chiếu", "reference unit"), step.params["unit"], table.units)
        own = kept[..., [table.units.index(step.params["unit"])]]
        reference = _rows(np.broadcast_to(own, (*own.shape[:2], shape[1] // own.shape[1] if together else 1)), together)
    up: Bools = np.repeat(index.up, each)[:, None]
    return normalise.Ends(up, column(index.low), column(index.high), column(index.goal), reference)


def _no_scale(name: str, period: str | None, why: Text) -> Note:
    return Note(
        code="no_scale",
        message=Text(f"Chỉ tiêu {name!r} không có điểm vì {why.vi}.", f"Indicator {name!r} has no scores: {why.en}."),
        indicator=name,
        period=period,
    )


def _nothing(name: str, period: str | None) -> Note:
    return Note(
        code="not_measured",
        message=Text(
            f"Chỉ tiêu {name!r} không có giá trị nào đo được.", f"Indicator {name!r} was not measured anywhere."
        ),
        indicator=name,
        period=period,
    )
