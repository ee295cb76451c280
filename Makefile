# Two targets do everything on a machine with Python 3.11 to 3.13 and make: `make close` and `make test`.
.PHONY: setup lock close test lint types parsed dev bench clean
PYTHON ?= python3
BIN := .venv/bin

setup: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# The lock names no host: every package by version and hash.
lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev --extra s3 pyproject.toml -o requirements.lock

# Fills a home of its own with the demo company and closes its months, one after the other.
close: setup
	CLOSEBOOK_HOME=var/demo $(BIN)/python -m examples.close_demo

# Everything: style, types, SQL, the models' unit tests, the program end to end. WORKERS=0 for one process.
WORKERS ?= 2
test: setup lint
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# What a change must pass before anything is run. Types are checked while dbt parses the project.
lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(MAKE) --no-print-directory -j 2 types parsed
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models dbt_project/analyses dbt_project/tests

types:
	$(BIN)/pyright

# Kept under target/ for every home to come, until a file of the project changes.
parsed:
	$(BIN)/python -m orchestration.dbt_project

# A small warehouse of an engineer's own, in var/dev: edit a model, then `make dev` again.
dev: setup
	test -d var/dev/inbox || CLOSEBOOK_HOME=var/dev $(BIN)/closebook demo --customers 12 --months 3 --events 2000 --out var/dev/inbox
	CLOSEBOOK_HOME=var/dev CLOSEBOOK_INBOX=var/dev/inbox $(BIN)/closebook run --as-of 2026-03-31 --known-on 2026-04-08 || test $$? -eq 3

# Every ratio of speed, on data made here; EVENTS=102000000 for the table of the README (12 GB of disk).
EVENTS ?= 10200000
bench: setup
	$(BIN)/python -m bench.ratios --events $(EVENTS)

clean:
	rm -rf var target logs
