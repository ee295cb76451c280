"""Workbooks: one sheet per object, named after it, its first row the header.

A number is its shortest decimal text of at most 15 digits, which is all a cell holds. A formula is
its text and never its result: where a value is wanted, the row is refused and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ingestion.readers.stage import BrokenRow, FileRefusedError, Stage, fill, text_stage
from ingestion.readers.unpack import check_zip
from ingestion.schemas import FeedObject

_MAX_CELL = 10 << 20


@contextmanager
def open_workbook(path: Path) -> Iterator[dict[str, Any]]:
    """The sheets of the workbook at ``path`` that hold anything, by name."""
    import openpyxl  # half a second, and most nights bring no workbook

    check_zip(path)
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(
                file, read_only=True, data_only=False, keep_links=False, rich_text=False
            )
        except Exception as error:
            raise FileRefusedError(f"is no readable workbook: {error}") from error
        try:
            sheets = {}
            for sheet in book.worksheets:
                # What a sheet says about its own size may be wrong.
                sheet.reset_dimensions()
                if any(any(value is not None for value in row) for row in _values(sheet)):
                    sheets[sheet.title.strip()] = sheet
            yield sheets
        finally:
            book.close()


def read_sheet(con: duckdb.DuckDBPyConnection, sheet: Any, obj: FeedObject) -> Stage:
    """Stage the rows of one sheet. Rows count from 1 below the header; blank ones keep theirs."""
    rows = enumerate(_values(sheet))
    header: list[Any] = []
    above = 0
    for at, row in rows:
        if any(value is not None for value in row):
            header, above = list(row), at
            break
    while header and header[-1] is None:
        header.pop()
    names = [_text(name, "text") or f"column {at + 1}" for at, name in enumerate(header)]
    names = [name.strip() for name in names]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise FileRefusedError(
            f"sheet {obj.name} names a column twice: {', '.join(doubled)}", "name each column once"
        )
    kinds = [obj.by_name[name].type if name in obj.by_name else "text" for name in names]
    fill(con, len(names), _rows(rows, above, kinds))
    return text_stage(names, obj.by_name)


def _values(sheet: Any) -> Iterator[tuple[Any, ...]]:
    return sheet.iter_rows(values_only=True)


def _rows(
    rows: Iterator[tuple[int, tuple[Any, ...]]], above: int, kinds: list[str]
) -> Iterator[tuple[int, list[str | None] | BrokenRow]]:
    width = len(kinds)
    for at, row in rows:
        if all(value is None for value in row):
            continue
        if any(value is not None for value in row[width:]):
            shown = ", ".join(str(value)[:200] for value in row[: width + 5])
            yield at - above, BrokenRow(shown, "a cell stands right of the header's last column")
            continue
        cells = [_text(value, kind) for value, kind in zip(row, kinds, strict=False)]
        cells += [None] * (width - len(cells))
        yield at - above, cells


def _text(value: Any, kind: str) -> str | None:
    """A cell as text, for a column of the contract's ``kind``."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value, kind)
    if isinstance(value, date):
        return value.strftime("%Y-%m") if kind == "month" else value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    # A zero width or lone surrogate is shown as what it is.
    return str(value)[:_MAX_CELL].encode("utf-8", "backslashreplace").decode()


def _number(value: float) -> str:
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: datetime, kind: str) -> str:
    if kind == "month":
        return value.strftime("%Y-%m")
    # A workbook keeps a moment as a fraction of a day: below the millisecond it is noise.
    rounded = value + timedelta(microseconds=500)
    rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
    if kind != "timestamp" and rounded.time() == time():
        return rounded.date().isoformat()
    return rounded.isoformat(timespec="milliseconds")
