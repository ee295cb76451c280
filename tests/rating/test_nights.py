"""Usage taken in night by night comes to what it comes to at once, whatever came again or late."""

from __future__ import annotations

import csv
import random
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.dbt_project import PROJECT
from tests.books import Books, assert_same_figures

AS_OF = "2026-03-31"
MARTS = ("billing.rated_usage", "billing.unrated_usage", "billing.bill_lines", "close.exceptions")
CUSTOMERS = {"C1": "CN01", "C2": "US01", "C3": "US01"}
CURRENCIES = {"CN01": "CNY", "US01": "USD"}
# A9 is told of on the last night: until then its usage is nobody's, and its days are UTC's.
ACCOUNTS = {"A1": "C1", "A2": "C1", "A3": "C2", "A9": "C3"}
PRODUCTS = {"SUM": "sum", "MAX": "max", "LAST": "latest", "KINDS": "unique_count", "TIMES": "count"}
SEEN = "2026-01-01T00:00:00"
Row = dict[str, Any]


def _events(seed: int = 20260331) -> list[list[Row]]:
    """Three nights of rows: copies, revisions in any order, cancellations, contradictions."""
    rng = random.Random(seed)
    nights: list[list[Row]] = [[], [], []]
    start, turn = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    for number in range(700):
        first = {
            "event_id": uuid.uuid5(uuid.NAMESPACE_OID, str(number)),
            "account_id": rng.choice([*ACCOUNTS, "A0"]),
            "product_id": rng.choice([*PRODUCTS, "NONE"]),
            # Half of it around the end of a month, which each time zone has at a time of its own.
            "occurred_at": rng.choice(
                [
                    start + timedelta(seconds=rng.randrange(58 * 86400)),
                    turn + timedelta(seconds=rng.randrange(-50_000, 50_000)),
                ]
            ),
            "quantity": Decimal(rng.randrange(-2000, 9000)) / 1000,
            "revision": 1,
            "dimension": rng.choice(["red", "green", "blue", None]),
        }
        rows = [first]
        if rng.random() < 0.3:
            rows.append(first | {"revision": 2, "quantity": Decimal(rng.randrange(3)) * 4})
        if rng.random() < 0.1:
            rows.append(first | {"revision": 3, "account_id": rng.choice([*ACCOUNTS])})
        if rng.random() < 0.1:
            rows.append(first | {"quantity": first["quantity"] + 1})
        rows += rng.choices(rows, k=rng.choice([0, 0, 0, 1, 2]))
        for row in rows:
            nights[rng.randrange(3)].append(row)
    return nights


def _write_parquet(path: Path, rows: list[Row], **changed: pa.DataType) -> None:
    types: dict[str, pa.DataType] = {
        "event_id": pa.uuid(),
        "account_id": pa.string(),
        "product_id": pa.string(),
        "occurred_at": pa.timestamp("us"),
        "quantity": pa.decimal128(18, 6),
        "revision": pa.int32(),
        "dimension": pa.string(),
    }
    types |= changed
    columns = {}
    for name, kind in types.items():
        cells = [row[name] for row in rows]
        if name == "event_id":
            cells = [cell.bytes for cell in cells]
        columns[name] = pa.array(cells, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def _write_csv(path: Path, rows: Iterable[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = list(rows)
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _deliver(inbox: Path, nights: Iterable[int]) -> None:
    """The files of some nights: ids as UUIDs, as sixteen bytes and as text."""
    events = _events()
    for night in nights:
        if night == 0:
            _write_terms(inbox)
            _write_parquet(inbox / "usage" / "0.parquet", events[0])
        elif night == 1:
            _write_parquet(
                inbox / "usage" / "1.parquet",
                events[1],
                event_id=pa.binary(16),
                occurred_at=pa.timestamp("us", tz="UTC"),
                quantity=pa.decimal128(20, 9),
            )
        else:
            texts = [r | {"occurred_at": r["occurred_at"].isoformat()} for r in events[2]]
            _write_csv(inbox / "usage" / "2.csv", texts)
            _write_csv(
                inbox / "crm" / "accounts.2.csv",
                [{"account_id": "A9", "customer_id": ACCOUNTS["A9"], "updated_at": SEEN}],
            )


def _write_terms(inbox: Path) -> None:
    crm = inbox / "crm"
    _write_csv(crm / "customers.csv", (
        {"customer_id": c, "customer_name": c, "entity_id": e, "currency": CURRENCIES[e],
         "updated_at": SEEN}
        for c, e in CUSTOMERS.items()
    ))  # fmt: skip
    _write_csv(crm / "accounts.csv", (
        {"account_id": a, "customer_id": c, "updated_at": SEEN}
        for a, c in ACCOUNTS.items() if a != "A9"
    ))  # fmt: skip
    _write_csv(crm / "products.csv", (
        {"product_id": p, "product_name": p, "product_line": "API", "tax_code": "NONE",
         "aggregation": how, "updated_at": SEEN}
        for p, how in PRODUCTS.items()
    ))  # fmt: skip
    _write_csv(crm / "contracts.csv", (
        {"contract_id": f"K{c}", "customer_id": c, "entity_id": e, "business_model": "on_demand",
         "currency": CURRENCIES[e], "signed_on": "2026-01-01", "starts_on": "2026-01-01",
         "updated_at": SEEN}
        for c, e in CUSTOMERS.items()
    ))  # fmt: skip
    _write_csv(crm / "contract_lines.csv", (
        {"contract_line_id": f"{c}-{p}", "contract_id": f"K{c}", "product_id": p,
         "starts_on": "2026-02-01", "charge_model": "per_unit", "unit_price": "1.01",
         "aggregate_by": "account" if c == "C1" else "contract_line", "revenue_rule": "USAGE",
         "updated_at": SEEN}
        for c in CUSTOMERS for p in PRODUCTS
    ))  # fmt: skip


@pytest.fixture(scope="module")
def night_by_night(tmp_path_factory: pytest.TempPathFactory) -> Books:
    books = Books(tmp_path_factory.mktemp("nights"))
    for night in range(3):
        _deliver(books.inbox, [night])
        books.run(AS_OF)
    return books


REPEATED = "model.closebook.int_usage_events_repeated"


def test_nights_come_to_what_one_night_comes_to(night_by_night: Books, tmp_path: Path) -> None:
    at_once = Books(tmp_path)
    _deliver(at_once.inbox, range(3))
    at_once.run(AS_OF)
    assert_same_figures(_figures(night_by_night), _figures(at_once))
    assert at_once.query("select count(*) from billing.rated_usage")[0][0] > 20
    in_place = night_by_night.query("select count(*) from raw.usage_in_place")
    assert in_place == at_once.query("select count(*) from raw.usage_in_place") == [(2,)]


def test_usage_read_in_place_asks_no_raw_check_again(night_by_night: Books) -> None:
    asked = night_by_night.query(
        "select mark from control.feed_checks where check_name like '%usage%'"
    )
    assert asked == night_by_night.query(
        "select max(file_no) || ' ' || count(*) from raw.files"
        " where feed = 'usage' and file_no not in (select file_no from raw.usage_in_place)"
    )


def test_every_effective_event_is_the_one_told_by_hand(night_by_night: Books) -> None:
    """The events that stand, found by going through the rows one by one."""
    found = night_by_night.query(
        "select cast(event_id as varchar), account_id, quantity"
        " from intermediate.int_usage_events_effective"
    )
    assert Counter(found) == Counter(_effective(_events()))


def _effective(nights: list[list[Row]]) -> list[tuple[str, str, Decimal]]:
    by_id: dict[str, list[Row]] = {}
    for row in (row for night in nights for row in night):
        by_id.setdefault(str(row["event_id"]), []).append(row)
    standing = []
    for event_id, rows in by_id.items():
        first = min(rows, key=lambda row: row["revision"])
        kept: dict[int, Row] = {}
        for row in rows:
            if row["account_id"] == first["account_id"]:
                kept.setdefault(row["revision"], row)
        last = kept[max(kept)]
        standing.append((event_id, last["account_id"], last["quantity"]))
    return standing


def test_a_big_home_finds_every_id_that_came_again(night_by_night: Books) -> None:
    """Beyond ten million rows, later events than all that came are looked for in few files only."""
    finds = PROJECT.manifest["nodes"][REPEATED]["config"]["finds"]
    at_once = {name: sql.replace("10000000", "0") for name, sql in finds.items()}
    assert at_once != finds
    newest = night_by_night.query("select max(file_no) from raw.usage_totals")[0][0]
    found = [_found(night_by_night, finds, file_no) for file_no in range(1, newest + 1)]
    assert sum(map(len, found)) > 10
    assert found == [_found(night_by_night, at_once, file_no) for file_no in range(1, newest + 1)]
    assert "2261" not in _asked(night_by_night, at_once, newest)["settled_at__"]


def _found(books: Books, finds: dict[str, str], file_no: int) -> Counter:
    """Ids of earlier files that a file brings again, as the materialisation asks for them."""
    sql = _put(finds["rows_found__"], _asked(books, finds, file_no))
    return Counter((str(event_id), number) for event_id, number in books.query(sql))


def _asked(books: Books, finds: dict[str, str], file_no: int) -> dict[str, str]:
    """What stands in its SQL, the pieces that are asked for one after the other among it."""
    tokens = {
        "rows_newly_taken__": f"(file_no = {file_no})",
        "rows_taken_before__": f"(file_no < {file_no})",
        "taken_through__": str(file_no - 1),
    }
    for name in list(finds)[:-1]:
        tokens[name] = books.query(_put(finds[name], tokens))[0][0]
    return tokens


def _put(sql: str, tokens: dict[str, str]) -> str:
    for name, value in tokens.items():
        sql = sql.replace(name, value)
    return sql


def _figures(books: Books) -> dict[str, Counter]:
    lineage = ("file", "source")
    bags = {}
    for table in MARTS:
        names = [name for name in books.columns(table) if not name.startswith(lineage)]
        rows = books.query(f"select {', '.join(names)} from {table}")
        bags[table] = Counter(tuple(str(value) for value in row) for row in rows)
    return bags
