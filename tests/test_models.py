"""The models' own unit tests, on the tables of a warehouse that the cases have filled."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.books import Books, run_dbt


def test_unit_tests_of_the_models(closed_books: Books, tmp_path: Path) -> None:
    """dbt reads the types of a unit test's inputs from the tables that stand there."""
    shutil.copyfile(closed_books.warehouse, Books(tmp_path).warehouse)
    run_dbt(tmp_path, "test", "--select", "test_type:unit")
