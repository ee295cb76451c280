"""Proof of closed months: hashes recomputed from posted rows and from landing, and the chain."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from closing.hashes import NO_ROWS, chain_hash, month_hash, table_hashes
from closing.manifests import _quoted, posted_folder, read_manifests


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
    hashes = {}
    for (name, columns), closes in _alike(manifests).items():
        if name in have:
            each = table_hashes(con, f"posted.{name}", columns, "close_no")
            for manifest in closes:
                number = manifest["close_no"]
                hashes[name, number] = each.get(number, (0, NO_ROWS))[1]
    return [
        (manifest["month"], manifest["entity_id"], name, table["hash"],
         hashes.get((name, manifest["close_no"]), ""))
        for manifest in manifests
        for name, table in manifest["tables"].items()
    ]  # fmt: skip


def _alike(
    manifests: list[dict[str, Any]],
) -> dict[tuple[str, tuple[tuple[str, str], ...]], list[dict[str, Any]]]:
    """Closes by the tables and columns they posted: what is alike is read at once."""
    alike = defaultdict(list)
    for manifest in manifests:
        for name, table in manifest["tables"].items():
            alike[name, tuple((column, kind) for column, kind in table["columns"])].append(manifest)
    return alike


def verify(con: duckdb.DuckDBPyConnection | None, landing: Path) -> list[Difference]:
    """Every difference between what closes recorded and what stands today.

    Looked at: each posted table's rows, each Parquet file in landing, the chain through all
    manifests, and the closes that the warehouse knows. Without a warehouse (``con`` is None) only
    landing is looked at.
    """
    manifests = read_manifests(landing)
    differences = []
    previous = ""
    landed = _landing_hashes(landing, manifests)
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
        differences += [
            Difference(month, entity, name, "landing", table["hash"], landed.get(table["file"], ""))
            for name, table in manifest["tables"].items()
            if landed.get(table["file"], "") != table["hash"]
        ]
    if con is not None:
        differences += _warehouse_differences(con, manifests)
    return differences


def _landing_hashes(landing: Path, manifests: list[dict[str, Any]]) -> dict[str, str]:
    """Hash of each Parquet file that the manifests name; none for one that cannot be read."""
    folder = posted_folder(landing)
    found: dict[str, str] = {}
    with duckdb.connect() as con:

        def read(files: list[str], columns: Sequence[tuple[str, str]]) -> None:
            names = {str(folder / file): file for file in files}
            listed = ", ".join(f"'{_quoted(Path(name))}'" for name in names)
            source = f"read_parquet([{listed}], filename = true)"
            hashes = table_hashes(con, source, columns, "filename")
            found.update({file: hashes.get(name, (0, NO_ROWS))[1] for name, file in names.items()})

        for (name, columns), closes in _alike(manifests).items():
            files = [manifest["tables"][name]["file"] for manifest in closes]
            try:
                read(files, columns)
            except duckdb.Error:  # one of them is gone or is not what it was: each alone
                for file in files:
                    with contextlib.suppress(duckdb.Error):
                        read([file], columns)
    return found


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
