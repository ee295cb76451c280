"""Readers of the marts find every table and column described; the house keeps its sizes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "dbt_project" / "models"
MACROS = ROOT / "dbt_project" / "macros"
ANALYSES = ROOT / "dbt_project" / "analyses"
PUBLISHED = sorted([*(MODELS / "marts").rglob("*.sql"), *(MODELS / "reports").rglob("*.sql")])


def _described(path: Path) -> dict:
    """The YAML beside a model."""
    beside = path.with_suffix(".yml")
    assert beside.exists(), f"{path.name} has no YAML beside it"
    models = yaml.safe_load(beside.read_text(encoding="utf-8"))["models"]
    return next(model for model in models if model["name"] == path.stem)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda p: p.stem)
def test_a_published_table_says_what_it_is(path: Path) -> None:
    model = _described(path)
    assert re.match(r"(One row|Grain|Each)", model["description"].strip()), "name the grain first"
    assert model["config"]["contract"]["enforced"] is True
    for column in model["columns"]:
        assert column.get("data_type"), f"{column['name']} has no type"
        assert (column.get("description") or "").strip(), f"{column['name']} is not described"


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda p: p.stem)
def test_a_published_table_has_a_key_test(path: Path) -> None:
    tests = _described(path).get("data_tests") or []
    assert any("unique_key" in test for test in tests if isinstance(test, dict))


def test_models_and_descriptions_keep_their_sizes() -> None:
    for suffix, most in ((".sql", 100), (".yml", 200)):
        for path in (f for room in (MODELS, MACROS, ANALYSES) for f in room.rglob(f"*{suffix}")):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= most, path.name


def test_no_model_reads_the_clock_or_a_float() -> None:
    forbidden = re.compile(r"\b(current_date|current_timestamp|now\(\)|float|double|avg\()", re.I)
    for path in [*MODELS.rglob("*.sql"), *ANALYSES.rglob("*.sql")]:
        code = re.sub(r"--.*|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not forbidden.search(code), path.name
