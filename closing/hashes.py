"""The hashes that prove a closed month: rows, tables, the month, and the chain of months.

A row's canonical text is each column in the manifest's order, cast to the manifest's type, as
``<length>:<text>``, a null as ``-``: no two different rows share a text. SHA-256 of it is the row's
hash; a table's is SHA-256 over its sorted row hashes; a month's over its table names and hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

NO_ROWS = hashlib.sha256(b"").hexdigest()


def canonical_text(columns: Sequence[tuple[str, str]]) -> str:
    """SQL expression of a row's canonical text, for (name, type) columns."""
    parts = []
    for name, kind in columns:
        text = f'cast(cast("{name}" as {kind}) as varchar)'
        parts.append(f"coalesce(length({text}) || ':' || {text}, '-')")
    return " || ".join(parts)


def table_hash(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[tuple[str, str]]
) -> tuple[int, str]:
    """Rows and hash of ``source`` (what may stand behind ``from``), whatever their order."""
    found = table_hashes(con, source, columns, "0").values()
    return next(iter(found), (0, NO_ROWS))


def table_hashes(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[tuple[str, str]], by: str
) -> dict[Any, tuple[int, str]]:
    """Rows and hash of each part of ``source``, by the value of the SQL expression ``by``.

    A part without rows is not listed: its hash is :data:`NO_ROWS`.
    """
    rows = con.execute(
        f"""
        select part, count(*), sha256(string_agg(row_hash, '' order by row_hash))
        from (select {by} as part, sha256({canonical_text(columns)}) as row_hash from {source})
        group by part
        """
    ).fetchall()
    return {part: (count, digest) for part, count, digest in rows}


def month_hash(tables: Mapping[str, str]) -> str:
    """Hash over table names and table hashes, in order of name."""
    lines = "".join(f"{name} {tables[name]}\n" for name in sorted(tables))
    return hashlib.sha256(lines.encode()).hexdigest()


def chain_hash(previous: str, row_hash: str, month: str, entity_id: str) -> str:
    """The next link of the chain. ``previous`` is empty for the first close."""
    return hashlib.sha256(f"{previous}{row_hash}{month}{entity_id}".encode()).hexdigest()
