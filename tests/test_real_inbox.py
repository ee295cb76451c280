"""Public data through the whole road: cloud charges, model calls, statements, invoices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.books import ROOT, Books

REAL = ROOT.parent / "shared" / "real_inbox"
pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason="the public data inbox lies outside of the repository (../shared)"
)


def _check(books: Books, as_of: str, *more: str) -> None:
    """Every figure expected of that day stands in the published file."""
    books.run(as_of)
    published = books.home / "published" / "closebook.duckdb"
    words = [REAL / "check_expected.py", "--warehouse", published, "--as-of", as_of, *more]
    done = subprocess.run(
        [sys.executable, *words],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]


def test_cloud_charges_model_calls_and_statements(tmp_path: Path) -> None:
    books = Books(tmp_path)
    books.deliver(REAL / "inbox")
    _check(books, "2024-10-31")


def test_invoices_and_their_settlements_at_four_days(tmp_path: Path) -> None:
    books = Books(tmp_path)
    books.deliver(REAL / "ar_history" / "inbox")
    for as_of in ("2012-09-30", "2013-03-31", "2013-12-31", "2014-01-31"):
        _check(books, as_of, "--history")
