"""Where Dagster keeps its events: one SQLite file whose connection is kept.

Dagster's own storage opens the file and compiles its statements anew for every event, which made
most of the fixed cost of a run. The history is no book of record, so a commit does not wait for
the disk either.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from dagster._core.storage.event_log.polling_event_watcher import SqlPollingEventWatcher
from dagster._core.storage.event_log.sqlite.consolidated_sqlite_event_log import (
    ConsolidatedSqliteEventLogStorage,
)

_BUSY_SECONDS = 30


class KeptSqliteEventLogStorage(ConsolidatedSqliteEventLogStorage):
    """One file for all runs, one pool of connections for the life of the process."""

    def __init__(self, base_dir: str, inst_data=None) -> None:
        self._engine: sa.Engine | None = None
        self._engine_lock = threading.Lock()
        self._poller: SqlPollingEventWatcher | None = None
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    def _kept_engine(self) -> sa.Engine:
        with self._engine_lock:
            if self._engine is None:
                self._engine = sa.create_engine(
                    self._conn_string, connect_args={"timeout": _BUSY_SECONDS}
                )
            return self._engine

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        with self._kept_engine().connect() as connection, connection.begin():
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the file has this table; one that stands is not asked for with every event."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def watch(self, run_id, cursor, callback) -> None:
        """Follow a run by asking, as the file's changes lie in its write-ahead log."""
        if self._poller is None:
            self._poller = SqlPollingEventWatcher(self)
        self._poller.watch_run(run_id, cursor, callback)

    def end_watch(self, run_id, handler) -> None:
        if self._poller is not None:
            self._poller.unwatch_run(run_id, handler)

    def dispose(self) -> None:
        if self._poller is not None:
            self._poller.close()
        if self._engine is not None:
            self._engine.dispose()
