"""CSV by RFC 4180: comma, double quotes, a header row; UTF-8 with or without a byte order mark.

DuckDB's own reader takes a file that is in good form. Where it finds one row that is not, the file
is read again line by line: broken rows are set aside with their number and text, the others kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import duckdb

from ingestion.readers.stage import (
    MAX_ROW_BYTES,
    ROWS,
    BrokenRow,
    FileRefusedError,
    Stage,
    blank_is_null,
    fill,
    key_of,
    path_literal,
    text_stage,
)
from ingestion.schemas import FeedObject

_BOM = b"\xef\xbb\xbf"
_MAX_COLUMNS = 2000


def read_csv(con: duckdb.DuckDBPyConnection, path: Path, obj: FeedObject) -> Stage:
    """Stage the rows of the CSV file at ``path``; raises :class:`FileRefusedError`."""
    names = _header(path)
    stage = text_stage(names, obj.by_name)
    if not (_is_plain(path) and _read_fast(con, path, len(names))):
        fill(con, len(names), _rows(path, names, obj))
    return stage


def _is_plain(path: Path) -> bool:
    """Whether DuckDB reads the file to the letter: it skips a blank first line as the header, and
    drops spaces around quotes."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.removeprefix(_BOM)[:1] in (b"\r", b"\n", b""):
            return False
        tail = head
        while chunk := file.read(1 << 20):
            block = tail + chunk
            if b', "' in block or b'" ,' in block:
                return False
            tail = block[-2:]
    return True


def _header(path: Path) -> list[str]:
    with path.open("rb") as file:
        records = _records(file)
        first = next(records, None)
    if first is None:
        raise FileRefusedError("the file is empty, it has no header row", "send it with a header")
    if isinstance(first, BrokenRow):
        raise FileRefusedError(f"the header row is broken: {first.reason}")
    names = [name.strip() for name in first]
    if len(names) > _MAX_COLUMNS:
        raise FileRefusedError(f"the header names {len(names)} columns, {_MAX_COLUMNS} at most")
    if any("\0" in name or "\r" in name for name in names):
        raise FileRefusedError(
            "the header holds a zero byte or a lone carriage return: lines end with LF or CRLF"
        )
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise FileRefusedError(f"the header names a column twice: {', '.join(doubled)}")
    return [name or f"column {at + 1}" for at, name in enumerate(names)]


def _read_fast(con: duckdb.DuckDBPyConnection, path: Path, width: int) -> bool:
    """Stage a file that is in good form throughout; False, and nothing staged, for any other."""
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(width))
    cells = ", ".join(f"{blank_is_null(f'c{at}')} as c{at}" for at in range(width))
    # Wide cells need wide buffers; small files do not pay for them.
    widest = min(max(path.stat().st_size + 1024, 2 << 20), MAX_ROW_BYTES)
    sql = f"""
        create temp table {ROWS} as
        select row_number() over () as row_no, {cells}
        from read_csv(
            {path_literal(str(path))}, columns = {{{columns}}}, auto_detect = false,
            header = true, delim = ',', quote = '"', escape = '"', strict_mode = true,
            null_padding = false, ignore_errors = false, max_line_size = {widest},
            nullstr = '', compression = 'none', encoding = 'utf-8'
        )
    """
    # A failed statement would end the file's transaction: the rows are staged outside of it.
    try:
        con.execute(sql)
    except duckdb.Error as error:
        if isinstance(error, duckdb.OutOfMemoryException | duckdb.InterruptException):
            raise
        return False
    return True


def _rows(
    path: Path, names: list[str], obj: FeedObject
) -> Iterator[tuple[int, list[str | None] | BrokenRow]]:
    width = len(names)
    number = 0
    with path.open("rb") as file:
        records = _records(file)
        next(records, None)
        for record in records:
            number += 1
            if isinstance(record, BrokenRow):
                key = _head_key(names, obj, record.text.split(","))
                yield number, replace(record, key_text=key)
            elif len(record) == width + 1 and not record[-1]:
                yield number, list(record[:-1])
            elif len(record) != width:
                reason = f"the row has {len(record)} cells, the header {width}"
                key = _head_key(names, obj, record)
                yield number, BrokenRow(",".join(record), reason, key)
            else:
                yield number, list(record)


def _head_key(names: list[str], obj: FeedObject, cells: list[str]) -> str | None:
    """The key of a broken row whose key stands at the head: whatever broke it comes after."""
    head = names[: len(obj.key)]
    if not {*obj.key} & {*names} <= {*head}:
        return None
    return key_of(obj, dict(zip(head, cells, strict=False)))


def _records(file: BinaryIO) -> Iterator[list[str] | BrokenRow]:
    """The records of a file, blank lines left out; the first is the header.

    A record whose quotes do not close is the line it begins on; reading goes on with the next line.
    """
    lines = _Lines(file)
    if lines.peek().startswith(_BOM):
        lines.push(lines.take()[len(_BOM) :])
    while lines.peek():
        first = lines.take()
        if not first.strip(b"\r\n"):
            continue
        if len(first) > MAX_ROW_BYTES:
            lines.skip_line(first)
            yield BrokenRow(_shown(first[:1000]), f"a line is longer than {MAX_ROW_BYTES} bytes")
            continue
        if b'"' not in first:
            yield _decoded([first.rstrip(b"\r\n")], first, plain=True)
            continue
        taken = [first]
        while True:
            cells = _split(b"".join(taken))
            if cells is not None or sum(map(len, taken)) > MAX_ROW_BYTES or not lines.peek():
                break
            taken.append(lines.take())
        if isinstance(cells, list):
            yield _decoded(cells, b"".join(taken))
            continue
        for line in reversed(taken[1:]):
            lines.push(line)
        yield BrokenRow(_shown(first), cells or "a quote is opened and never closed")


def _split(record: bytes) -> list[bytes] | str | None:
    """The cells of a record; None where a quoted cell goes on; else why it breaks RFC 4180."""
    body = record[:-2] if record.endswith(b"\r\n") else record.rstrip(b"\n")
    cells: list[bytes] = []
    at, end = 0, len(body)
    while True:
        if body[at : at + 1] == b'"':
            close = at + 1
            while True:
                close = body.find(b'"', close)
                if close < 0:
                    return None
                if body[close + 1 : close + 2] != b'"':
                    break
                close += 2
            cells.append(body[at + 1 : close].replace(b'""', b'"'))
            at = close + 1
            if at < end and body[at : at + 1] != b",":
                return "text follows a closing quote"
        else:
            comma = body.find(b",", at)
            stop = end if comma < 0 else comma
            cells.append(body[at:stop])
            at = stop
        if at >= end:
            return cells
        at += 1


def _decoded(cells: list[bytes], record: bytes, plain: bool = False) -> list[str] | BrokenRow:
    try:
        if plain:
            return cells[0].decode("utf-8").split(",")
        return [cell.decode("utf-8") for cell in cells]
    except UnicodeDecodeError as error:
        return BrokenRow(_shown(record), f"byte {error.start + 1} of a cell is not UTF-8")


def _shown(record: bytes) -> str:
    return record.rstrip(b"\r\n").decode("utf-8", "backslashreplace")


class _Lines:
    """Physical lines with a push-back; no line is read beyond the bound of a row."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead: list[bytes] = []

    def peek(self) -> bytes:
        if not self._ahead:
            self._ahead.append(self._file.readline(MAX_ROW_BYTES + 1))
        return self._ahead[-1]

    def take(self) -> bytes:
        line = self.peek()
        self._ahead.pop()
        return line

    def push(self, line: bytes) -> None:
        self._ahead.append(line)

    def skip_line(self, line: bytes) -> None:
        while line and not line.endswith(b"\n"):
            line = self.take()
