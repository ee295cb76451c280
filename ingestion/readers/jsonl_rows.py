"""JSON lines: one object a line. A number is read as the text it is written in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ingestion.checks import Source
from ingestion.readers.stage import (
    MAX_ROW_BYTES,
    BrokenRow,
    Stage,
    fill,
    json_of,
    key_of,
)
from ingestion.schemas import FeedObject

_BOM = b"\xef\xbb\xbf"


class _Number(str):
    """A JSON number by its text."""

    __slots__ = ()


class _LineError(ValueError):
    """Why a line is no row."""


def read_jsonl(con: duckdb.DuckDBPyConnection, path: Path, obj: FeedObject) -> Stage:
    """Stage the rows of the JSON lines at ``path``. Unknown names go to ``extra``, as JSON text."""
    names = [column.name for column in obj.columns]
    unknown: set[str] = set()
    fill(con, len(names) + 1, _rows(path, obj, unknown))
    cells = {name: f"c{at}" for at, name in enumerate(names)}
    extra = f"c{len(names)}"
    return Stage(
        sources={name: Source(cell) for name, cell in cells.items()},
        unknown=sorted(unknown),
        extra=extra,
        row_text=json_of(cells | {"(other columns)": extra}),
    )


def _rows(
    path: Path, obj: FeedObject, unknown: set[str]
) -> Iterator[tuple[int, list[str | None] | BrokenRow]]:
    decoder = json.JSONDecoder(
        object_pairs_hook=_object,
        parse_float=_Number,
        parse_int=_Number,
        parse_constant=_constant,
    )
    names = [column.name for column in obj.columns]
    known = set(names)
    number = 0
    with path.open("rb") as file:
        while line := file.readline(MAX_ROW_BYTES + 1):
            if number == 0:
                line = line.removeprefix(_BOM)
            if not line.strip():
                continue
            number += 1
            if len(line) > MAX_ROW_BYTES:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_ROW_BYTES)
                yield number, BrokenRow("", f"a line is longer than {MAX_ROW_BYTES} bytes")
                continue
            record = None
            try:
                record = decoder.decode(line.decode("utf-8").strip())
                if not isinstance(record, dict):
                    raise _LineError("the line is no JSON object")
                cells = [
                    value if type(value) is str else _cell(name, value)
                    for name, value in zip(names, map(record.get, names), strict=True)
                ]
                other = {name: record[name] for name in record if name not in known}
                cells.append(_json(other) if other else None)
                "".join(filter(None, cells)).encode("utf-8")
            except (ValueError, RecursionError) as error:
                known_cells = _plain(record) if isinstance(record, dict) else {}
                yield number, BrokenRow(_shown(line), _why(error), key_of(obj, known_cells))
                continue
            unknown.update(other)
            yield number, cells


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _LineError("the object names a key twice")
    return found


def _constant(name: str) -> None:
    raise _LineError(f"{name} is no JSON number")


def _cell(name: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    raise _LineError(f"{name} holds a list or an object, one value was expected")


def _plain(record: dict[str, Any]) -> dict[str, str | None]:
    return {name: str(cell) for name, cell in record.items() if isinstance(cell, str | _Number)}


def _json(value: Any) -> str:
    """JSON text in which a number stands as it came."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name, ensure_ascii=False)}: {_json(v)}" for name, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _why(error: Exception) -> str:
    if isinstance(error, _LineError):
        return str(error)
    if isinstance(error, UnicodeError):
        return "the line is not UTF-8"
    if isinstance(error, RecursionError):
        return "the object is nested too deeply"
    return f"the line is no JSON: {error}"


def _shown(line: bytes) -> str:
    return line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
