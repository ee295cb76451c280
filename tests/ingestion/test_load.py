"""Loading: no row lost, resumable anywhere, the same warehouse from the same landing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion import load as load_module
from ingestion.landing import Inbox, Landing

HEADER = "event_id,account_id,product_id,occurred_at,quantity,revision\n"
REAL = Path(__file__).parents[2] / ".." / "shared" / "real_inbox"


def everything(box) -> dict[str, list[tuple]]:
    tables = [
        name
        for (name,) in box.rows(
            "select table_name from information_schema.tables where table_schema = 'raw'"
        )
    ]
    return {name: box.rows(f'from raw."{name}" order by all') for name in tables}


def feeds(box) -> None:
    box.put("usage/a.csv", HEADER + "e1,a,p,2026-01-01,1,\ne2,a,p,2026-01-01,x,\n")
    box.put("usage/b.parquet", b"rubbish")
    box.put("usage/c.csv", HEADER + "e2,a,p,2026-01-01,2,\n")
    box.put("crm/accounts/any name.csv", "account_id,customer_id,updated_at\na,c,2026-01-01\n")


def test_a_killed_load_goes_on_where_it_stopped(box, monkeypatch):
    feeds(box)
    Landing(box.settings.landing_path).land(Inbox(box.settings.inbox_url))
    calls = 0
    recorded = load_module._record

    def killed(con, entry, report):
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        recorded(con, entry, report)

    monkeypatch.setattr(load_module, "_record", killed)
    with pytest.raises(KeyboardInterrupt):
        box.ingest()
    assert box.rows("select file_no from raw.files order by 1") == [(1,), (2,)]
    monkeypatch.undo()
    box.ingest()
    resumed = everything(box)
    assert [row[0] for row in resumed["files"]] == [1, 2, 3, 4]
    box.lose_the_warehouse()
    box.ingest()
    assert everything(box) == resumed


def test_rows_read_are_rows_kept_plus_rows_quarantined(box):
    feeds(box)
    box.ingest()
    assert box.rows(
        "select path, status, rows_read, rows_accepted, rows_quarantined from raw.files order by 1"
    ) == [
        ("crm/accounts/any name.csv", "loaded", 1, 1, 0),
        ("usage/a.csv", "loaded", 2, 1, 1),
        ("usage/b.parquet", "refused", 1, 0, 1),
        ("usage/c.csv", "loaded", 1, 1, 0),
    ]


def test_what_may_answer_for_a_quarantined_row_is_kept(box):
    box.put("usage/a.csv", HEADER + "e2,a,p,2026-01-01,2,1\ne3|x,a,p,2026-01-01,2,1\n")
    box.ingest()
    box.put("usage/b.csv", HEADER + "e2,a,p,2026-01-01,x,\ne3|x,a,p,2026-01-01,x,2\n")
    box.ingest()
    box.put("usage/c.csv", HEADER + "e2,a,p,2026-01-01,2,3\ne3|x,a,p,2026-01-01,5,1\n")
    box.ingest()
    box.put(
        "crm/contract_lines.csv",
        "contract_line_id,contract_id,product_id,starts_on,charge_model,revenue_rule,updated_at\n"
        "L1,C1,P1,2026-01-01,fixed,SL_DAILY,2026-01-01\n",
    )
    box.put(
        "crm/contract_lines.bad.csv",
        "contract_line_id,contract_id,product_id,effective_on,starts_on,charge_model,revenue_rule,"
        "updated_at\nL1,C1,P1,2026-01-01,2026-01-01,free,SL_DAILY,2025-12-31\n",
    )
    box.ingest()
    assert box.rows(
        "select object, key_text, file_no, row_no from raw.accepted_keys order by all"
    ) == [
        ("contract_lines", "L1|2026-01-01", 5, 1),
        ("events", "e2|1", 1, 1),
        ("events", "e2|1", 3, 1),
    ]


def test_trouble_of_the_machine_is_no_fault_of_a_file(box, monkeypatch):
    feeds(box)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(load_module.READERS, "csv", full)
    with pytest.raises(OSError, match="No space"):
        box.ingest()
    assert box.rows("select count(*) from raw.files") == [(0,)]


def test_a_workbook_and_its_csv_load_alike(box):
    import datetime as dt
    import io

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "fx_rates"
    sheet.append(["from_currency", "to_currency", "rate_on", "rate"])
    sheet.append(["EUR", "USD", dt.date(2026, 1, 2), 1.0321])
    buffer = io.BytesIO()
    book.save(buffer)
    box.put("operations/rates.xlsx", buffer.getvalue())
    box.put(
        "operations/fx_rates.csv",
        "from_currency,to_currency,rate_on,rate\nEUR,USD,2026-01-02,1.0321\n",
    )
    box.ingest()
    [(count, distinct)] = box.rows(
        "select count(*), count(distinct (rate_on, rate)) from raw.operations__fx_rates"
    )
    assert (count, distinct) == (2, 1)


@pytest.mark.skipif(not REAL.exists(), reason="../shared/real_inbox is not beside this repository")
def test_the_real_usage_loads_to_the_last_digit(box):
    box.settings.inbox = str((REAL / "inbox").resolve())
    report = box.ingest()
    assert not report.refused and report.rows_quarantined == 0
    assert box.rows(
        """
        select split_part(split_part(path, '/', 2), '-', 1), count(*)
        from raw.usage__events inner join raw.files using (file_no) group by 1 order by 1
        """
    ) == [("focus", 968), ("llm", 56_370)]
    [(most,)] = box.rows(
        "select max(length(rtrim(split_part(cast(quantity as varchar), '.', 2), '0')))"
        " from raw.usage__events"
    )
    assert most == 11


def test_a_column_new_to_the_contract_joins_a_table_that_stands(box):
    box.put("usage/a.csv", HEADER + "e1,a,p,2026-01-01,1,\n")
    box.ingest()
    before = box.rows("describe raw.usage__events_copied")
    box.con.execute("alter table raw.usage__events_copied drop column dimension")
    box.put("usage/b.csv", HEADER.strip() + ",dimension\ne2,a,p,2026-01-01,1,,d\n")
    box.ingest()
    assert sorted(box.rows("describe raw.usage__events_copied")) == sorted(before)
    found = box.rows("select event_id, dimension from raw.usage__events order by 1")
    assert found == [("e1", None), ("e2", "d")]


def test_an_unknown_column_is_told_once(box):
    from ingestion.load import ingest

    told: list[str] = []
    for name in ("a", "b"):
        box.put(f"usage/{name}.csv", HEADER.strip() + f",tag\n{name},a,p,2026-01-01,1,,x\n")
        ingest(box.con, box.settings, told.append)
    assert [line for line in told if "unknown_column" in line] == [
        "usage/a.csv: unknown_column tag, kept in extra"
    ]
    assert box.rows("select extra, count(*) from raw.usage__events group by 1") == [
        ('{"tag":"x"}', 2)
    ]


def test_a_row_in_bad_form_is_answered_by_its_key_however_it_broke(box):
    at = "2026-01-01T00:00:00Z"
    head = "customer_id,customer_name,entity_id,currency,updated_at"
    bad = [
        f"RAGGED,Long, Inc,DE01,EUR,{at}", "SHORT,x", f"BYTES,\udcff,DE01,EUR,{at}",
        f",Nobody,DE01,EUR,{at}",
    ]  # fmt: skip
    text = "\n".join([head, *bad]).encode("utf-8", "surrogateescape")
    box.put("crm/customers.bad.csv", text)
    box.put("crm/customer_bank_accounts.bad.csv",
            "customer_id,bank_account,updated_at\nC1,DE 12 34,never\n")  # fmt: skip
    lines = "contract_line_id,contract_id,product_id,starts_on,charge_model,revenue_rule,updated_at"
    box.put("crm/contract_lines.bad.csv", f"{lines}\nL1,K,P,2026-02-30,fixed,R,{at}\n")
    box.put("usage/bad.csv", HEADER + "e1,a,p,2026-01-01,1,2,surplus\n")
    box.put("usage/bad.jsonl", '{"event_id": "e3", "revision": 4, "quantity": [1]}\n')
    box.ingest()
    assert box.rows("select key_text from raw.quarantine order by file_no, row_no") == [
        ("L1|",), ("C1|DE1234",), ("RAGGED",), ("SHORT",), ("BYTES",), (None,), (None,), ("e3|4",),
    ]  # fmt: skip
    good = [f"{name},Good,DE01,EUR,{at}" for name in ("RAGGED", "SHORT", "BYTES", "OTHER")]
    box.put("crm/customers.good.csv", "\n".join([head, *good]))
    box.put("crm/customer_bank_accounts.good.csv",
            f"customer_id,bank_account,updated_at\nC1,DE1234,{at}\n")  # fmt: skip
    box.put("crm/contract_lines.good.csv", f"{lines}\nL1,K,P,2026-02-28,fixed,R,{at}\n")
    box.put("usage/good.csv", HEADER + "e3,a,p,2026-01-01,1,4\n")
    box.ingest()
    assert {key for (key,) in box.rows("select key_text from raw.accepted_keys")} == {
        "RAGGED", "SHORT", "BYTES", "C1|DE1234", "L1|", "e3|4",
    }  # fmt: skip


def test_ids_of_two_kinds_are_one_column(box):
    """A text id beside UUIDs is shown as text; a copied UUID, quantity and instant as in place."""
    ids = "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'"
    box.inbox.joinpath("usage").mkdir(parents=True, exist_ok=True)
    box.con.execute(
        f"copy (select cast({ids} as uuid) as event_id, 'a' as account_id, 'p' as product_id,"
        " timestamp '2026-01-01' as occurred_at, cast(1 as decimal(18, 6)) as quantity)"
        f" to '{box.inbox / 'usage' / 'a.parquet'}' (format parquet)"
    )
    box.put("usage/b.csv", HEADER + ids.replace("0b", "0c").strip("'") + ",a,p,2026-01-01,2,\n")
    box.ingest()
    kinds = "select distinct typeof(event_id), typeof(quantity) from raw.usage__events"
    assert box.con.execute(kinds).fetchall() == [("UUID", "DECIMAL(18,6)")]
    box.put("usage/c.csv", HEADER + "e-1,a,p,2026-01-01,2.0000001,\n")
    box.ingest()
    assert box.con.execute(kinds).fetchall() == [("VARCHAR", "DECIMAL(28,12)")]
    assert box.con.execute("select count(*) from raw.usage__events").fetchall() == [(3,)]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_an_event_that_is_deleted_is_a_revision_of_nought(box, ending):
    """It cancels like one; what says neither true nor false is no row."""
    rows = [
        ("e1", "5", "1", "false"), ("e1", "5", "2", "true"), ("e2", "7", "1", ""),
        ("e3", "1", "1", "perhaps"),
    ]  # fmt: skip
    names = ("event_id", "quantity", "revision", "is_deleted")
    common = {"account_id": "a", "product_id": "p", "occurred_at": "2026-01-01"}
    records = [dict(zip(names, row, strict=True)) | common for row in rows]
    if ending == "csv":
        lines = [",".join(records[0]), *(",".join(record.values()) for record in records)]
    else:
        lines = [json.dumps(record) for record in records]
    box.put(f"usage/a.{ending}", "\n".join(lines))
    [file] = box.ingest().files
    assert (file.rows_read, file.rows_accepted, file.unknown_columns) == (4, 3, [])
    assert box.rows("select event_id, revision, quantity from raw.usage__events order by all") == [
        ("e1", 1, 5), ("e1", 2, 0), ("e2", 1, 7),
    ]  # fmt: skip
    assert box.rows("select row_no, column_name from raw.quarantine") == [(4, "is_deleted")]
