"""A little inbox and a warehouse of its own for every test of the ingestion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.load import IngestReport, ingest
from ingestion.settings import Settings


class Box:
    """An inbox and the warehouse it is loaded into."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder / "home", inbox=str(folder / "inbox"))
        self.inbox = folder / "inbox"
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.settings.home_path.mkdir(parents=True, exist_ok=True)
        self.con = duckdb.connect(str(self.settings.warehouse_path))

    def put(self, path: str, content: str | bytes) -> Path:
        """Write a file into the inbox."""
        target = self.inbox / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def ingest(self) -> IngestReport:
        return ingest(self.con, self.settings)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    def lose_the_warehouse(self) -> None:
        """Begin again with an empty warehouse over the same landing."""
        self.con.close()
        self.settings.warehouse_path.unlink()
        self.con = duckdb.connect(str(self.settings.warehouse_path))


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    for name in ("HOME", "INBOX", "CRM_URL", "MEMORY_LIMIT", "THREADS"):
        monkeypatch.delenv(f"CLOSEBOOK_{name}", raising=False)
    made = Box(tmp_path)
    yield made
    made.con.close()
