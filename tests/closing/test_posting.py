"""A month posted as Parquet and a manifest: what proves it, and what a loss or a change does."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from closing.hashes import table_hash
from closing.manifests import CloseRecord, commit_close, load_missing, read_manifests
from closing.plan import PostedMart
from closing.verify import verify

LINES = PostedMart(
    name="bill_lines",
    relation="billing.bill_lines",
    month="posting_month",
    entity="entity_id",
    key=("bill_line_id",),
    columns=(
        ("bill_line_id", "varchar"),
        ("entity_id", "varchar"),
        ("posting_month", "varchar"),
        ("net_amount", "decimal(20,4)"),
    ),
)
AGING = PostedMart(
    name="customer_aging",
    relation="reports.customer_aging",
    month="as_of",
    entity="entity_id",
    key=("as_of", "customer_id"),
    columns=(("as_of", "date"), ("entity_id", "varchar"), ("customer_id", "varchar")),
)
PLAN = [LINES, AGING]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """A warehouse with two marts: two entities, two months."""
    con = duckdb.connect()
    con.execute("create schema billing; create schema reports")
    con.execute(
        """
        create table billing.bill_lines as
        select * from (values
            ('L1', 'CN01', '2026-01', 10.0000::decimal(20,4)),
            ('L2', 'CN01', '2026-01', null),
            ('L3', 'CN01', '2026-02', 7.0000),
            ('L4', 'US01', '2026-01', 5.0000)
        ) t(bill_line_id, entity_id, posting_month, net_amount)
        """
    )
    con.execute(
        """
        create table reports.customer_aging as
        select * from (values
            (date '2026-01-31', 'CN01', 'C1'), (date '2026-02-10', 'CN01', 'C1')
        ) t(as_of, entity_id, customer_id)
        """
    )
    load_missing(con, Path("nowhere"), PLAN)
    return con


def record(month: str, entity_id: str = "CN01") -> CloseRecord:
    return CloseRecord(month, entity_id, "an accountant", "2026-02-05", 3, "seeds", "1", {})


def close(con: duckdb.DuckDBPyConnection, landing: Path, month: str, entity_id: str = "CN01"):
    manifest = commit_close(con, landing, PLAN, record(month, entity_id))
    load_missing(con, landing, PLAN)
    return manifest


def test_a_close_posts_the_rows_of_its_month_and_entity(con, tmp_path: Path) -> None:
    manifest = close(con, tmp_path, "2026-01")
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == {
        "bill_lines": 2,
        "customer_aging": 1,
    }
    posted = con.execute("select bill_line_id, close_no from posted.bill_lines order by 1")
    assert posted.fetchall() == [("L1", 1), ("L2", 1)]
    assert con.execute("from posted.customer_aging").fetchall()[0][2] == "C1"
    assert verify(con, tmp_path) == []


def test_each_close_is_chained_to_the_one_before(con, tmp_path: Path) -> None:
    first = close(con, tmp_path, "2026-01")
    second = close(con, tmp_path, "2026-01", "US01")
    assert second["previous_chain_hash"] == first["chain_hash"]
    assert second["close_no"] == 2


def test_a_lost_warehouse_gets_the_same_rows_back(con, tmp_path: Path) -> None:
    close(con, tmp_path, "2026-01")
    close(con, tmp_path, "2026-02")
    fresh = duckdb.connect()
    assert len(load_missing(fresh, tmp_path, PLAN)) == 2
    assert load_missing(fresh, tmp_path, PLAN) == []
    for mart in PLAN:
        there, here = (
            table_hash(c, mart.table, [*mart.columns, ("close_no", "bigint")]) for c in (con, fresh)
        )
        assert there == here
    assert verify(fresh, tmp_path) == []


@pytest.mark.parametrize(
    "tampering",
    [
        "update posted.bill_lines set net_amount = 10.0001 where bill_line_id = 'L1'",
        "update posted.bill_lines set net_amount = 0 where net_amount is null",
        "delete from posted.bill_lines where bill_line_id = 'L2'",
        "insert into posted.bill_lines select * from posted.bill_lines where bill_line_id = 'L1'",
        "drop table posted.bill_lines",
    ],
)
def test_a_changed_posted_row_is_named(con, tmp_path: Path, tampering: str) -> None:
    close(con, tmp_path, "2026-01")
    con.execute(tampering)
    (difference,) = verify(con, tmp_path)
    assert (difference.month, difference.table) == ("2026-01", "bill_lines")
    assert difference.place == "the warehouse"


def test_a_changed_file_in_landing_is_named(con, tmp_path: Path) -> None:
    manifest = close(con, tmp_path, "2026-01")
    file = tmp_path / "posted" / manifest["tables"]["customer_aging"]["file"]
    con.execute(f"copy (select * from reports.customer_aging) to '{file}' (format parquet)")
    assert [(d.table, d.place) for d in verify(None, tmp_path)] == [("customer_aging", "landing")]
    file.unlink()
    assert [d.table for d in verify(None, tmp_path)] == ["customer_aging"]


def test_a_manifest_edited_with_its_rows_breaks_the_chain(con, tmp_path: Path) -> None:
    close(con, tmp_path, "2026-01")
    close(con, tmp_path, "2026-02")
    path = tmp_path / "posted" / "000001-2026-01-CN01.json"
    manifest = json.loads(path.read_text())
    manifest["tables"]["bill_lines"]["hash"] = "0" * 64
    path.write_text(json.dumps(manifest))
    assert "manifest" in {d.table for d in verify(None, tmp_path)}


def test_a_close_the_warehouse_knows_and_landing_lacks_is_named(con, tmp_path: Path) -> None:
    close(con, tmp_path, "2026-01")
    close(con, tmp_path, "2026-02")
    (tmp_path / "posted" / "000002-2026-02-CN01.json").unlink()
    assert [(d.month, d.table) for d in verify(con, tmp_path)] == [("2026-02", "periods")]


def test_what_a_cut_off_close_left_behind_does_not_count(con, tmp_path: Path) -> None:
    left = tmp_path / "posted" / "000001-2026-01-CN01"
    left.mkdir(parents=True)
    (left / "bill_lines.parquet").write_bytes(b"half a file")
    assert read_manifests(tmp_path) == []
    close(con, tmp_path, "2026-01")
    assert verify(con, tmp_path) == []


def test_a_column_that_a_mart_has_gained_leaves_old_months_as_they_were(con, tmp_path) -> None:
    close(con, tmp_path, "2026-01")
    wider = PostedMart(**{**vars(LINES), "columns": (*LINES.columns, ("note", "varchar"))})
    con.execute("alter table billing.bill_lines add column note varchar default 'new'")
    plan = [wider, AGING]
    load_missing(con, tmp_path, plan)
    commit_close(con, tmp_path, plan, record("2026-02"))
    load_missing(con, tmp_path, plan)
    notes = con.execute("select bill_line_id, note from posted.bill_lines order by 1").fetchall()
    assert notes == [("L1", None), ("L2", None), ("L3", "new")]
    assert verify(con, tmp_path) == []


def test_a_hash_tells_null_from_empty_and_columns_from_each_other() -> None:
    con = duckdb.connect()
    columns = [("a", "varchar"), ("b", "varchar")]
    rows = ["('x', null)", "('x', '')", "(null, 'x')", "('x1:y', '')", "('x', '1:y')", "('-', '-')"]
    hashes = {table_hash(con, f"(values {row}) t(a, b)", columns)[1] for row in rows}
    assert len(hashes) == len(rows)
    one = table_hash(con, "(values ('x', 'y'), ('z', null)) t(a, b)", columns)
    other = table_hash(con, "(values ('z', null), ('x', 'y')) t(a, b)", columns)
    assert one == other
