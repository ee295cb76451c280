"""What stops a build and what only warns: tests are counted by the program itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

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


def _build(home: Path, *names: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BUILD, home, *names], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
    )  # fmt: skip
    return done.stdout
