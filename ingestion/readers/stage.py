"""What every reader hands over: the rows of one file, staged in temporary tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

import duckdb
import pyarrow as pa

from ingestion.checks import Source, identifier, quoted
from ingestion.schemas import FeedObject

ROWS = "stage_rows"
BROKEN = "stage_broken"
# No row is longer, and none is shown longer in the quarantine: the bytes stay in landing.
MAX_ROW_BYTES = 64 << 20
MAX_ROW_TEXT = 1_000_000
_CHUNK_ROWS = 20_000
_CHUNK_CHARS = 16 << 20
# Parts of a key whose text is the canonical one.
_CANONICAL = {"text": r"(?s).+", "integer": r"0|[1-9][0-9]*", "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}


class FileRefusedError(Exception):
    """A file that cannot be read at all: ``reason`` says what is wrong, ``remedy`` what to send."""

    def __init__(self, reason: str, remedy: str = "send the file again in good form") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True)
class Stage:
    """``stage_rows`` holds ``row_no`` (data rows from 1; a header is none) and the cells.

    ``sources`` says where each column of the contract stands, ``extra`` is the SQL of the unknown
    columns as JSON text (or null), ``row_text`` that of the whole row. ``stage_broken`` holds the
    rows that could not be taken apart: ``row_no``, ``row_text``, ``reason``, ``key_text``.
    """

    sources: dict[str, Source]
    unknown: list[str] = field(default_factory=list)
    extra: str = "cast(null as varchar)"
    row_text: str = "cast(null as varchar)"


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be taken apart; ``key_text`` where its key can be read."""

    text: str
    reason: str
    key_text: str | None = None


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what the last file left, and make the list of broken rows anew."""
    for kind, name in con.execute(
        "select table_type, table_name from information_schema.tables"
        f" where table_name in ('{ROWS}', '{BROKEN}') and table_catalog = 'temp'"
    ).fetchall():
        con.execute(f"drop {'view' if kind == 'VIEW' else 'table'} temp.{name}")
    con.execute(
        f"create temp table {BROKEN} "
        "(row_no bigint, row_text varchar, reason varchar, key_text varchar)"
    )


def text_stage(names: list[str], contract: Iterable[str]) -> Stage:
    """The stage of a file whose columns are text: ``c0``, ``c1`` … in the order of ``names``."""
    known = set(contract)
    cells = {name: f"c{at}" for at, name in enumerate(names)}
    unknown = [name for name in names if name not in known]
    return Stage(
        sources={name: Source(cell) for name, cell in cells.items() if name in known},
        unknown=unknown,
        extra=json_of({name: cells[name] for name in unknown}),
        row_text=json_of(cells),
    )


def json_of(cells: dict[str, str]) -> str:
    """SQL of one JSON object from name to expression."""
    if not cells:
        return "cast(null as varchar)"
    pairs = ", ".join(f"{quoted(name)}, {sql}" for name, sql in cells.items())
    return f"cast(json_object({pairs}) as varchar)"


def blank_is_null(cell: str) -> str:
    return f"case when trim({cell}) = '' then null else {cell} end"


def fill(
    con: duckdb.DuckDBPyConnection,
    width: int,
    rows: Iterable[tuple[int, list[str | None] | BrokenRow]],
) -> None:
    """Make ``stage_rows`` of ``width`` text columns from numbered rows, chunk by chunk."""
    columns = [f"c{at}" for at in range(width)]
    ddl = ", ".join(["row_no bigint", *(f"{column} varchar" for column in columns)])
    con.execute(f"create temp table {ROWS} ({ddl})")
    cells = ", ".join(blank_is_null(column) for column in columns)
    for chunk in _chunks(rows):
        good = [(number, row) for number, row in chunk if not isinstance(row, BrokenRow)]
        if good:
            numbers, cell_rows = zip(*good, strict=True)
            arrays = [pa.array(numbers, pa.int64())]
            arrays += [pa.array(cells, pa.string()) for cells in zip(*cell_rows, strict=True)]
            _append(con, ROWS, pa.table(arrays, names=["row_no", *columns]), f"row_no, {cells}")
        broken = [
            (number, row.text[:MAX_ROW_TEXT], row.reason, row.key_text)
            for number, row in chunk
            if isinstance(row, BrokenRow)
        ]
        if broken:
            numbers, *texts = zip(*broken, strict=True)
            arrays = [pa.array(numbers, pa.int64())]
            arrays += [pa.array(text, pa.string()) for text in texts]
            names = ["row_no", "row_text", "reason", "key_text"]
            _append(con, BROKEN, pa.table(arrays, names=names), "*")


def _append(con: duckdb.DuckDBPyConnection, target: str, chunk: pa.Table, columns: str) -> None:
    con.register("stage_chunk", chunk)
    con.execute(f"insert into {target} select {columns} from stage_chunk")
    con.unregister("stage_chunk")


def _chunks(
    rows: Iterable[tuple[int, list[str | None] | BrokenRow]],
) -> Iterator[list[tuple[int, list[str | None] | BrokenRow]]]:
    """Chunks bounded in rows and in characters, so that memory is."""
    iterator = iter(rows)
    while True:
        chunk: list[tuple[int, list[str | None] | BrokenRow]] = []
        size = 0
        for item in islice(iterator, _CHUNK_ROWS):
            chunk.append(item)
            row = item[1]
            cells = (row.text,) if isinstance(row, BrokenRow) else row
            size += sum(map(len, filter(None, cells)))
            if size > _CHUNK_CHARS:
                break
        if not chunk:
            return
        yield chunk


def key_of(obj: FeedObject, cells: Mapping[str, str | None]) -> str | None:
    """The canonical key of a row that is broken elsewhere; None unless every part is there."""
    parts = []
    for name in obj.key:
        column = obj.by_name[name]
        cell = (cells.get(name) or "").strip() or column.default
        if cell is None or not re.fullmatch(_CANONICAL.get(column.type, "(?!)"), cell):
            return None
        parts.append(cell)
    key = "|".join(parts)
    return key if key == key.encode("utf-8", "ignore").decode() else None


def count_rows(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0


def path_literal(path: str) -> str:
    """A path as an SQL string in which nothing is a wildcard."""
    escaped = "".join(f"[{sign}]" if sign in "[*?" else sign for sign in path)
    return quoted(escaped)


__all__ = [
    "BROKEN",
    "MAX_ROW_BYTES",
    "ROWS",
    "BrokenRow",
    "FileRefusedError",
    "Stage",
    "blank_is_null",
    "clear",
    "count_rows",
    "fill",
    "identifier",
    "json_of",
    "key_of",
    "path_literal",
    "text_stage",
]
