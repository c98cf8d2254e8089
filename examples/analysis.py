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
# A notebook in percent format: Jupyter with jupytext, VS Code and Spyder open it as cells, `jupytext
# --to ipynb analysis.py` makes an .ipynb of it, `python analysis.py` runs it from top to end. It needs
# `pip install "stregistry[all]"`.
#
# **The data are made up by a generator.** For a registry of your own put its address into `ADDRESS`,
# such as `sqlite:///registry.db` or `postgresql+psycopg://user@host/database`; nothing is written
# to a registry that holds anything.

# %%
import os
import tempfile
from pathlib import Path

import altair as alt
import numpy as np
from scipy.stats import linregress, t

from stregistry import Deal, Framework, Registry
from stregistry.demo import write_demo
from stregistry.places import label

FOLDER = Path(os.environ.get("ANALYSIS_FOLDER") or tempfile.mkdtemp(prefix="analysis-"))
ADDRESS = f"sqlite:///{FOLDER / 'demo.db'}"
YEAR = "2024"
OWN = "92"  # Cần Thơ

# %%
registry = Registry.open(ADDRESS)
if registry.head()[0] == 0:
    for file in write_demo(FOLDER, size=1500, seed=7):
        registry.import_file(file.path, file.kind, source_id="demo", actor="analysis")
changesets, head = registry.head()
print(f"{changesets} changesets; what follows is as known at the last of them")

# %% [markdown]
# ## Records
#
# A frame has one row for each record that holds on the day of the view. An empty amount is `<NA>`:
# it is not known, and it is not 0. How many are there? `known=` beside `valid=` would ask for what
# was known then: a changeset's number or a date, so that an old table can be made again.

# %%
deals = registry.at(valid="2025-12-31", known=changesets).frame(Deal)
deals["year"] = deals.signed_on.dt.year
missing = deals.groupby("year").value_vnd.agg(deals="size", with_value="count")
missing["without"] = missing.deals - missing.with_value
print(missing.tail(4).to_string())

# %% [markdown]
# Values are skewed: a few deals carry the sum. The median tells of the usual deal, the share of the
# largest tenth of the rest.

# %%
valued = deals.dropna(subset=["value_vnd"])
billions = (valued.value_vnd.astype("float64") / 1e9).groupby(valued.year)
spread = billions.agg(median="median", mean="mean", largest_tenth=lambda v: v[v >= v.quantile(0.9)].sum() / v.sum())
print(spread.tail(4).round(2).to_string())

# %% [markdown]
# ## Indicators by province, on both maps
#
# The rule that counts lives in the framework, not in this notebook; so the figures are those of the
# Department's report. `records` says what a figure rests on, `missing` why there is none: every
# province has its row, and no gap is silent.

# %%
tables = {name: registry.indicators("ecosystem-core", "2022..2024", places=name) for name in ("vn-2024", "vn-2025")}
figures = {name: table.frame() for name, table in tables.items()}
for name, frame in figures.items():
    of_year = frame.query("indicator == 'deals' and period == @YEAR").set_index("place").value
    shares = of_year / of_year.sum()
    print(f"{name}: {len(of_year)} provinces, {of_year.sum():.0f} deals, Herfindahl index {(shares**2).sum():.3f}")
print(figures["vn-2025"].groupby("indicator").missing.value_counts().to_string())

# %% [markdown]
# Why more deals here than in the frame above? A deal whose transferees sit in two provinces counts in
# each; one without a transferee in any of them is left out, and the table says so.

# %%
for left in tables["vn-2025"].left_out:
    if left.indicator == "deals" and left.period == YEAR:
        print(left.records, "deals of", left.period, "left out:", left.reason)

# %% [markdown]
# A merger concentrates by itself: the same deals lie in fewer provinces. Cần Thơ of today is Cần Thơ,
# Hậu Giang and Sóc Trăng of then, and its count is theirs together, less the deals that have parties in
# two of them.

# %%
old, new = (
    figures[name].query("indicator == 'deals' and period == @YEAR").set_index("place").records
    for name in ("vn-2024", "vn-2025")
)
print({code: int(old[code]) for code in ("92", "93", "94")}, "->", int(new["92"]))

# %% [markdown]
# ## Figures of one's own
#
# What no shipped framework counts is a few lines of TOML. They stand here as text so that the notebook
# is one file; otherwise they are a file of their own, kept under version control beside it.

# %%
FIGURES = """
[framework]
id = "deals-and-people"
version = "1"
title = {vi = "Giao dịch và dân số", en = "Deals and population"}

[[indicator]]
id = "population"
name = {vi = "Dân số trung bình", en = "Average population"}
measured_in = {vi = "người", en = "people"}
direction = "up"
measure = "series"
params = {series = "population", basis = "average"}

[[indicator]]
id = "deals"
name = {vi = "Giao dịch công nghệ", en = "Technology deals"}
measured_in = {vi = "giao dịch", en = "deals"}
direction = "up"
measure = "count"
params = {of = "deal"}
"""

# %% [markdown]
# A panel: a row for each province, a column for each year. Codes stay the index, to be joined by;
# names are for reading.

# %%
(FOLDER / "figures.toml").write_text(FIGURES, encoding="utf-8")
long = registry.indicators(FOLDER / "figures.toml", "2020..2024").frame()
panel = long.query("indicator == 'deals'").pivot(index="place", columns="period", values="value").astype("Int64")
named = panel.rename(index=lambda code: label(code, "en"))
print(named.sort_values(YEAR, ascending=False).head(5).to_string())

# %% [markdown]
# ## Does size explain it?
#
# Deals against population, in logarithms: a slope of 1 says that the large do as much a head as the
# small. Provinces without a deal have no logarithm and are left out; so many, said aloud. The interval
# is that of the regression alone.

# %%
wide = long.query("period == @YEAR").pivot(index="place", columns="indicator", values="value")
some = wide.query("deals > 0").dropna(subset=["population"])
fit = linregress(np.log(some.population), np.log(some.deals))
print(f"{len(some)} provinces, {len(wide) - len(some)} left out")
half = t.ppf(0.975, len(some) - 2) * fit.stderr
print(f"slope {fit.slope:.2f}, 95% interval {fit.slope - half:.2f} to {fit.slope + half:.2f}, r2 {fit.rvalue**2:.2f}")
expected = np.exp(fit.intercept + fit.slope * np.log(some.population))
print(f"{label(OWN, 'en')}: {some.deals[OWN]:.0f} deals, {expected[OWN]:.1f} expected of its population")

# %% [markdown]
# ## An index, and how sure its ranks are
#
# Three figures, a geometric mean, and what else might have been chosen. Every draw is a full run with
# other choices out of `[uncertainty]`: another way to normalise, another to aggregate, weights a
# quarter up or down. The seed makes it repeatable to the bit.

# %%
INDEX = """
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
(FOLDER / "deals-index.toml").write_text(INDEX, encoding="utf-8")
index = Framework.load(FOLDER / "deals-index.toml")
scores = registry.scores(index, YEAR)
doubt = scores.uncertainty(seed=1).frame.set_index("unit")
best = doubt.sort_values("rank").head(6)
shown = best[["rank", "rank_low", "rank_high"]].astype("int64").assign(score=best.score.round(1))
print(shown.rename(index=lambda code: label(code, "en")).to_string())

# %% [markdown]
# A chart is the value of a cell, and a notebook shows it; `.save` writes SVG or PNG for the paper. By default
# altair's script is fetched from the network; as SVG the chart stands in the notebook itself.

# %%
alt.renderers.enable("svg")
ranks = scores.plot.uncertainty(seed=1, own=OWN, lang="en")
ranks.save(FOLDER / "ranks.svg")
ranks

# %% [markdown]
# Which choice moves the ranks? Sobol indices: `first` is what a choice does alone, `total` together
# with the others.

# %%
sobol = scores.sensitivity(64, seed=1).frame.query("output == 'shift'")
print(sobol[["assumption", "first", "total"]].round(2).to_string(index=False))

# %% [markdown]
# What does one rank hang on? Take each indicator away in turn; then ask what it would take to be one
# place better by one figure alone.

# %%
away = scores.leave_one_out(1).query("unit == @OWN")
print(away[["left_out", "rank", "rank_change"]].to_string(index=False))
rank = int(doubt["rank"][OWN])
for indicator in ("startups", "value", "deals_per_million") if rank > 1 else ():
    answer = scores.what_if(OWN, indicator, rank=rank - 1)
    told = "nothing it could reach" if answer is None else f"{answer.values[indicator]:,.1f}"
    print(f"for rank {rank - 1} by {indicator} alone: {told}")

# %%
profile = scores.plot.profile(OWN, lang="en")
profile.save(FOLDER / "can-tho.svg")
profile

# %% [markdown]
# ## Down to the records
#
# Every figure is a list of records, each with the file and row it came from; so is a surprising one.
# The largest deals behind the value of Cần Thơ:

# %%
behind = registry.explain(index, "value", OWN, YEAR).frame().nlargest(3, "contribution")
behind["billion_vnd"] = behind.contribution / 1e9
print(behind[["id", "date", "billion_vnd", "document", "line"]].round(2).to_string(index=False))

# %% [markdown]
# ## To cite
#
# A snapshot freezes figures, scores and intervals with everything needed to compute them again. Its
# SHA-256 belongs into the paper; whoever has the file and the registry can verify it, and whoever has
# the file alone can check its hash and read the method.

# %%
snapshot = registry.snapshot(index, YEAR, seed=1)
snapshot.write(FOLDER / "deals-index-2024.json")
print("SHA-256", snapshot.sha256)
print(registry.verify(FOLDER / "deals-index-2024.json").outcome)
registry.close()
