"""What stops a build and what only warns: tests are counted by the program itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt_project import BuildError, DbtProject, NodeResult
from tests.books import ROOT, Books

BUILD = """
import sys
from pathlib import Path
from orchestration.dbt_project import PROJECT, BuildError
nodes = [f"model.closebook.{name}" for name in sys.argv[2:]]
try:
    for result in PROJECT.build(Path(sys.argv[1]), nodes=nodes):
        print(result.name, result.status, result.failures)
except BuildError as cause:
    print(cause)
"""


def test_a_failed_check_warns_and_a_broken_key_stops(closed_books: Books, tmp_path: Path) -> None:
    shutil.copyfile(closed_books.warehouse, Books(tmp_path).warehouse)
    with duckdb.connect(str(Books(tmp_path).warehouse)) as con:
        con.execute(
            "update intermediate.int_reconciliations_measured set actual = actual + 1 "
            "where check_name = 'every_voucher_balances'"
        )
        con.execute("insert into raw.bank_statements from raw.bank_statements limit 1")
    text = _build(tmp_path, "reconciliations")
    assert "reconciliations success" in text
    assert re.search(r"assert_every_voucher_balances warn [1-9]", text)
    assert re.search(r"assert_debits_equal_credits pass 0", text)
    text = _build(tmp_path, "stg_bank__statements")
    assert "dbt build: unique_key_stg_bank__statements" in text
    assert "Got 1 result" in text


def _became(name: str, status: str, message: str | None = None) -> NodeResult:
    return NodeResult(f"model.closebook.{name}", name, "model", status, 0, 0, None, message)


@pytest.mark.parametrize("mended", [True, False])
def test_what_was_short_of_memory_is_built_again_one_by_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mended: bool
) -> None:
    asked: list[tuple[list[str] | None, str]] = []

    def build(_project, _home, nodes, _proven, at_once, _on_node):
        asked.append((nodes, at_once))
        short = _became("b", "error", "Runtime Error\n  Out of Memory Error: could not allocate")
        if at_once != "1":
            return [_became("a", "success"), short, _became("c", "skipped")], None
        return [_became("b", "success") if mended else short, _became("c", "success")], None

    monkeypatch.setattr(DbtProject, "_build", build)
    if mended:
        results = DbtProject().build(tmp_path)
        assert {r.name: r.status for r in results} == dict.fromkeys("abc", "success")
    else:
        with pytest.raises(BuildError, match="b: Runtime Error Out of Memory Error"):
            DbtProject().build(tmp_path)
    assert asked == [(None, "2"), (["model.closebook.b", "model.closebook.c"], "1")]


def test_what_is_broken_for_another_reason_is_not_tried_twice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def build(_project, _home, _nodes, _proven, at_once, _on_node):
        asked.append(at_once)
        return [_became("a", "success"), _became("b", "fail", "Got 1 result")], None

    monkeypatch.setattr(DbtProject, "_build", build)
    with pytest.raises(BuildError):
        DbtProject().build(tmp_path)
    assert asked == ["2"]


def _build(home: Path, *names: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BUILD, home, *names], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
    )  # fmt: skip
    return done.stdout
