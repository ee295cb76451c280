"""The books of this process as a Dagster resource, and where Dagster keeps its runs."""

from __future__ import annotations

import json
import logging
import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from sqlalchemy import Engine, event

from ingestion.settings import Settings
from orchestration.books import Books
from orchestration.home import alert, start_log

EVENT_DAYS = 60
_DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: orchestration.history
  class: KeptSqliteEventLogStorage
  config:
    base_dir: {folder}
"""
_opened: list[Books] = []


@event.listens_for(Engine, "connect")
def _without_waiting_for_the_disk(connection, _record) -> None:
    """Dagster's history is no book of record: a commit of it does not wait for the disk."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("pragma synchronous = off")


def use_books(books: Books) -> None:
    """Let the assets of this process work on books that a command has opened."""
    _opened[:] = [books]


@dg.resource(description="One home: its lock, its warehouse, its settings.")
def books_resource(_context) -> Iterator[Books]:
    """The books a command has opened, or, in a run of Dagster's own, opened for the run."""
    if _opened:
        yield _opened[0]
        return
    settings = Settings()
    start_log(settings)
    books = Books(settings)
    try:
        yield books
    finally:
        books.release()


def dagster_home(settings: Settings) -> Path:
    """Folder of Dagster's runs and events, made ready."""
    folder = settings.home_path / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "dagster.yaml"
    content = _DAGSTER_YAML.replace("{folder}", json.dumps(str(folder / "events")))
    if not config.exists() or config.read_text(encoding="utf-8") != content:
        config.write_text(content, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(folder)
    # What a run is going to build is told in one transaction, not in one an asset.
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")
    return folder


def quiet() -> None:
    """Keep Dagster's own lines out of the terminal; they stand in its event log."""
    for name in ("dagster", "dagster_dbt"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="dagster")


def prune(instance: dg.DagsterInstance) -> None:
    """Forget runs older than :data:`EVENT_DAYS`, a few at a time."""
    from datetime import UTC, datetime

    before = datetime.fromtimestamp(time.time() - EVENT_DAYS * 86400, UTC)
    for record in instance.get_run_records(dg.RunsFilter(created_before=before), limit=20):
        instance.delete_run(record.dagster_run.run_id)


@dg.failure_hook(required_resource_keys={"books"})
def alert_on_failure(context: dg.HookContext) -> None:
    """Call the alert command when a step of a run fails; a blocked close has called it itself."""
    books: Books = context.resources.books
    if isinstance(context.op_exception, dg.Failure):
        return
    cause = str(context.op_exception).splitlines()[:1]
    alert(books.settings, "run_failed", step=context.op.name, cause="".join(cause))
