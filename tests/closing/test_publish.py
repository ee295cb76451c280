"""The published copy: whole or not at all, nothing stale, nothing working."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from closing import faults
from closing.publish import Publication, publish


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


def test_what_was_taken_while_others_were_built_is_swapped_in_with_them(con, tmp_path) -> None:
    publish(con, tmp_path, manifest(BILLS), {"run_no": "1"})
    begun = Publication(con, tmp_path, manifest(BILLS, PERIODS))
    begun.take(STAGING)
    begun.take(BILLS)
    begun.take(BILLS)
    con.execute('create or replace table "close".periods as select 7.25::decimal(20,4) as amount')
    assert tables(tmp_path) == [("billing", "bills")]
    assert begun.swap_in({"run_no": "2"}) == 2
    assert tables(tmp_path) == [("billing", "bills"), ("close", "periods")]
    with duckdb.connect(str(tmp_path / "closebook.duckdb"), read_only=True) as reader:
        assert reader.execute('select amount::varchar from "close".periods').fetchall() == [
            ("7.2500",)
        ]


def test_one_that_is_dropped_shows_nothing_and_leaves_room_for_the_next(con, tmp_path) -> None:
    publish(con, tmp_path, manifest(PERIODS), {"run_no": "1"})
    begun = Publication(con, tmp_path, manifest(BILLS, PERIODS))
    begun.take(BILLS)
    begun.drop()
    assert tables(tmp_path) == [("close", "periods")]
    publish(con, tmp_path, manifest(BILLS), {"run_no": "2"})
    assert tables(tmp_path) == [("billing", "bills")]


def test_a_model_that_cannot_be_copied_stops_the_publication(con, tmp_path) -> None:
    publish(con, tmp_path, manifest(PERIODS), {"run_no": "1"})
    gone = model("billing", "gone")
    begun = Publication(con, tmp_path, manifest(gone, PERIODS))
    begun.take(gone)
    with pytest.raises(duckdb.CatalogException, match="gone"):
        begun.swap_in({"run_no": "2"})
    assert tables(tmp_path) == [("close", "periods")]
    assert publish(con, tmp_path, manifest(BILLS), {"run_no": "3"}) == 1


def test_what_found_no_memory_beside_others_is_written_again(con, tmp_path, monkeypatch) -> None:
    write = Publication._write
    to_come = ['"billing"."bills"', '"billing"."bills"', '"close"."periods"']

    def short(self: Publication, name: str) -> None:
        if name in to_come:
            to_come.remove(name)
            raise duckdb.OutOfMemoryException("could not allocate block")
        write(self, name)

    monkeypatch.setattr(Publication, "_write", short)
    begun = Publication(con, tmp_path, manifest(BILLS, PERIODS))
    begun.take(BILLS)
    assert begun.swap_in({"run_no": "1"}) == 2
    assert not to_come
    assert tables(tmp_path) == [("billing", "bills"), ("close", "periods")]
