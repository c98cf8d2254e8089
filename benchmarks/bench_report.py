"""The report page of a large snapshot: how long it takes, and what it weighs."""

import json
import time
from typing import Any

import attrs
import numpy as np
import pytest

from stregistry import Framework, Snapshot
from stregistry.evaluate import Cell
from stregistry.places import place_map
from stregistry.report import report
from stregistry.scored import intervals, score_cells, standings

pytestmark = pytest.mark.benchmark(timer=time.process_time)

_INDICATORS, _YEARS, _HEAVIEST = 30, 10, 1_500_000


def _document() -> dict[str, Any]:
    def named(text: str) -> dict[str, str]:
        return {"vi": f"Chỉ tiêu đổi mới sáng tạo {text}", "en": f"Innovation indicator {text}"}

    pillars = [{"id": f"p{n}", "parent": "top", "name": named(f"p{n}")} for n in range(5)]
    return {
        "framework": {"id": "large", "version": "1", "title": named("")},
        "evaluation": {"places": "vn-2025"},
        "group": [{"id": "top", "name": named("top")}, *pillars],
        "indicator": [
            {
                "id": f"i{n}",
                "group": f"p{n % 5}",
                "name": named(str(n)),
                "measured_in": {"vi": "tỷ đồng", "en": "billion VND"},
                "direction": "up" if n % 3 else "down",
                "measure": "series",
                "params": {"series": f"i{n}"},
            }
            for n in range(_INDICATORS)
        ],
        "method": {"normalise": {"how": "min_max", "to": [1, 100]}, "pooled": True},
        "uncertainty": {"draws": 100, "weights": {"noise": 0.25, "levels": [1]}},
    }


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """34 provinces, 30 indicators, 10 years, made up, with scores and intervals."""
    document = _document()
    framework, the_map = Framework.from_document(document, "large"), place_map("vn-2025")
    rng, years = np.random.default_rng(1), [str(2016 + n) for n in range(_YEARS)]
    cells = [
        Cell(
            indicator=one.id,
            place=place.code,
            period=year,
            value=float(f"{rng.lognormal(6, 2):.12g}"),
            records=1,
            missing=None,
            provisional=False,
        )
        for one in framework.indicators
        for place in the_map.units("province")
        for year in years
    ]
    scores = score_cells(framework, the_map, years, cells)
    spread, draws = intervals(scores, seed=1)
    content = {
        "framework": {"id": "large", "version": "1", "sha256": framework.sha256, "document": document},
        "registry": {"changeset": 1, "hash": "0" * 64},
        "valid": "2025-12-31",
        "places": {"map": "vn-2025", "level": "province"},
        "periods": years,
        "values": [attrs.asdict(cell) for cell in cells],
        "breakdowns": [],
        "left_out": [],
        "seed": 1,
        "scores": [attrs.asdict(one) for one in standings(scores, cells)],
        "intervals": [attrs.asdict(one) for one in spread],
        "draws": draws,
    }
    return Snapshot(content=content, environment={"made_on": "2026-01-05"})


def test_page(compare: Any, snapshot: Snapshot) -> None:
    """34 × 30 × 10 as a page in at most 10 seconds and 1.5 MB."""
    weight = len(report([snapshot], place="92").encode())
    assert weight <= _HEAVIEST
    compare(
        f"report page of 34 x 30 x 10, {weight / 1000:.0f} kB / its figures as JSON",
        floor=lambda: json.dumps(snapshot.content),
        ours=lambda: report([snapshot], place="92"),
        seconds=10,
        rounds=3,
    )
