"""The published copy: marts and reports as one read-only DuckDB file and as Parquet.

Readers never open the working file. Both forms are written beside their place and swapped in by a
rename; a reader that has the old one open keeps it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from closing import faults
from closing.files import sync_file, sync_folder, write_json

SCHEMAS = ("billing", "receivables", "revenue", "ledger", "close", "reports")
FILE_NAME = "closebook.duckdb"
# The oldest DuckDB that opens the copy: older forms take half as long again to write.
OPENED_FROM = "v1.3.0"


def published_models(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The models of a dbt manifest that readers see, in order of schema and name."""
    models = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in SCHEMAS
    ]
    return sorted(models, key=lambda node: (node["schema"], node["alias"]))


def publish(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Mapping[str, Any],
    about: Mapping[str, Any],
) -> int:
    """Swap in a fresh copy of every published model; returns the number of tables.

    ``about`` (the run's days and what came when) stands in ``run.json`` beside the file.
    """
    models = published_models(manifest)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{FILE_NAME}.tmp"
    parquet = folder / f".parquet-{about['run_no']}"
    _clean(folder)
    parquet.mkdir()
    con.execute(f"attach '{_quoted(draft)}' as published_draft (storage_version '{OPENED_FROM}')")
    try:
        for schema in sorted({model["schema"] for model in models}):
            con.execute(f'create schema published_draft."{schema}"')
            (parquet / schema).mkdir()
        _write(con, models, parquet)
    finally:
        con.execute("detach published_draft")
    draft.chmod(0o444)
    sync_file(draft)
    faults.reached("publish.written")
    draft.replace(folder / FILE_NAME)
    faults.reached("publish.file_swapped")
    _swap_link(folder / "parquet", parquet)
    sync_folder(folder)
    write_json(folder / "run.json", dict(about))
    _clean(folder, keep=parquet)
    return len(models)


def _write(con: duckdb.DuckDBPyConnection, models: list[dict[str, Any]], parquet: Path) -> None:
    """Write both forms of every model, the largest first, two at a time.

    One statement alone leaves a core idle while its last row groups are written.
    """
    with ThreadPoolExecutor(max_workers=2) as pool:
        written = [
            pool.submit(_write_one, con.cursor(), model, parquet)
            for model in sorted(models, key=_size_in(con), reverse=True)
        ]
        try:
            for each in written:
                each.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _write_one(con: duckdb.DuckDBPyConnection, model: Mapping[str, Any], parquet: Path) -> None:
    name = f'"{model["schema"]}"."{model["alias"]}"'
    target = parquet / model["schema"] / f"{model['alias']}.parquet"
    with con:
        con.begin()  # one commit: every comment on a column would be one of its own
        con.execute(f"create table published_draft.{name} as from {name}")
        _comment(con, f"published_draft.{name}", model)
        con.commit()
        con.execute(
            f"copy published_draft.{name} to '{_quoted(target)}' "
            "(format parquet, compression snappy)"
        )


def _size_in(con: duckdb.DuckDBPyConnection) -> Callable[[Mapping[str, Any]], int]:
    sizes = {
        (schema, table): size
        for schema, table, size in con.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables()"
            " where database_name = current_database()"
        ).fetchall()
    }
    return lambda model: sizes.get((model["schema"], model["alias"]), 0)


def _comment(con: duckdb.DuckDBPyConnection, name: str, model: Mapping[str, Any]) -> None:
    if model["description"]:
        con.execute(f"comment on table {name} is '{_text(model['description'])}'")
    for column in model["columns"].values():
        if column["description"]:
            con.execute(
                f"comment on column {name}.\"{column['name']}\" is '{_text(column['description'])}'"
            )


def _swap_link(link: Path, target: Path) -> None:
    draft = link.with_name(".parquet.tmp")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target.name)
    draft.replace(link)


def _clean(folder: Path, keep: Path | None = None) -> None:
    link = folder / "parquet"
    live = {keep, folder / link.readlink() if link.is_symlink() else None}
    for path in folder.glob(".*"):
        if path in live:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _text(text: str) -> str:
    return text.strip().replace("'", "''")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
