"""Random documents through the five stages and the association: the models and the loops agree."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.books import run_dbt
from tests.intermediate.receivables.reference import Application, Books, World
from tests.intermediate.receivables.worlds import make_world, tables_of

FAMILIES = 300
SEED = 20260331


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(SEED, FAMILIES)


@pytest.fixture(scope="module")
def books(world: World) -> Books:
    return Books(world)


@pytest.fixture(scope="module")
def built(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse whose upstream relations are the world's rows, and on it the models."""
    home = tmp_path_factory.mktemp("applications")
    warehouse = home / "warehouse.duckdb"
    tables = tables_of(world)
    with duckdb.connect(str(warehouse)) as con:
        for name, (columns, rows) in tables.items():
            con.execute(f"create schema if not exists {name.split('.')[0]}")
            con.execute(f"create table {name} ({columns})")
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                con.execute("begin")
                con.executemany(f"insert into {name} values ({marks})", rows)
                con.execute("commit")
    # The first models of the room that read nothing but what stands above, and all behind them.
    run_dbt(
        home, "run",
        "--select", "+bill_invoice_receipt +int_receivables_exceptions_found +receipts",
        "+invoices +customer_account_entries +int_bills_covered +receipt_applications",
        "--exclude", "path:dbt_project/models/staging path:dbt_project/models/marts/billing",
        "path:dbt_project/models/intermediate/rating",
        "path:dbt_project/models/intermediate/time",
        "path:dbt_project/models/intermediate/billing",
        "+int_receipts_identified +int_remittance_words_split", "resource_type:seed",
        "resource_type:unit_test",
    )  # fmt: skip
    with duckdb.connect(str(warehouse), read_only=True) as con:
        yield con


def differences(expected: dict[Any, Decimal], found: dict[Any, Decimal]) -> list[str]:
    keys = sorted(set(expected) | set(found), key=str)
    return [
        f"{key}: expected {expected.get(key)}, found {found.get(key)}"
        for key in keys
        if expected.get(key) != found.get(key)
    ]


def test_every_kind_of_document_is_drawn(books: Books, world: World) -> None:
    stages = {app.stage for app in books.applied}
    assert stages == {"instructed", "referenced", "exact", "designated", "oldest_first"}
    assert books.refused and books.refused_invoices and books.refused_links
    assert {key[4] for key in books.segments} == {
        "billed_invoiced_received", "billed_invoiced_unreceived", "billed_uninvoiced_received",
        "billed_uninvoiced_unreceived", "invoiced_in_advance_received",
        "invoiced_in_advance_unreceived", "received_unapplied", "received_refunded",
        "received_bank_charge", "billed_written_off",
    }  # fmt: skip
    assert len(world.receipts) > FAMILIES


def test_stages_apply_what_the_loops_apply(books: Books, built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select stage, receipt_id, bill_id, invoice_id, split_id, sum(amount)"
        " from receivables.receipt_applications where grant_id is null group by all"
    ).fetchall()
    found = {Application(*row[:5]): row[5] for row in rows}
    assert not differences(dict(books.applied), found)


def test_credits_settle_what_the_loops_settle(
    books: Books, built: duckdb.DuckDBPyConnection
) -> None:
    rows = built.execute(
        "select grant_id, bill_id, sum(amount) from receivables.receipt_applications"
        " where grant_id is not null and stage = 'designated' and receipt_id is null group by all"
    ).fetchall()
    assert any(grant in books.w.bills for grant, _ in books.credited)
    assert len(books.credited) > 20
    assert not differences(dict(books.credited), {row[:2]: row[2] for row in rows})


def test_refusals_are_open_exceptions(books: Books, built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select object, key from intermediate.int_receivables_exceptions_found"
    ).fetchall()
    for objects, expected in (
        (("receipt_splits", "account_adjustments"), books.refused),
        (("invoices",), books.refused_invoices),
    ):
        assert {key for name, key in rows if name in objects} == expected
    # a link falls with its invoice, or is refused by itself
    own = {key for name, key in rows if name == "invoice_links"}
    assert own == books.refused_links


def test_every_cent_stands_in_one_segment(books: Books, built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select bill_id, invoice_id, receipt_id, grant_id, state, sum(amount)"
        " from receivables.bill_invoice_receipt group by all"
    ).fetchall()
    found = {tuple(row[:5]): row[5] for row in rows}
    expected = {key: amount for key, amount in books.segments.items() if amount}
    assert not differences(dict(expected), found)


@pytest.mark.parametrize(
    ("document", "sums"),
    [
        ("bill_id", "select bill_id, gross_amount from intermediate.int_bills_receivable"),
        (
            "invoice_id",
            "select invoice_id, amount from receivables.invoices where status <> 'refused'",
        ),
        ("receipt_id", "select receipt_id, amount from receivables.receipts"),
    ],
)
def test_segments_sum_to_their_documents(
    document: str, sums: str, built: duckdb.DuckDBPyConnection
) -> None:
    wrong = built.execute(
        f"with documents(id, amount) as ({sums}), segments as (select {document} as id,"
        " sum(amount) as amount from receivables.bill_invoice_receipt group by 1)"
        " select id, documents.amount, segments.amount from documents left join segments using (id)"
        " where coalesce(segments.amount, 0) <> documents.amount"
    ).fetchall()
    assert not wrong
