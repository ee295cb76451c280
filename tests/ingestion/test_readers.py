"""Each format and its traps, on files of a few rows."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

EVENTS = "event_id,account_id,product_id,occurred_at,quantity"
LINKS = "link_id,invoice_id,bill_id,amount,linked_on"
EVENT = {"event_id": "e1", "account_id": "a", "product_id": "p", "quantity": "1"}


def parquet(columns: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def refusal(box, path: str, content: str | bytes) -> str:
    """The reason why a file is refused, and with it one row of the quarantine."""
    box.put(path, content)
    report = box.ingest()
    assert [file.status for file in report.files] == ["refused"]
    assert (report.files[0].rows_read, report.files[0].rows_quarantined) == (1, 1)
    [(row_no, reason)] = box.rows("select row_no, reason from raw.quarantine")
    assert row_no is None and reason == report.files[0].reason
    return reason


@pytest.mark.parametrize(
    ("head", "ending", "pack"),
    [
        (b"", b"\n", False),
        (b"\xef\xbb\xbf", b"\r\n", False),
        (b"\n\n", b"\n", False),
        (b"\xef\xbb\xbf", b"\n", True),
    ],
)
def test_csv_by_rfc_4180(box, head, ending, pack):
    lines = [
        EVENTS.encode(),
        b'"e ""1""","a,\nb",p,2026-01-01T00:00:00Z,1.10',
        b"",
        b"e2,a,p,2026-01-02,-2",
    ]
    content = head + ending.join(lines) + ending
    box.put("usage/x.csv" + (".gz" if pack else ""), gzip.compress(content) if pack else content)
    box.ingest()
    assert box.rows(
        "select event_id, account_id, cast(quantity as varchar), row_no from raw.usage__events"
        " order by row_no"
    ) == [('e "1"', "a,\nb", "1.100000000000", 1), ("e2", "a", "-2.000000000000", 2)]


def test_a_broken_csv_row_is_set_aside_and_the_others_are_kept(box):
    rows = [
        EVENTS,
        "e1,a,p,2026-01-01,1",
        "e2,a,p,2026-01-01",
        "e3,a,p,2026-01-01,1,too many",
        '"e4"x,a,p,2026-01-01,1',
        "e5,a,p,2026-01-01,5",
        "e\xff6,a,p,2026-01-01,1",
        '"e7 never closed,a,p,2026-01-01,1',
        "e8,a,p,2026-01-01,8",
    ]
    box.put("usage/x.csv", "\n".join(rows).encode("latin-1"))
    [file] = box.ingest().files
    assert (file.rows_read, file.rows_accepted, file.rows_quarantined) == (8, 3, 5)
    assert box.rows("select event_id, row_no from raw.usage__events order by 2") == [
        ("e1", 1),
        ("e5", 5),
        ("e8", 8),
    ]
    broken = box.rows("select row_no, row_text from raw.quarantine order by row_no")
    assert [row_no for row_no, _ in broken] == [2, 3, 4, 6, 7]
    assert broken[3][1] == "e\\xff6,a,p,2026-01-01,1"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"a,a\n1,2\n", "twice"),
        ("event_id,quantity\n1,2\n".encode("utf-16"), "broken"),
        (b"a\rb,c\r1,2\r", "carriage return"),
    ],
)
def test_a_csv_without_a_header_to_go_by_is_refused(box, content, reason):
    assert reason in refusal(box, "usage/x.csv", content)


def test_a_cell_of_ten_megabytes_is_text(box):
    wide = "x" * 10_000_000
    box.put(
        "crm/accounts.csv",
        f"account_id,customer_id,account_name,updated_at\na,c,{wide},2026-01-01\n",
    )
    line = {"account_id": "b", "customer_id": "c", "account_name": wide, "updated_at": "2026-01-01"}
    box.put("crm/accounts.wide.jsonl", json.dumps(line))
    box.ingest()
    assert box.rows("select length(account_name) from raw.crm__accounts") == [(10_000_000,)] * 2


def test_a_json_number_is_read_as_its_text(box):
    box.put(
        "operations/invoice_links.jsonl",
        '{"link_id": 12345678901234567890.123456, "invoice_id": "i", "bill_id": "b",'
        ' "amount": 1234567890123456.0123456789, "linked_on": "2026-01-01", "other": 1.10}\n'
        '{"link_id": "l2", "invoice_id": "i", "bill_id": "b", "amount": 1.10,'
        ' "linked_on": "2026-01-01", "other": {"n": [1e400, true, null]}}\n'
        '{"link_id": "l3", "invoice_id": "i", "bill_id": "b", "linked_on": "2026-01-01",'
        ' "amount": 12345678901234567890.123456}\n'
        '{"link_id": "l4", "invoice_id": "i", "bill_id": "b", "linked_on": "2026-01-01",'
        ' "amount": 1e9}\n',
    )
    [file] = box.ingest().files
    assert file.unknown_columns == ["other"]
    assert box.rows("select link_id, amount, extra from raw.operations__invoice_links") == [
        (
            "12345678901234567890.123456",
            Decimal("1234567890123456.0123456789"),
            '{"other": 1.10}',
        ),
        ("l2", Decimal("1.1"), '{"other": {"n": [1e400, true, null]}}'),
    ]
    quarantined = box.rows("select key_text, reason from raw.quarantine order by row_no")
    assert [key for key, _ in quarantined] == ["l3", "l4"]
    assert "12345678901234567890.123456" in quarantined[0][1] and "1e9" in quarantined[1][1]


def test_a_broken_json_line_is_set_aside(box):
    good = json.dumps(EVENT | {"occurred_at": "2026-01-01"})
    lines = [
        b"\xef\xbb\xbf" + good.encode(),
        b"{",
        b"",
        b"[1]",
        b'{"event_id": "x", "event_id": "y"}',
        b'{"event_id": {"a": 1}}',
        b'{"event_id": NaN}',
        b'{"event_id": "\\ud800"}',
        b'{"event_id": "\xff"}',
        b'{"event_id": ' + b"[" * 100_000,
        good.encode().replace(b"e1", b"e2"),
    ]
    box.put("usage/x.jsonl", b"\n".join(lines))
    [file] = box.ingest().files
    assert (file.rows_read, file.rows_accepted, file.rows_quarantined) == (10, 2, 8)
    assert box.rows("select event_id, row_no from raw.usage__events") == [("e1", 1), ("e2", 10)]


def test_parquet_keeps_what_the_contract_can_hold(box):
    at = 1_767_225_600_123_456_789
    box.put(
        "usage/a.parquet",
        parquet(
            {
                "event_id": ["e1"],
                "account_id": pa.array(["a"]).dictionary_encode(),
                "product_id": pa.array([b"p"]),
                "occurred_at": pa.array([at], pa.timestamp("ns", "Asia/Shanghai")),
                "quantity": pa.array([Decimal("1.10")], pa.decimal256(50, 2)),
                "revision": pa.array([2], pa.int8()),
                "Event_ID": ["unknown"],
            }
        ),
    )
    box.put(
        "usage/b.parquet",
        parquet(
            {
                "event_id": pa.array([7], pa.int64()),
                "account_id": ["a"],
                "product_id": ["p"],
                "occurred_at": pa.array([at], pa.timestamp("ns")),
                "quantity": pa.array(
                    [Decimal("12345678901234567890.123456")], pa.decimal128(38, 6)
                ),
            }
        ),
    )
    box.put(
        "usage/c.parquet",
        parquet(
            {
                "event_id": ["e3"],
                "account_id": ["a"],
                "product_id": ["p"],
                "occurred_at": pa.array(
                    [dt.datetime(2026, 1, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))],
                    pa.timestamp("us", "+08:00"),
                ),
                "quantity": pa.array([3], pa.uint64()),
            }
        ),
    )
    report = box.ingest()
    assert [(f.rows_accepted, f.rows_quarantined) for f in report.files] == [(1, 0), (0, 1), (1, 0)]
    assert report.files[0].unknown_columns == ["Event_ID"]
    assert box.rows(
        "select event_id, product_id, cast(occurred_at as varchar), quantity, revision, extra"
        " from raw.usage__events order by event_id"
    ) == [
        ("e1", "p", "2026-01-01 00:00:00.123456789", Decimal("1.1"), 2, '{"Event_ID":"unknown"}'),
        ("e3", "p", "2026-01-01 00:00:00", Decimal(3), None, None),
    ]
    assert box.rows("select key_text, row_no, column_name from raw.quarantine") == [
        ("7|1", 1, "quantity")
    ]


@pytest.mark.parametrize(
    ("column", "values", "named"),
    [
        ("quantity", pa.array([1.5]), "quantity is a binary float"),
        ("quantity", pa.array([1.5], pa.float32()), "quantity is a binary float"),
        ("event_id", pa.array([1.0]), "event_id is a binary float"),
        ("dimension", pa.array([[1]]), "dimension is of type"),
    ],
)
def test_a_parquet_column_that_cannot_hold_the_contract_is_named(box, column, values, named):
    columns = {name: [value] for name, value in EVENT.items()} | {"occurred_at": ["2026-01-01"]}
    assert named in refusal(box, "usage/x.parquet", parquet(columns | {column: values}))


def test_a_workbook_has_one_sheet_per_object(box):
    box.put(
        "operations/march.xlsx",
        workbook(
            {
                "invoice_links": [
                    LINKS.split(","),
                    ["l1", "i", 1001, 0.1 + 0.2, dt.date(2026, 3, 1)],
                    [],
                    ["=cmd|'/c calc'!A1", "i", "b", 1234567.89, dt.datetime(2026, 3, 2)],
                    ["l3", "i", "b", "=1+1", "2026-03-03"],
                    ["l4", "i", "b", 5, "2026-03-04", "beside the table"],
                ],
                "marketing_costs": [
                    ["cost_id", "entity_id", "month", "currency", "amount"],
                    ["m1", "US01", dt.date(2026, 3, 1), "JPY", 100],
                ],
                "Notes": [["what this is"]],
                "Empty": [],
                "bill_messages": [["message_id"], ["1"]],
            }
        ),
    )
    [file] = box.ingest().files
    assert (file.rows_read, file.rows_accepted, file.rows_quarantined) == (6, 3, 3)
    assert box.rows(
        "select link_id, bill_id, amount, linked_on, row_no from raw.operations__invoice_links"
    ) == [
        ("l1", "1001", Decimal("0.3"), dt.date(2026, 3, 1), 1),
        ("=cmd|'/c calc'!A1", "b", Decimal("1234567.89"), dt.date(2026, 3, 2), 3),
    ]
    assert box.rows("select month, amount from raw.operations__marketing_costs") == [
        ("2026-03", Decimal(100))
    ]
    assert box.rows("select object, row_no, column_name from raw.quarantine order by 1, 2") == [
        ("Notes", None, None),
        ("invoice_links", 4, "amount"),
        ("invoice_links", 5, None),
    ]


def test_a_sheet_that_cannot_be_read_harms_no_other(box):
    """Wherever it stands among the others, and in one transaction with them."""
    rates = [["from_currency", "to_currency", "rate_on", "rate"]]
    rates += [["USD", "EUR", f"2026-01-0{day}", "0.9"] for day in range(1, 5)]
    waivers = [["waiver_id", "exception_id", "reason", "approved_by", "waived_on"]]
    waivers += [[f"w{no}", "x", "known", "CFO", "2026-01-31"] for no in (1, 2)]
    broken = [["invoice_id", "amount", "invoice_id"], ["i1", 1, "i1"], ["i2", 2, "i2"]]
    sheets = {"fx_rates": rates, "invoices": broken, "waivers": waivers, "Notes": [["x"]]}
    box.put("operations/book.xlsx", workbook(sheets))
    [file] = box.ingest().files
    assert (file.status, file.rows_read, file.rows_accepted) == ("loaded", 8, 6)
    assert box.rows("select count(*) from raw.operations__fx_rates") == [(4,)]
    assert box.rows("select count(*) from raw.operations__waivers") == [(2,)]
    refused = box.rows("select object, row_no, reason from raw.quarantine order by 1")
    assert [row[:2] for row in refused] == [("Notes", None), ("invoices", None)]
    assert "sheet invoices names a column twice: invoice_id" in refused[1][2]


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("usage/x.csv.gz", b"no gzip", "no whole gzip"),
        ("usage/x.csv.gz", gzip.compress(b"a" * 1000)[:-20], "no whole gzip"),
        ("usage/x.jsonl.gz", gzip.compress(bytes(80 << 20)), "unpacks to more"),
        ("usage/x.parquet", b"PAR1 but not really PAR1", "no readable Parquet"),
        ("usage/x.pdf", b"%PDF", "no format"),
        ("operations/x.xlsx", b"PK no workbook", "no whole workbook"),
        ("crm/customers.xlsx", b"PK", "no format"),
        ("crm/costumers.csv", b"customer_id\n1\n", "no object named costumers"),
        ("oprations/fx_rates.csv", b"rate\n1\n", "none of the feeds"),
        ("stray.csv", b"a\n1\n", "none of the feeds"),
        ("bank/x.sta", b"a\n1\n", "bank"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_is_one_row_of_the_quarantine(box, path, content, reason):
    assert reason in refusal(box, path, content)


def test_a_zip_bomb_is_refused(box):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(80 << 20))
    assert "unpacks to more" in refusal(box, "operations/x.xlsx", buffer.getvalue())


def test_entities_in_a_workbook_are_not_expanded(box):
    source = io.BytesIO(
        workbook({"invoice_links": [LINKS.split(","), ["l1", "i", "b", 1, "2026-01-01"]]})
    )
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                bomb = b'<!DOCTYPE x [<!ENTITY a "boom"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
                content = bomb + content.replace(b"<v>1</v>", b"<v>&b;</v>")
            new.writestr(name, content)
    box.put("operations/x.xlsx", target.getvalue())
    box.ingest()
    found = str(box.rows("from raw.operations__invoice_links") + box.rows("from raw.quarantine"))
    assert "root:" not in found


def test_a_bad_file_harms_no_other_and_reserved_objects_are_ignored(box):
    box.put("usage/a.csv", EVENTS + "\ne1,a,p,2026-01-01,1\n")
    box.put("usage/b.parquet", b"rubbish")
    box.put("usage/c.csv", EVENTS + "\ne2,a,p,2026-01-01,1\n")
    box.put("operations/bill_messages.csv", "anything\n1\n")
    report = box.ingest()
    assert [file.status for file in report.files] == ["ignored", "loaded", "refused", "loaded"]
    assert box.rows("select count(*) from raw.usage__events") == [(2,)]
