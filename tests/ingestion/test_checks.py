"""The contract's types and rules, value by value: accepted exactly, or set aside with a reason."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingestion.checks import RowChecks, Source, minor_units
from ingestion.schemas import OBJECTS, Column, FeedObject


def judged(kind: str, texts: list[str | None]) -> list[tuple[str | None, str | None]]:
    """Each text's value as text, and the reason against it, for a column of ``kind``."""
    obj = FeedObject("crm", "things", ("x",), (Column("x", kind),))
    checks = RowChecks(obj, {"x": Source("c0")})
    reasons = " ".join(
        f"when {no} then '{problem.reason.replace(chr(39), '')}'"
        for no, problem in enumerate(checks.problems)
    )
    sql = f"""
        select cast({checks.tried("x")} as varchar), case {checks.problem()} {reasons} end
        from (select unnest(?) as c0)
    """
    return duckdb.sql(sql, params=[texts]).fetchall()


def accepted(kind: str, texts: list[str]) -> dict[str, str]:
    return {
        text: value
        for text, (value, reason) in zip(texts, judged(kind, texts), strict=True)
        if reason is None and value is not None
    }


NUMBERS = st.one_of(
    st.from_regex(r"[+-]?[0-9]{0,22}(\.[0-9]{0,14})?0{0,3}", fullmatch=True),
    st.from_regex(r"[-+ ]?[0-9_,.eE]{1,12} ?", fullmatch=True),
    st.text("0123456789.+-eE_, xInfNa٣\n", max_size=24),
)
HOLDS = {"quantity": (16, 12), "price": (10, 10), "rate": (8, 12), "money": (16, 10)}


def reference(text: str, whole: int, places: int) -> Decimal | None:
    """The value that plain decimal digits say, or None where there are none or too many."""
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", text) or text.endswith("\n"):
        return None
    before, _, after = text.lstrip("+-").partition(".")
    if len(before.lstrip("0")) > whole or len(after.rstrip("0")) > places:
        return None
    return Decimal(text)


@given(st.lists(NUMBERS, min_size=100, max_size=200, unique=True))
@example(["1e9", "1_000", "1,000", "+5", " 5 ", "5.", ".5", ".", "", "-", "--1", "1.10", "-0", "٣"])
@example(["0" * 30 + "1." + "0" * 30, "9" * 16 + "." + "9" * 12, "9" * 17, "0." + "0" * 12 + "1"])
@settings(max_examples=25, deadline=None)
def test_a_decimal_is_its_digits_or_refused(texts):
    for kind, (whole, places) in HOLDS.items():
        for text, (value, reason) in zip(texts, judged(kind, list(texts)), strict=True):
            expected = reference(text, whole, places)
            if expected is None:
                assert reason is not None, (kind, text)
            else:
                assert reason is None and Decimal(str(value)) == expected, (kind, text, value)


def test_dates_are_days_of_the_calendar():
    good = ["2024-02-29", "0001-01-01", "9999-12-31"]
    bad = ["2023-02-29", "0000-01-01", "2024-1-1", "20240101", "2024-01-01T00:00", " 2024-01-01",
           "01/02/2024", "12024-01-01", "2024-13-01", "2024-01-01 (BC)", "infinity"]  # fmt: skip
    assert list(accepted("date", good + bad)) == good


def test_timestamps_are_iso_8601_in_utc():
    assert accepted(
        "timestamp",
        [
            "2024-03-31T01:30:00Z",
            "2024-03-31T01:30:00+08:00",
            "2024-03-31T01:30:00.123456789-0530",
            "2024-03-31 01:30:00.1",
            "2024-03-31T01:30",
            "2024-03-31",
            "2024-03-31T01:30:00.123456789000Z",
            "2024-03-31T01:30:00+02",
            "2024-03-31T01:30Z",
            "2024-03-31 01:30+08:00",
            "2024-03-31T01:30-0530",
            "2024-03-31t01:30:00z",
            "2024-03-31t01:30z",
            "2024-03-31T01:30:00+14:00",
            "2024-03-31T01:30:00-14",
            "2024-03-31T01:30:00+14:01",
            "2024-03-31T01:30:00+15",
            "2024-03-31T01:30:00+25:00",
            "2024-03-31T01:30:00+08:60",
            "2024-03-31T01:30:00+0860",
            "2024-03-31T01:30:00+99:99",
            "2024-03-31T01:30+25:00",
            "2024-03-31Z",
            "2024-03-31T01Z",
            "2024-03-31T01:30:00.1234567891Z",
            "2024-03-31T24:00:00Z",
            "2024-03-31T24:30:00Z",
            "2024-03-31T01:60:00Z",
            "2024-02-30T01:00:00Z",
            "1066-10-14T09:00:00Z",
            "2024-03-31T01:30:00 Europe/Berlin",
            "1711848600",
            "31.03.2024 01:30",
            "epoch",
        ],
    ) == {
        "2024-03-31T01:30:00Z": "2024-03-31 01:30:00",
        "2024-03-31T01:30:00+08:00": "2024-03-30 17:30:00",
        "2024-03-31T01:30:00.123456789-0530": "2024-03-31 07:00:00.123456789",
        "2024-03-31 01:30:00.1": "2024-03-31 01:30:00.1",
        "2024-03-31T01:30": "2024-03-31 01:30:00",
        "2024-03-31": "2024-03-31 00:00:00",
        "2024-03-31T01:30:00.123456789000Z": "2024-03-31 01:30:00.123456789",
        "2024-03-31T01:30:00+02": "2024-03-30 23:30:00",
        "2024-03-31T01:30Z": "2024-03-31 01:30:00",
        "2024-03-31 01:30+08:00": "2024-03-30 17:30:00",
        "2024-03-31T01:30-0530": "2024-03-31 07:00:00",
        "2024-03-31t01:30:00z": "2024-03-31 01:30:00",
        "2024-03-31t01:30z": "2024-03-31 01:30:00",
        "2024-03-31T01:30:00+14:00": "2024-03-30 11:30:00",
        "2024-03-31T01:30:00-14": "2024-03-31 15:30:00",
        "2024-03-31T24:00:00Z": "2024-04-01 00:00:00",
    }


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_timestamp_is_stored_as_it_was_judged(box, ending):
    """Forms that DuckDB does not read by itself, in each kind of file whose timestamps are text."""
    moments = {
        "2025-01-05T10:00Z": "2025-01-05 10:00:00",
        "2025-01-05T10:00+08:00": "2025-01-05 02:00:00",
        "2025-01-10t10:00:00.123456789000z": "2025-01-10 10:00:00.123456789",
        "2025-01-10T10:00:00+25:00": None,
        "2025-01-10T10:00:00+08:60": None,
    }
    rows = [
        {"event_id": f"E{at}", "account_id": "A", "product_id": "P", "occurred_at": text,
         "quantity": "1"}
        for at, text in enumerate(moments)
    ]  # fmt: skip
    if ending == "csv":
        lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
        content: str | bytes = "\n".join(lines)
    elif ending == "jsonl":
        content = "\n".join(json.dumps(row) for row in rows)
    else:
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), buffer)
        content = buffer.getvalue()
    box.put(f"usage/a.{ending}", content)
    report = box.ingest().files[0]
    assert (report.rows_read, report.rows_accepted, report.rows_quarantined) == (5, 3, 2)
    stored = box.rows(
        "select event_id, cast(occurred_at as varchar) from raw.usage__events order by 1"
    )
    assert stored == [(f"E{at}", at_utc) for at, at_utc in enumerate(moments.values()) if at_utc]
    refused = box.rows("select row_no, column_name from raw.quarantine order by 1")
    assert refused == [(4, "occurred_at"), (5, "occurred_at")]


def test_whole_numbers_truth_and_months():
    texts = ["1", "-2", "+3", "4.00", "5.5", "1e3", "1_0", "9" * 18, "9" * 19, "0x1", "", "one"]
    assert list(accepted("integer", texts)) == ["1", "-2", "+3", "4.00", "9" * 18]
    truth = {"TRUE": "true", "no": "false", "1": "true", "0": "false", "Yes": "true"}
    assert accepted("boolean", [*truth, "t", "2", "ja"]) == truth
    assert list(accepted("month", ["2024-01", "2024-13", "2024-1", "202401"])) == ["2024-01"]


@pytest.mark.parametrize(
    ("obj", "row", "column"),
    [
        ("operations.account_adjustments", {"amount": "1.234", "currency": "USD"}, "amount"),
        ("operations.account_adjustments", {"amount": "1.5", "currency": "JPY"}, "amount"),
        ("operations.account_adjustments", {"amount": "1.2340", "currency": "KWD"}, None),
        ("operations.account_adjustments", {"amount": "1.500", "currency": "USD"}, None),
        ("operations.account_adjustments", {"currency": "XXQ"}, "currency"),
        ("operations.account_adjustments", {"currency": "usd"}, "currency"),
        ("operations.account_adjustments", {"kind": "other"}, "kind"),
        ("operations.account_adjustments", {"reason": "  "}, "reason"),
        ("operations.account_adjustments", {"is_deleted": "maybe"}, "is_deleted"),
        ("operations.fx_rates", {"from_currency": "HRK"}, "to_currency"),
        ("operations.fx_rates", {"from_currency": "HRK", "to_currency": "EUR"}, None),
        ("operations.fx_rates", {"from_currency": "XX", "to_currency": "EUR"}, "from_currency"),
        ("operations.receipt_splits", {"amount": "0.00"}, "amount"),
        ("operations.receipt_splits", {"amount": "-1"}, "amount"),
        ("operations.receipt_splits", {"amount": "0.0000000001"}, None),
        ("operations.close_requests", {"action": "reopen"}, "reason"),
        ("operations.close_requests", {"action": "reopen", "reason": "why"}, None),
        ("operations.close_requests", {"month": "2024-00"}, "month"),
        ("operations.credit_grants", {"amount": ""}, "amount"),
        ("operations.credit_grants", {"amount": "", "points": "5", "point_value": "0.01"}, None),
        ("crm.customers", {"payment_terms_days": "36500000"}, "payment_terms_days"),
        ("usage.events", {"quantity": "0.0000000000001"}, "quantity"),
        ("usage.events", {"revision": "x"}, "revision"),
    ],
)
def test_a_rule_of_the_contract(box, obj, row, column):
    feed, name = obj.split(".")
    samples = {"text": "t", "date": "2024-01-01", "timestamp": "2024-01-01", "month": "2024-01"}
    full = {
        col.name: (col.allowed[0] if col.type == "enum" else samples.get(col.type, "1"))
        for col in OBJECTS[feed, name].columns
        if col.required
    }
    full |= {"currency": "USD"} if "currency" in full else {}
    full |= {"amount": "1"} if name == "credit_grants" else {}
    full |= row
    content = ",".join(full) + "\n" + ",".join(full.values()) + "\n"
    box.put(f"{feed}/{name}.csv" if feed != "usage" else "usage/x.csv", content)
    [file] = box.ingest().files
    assert file.rows_quarantined == (column is not None)
    found = box.rows("select column_name, reason, remedy, row_no from raw.quarantine")
    assert [row[0] for row in found] == ([column] if column else [])
    for _, reason, remedy, row_no in found:
        assert reason.startswith(column) and remedy and row_no == 1


def test_a_quarantined_row_tells_what_it_has_in_good_form(box):
    box.put(
        "operations/account_adjustments.csv",
        "adjustment_id,customer_id,kind,currency,amount,dated_on,reason,approved_by,updated_at\n"
        "A1,c,manual,USD,12.345,2024-03-05,because,me,\n"
        "A2,c,gift,EUR,10.00,2024-03-06,because,me,2024-03-07T00:00:00Z\n"
        ",c,manual,EUR,1,2024-03-06,because,me,\n"
        "A4,c,manual,EUR,1,March,because,me,2024-04-07T23:00:00-02:00\n",
    )
    box.ingest()
    found = box.rows(
        "select key_text, cast(dated_on as varchar), currency, cast(amount as varchar),"
        " cast(updated_at as varchar), reason from raw.quarantine order by row_no"
    )
    assert found[0][:5] == ("A1", "2024-03-05", "USD", None, None)
    assert found[0][5] == "amount '12.345' has more than the 2 decimals of its currency"
    assert found[1][:5] == ("A2", "2024-03-06", "EUR", "10.0000000000", "2024-03-07 00:00:00")
    assert found[2][0] is None
    assert found[3][1] == "2024-04-08"


def test_every_currency_of_the_seed_has_its_digits():
    units = minor_units()
    assert (units["JPY"], units["USD"], units["KWD"], units["CLF"]) == (0, 2, 3, 4)
