"""The demo company: the same seed, the same bytes; statements that chain; events of every kind."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from examples import close_demo
from examples.demo import bill_number, delivery_month, write_demo
from ingestion.schemas import OBJECTS


def _bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    assert write_demo(out, customers=20, months=6, events=20_000, seed=3)[-1] == "2026-06"
    return out


def test_the_same_seed_writes_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "same", customers=20, months=6, events=20_000, seed=3)
    write_demo(tmp_path / "other", customers=20, months=6, events=20_000, seed=4)
    assert _bytes_of(tmp_path / "same") == _bytes_of(inbox)
    assert _bytes_of(tmp_path / "other") != _bytes_of(inbox)


def test_every_file_is_an_object_of_the_contract(inbox: Path) -> None:
    for path in inbox.rglob("*"):
        if not path.is_file():
            continue
        feed = path.relative_to(inbox).parts[0]
        delivery_month(path)
        if feed in ("crm", "operations") and path.suffix != ".xlsx":
            assert (feed, path.name.split(".")[0]) in OBJECTS


def test_usage_comes_late_twice_and_revised(inbox: Path) -> None:
    con = duckdb.connect()
    total, events, revised, cancelled, late = (
        con.execute(
            f"""
        with files as (
            select event_id, revision, quantity, occurred_at, filename
            from read_parquet('{inbox}/usage/*.parquet', filename = true)
        )
        select
            count(*),
            count(distinct (event_id, revision)),
            count(*) filter (revision = 2),
            count(*) filter (revision = 2 and quantity = 0),
            count(*) filter (
                strftime(occurred_at + interval 1 day, '%Y-%m')
                < regexp_extract(filename, '(\\d{{4}}-\\d{{2}})\\.parquet', 1)
            )
        from files
        """
        ).fetchone()
        or (0,) * 5
    )
    assert total > events > 0
    assert revised > cancelled > 0
    assert late > 0


def test_many_events_are_written_by_day(tmp_path: Path) -> None:
    write_demo(tmp_path, customers=10, months=1, events=1_000_500)
    assert len(list((tmp_path / "usage" / "2026-01").glob("*.parquet"))) == 31


def test_a_bill_number_is_what_the_rules_say() -> None:
    digest = hashlib.sha256(b"K1/Platform/2026-03").hexdigest()[:12].upper()
    assert bill_number("K1/Platform/2026-03") == f"B202603-{digest}"


def test_the_demo_closes_but_for_its_last_month(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What `make close` does, with fewer customers and months; again, it is quick and the same."""
    assert close_demo.main(tmp_path, customers=12, months=2, events=1500) == 0
    first = capfd.readouterr().out
    assert "2026-02 stays blocked" in first
    for word in ("no_open_exceptions", "unrated_usage", "quarantined_row", "billed", "overdue"):
        assert word in first
    published = (tmp_path / "published" / "closebook.duckdb").stat()
    assert close_demo.main(tmp_path) == 0
    again = capfd.readouterr().out
    assert "2026-01  closed before" in again
    assert "nothing has come since" in again
    assert (tmp_path / "published" / "closebook.duckdb").stat() == published
