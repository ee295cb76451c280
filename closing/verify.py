"""Proof of closed months: hashes recomputed from posted rows and from landing, and the chain."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from closing.hashes import chain_hash, month_hash, table_hash
from closing.manifests import _parquet, posted_folder, read_manifests


@dataclass(frozen=True)
class Difference:
    """A closed month that is not what its close recorded: where, and both hashes."""

    month: str
    entity_id: str
    table: str
    place: str
    expected: str
    actual: str

    def sentence(self) -> str:
        return (
            f"{self.month} {self.entity_id}: {self.table} in {self.place} differs "
            f"(recorded {self.expected[:12] or 'nothing'}, found {self.actual[:12] or 'nothing'})"
        )


def posted_hashes(
    con: duckdb.DuckDBPyConnection, manifests: list[dict[str, Any]]
) -> list[tuple[str, str, str, str, str]]:
    """(month, entity, table, recorded hash, hash of the posted rows today) of every close."""
    have = {
        name
        for (name,) in con.execute(
            "select table_name from information_schema.tables where table_schema = 'posted'"
        ).fetchall()
    }
    found = []
    for manifest in manifests:
        for name, table in manifest["tables"].items():
            actual = ""
            if name in have:
                source = f"(from posted.{name} where close_no = {manifest['close_no']})"
                columns = [tuple(column) for column in table["columns"]]
                actual = table_hash(con, source, columns)[1]
            found.append((manifest["month"], manifest["entity_id"], name, table["hash"], actual))
    return found


def verify(con: duckdb.DuckDBPyConnection | None, landing: Path) -> list[Difference]:
    """Every difference between what closes recorded and what stands today.

    Looked at: each posted table's rows, each Parquet file in landing, the chain through all
    manifests, and the closes that the warehouse knows. Without a warehouse (``con`` is None) only
    landing is looked at.
    """
    manifests = read_manifests(landing)
    differences = []
    previous = ""
    for number, manifest in enumerate(manifests, start=1):
        month, entity = manifest["month"], manifest["entity_id"]
        digests = {name: table["hash"] for name, table in manifest["tables"].items()}
        row_hash = month_hash(digests)
        link = chain_hash(previous, row_hash, month, entity)
        if manifest["close_no"] != number:
            differences.append(
                Difference(month, entity, "close number", "landing", str(number), "")
            )
        if row_hash != manifest["row_hash"] or link != manifest["chain_hash"]:
            differences.append(
                Difference(month, entity, "manifest", "landing", manifest["chain_hash"], link)
            )
        previous = manifest["chain_hash"]
        differences += _landing_differences(landing, manifest)
    if con is not None:
        differences += _warehouse_differences(con, manifests)
    return differences


def _landing_differences(landing: Path, manifest: dict[str, Any]) -> list[Difference]:
    differences = []
    for name, table in manifest["tables"].items():
        path = posted_folder(landing) / table["file"]
        columns = [tuple(column) for column in table["columns"]]
        try:
            actual = table_hash(duckdb.connect(), _parquet(path), columns)[1]
        except duckdb.Error:
            actual = ""
        if actual != table["hash"]:
            differences.append(
                Difference(
                    manifest["month"], manifest["entity_id"], name, "landing", table["hash"], actual
                )
            )
    return differences


def _warehouse_differences(
    con: duckdb.DuckDBPyConnection, manifests: list[dict[str, Any]]
) -> list[Difference]:
    differences = [
        Difference(month, entity, table, "the warehouse", expected, actual)
        for month, entity, table, expected, actual in posted_hashes(con, manifests)
        if expected != actual
    ]
    known = {
        number: (month, entity, link)
        for number, month, entity, link in con.execute(
            "select close_no, month, entity_id, chain_hash from posted.periods"
        ).fetchall()
    }
    committed = {m["close_no"]: (m["month"], m["entity_id"], m["chain_hash"]) for m in manifests}
    for number in sorted(known.keys() | committed.keys()):
        there, here = committed.get(number), known.get(number)
        if there != here:
            month, entity, _ = there or here  # type: ignore[misc]
            differences.append(
                Difference(
                    month,
                    entity,
                    "periods",
                    "the warehouse",
                    there[2] if there else "",
                    here[2] if here else "",
                )
            )
    return differences
