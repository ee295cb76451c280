"""Parquet: the file's own types are kept where they hold what the contract says.

A binary float is refused where the contract says decimal (or an id), with the column named. What
DuckDB would read with loss (zoned nanoseconds, decimals wider than 38 digits) goes through Arrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.checks import Source, UnreadableColumnError
from ingestion.readers.stage import (
    ROWS,
    FileRefusedError,
    Stage,
    blank_is_null,
    json_of,
    path_literal,
)
from ingestion.schemas import FeedObject

_BATCH_ROWS = 65_536
_NESTED = ("STRUCT", "MAP", "UNION", "INTERVAL", "TIME")


def read_parquet(con: duckdb.DuckDBPyConnection, path: Path, obj: FeedObject) -> Stage:
    """Stage the rows of the Parquet file at ``path`` as a view: they are read where they lie."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefusedError(f"is no readable Parquet file: {_first_line(error)}") from error
    names = list(schema.names)
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise FileRefusedError(f"the file names a column twice: {', '.join(doubled)}")
    lossy = [name for name in names if _is_lossy(schema.field(name).type)]
    if lossy:
        _stage_by_arrow(con, path, lossy)
        relation = "stage_parquet"
        kind = "table"
    else:
        relation = f"read_parquet({path_literal(str(path))}, file_row_number = true)"
        kind = "view"
    described = con.execute(
        f"describe select * exclude (file_row_number) from {relation}"
    ).fetchall()
    cells: dict[str, str] = {}
    sources: dict[str, Source] = {}
    selected: list[str] = []
    for at, (name, (column, sql_type, *_)) in enumerate(zip(names, described, strict=True)):
        sql = '"' + column.replace('"', '""') + '"'
        if sql_type == "BLOB":
            sql, sql_type = f"decode({sql})", "VARCHAR"
        if sql_type in ("UUID", "VARCHAR", "JSON") or sql_type.startswith("ENUM"):
            sql, sql_type = blank_is_null(f"cast({sql} as varchar)"), "VARCHAR"
        cells[name] = f"c{at}"
        selected.append(f"{sql} as c{at}")
        if name in obj.by_name:
            _check_type(name, sql_type, obj)
            sources[name] = Source(f"c{at}", sql_type)
    unknown = [name for name in names if name not in obj.by_name]
    con.execute(
        f"create temp {kind} {ROWS} as"
        f" select file_row_number + 1 as row_no, {', '.join(selected)} from {relation}"
    )
    if lossy:
        con.execute("drop table temp.stage_parquet")
    texts = {name: f"cast({cell} as varchar)" for name, cell in cells.items()}
    return Stage(
        sources=sources,
        unknown=unknown,
        extra=json_of({name: texts[name] for name in unknown}),
        row_text=json_of(texts),
    )


def _check_type(name: str, sql_type: str, obj: FeedObject) -> None:
    if sql_type.endswith("]") or sql_type.startswith(_NESTED):
        if sql_type.startswith("TIMESTAMP"):
            return
        raise UnreadableColumnError(
            f"column {name} is of type {sql_type}, one value was expected", f"write {name} as text"
        )
    if sql_type in ("FLOAT", "DOUBLE") and obj.by_name[name].type in ("text", "enum"):
        raise UnreadableColumnError(
            f"column {name} is a binary float, a text was expected", f"write {name} as text"
        )


def _is_lossy(kind: pa.DataType) -> bool:
    zoned_nanoseconds = pa.types.is_timestamp(kind) and kind.unit == "ns" and kind.tz is not None
    return zoned_nanoseconds or pa.types.is_decimal256(kind)


def _stage_by_arrow(con: duckdb.DuckDBPyConnection, path: Path, lossy: list[str]) -> None:
    file = pq.ParquetFile(path)

    def changed(field: pa.Field) -> pa.Field:
        if field.name not in lossy:
            return field
        return field.with_type(
            pa.timestamp("ns") if pa.types.is_timestamp(field.type) else pa.string()
        )

    schema = pa.schema([changed(field) for field in file.schema_arrow])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            arrays = []
            for field, array in zip(schema, batch.columns, strict=True):
                if field.name in lossy and pa.types.is_timestamp(array.type):
                    # The instant is what the integer says: a zone only shows it.
                    array = array.cast(pa.int64()).cast(field.type)
                elif field.name in lossy:
                    texts = [None if value is None else f"{value:f}" for value in array.to_pylist()]
                    array = pa.array(texts, pa.string())
                arrays.append(array)
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    con.execute("drop table if exists temp.stage_parquet")
    con.register("stage_chunk", pa.RecordBatchReader.from_batches(schema, batches()))
    con.execute(
        "create temp table stage_parquet as"
        " select *, row_number() over () - 1 as file_row_number from stage_chunk"
    )
    con.unregister("stage_chunk")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
