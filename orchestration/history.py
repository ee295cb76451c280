"""Where Dagster keeps its events: one SQLite file whose connection is kept.

Dagster's own storage opens the file and compiles its statements anew for every event, which made
most of the fixed cost of a run. The history is no book of record, so a commit does not wait for
the disk either.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from dagster._core.events.log import EventLogEntry
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
        self._has_columns: dict[str, bool] = {}
        self._held = threading.local()
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
        held = getattr(self._held, "connection", None)
        if held is not None:
            yield held
            return
        with self._kept_engine().connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """One transaction around all that is asked within."""
        with self._connect() as connection:
            outer = getattr(self._held, "connection", None)
            self._held.connection = connection
            try:
                yield
            finally:
                self._held.connection = outer

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, and what is looked up by it, in one transaction instead of three."""
        with self._at_once():
            super().store_event(event)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store many events in one transaction."""
        with self._at_once():
            super().store_event_batch(events)

    def _has_asset_key_col_on_connection(self, conn: sa.Connection, column_name: str) -> bool:
        """Whether the table of assets has a column; the table is not described anew each time."""
        if column_name not in self._has_columns:
            self._has_columns[column_name] = super()._has_asset_key_col_on_connection(
                conn, column_name
            )
        return self._has_columns[column_name]

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
