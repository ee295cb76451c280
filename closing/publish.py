"""The published copy: marts and reports as one read-only DuckDB file and as Parquet.

Readers never open the working file. Both forms are written beside their place and swapped in by a
rename; a reader that has the old one open keeps it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import cycle
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


class Publication:
    """A fresh copy of every published model: begun while models are built, swapped in when all are.

    One that is never swapped in leaves drafts beside the copy; the next one removes them.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, folder: Path, manifest: Mapping[str, Any]
    ) -> None:
        self._con = con
        self._folder = folder
        self._file = folder / f".{FILE_NAME}.tmp"
        self._parquet = folder / ".parquet-draft"
        self._models = {_name(model): model for model in published_models(manifest)}
        self._written: dict[str, Future[None]] = {}
        self._pool = ThreadPoolExecutor(max_workers=1)
        folder.mkdir(parents=True, exist_ok=True)
        _clean(folder)
        self._parquet.mkdir()
        path = _quoted(self._file)
        con.execute(f"attach '{path}' as published_draft (storage_version '{OPENED_FROM}')")
        for schema in sorted({model["schema"] for model in self._models.values()}):
            con.execute(f'create schema published_draft."{schema}"')
            (self._parquet / schema).mkdir()

    def take(self, model: Mapping[str, Any]) -> None:
        """Write a model that is built and will stay as it is, beside what else goes on."""
        name = _name(model)
        if name in self._models and name not in self._written:
            self._written[name] = self._pool.submit(self._write, name)

    def swap_in(self, about: Mapping[str, Any]) -> int:
        """Write what was not taken yet and let readers see it all; returns the number of tables.

        ``about`` (the run's days and what came when) stands in ``run.json`` beside the file.
        """
        try:
            self._write_rest()
        except BaseException:
            self.drop()
            raise
        self._con.execute("detach published_draft")
        self._file.chmod(0o444)
        sync_file(self._file)
        faults.reached("publish.written")
        self._file.replace(self._folder / FILE_NAME)
        faults.reached("publish.file_swapped")
        parquet = self._parquet.rename(self._folder / f".parquet-{about['run_no']}")
        _swap_link(self._folder / "parquet", parquet)
        sync_folder(self._folder)
        write_json(self._folder / "run.json", dict(about))
        _clean(self._folder, keep=parquet)
        return len(self._models)

    def drop(self) -> None:
        """Stop writing; what readers see stays as it is."""
        self._pool.shutdown(cancel_futures=True)
        self._con.execute("detach published_draft")

    def _write_rest(self) -> None:
        """Write both forms of every model that is left, the largest first, two at a time.

        One statement alone leaves a core idle while its last row groups are written. What finds no
        memory beside another is written again by itself.
        """
        size = _size_in(self._con)
        with ThreadPoolExecutor(max_workers=1) as second:
            for pools in ((self._pool, second), (self._pool,)):
                self._forget_starved()
                left = sorted(self._models.keys() - self._written.keys(), key=size, reverse=True)
                for name, pool in zip(left, cycle(pools), strict=False):
                    self._written[name] = pool.submit(self._write, name)
            wait(self._written.values())
        for each in self._written.values():
            each.result()
        self._pool.shutdown()

    def _forget_starved(self) -> None:
        wait(self._written.values())
        for name, each in list(self._written.items()):
            if isinstance(each.exception(), duckdb.OutOfMemoryException):
                del self._written[name]

    def _write(self, name: str) -> None:
        model = self._models[name]
        target = self._parquet / model["schema"] / f"{model['alias']}.parquet"
        with self._con.cursor() as con:
            con.begin()  # one commit: every comment on a column would be one of its own
            con.execute(f"create or replace table published_draft.{name} as from {name}")
            _comment(con, f"published_draft.{name}", model)
            con.commit()
            con.execute(
                f"copy published_draft.{name} to '{_quoted(target)}' "
                "(format parquet, compression snappy)"
            )


def publish(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Mapping[str, Any],
    about: Mapping[str, Any],
) -> int:
    """Swap in a fresh copy of every published model at once; returns the number of tables."""
    return Publication(con, folder, manifest).swap_in(about)


def _name(model: Mapping[str, Any]) -> str:
    return f'"{model["schema"]}"."{model["alias"]}"'


def _size_in(con: duckdb.DuckDBPyConnection) -> Callable[[str], int]:
    sizes = {
        f'"{schema}"."{table}"': size
        for schema, table, size in con.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables()"
            " where database_name = current_database()"
        ).fetchall()
    }
    return lambda name: sizes.get(name, 0)


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
