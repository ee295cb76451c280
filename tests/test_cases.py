"""Feeds in, marts out: each folder of ``cases`` holds tiny feeds and the rows that come of them.

``inbox.1`` is delivered before January is closed, ``inbox.2`` before February is, ``inbox.3``
before the run as of 31 March. ``expected/<schema>.<table>.csv`` names some columns and every row of
the case; a query beside it (``.sql``) says which rows where the customer alone does not.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.books import Books, plain, read_expected
from tests.conftest import CASES, closed_fingerprint

EXPECTED = sorted(CASES.glob("*/expected/*.csv"))


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda p: f"{p.parent.parent.name}:{p.stem}")
def test_case(closed_books: Books, expected: Path) -> None:
    header, rows = read_expected(expected)
    query = expected.with_suffix(".sql")
    sql = query.read_text() if query.exists() else _rows_of_case(closed_books, expected, header)
    found = Counter(tuple(plain(value) for value in row) for row in closed_books.query(sql))
    assert found == rows, f"missing {list(rows - found)}, not expected {list(found - rows)}"


def _rows_of_case(books: Books, expected: Path, header: list[str]) -> str:
    """Every row of the table whose customer, contract or account begins with the case's prefix."""
    prefix = yaml.safe_load((expected.parents[1] / "case.yml").read_text())["prefix"]
    columns = books.columns(expected.stem)
    assert columns, f"there is no table {expected.stem}"
    owner = next(n for n in ("customer_id", "contract_id", "account_id") if n in columns)
    return f"select {', '.join(header)} from {expected.stem} where {owner} like '{prefix}%'"


def test_every_case_says_what_it_is_about() -> None:
    for case in CASES.iterdir():
        assert yaml.safe_load((case / "case.yml").read_text())["about"].strip()
        assert list((case / "expected").glob("*.csv"))


@pytest.mark.parametrize("month", ["2026-01", "2026-02"])
def test_what_is_closed_stays_byte_for_byte(closed_books: Books, month: str) -> None:
    """Late usage, confirmations and amendments came after each close: its files and rows stand."""
    before = (closed_books.home / f"closed-{month}.txt").read_text()
    assert before.count("billing.bill_lines") > 5
    lines, then = closed_fingerprint(closed_books, month).splitlines(), before.splitlines()
    assert Counter(lines) - Counter(then) == Counter() == Counter(then) - Counter(lines)


def test_closed_months_verify(closed_books: Books) -> None:
    closed_books.command("verify", check=(0,))
