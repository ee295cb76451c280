"""Files that either are there whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make a file's bytes last through a loss of power."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def write_json(path: Path, content: Any) -> None:
    """Write JSON beside its place, make it last, and rename it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("w", encoding="utf-8") as handle:
        json.dump(content, handle, ensure_ascii=False, indent=1, default=str)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
    sync_folder(path.parent)
