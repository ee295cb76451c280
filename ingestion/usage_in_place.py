"""Usage read where it landed: Parquet whose types and rows are the contract's is not copied.

A file of good rows is linked under ``usage/<columns>/file_no=<number>/`` beside ``landing/`` and
read there, by file and row; its number is part of the path, so that a query for new files opens no
other. Any other usage file is copied into ``raw.usage__events_copied``, row by row as every feed.
The view ``raw.usage__events`` shows both. The links can be lost: they are made anew from landing.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.checks import FALSE, identifier, literal, native_digits
from ingestion.landing import Landing
from ingestion.readers.stage import blank_is_null, path_literal
from ingestion.schemas import OBJECTS

EVENTS = OBJECTS["usage", "events"]
_FILE = "events.parquet"
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
# Of the file's own instants these need no cast; one with a zone is the same number of microseconds.
_INSTANTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_KEPT = [column for column in EVENTS.columns if column.kept]
_TEXTS = ("account_id", "product_id")
# Columns that files have in several types.
_KEPT_TYPES = ("event_id", "quantity", "occurred_at")


@dataclass(frozen=True)
class InPlace:
    """A file that can be read where it lies: what to select from it, and how many rows it has."""

    columns: str
    select_list: str
    rows: int
    unknown: list[str]


def read_in_place(con: duckdb.DuckDBPyConnection, path: Path) -> InPlace | None:
    """How to read a usage Parquet file where it lies, or None: then it is read as any other file.

    Every value is read once: a damaged page, an empty cell or an instant out of range says None,
    and the reader that quarantines row by row says what is wrong. Leaves ``stage_totals`` behind.
    """
    try:
        schema = pq.read_schema(path)
        described = con.execute(f"describe select * from {_relation(path)}").fetchall()
    except (pa.ArrowException, OSError, ValueError, duckdb.Error):
        return None
    if len(described) != len(schema.names) or len(set(schema.names)) != len(schema.names):
        return None
    types = {
        name: (column, sql_type)
        for name, (column, sql_type, *_) in zip(schema.names, described, strict=True)
    }
    selected: dict[str, str] = {}
    for column in _KEPT:
        found = types.get(column.name)
        sql = (
            _value(column.name, *found, schema.field(column.name).type)
            if found
            else _absent(column.name)
        )
        if sql is None:
            return None
        selected[column.name] = sql
    select_list = ", ".join(f"{sql} as {name}" for name, sql in selected.items())
    try:
        if "is_deleted" in types and _deletes(con, path, *types["is_deleted"]):
            return None
        rows = _take_totals(con, path, select_list)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return None
    if rows is None:
        return None
    unknown = [name for name in schema.names if name not in EVENTS.by_name]
    columns = hashlib.sha256(
        repr([select_list, [(name, kind) for name, (_, kind) in types.items()]]).encode()
    ).hexdigest()[:12]
    return InPlace(columns, select_list, rows, unknown)


def record_in_place(
    con: duckdb.DuckDBPyConnection, file_no: int, sha256: str, file: InPlace
) -> None:
    """Remember how a file is read, inside the transaction that records it, and its totals."""
    cells = ", ".join(map(literal, (file_no, sha256, file.columns, file.select_list)))
    con.execute(f"insert into raw.usage_in_place values ({cells})")
    con.execute(f"insert into raw.usage_totals select {file_no}, * from stage_totals")


def record_copied(con: duckdb.DuckDBPyConnection, file_no: int) -> None:
    """The totals of a file whose rows were copied."""
    con.execute(
        f"insert into raw.usage_totals select {file_no}, * from"
        f" ({_totals(f'from {EVENTS.stored} where file_no = {file_no}')})"
    )


def show_events(con: duckdb.DuckDBPyConnection, landing: Landing) -> None:
    """Link what is read in place and make the view ``raw.usage__events`` of all that is loaded.

    A column keeps the files' own type where all agree, so that nothing is cast for nothing: ids may
    be UUIDs, quantities narrower than the contract's, instants in microseconds.
    """
    files = con.execute(
        "select columns, select_list, file_no, sha256 from raw.usage_in_place"
        " order by columns, file_no"
    ).fetchall()
    folder = landing.folder.parent / "usage"
    groups: dict[tuple[str, str], list[str]] = {}
    for columns, select_list, file_no, sha256 in files:
        link = folder / columns / f"file_no={file_no}" / _FILE
        _link(link, landing.file(sha256))
        groups.setdefault((columns, select_list), []).append(path_literal(str(link)))
    parts = [
        f"select {select_list}, cast(null as varchar) as extra,"
        " file_no, file_row_number + 1 as row_no"
        f" from read_parquet([{', '.join(paths)}], file_row_number = true,"
        " hive_partitioning = true, hive_types = {'file_no': integer})"
        for (_, select_list), paths in groups.items()
    ]
    copied = con.execute(f"select 1 from {EVENTS.stored} limit 1").fetchone()
    kinds = {name: _common_type(con, parts, name, bool(copied)) for name in _KEPT_TYPES}
    if copied or not parts:
        names = ", ".join(column.name for column in _KEPT)
        parts.append(f"select {names}, extra, file_no, row_no from {EVENTS.stored}")
    casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in kinds.items() if kind)
    shown = f"select * replace ({casts}) from" if casts else "from"
    con.execute(
        "create or replace view raw.usage__events as "
        + " union all ".join(f"{shown} ({part})" for part in parts)
    )


def _common_type(
    con: duckdb.DuckDBPyConnection, parts: list[str], name: str, copied: bool
) -> str | None:
    """The type in which every part shows a column, None where nothing needs to be said.

    What was copied is shown as the files in place have it if each of its values is the same there.
    A union by itself would make a UUID of a text, and widen what need not be.
    """
    kinds = {
        con.execute(f"describe select {name} from ({part})").fetchall()[0][1] for part in parts
    }
    widest = EVENTS.by_name[name].sql_type
    if not kinds or (len(kinds) == 1 and not copied):
        return None
    if len(kinds) > 1:
        return widest
    kind = kinds.pop()
    other = con.execute(
        f"select 1 from {EVENTS.stored} where cast(try_cast({name} as {kind}) as {widest})"
        f" is distinct from {name} limit 1"
    ).fetchone()
    return widest if other else kind


def _relation(path: Path) -> str:
    return f"read_parquet({path_literal(str(path))})"


def _absent(name: str) -> str | None:
    column = EVENTS.by_name[name]
    return None if column.required else f"cast(null as {column.sql_type})"


def _value(name: str, column: str, sql_type: str, stored: pa.DataType) -> str | None:
    """A column as the contract means it, of the file's own type where that holds it."""
    sql = identifier(column)
    if name == "event_id":
        if pa.types.is_fixed_size_binary(stored) and stored.byte_width == 16:
            return f"cast({sql} as uuid)"
        return sql if sql_type in ("UUID", "VARCHAR") else None
    if name in _TEXTS:
        return sql if sql_type == "VARCHAR" else None
    if name == "occurred_at":
        if sql_type == "TIMESTAMP WITH TIME ZONE" and getattr(stored, "unit", "") != "ns":
            return f"make_timestamp(epoch_us({sql}))"
        return sql if sql_type in _INSTANTS else None
    if name == "revision":
        return f"cast({sql} as bigint)" if sql_type in _INTEGERS else None
    if name == "dimension":
        return blank_is_null(sql) if sql_type == "VARCHAR" else None
    digits = native_digits(sql_type)
    if digits is None or digits[0] > 16 or digits[1] > 12:
        return None
    return sql if sql_type.startswith("DECIMAL") else f"cast({sql} as decimal({digits[0]},0))"


def _deletes(con: duckdb.DuckDBPyConnection, path: Path, column: str, sql_type: str) -> bool:
    """Whether a row deletes its event, or says neither that nor the opposite: then the quantity is
    not what stands in the file."""
    sql = identifier(column)
    other = sql if sql_type == "BOOLEAN" else f"lower(cast({sql} as varchar)) not in ({FALSE})"
    return bool(con.execute(f"select 1 from {_relation(path)} where {other} limit 1").fetchone())


def _take_totals(con: duckdb.DuckDBPyConnection, path: Path, select_list: str) -> int | None:
    """Read every value once into ``stage_totals``; the number of rows, None if one is not good."""
    con.execute(
        "create or replace temp table stage_totals as "
        + _totals(f"from (select {select_list} from {_relation(path)})", checked=True)
    )
    row = con.execute(
        "select cast(coalesce(sum(rows_held), 0) as bigint), coalesce(sum(bad_rows), 0)"
        " from stage_totals"
    ).fetchone()
    con.execute("alter table temp.stage_totals drop column bad_rows")
    return int(row[0]) if row and row[1] == 0 else None


def _totals(source: str, checked: bool = False) -> str:
    """One row a product: what a file brought, so that what becomes of it can be proved."""
    # A blank text sorts before every text that begins with a visible sign; a UUID is never blank.
    bad = """
        count(*) filter (where not coalesce(
            event_id is not null and quantity is not null
            and account_id > ' ~' and product_id > ' ~'
            and (typeof(event_id) = 'UUID' or cast(event_id as varchar) > ' ~')
            and occurred_at between timestamp '1678-01-01' and timestamp '2261-12-31'
            and coalesce(revision, 1) between -999999999999999999 and 999999999999999999,
            false
        )) as bad_rows,
    """
    return f"""
        select
            product_id,
            count(*) as rows_held,
            count(*) filter (where quantity <> 0) as events,
            cast(sum(quantity) as decimal(38, 12)) as quantity,
            {bad if checked else ""}
            cast(min(occurred_at) as timestamp) as earliest_at,
            cast(max(occurred_at) as timestamp) as latest_at
        {source}
        group by product_id
    """


def _link(link: Path, target: Path) -> None:
    wanted = os.path.relpath(target, link.parent)
    if link.is_symlink() and str(link.readlink()) == wanted:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    scratch = link.with_suffix(".tmp")
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(wanted)
    scratch.replace(link)
