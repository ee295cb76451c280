"""The commit of a close: Parquet and a manifest in landing first, the warehouse after.

``landing/posted/<nnnnnn>-<month>-<entity>/<table>.parquet`` are written, then the manifest
``<nnnnnn>-<month>-<entity>.json`` is renamed into place: from that moment the month is closed,
whatever becomes of the warehouse. A manifest that the warehouse lacks is loaded by the next run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from closing import faults
from closing.files import sync_file, sync_folder, write_json
from closing.hashes import chain_hash, month_hash, table_hash
from closing.plan import PostedMart, create_posted

FORMAT = 1
_PERIOD_COLUMNS = (
    "close_no",
    "month",
    "entity_id",
    "action",
    "closed_at",
    "requested_by",
    "known_on",
    "last_file_no",
    "seeds_hash",
    "code_version",
    "row_hash",
    "chain_hash",
    "figures",
)


@dataclass(frozen=True)
class CloseRecord:
    """What a close says of itself besides its rows."""

    month: str
    entity_id: str
    requested_by: str
    known_on: str
    last_file_no: int
    seeds_hash: str
    code_version: str
    figures: dict[str, Any]


def posted_folder(landing: Path) -> Path:
    return landing / "posted"


def read_manifests(landing: Path) -> list[dict[str, Any]]:
    """Every committed manifest, in order of its number."""
    folder = posted_folder(landing)
    if not folder.is_dir():
        return []
    files = sorted(path for path in folder.glob("*.json") if not path.name.startswith("."))
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return sorted(manifests, key=lambda manifest: manifest["close_no"])


def chain_head(landing: Path) -> str:
    """The last link of the chain, empty before the first close."""
    manifests = read_manifests(landing)
    return manifests[-1]["chain_hash"] if manifests else ""


def closed_months(landing: Path) -> set[tuple[str, str]]:
    """(month, entity) of every close that is committed."""
    return {(m["month"], m["entity_id"]) for m in read_manifests(landing)}


def _name(manifest: dict[str, Any]) -> str:
    return f"{manifest['close_no']:06d}-{manifest['month']}-{manifest['entity_id']}"


def _columns(mart: PostedMart) -> str:
    return ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in mart.columns)


def _month_of(con: duckdb.DuckDBPyConnection, mart: PostedMart) -> str:
    kinds = dict(mart.columns)
    if kinds.get(mart.month, "").lower() == "date":
        return f"strftime(\"{mart.month}\", '%Y-%m')"
    return f'"{mart.month}"'


def commit_close(
    con: duckdb.DuckDBPyConnection, landing: Path, plan: list[PostedMart], record: CloseRecord
) -> dict[str, Any]:
    """Write the rows of a month to landing and rename its manifest into place; returns it.

    ``con`` holds the marts built as of the month's last day. Nothing is written to the warehouse.
    """
    earlier = read_manifests(landing)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "close_no": earlier[-1]["close_no"] + 1 if earlier else 1,
        "month": record.month,
        "entity_id": record.entity_id,
        "action": "close",
        "closed_at": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
        "requested_by": record.requested_by,
        "known_on": record.known_on,
        "last_file_no": record.last_file_no,
        "seeds_hash": record.seeds_hash,
        "code_version": record.code_version,
        "figures": record.figures,
        "tables": {},
    }
    folder = posted_folder(landing) / _name(manifest)
    if folder.exists():
        shutil.rmtree(folder)  # what a close that was cut off before its commit left behind
    folder.mkdir(parents=True)
    for mart in plan:
        target = folder / f"{mart.name}.parquet"
        con.execute(
            f"""
            copy (
                select {_columns(mart)} from {mart.relation}
                where {_month_of(con, mart)} = $month and "{mart.entity}" = $entity
                order by all
            ) to '{_quoted(target)}' (format parquet, compression zstd)
            """,
            {"month": record.month, "entity": record.entity_id},
        )
        sync_file(target)
        rows, digest = table_hash(con, _parquet(target), mart.columns)
        manifest["tables"][mart.name] = {
            "file": f"{folder.name}/{target.name}",
            "columns": [list(column) for column in mart.columns],
            "rows": rows,
            "hash": digest,
        }
    sync_folder(folder)
    sync_folder(folder.parent)
    faults.reached("close.rows_written")
    digests = {name: table["hash"] for name, table in manifest["tables"].items()}
    manifest["row_hash"] = month_hash(digests)
    manifest["previous_chain_hash"] = earlier[-1]["chain_hash"] if earlier else ""
    manifest["chain_hash"] = chain_hash(
        manifest["previous_chain_hash"], manifest["row_hash"], record.month, record.entity_id
    )
    write_json(posted_folder(landing) / f"{_name(manifest)}.json", manifest)
    faults.reached("close.committed")
    return manifest


def load_missing(
    con: duckdb.DuckDBPyConnection, landing: Path, plan: list[PostedMart]
) -> list[dict[str, Any]]:
    """Load every manifest that the warehouse lacks, each in one transaction; returns those."""
    create_posted(con, plan)
    have = {row[0] for row in con.execute("select close_no from posted.periods").fetchall()}
    loaded = []
    for manifest in read_manifests(landing):
        if manifest["close_no"] in have:
            continue
        _load(con, landing, manifest)
        loaded.append(manifest)
    return loaded


def _load(con: duckdb.DuckDBPyConnection, landing: Path, manifest: dict[str, Any]) -> None:
    con.execute("begin")
    try:
        for name, table in manifest["tables"].items():
            columns = [tuple(column) for column in table["columns"]]
            _ensure_table(con, name, columns)
            names = ", ".join(f'"{column}"' for column, _ in columns)
            con.execute(
                f"insert into posted.{name} ({names}, close_no) select {names}, $no from "
                f"{_parquet(posted_folder(landing) / table['file'])}",
                {"no": manifest["close_no"]},
            )
        values = [
            json.dumps(manifest["figures"]) if name == "figures" else manifest[name]
            for name in _PERIOD_COLUMNS
        ]
        marks = ", ".join("?" for _ in values)
        con.execute(
            f"insert into posted.periods ({', '.join(_PERIOD_COLUMNS)}) values ({marks})", values
        )
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _ensure_table(
    con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[tuple[str, str]]
) -> None:
    typed = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    con.execute(f"create table if not exists posted.{name} ({typed}, close_no bigint)")
    for column, kind in columns:
        con.execute(f'alter table posted.{name} add column if not exists "{column}" {kind}')


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _parquet(path: Path) -> str:
    return f"read_parquet('{_quoted(path)}')"
