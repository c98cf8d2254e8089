# Two commands for a newcomer: `make demo` and `make test`. They need Python 3.11 or later and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test fast test-all check bench docs schemas migration clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]' --group dev --group docs
	touch $(STAMP)

# The main job on made-up data: import files, compute indicators, explain one figure.
demo: $(STAMP)
	$(BIN)/stregistry demo --folder demo

# Everything that must hold before a commit, in at most three minutes on two cores: mypy runs beside the tests.
test: $(STAMP)
	$(MAKE) -j 2 check fast

fast: $(STAMP)
	$(BIN)/python -m pytest -m "not slow" -n auto

# With the slow tests and the documentation too; what CI runs.
test-all: check docs
	$(BIN)/mypy --cache-dir=.mypy_cache/model src/stregistry/model.py  # callers see its stub, written by `make schemas`
	$(BIN)/python -m pytest -n auto

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Against floors measured in the same run; prints ratios.
bench: $(STAMP)
	$(BIN)/python -m pytest benchmarks --benchmark-only --benchmark-columns=min,median,rounds -q -s -p no:xdist

# The site in build/docs/index.html; any warning is a failure. Its pages are run by tests/test_pages.py.
docs: $(STAMP)
	$(BIN)/python -m sphinx -W --keep-going -q -a -E -b html docs build/docs

# JSON Schema files follow from the model; a test fails when they are stale.
schemas: $(STAMP)
	$(BIN)/python -m tests.write_schemas

# The next revision of the tables, for what was added to the model: make migration m='Deals carry a remark'
migration: $(STAMP)
	$(BIN)/python -m tests.write_migration "$(m)"

clean:
	rm -rf $(VENV) build demo .pytest_cache .mypy_cache .ruff_cache
