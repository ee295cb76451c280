"""The raw schema of the warehouse: a typed table per feed object, the ledger, the quarantine."""

from __future__ import annotations

import re

import duckdb

from ingestion.schemas import OBJECTS, raw_columns
from ingestion.usage_in_place import EVENTS, record_copied

_FIXED_TABLES = {
    # One row per file of the landing ledger, and what became of it.
    "raw.files": """
        file_no integer, path varchar, sha256 varchar, size_bytes bigint, landed_at timestamp,
        feed varchar, object varchar, format varchar, status varchar, reason varchar,
        rows_read bigint, rows_accepted bigint, rows_quarantined bigint, unknown_columns varchar[]
    """,
    # One row per refused row, or per refused file (row_no null).
    "raw.quarantine": """
        file_no integer, row_no bigint, source_file varchar, feed varchar, object varchar,
        key_text varchar, column_name varchar, reason varchar, remedy varchar, row_text varchar,
        entity_id varchar, dated_on date, currency varchar, amount decimal(30,10),
        updated_at timestamp_ns
    """,
    # One row per accepted row that shares its key with a quarantined one: what may resolve it.
    "raw.accepted_keys": """
        feed varchar, object varchar, key_text varchar, file_no integer, row_no bigint,
        updated_at timestamp_ns
    """,
    # One row per usage file that is read where it landed: files of the same columns are read alike.
    "raw.usage_in_place": """
        file_no integer, sha256 varchar, columns varchar, select_list varchar
    """,
    # One row per usage file and product: what was taken in, counted as it was taken.
    "raw.usage_totals": """
        file_no integer, product_id varchar, rows_held bigint, events bigint,
        quantity decimal(38,12), earliest_at timestamp, latest_at timestamp
    """,
    # One row per statement as delivered; the same statement may come again.
    "raw.bank_statements": """
        file_no integer, statement_no integer, source_file varchar, format varchar,
        bank_account varchar, currency varchar, statement_number varchar,
        opened_on date, closed_on date, opening decimal(30,10), closing decimal(30,10)
    """,
    # One row per booked entry, or per detail of it where details carry amounts that sum to it.
    "raw.bank_entries": """
        file_no integer, statement_no integer, entry_no integer, detail_no integer,
        source_file varchar, row_no bigint, booked_on date, value_on date,
        amount decimal(30,10), currency varchar, bank_reference varchar,
        end_to_end_reference varchar, counterparty_name varchar, counterparty_account varchar,
        remittance_text varchar, is_reversal boolean
    """,
}


def create_raw(con: duckdb.DuckDBPyConnection) -> None:
    """Create every raw table, and every column of one, that is missing.

    Tables are typed by the contract, never by a file. A column new to the contract is empty in the
    rows loaded before (what came under its name is in ``extra``): a rebuild fills it.
    """
    con.execute("create schema if not exists raw")
    was_one_table = _was_one_table(con)
    wanted = {obj.stored: raw_columns(obj) for obj in OBJECTS.values()}
    wanted |= {name: _columns(text) for name, text in _FIXED_TABLES.items()}
    present: dict[str, set[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'raw' and table_catalog = current_database()"
    ).fetchall():
        present.setdefault(f"raw.{table}", set()).add(column)
    for table, columns in wanted.items():
        if table not in present:
            body = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            con.execute(f"create table {table} ({body})")
            continue
        for name in columns.keys() - present[table]:
            con.execute(f'alter table {table} add column "{name}" {columns[name]}')
    if EVENTS.table not in present:
        con.execute(f"create view {EVENTS.table} as select * from {EVENTS.stored}")
    if was_one_table:
        files = con.execute(f"select distinct file_no from {EVENTS.stored}").fetchall()
        for (file_no,) in files:
            record_copied(con, file_no)


def _was_one_table(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether usage stood in one table of copied rows; that table takes copied rows from now on."""
    found = con.execute(
        "select 1 from duckdb_tables() where database_name = current_database()"
        f" and schema_name || '.' || table_name = '{EVENTS.table}'"
    ).fetchone()
    if found:
        con.execute(f"alter table {EVENTS.table} rename to {EVENTS.stored.partition('.')[2]}")
    return bool(found)


def _columns(text: str) -> dict[str, str]:
    return dict(re.findall(r"(\w+) (\w+(?:\([\d,]+\))?(?:\[\])?)", text))
