"""The published copy: whole or not at all, nothing stale, nothing working."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from closing import faults
from closing.publish import publish


def model(schema: str, name: str) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "schema": schema,
        "alias": name,
        "description": f"One row per thing of {name}, the customer's own.",
        "columns": {"amount": {"name": "amount", "description": "What is owed, in the currency."}},
    }


def manifest(*models: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": {f"{m['schema']}.{m['alias']}": m for m in models}}


BILLS, PERIODS, STAGING = (
    model("billing", "bills"),
    model("close", "periods"),
    model("staging", "stg_crm__customers"),
)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute('create schema billing; create schema "close"; create schema staging')
    con.execute("create view billing.bills as select 12.50::decimal(20,4) as amount")
    con.execute('create table "close".periods as select 1.00::decimal(20,4) as amount')
    return con


def tables(folder: Path) -> list[tuple[str, str]]:
    with duckdb.connect(str(folder / "closebook.duckdb"), read_only=True) as reader:
        return reader.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_type = 'BASE TABLE' order by 1, 2"
        ).fetchall()


def test_marts_are_plain_tables_with_their_descriptions(con, tmp_path: Path) -> None:
    assert publish(con, tmp_path, manifest(BILLS, PERIODS, STAGING), {"run_no": "1"}) == 2
    assert tables(tmp_path) == [("billing", "bills"), ("close", "periods")]
    with duckdb.connect(str(tmp_path / "closebook.duckdb"), read_only=True) as reader:
        comments = reader.execute(
            "select comment from duckdb_columns() where table_name = 'bills'"
        ).fetchall()
        assert comments == [("What is owed, in the currency.",)]
    parquet = tmp_path / "parquet" / "billing" / "bills.parquet"
    assert duckdb.sql(f"select amount::varchar from '{parquet}'").fetchall() == [("12.5000",)]
    assert [path.name for path in tmp_path.glob("*.duckdb")] == ["closebook.duckdb"]


def test_what_is_no_longer_built_is_no_longer_published(con, tmp_path: Path) -> None:
    publish(con, tmp_path, manifest(BILLS, PERIODS), {"run_no": "1"})
    publish(con, tmp_path, manifest(BILLS), {"run_no": "2"})
    assert tables(tmp_path) == [("billing", "bills")]
    found = sorted(path.name for path in tmp_path.rglob("*.parquet") if path.is_file())
    assert found == ["bills.parquet"]


@pytest.mark.parametrize("point", ["publish.written", "publish.file_swapped"])
def test_a_cut_off_publication_leaves_a_whole_copy(con, tmp_path, monkeypatch, point: str) -> None:
    publish(con, tmp_path, manifest(BILLS, PERIODS), {"run_no": "1"})

    def cut(name: str) -> None:
        if name == point:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(faults, "reached", cut)
        with pytest.raises(KeyboardInterrupt):
            publish(con, tmp_path, manifest(BILLS), {"run_no": "2"})
    assert ("billing", "bills") in tables(tmp_path)
    assert (tmp_path / "parquet" / "billing" / "bills.parquet").exists()
    publish(con, tmp_path, manifest(BILLS), {"run_no": "3"})
    assert tables(tmp_path) == [("billing", "bills")]
    assert len(list(tmp_path.glob(".*"))) == 1  # the folder that parquet links to


def test_a_reader_keeps_the_copy_it_has_open(con, tmp_path: Path) -> None:
    publish(con, tmp_path, manifest(BILLS), {"run_no": "1"})
    with duckdb.connect(str(tmp_path / "closebook.duckdb"), read_only=True) as reader:
        publish(con, tmp_path, manifest(PERIODS), {"run_no": "2"})
        assert reader.execute("select count(*) from billing.bills").fetchall() == [(1,)]
    assert tables(tmp_path) == [("close", "periods")]
