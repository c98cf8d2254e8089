# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Technology deals of the provinces: how many, how concentrated, how sure is a rank
#
# A notebook in percent format: open it in Jupyter (with jupytext), VS Code or Spyder, or run it as a
# script. The data are made up by the generator; for a registry of your own put its address into
# `ADDRESS` and leave the next cell out. Pictures need `stregistry[plots]`.

# %%
import os
import tempfile
from pathlib import Path

import pandas as pd

from stregistry import Deal, Framework, Registry
from stregistry.demo import write_demo

pd.set_option("display.width", 110)
FOLDER = Path(os.environ.get("ANALYSIS_FOLDER") or tempfile.mkdtemp(prefix="analysis-"))
ADDRESS = f"sqlite:///{FOLDER / 'demo.db'}"

# %%
registry = Registry.open(ADDRESS)
if registry.head()[0] == 0:
    for file in write_demo(FOLDER, size=1500, seed=7):
        registry.import_file(file.path, file.kind, source_id="demo", actor="analysis")
print(registry.head()[0], "changesets")

# %% [markdown]
# ## Records
#
# A frame has one row for each record that holds on the day of the view. An empty amount is `<NA>`:
# it is not known, and it is not 0. How many are there?

# %%
deals = registry.at(valid="2025-12-31").frame(Deal)
deals["year"] = deals.signed_on.dt.year
missing = deals.groupby("year").value_vnd.agg(deals="size", with_value="count")
missing["without"] = missing.deals - missing.with_value
print(missing.tail(4))

# %% [markdown]
# Values are skewed: a few deals carry the sum. The median tells of the usual deal, the share of the
# largest tenth of the rest.

# %%
billions = (deals.dropna(subset=["value_vnd"]).set_index("year").value_vnd.astype("float64") / 1e9).groupby("year")
print(
    pd.DataFrame(
        {
            "median": billions.median(),
            "mean": billions.mean(),
            "largest_tenth": billions.apply(lambda v: v[v >= v.quantile(0.9)].sum() / v.sum()),
        }
    )
    .tail(4)
    .round(2)
)

# %% [markdown]
# ## Indicators by province, on both maps
#
# The rule that counts lives in the framework, not in this notebook; so the figures are those of the
# Department's report. `records` says what a figure rests on, `missing` why there is none.

# %%
figures = {
    name: registry.indicators("ecosystem-core", "2022..2024", places=name).frame() for name in ("vn-2024", "vn-2025")
}
for name, frame in figures.items():
    year = frame.query("indicator == 'deals' and period == '2024'").set_index("place").value
    shares = year / year.sum()
    print(f"{name}: {len(year)} provinces, {year.sum():.0f} deals, Herfindahl index {(shares**2).sum():.3f}")

# %% [markdown]
# A merger concentrates by itself: the same deals lie in fewer provinces. Cần Thơ of today is Cần Thơ,
# Hậu Giang and Sóc Trăng of then, and its count is theirs together. Their sum is one too many where a
# deal has parties in two of them.

# %%
old = figures["vn-2024"].query("indicator == 'deals' and period == '2024'").set_index("place").records
new = figures["vn-2025"].query("indicator == 'deals' and period == '2024'").set_index("place").records
print({code: int(old[code]) for code in ("92", "93", "94")}, "->", int(new["92"]))

# %% [markdown]
# ## An index, and how sure its ranks are
#
# The framework stands here as text; a file does as well. Three figures, a geometric mean, and what
# else might have been chosen.

# %%
FRAMEWORK = """
[framework]
id = "deals-index"
version = "1"
title = {vi = "Chỉ số thị trường công nghệ", en = "Technology market index"}

[[group]]
id = "index"
name = {vi = "Thị trường công nghệ", en = "Technology market"}

[[indicator]]
id = "deals_per_million"
group = "index"
name = {vi = "Giao dịch trên một triệu dân", en = "Deals per million people"}
measured_in = {vi = "giao dịch trên một triệu dân", en = "deals per million people"}
direction = "up"
measure = "count"
params = {of = "deal"}
per = {series = "population", basis = "average", scale = 1_000_000}

[[indicator]]
id = "value"
group = "index"
name = {vi = "Giá trị giao dịch", en = "Value of deals"}
measured_in = {vi = "tỷ đồng", en = "billion VND"}
direction = "up"
measure = "sum"
params = {of = "deal", field = "value_vnd"}
scale = 1e-9

[[indicator]]
id = "startups"
group = "index"
name = {vi = "Doanh nghiệp khởi nghiệp sáng tạo", en = "Startups"}
measured_in = {vi = "doanh nghiệp", en = "enterprises"}
direction = "up"
measure = "count"
params = {of = "startup"}

[method]
treat = {winsorise = 3, skewness = 2.0, kurtosis = 3.5}
normalise = {how = "min_max", to = [1, 100]}
aggregate = {how = "geometric"}

[uncertainty]
draws = 200
normalise = [{how = "min_max", to = [1, 100]}, {how = "z_score", mean = 50, sd = 10}]
aggregate = [{how = "geometric"}, {how = "arithmetic"}]
weights = {noise = 0.25}
"""
(FOLDER / "deals-index.toml").write_text(FRAMEWORK, encoding="utf-8")
index = Framework.load(FOLDER / "deals-index.toml")
scores = registry.scores(index, "2024")
spread = scores.uncertainty(seed=1).frame.set_index("unit")
best = spread.sort_values("rank").head(6)
print(best[["rank", "rank_low", "rank_high"]].astype("int64").assign(score=best.score.round(1)))

# %% [markdown]
# What does a rank hang on? Take each indicator away in turn; then ask what Cần Thơ would need.

# %%
away = scores.leave_one_out(1).query("unit == '92'")
print(away[["left_out", "rank", "rank_change"]].to_string(index=False))
rank = int(spread.loc["92", "rank"])
for name in ("startups", "value", "deals_per_million"):
    answer = scores.what_if("92", name, rank=rank - 1) if rank > 1 else None
    told = "nothing it could reach" if answer is None else f"{answer.values[name]:,.1f}"
    print(f"for rank {rank - 1} by {name} alone: {told}")

# %% [markdown]
# ## Pictures
#
# In a notebook a chart shows itself; here they are written to files.

# %%
scores.plot.uncertainty(seed=1, own="92", lang="en").save(FOLDER / "ranks.svg")
scores.plot.profile("92", lang="en").save(FOLDER / "can-tho.svg")
print(*sorted(path.name for path in FOLDER.glob("*.svg")))

# %% [markdown]
# ## To cite
#
# A snapshot freezes figures, scores and intervals with everything needed to compute them again. Its
# SHA-256 belongs into the paper.

# %%
snapshot = registry.snapshot(index, "2024", seed=1)
snapshot.write(FOLDER / "deals-index-2024.json")
print(registry.verify(FOLDER / "deals-index-2024.json").outcome)
registry.close()
