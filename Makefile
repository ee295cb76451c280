# Two targets do everything on a machine with Python 3.11 to 3.13 and make: `make close` and `make test`.
.PHONY: setup lock close test lint dev bench clean
PYTHON ?= python3
BIN := .venv/bin

setup: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# The lock names no host: every package by version and hash.
lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev --extra s3 pyproject.toml -o requirements.lock
