"""The models' own unit tests, on the tables of a warehouse that the cases have filled."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration import dbt_project
from tests.books import ROOT, Books


def test_unit_tests_of_the_models(closed_books: Books, tmp_path: Path) -> None:
    """dbt reads the types of a unit test's inputs from the tables that stand there."""
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(closed_books.warehouse, warehouse)
    target = tmp_path / "target"
    target.mkdir()
    shutil.copy(dbt_project.PROJECT.parsed / "partial_parse.msgpack", target)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "test", "--select", "test_type:unit", "--quiet",
         "--project-dir", ROOT, "--profiles-dir", ROOT, "--target-path", target,
         "--log-path", tmp_path / "logs"],
        env=os.environ | {"CLOSEBOOK_WAREHOUSE": str(warehouse)}, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
