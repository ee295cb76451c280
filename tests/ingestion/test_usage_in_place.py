"""Usage Parquet is read where it landed when all of it is good, and copied row by row when not."""

from __future__ import annotations

import io
import shutil
import uuid
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

IDS = [uuid.UUID(int=number) for number in range(1, 4)]


def parquet(**changed: Any) -> bytes:
    """Three events; ``changed`` replaces columns, or leaves one out."""
    columns = {
        "event_id": pa.array([one.bytes for one in IDS], pa.uuid()),
        "account_id": pa.array(["a", "a", "b"]),
        "product_id": pa.array(["p", "q", "p"]),
        "occurred_at": pa.array([1_767_225_600_000_000 + n for n in range(3)], pa.timestamp("us")),
        "quantity": pa.array(["1.5", "0", "-2.25"]).cast(pa.decimal128(18, 6)),
    } | changed
    buffer = io.BytesIO()
    pq.write_table(pa.table({k: v for k, v in columns.items() if v is not None}), buffer)
    return buffer.getvalue()


def held(box: Any) -> list[tuple[Any, ...]]:
    return box.rows(
        "select cast(event_id as varchar), account_id, product_id, quantity, row_no"
        " from raw.usage__events order by row_no"
    )


def in_place(box: Any) -> int:
    return box.rows("select count(*) from raw.usage_in_place")[0][0]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"event_id": pa.array([one.bytes for one in IDS], pa.binary(16))},
        {"event_id": pa.array([str(one) for one in IDS])},
        {"account_id": pa.array(["a", "a", "b"]).dictionary_encode()},
        {"quantity": pa.array(["1.5", "0", "-2.25"]).cast(pa.decimal128(28, 12))},
        {"revision": pa.array([1, 2, None], pa.int8())},
        {"is_deleted": pa.array([False, None, False])},
        {"is_deleted": pa.array(["no", None, "False"])},
        {"tag": pa.array(["x", "y", "z"])},
        {"dimension": pa.array(["x", " ", None])},
    ],
    ids=lambda changed: next(iter(changed), "as written"),
)
def test_a_good_file_is_read_where_it_landed(box, changed):
    box.put("usage/a.parquet", parquet(**changed))
    report = box.ingest()
    assert (report.rows_accepted, report.rows_quarantined, in_place(box)) == (3, 0, 1)
    assert [(*row[:3], str(row[3].normalize()), row[4]) for row in held(box)] == [
        (str(IDS[0]), "a", "p", "1.5", 1),
        (str(IDS[1]), "a", "q", "0", 2),
        (str(IDS[2]), "b", "p", "-2.25", 3),
    ]
    totals = "select product_id, rows_held, events, quantity from raw.usage_totals order by 1"
    assert [(*row[:3], str(row[3].normalize())) for row in box.rows(totals)] == [
        ("p", 2, 2, "-0.75"),
        ("q", 1, 0, "0"),
    ]


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_an_instant_with_a_zone_is_the_instant(box, unit):
    instants = pa.array([1_767_225_600, 1_767_225_601, 1_767_225_602], pa.timestamp("s"))
    box.put(
        "usage/a.parquet", parquet(occurred_at=instants.cast(pa.timestamp(unit, tz="Asia/Tokyo")))
    )
    box.ingest()
    assert in_place(box) == 1
    assert box.rows("select cast(min(occurred_at) as varchar) from raw.usage__events") == [
        ("2026-01-01 00:00:00",)
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"account_id": pa.array(["a", " ", "b"])}, "account_id is required and empty"),
        ({"product_id": pa.array(["p", None, "p"])}, "product_id is required and empty"),
        (
            {"occurred_at": pa.array([0, 0, 10**16], pa.timestamp("us"))},
            "occurred_at '2286-11-20 17:46:40' is outside the years 1678 to 2261",
        ),
        (
            {"quantity": pa.array(["1", "x", "2"])},
            "quantity 'x' is no plain decimal number",
        ),
    ],
)
def test_a_file_with_a_bad_row_is_copied_without_it(box, changed, reason):
    box.put("usage/a.parquet", parquet(**changed))
    report = box.ingest()
    assert (report.rows_accepted, report.rows_quarantined, in_place(box)) == (2, 1, 0)
    assert box.rows("select reason from raw.quarantine") == [(reason,)]
    assert len(held(box)) == box.rows("select sum(rows_held) from raw.usage_totals")[0][0] == 2


def test_a_damaged_page_refuses_its_file_and_harms_no_other(box):
    rows = 20_000
    whole = parquet(
        event_id=pa.array([uuid.UUID(int=n).bytes for n in range(rows)], pa.uuid()),
        account_id=pa.array([f"account {n}" for n in range(rows)]),
        product_id=pa.array(["p"] * rows),
        occurred_at=pa.array(range(rows), pa.timestamp("us")),
        quantity=pa.array([str(n) for n in range(rows)]).cast(pa.decimal128(18, 6)),
    )
    middle = len(whole) // 3
    box.put("usage/a.parquet", whole[:middle] + b"\xff" * 4000 + whole[middle + 4000 :])
    box.put("usage/b.parquet", parquet())
    report = box.ingest()
    assert [file.status for file in report.files] == ["refused", "loaded"]
    assert len(held(box)) == 3


def test_only_the_files_asked_for_are_opened(box):
    for name in "abc":
        box.put(f"usage/{name}.parquet", parquet(account_id=pa.array([name] * 3)))
    box.ingest()
    plan = box.rows("explain select account_id from raw.usage__events where file_no > 2")[0][1]
    assert "1/3" in plan


def test_a_home_where_usage_was_one_table_goes_on(box):
    box.put(
        "usage/a.csv", "event_id,account_id,product_id,occurred_at,quantity\n1,a,p,2026-01-01,2\n"
    )
    box.ingest()
    before = held(box), box.rows("from raw.usage_totals")
    box.con.execute("drop view raw.usage__events")
    box.con.execute("alter table raw.usage__events_copied rename to usage__events")
    box.con.execute("drop table raw.usage_totals")
    box.ingest()
    assert (held(box), box.rows("from raw.usage_totals")) == before


def test_a_home_that_moves_and_loses_its_links_reads_on(box, tmp_path):
    box.put("usage/a.parquet", parquet())
    box.ingest()
    before = held(box)
    box.con.close()
    shutil.rmtree(box.settings.home_path / "usage")
    moved = type(box)(tmp_path / "elsewhere")
    moved.con.close()
    shutil.rmtree(moved.settings.home_path)
    shutil.move(box.settings.home_path, moved.settings.home_path)
    again = type(box)(tmp_path / "elsewhere")
    again.ingest()
    assert held(again) == before
    again.con.close()


@pytest.mark.parametrize("deleted", [pa.array([False, True, None]), pa.array(["0", "yes", ""])])
def test_a_file_that_deletes_an_event_is_copied_with_the_event_at_nought(box, deleted):
    box.put(
        "usage/a.parquet", parquet(quantity=pa.array(["1.5", "7", "-2.25"]), is_deleted=deleted)
    )
    report = box.ingest()
    assert (report.rows_accepted, report.rows_quarantined, in_place(box)) == (3, 0, 0)
    assert [str(row[3].normalize()) for row in held(box)] == ["1.5", "0", "-2.25"]
    assert box.rows("select sum(events), sum(quantity) from raw.usage_totals") == [
        (2, Decimal("-0.75"))
    ]
    assert "is_deleted" not in {name for name, *_ in box.rows("describe raw.usage__events")}
