"""Packed files: gzip is unpacked beside the warehouse before it is read, within a bound."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestion.readers.stage import FileRefusedError

_CHUNK = 1 << 20
# Text packs ten- to fiftyfold; what unpacks to more than this is a bomb.
_RATIO = 200
_ALWAYS_ALLOWED = 64 << 20
_MAX_ZIP_ENTRIES = 10_000


def _bound(packed: int) -> int:
    return max(_ALWAYS_ALLOWED, packed * _RATIO)


def is_gzip(path: Path) -> bool:
    """Whether the file begins as gzip does, whatever its name says."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


@contextmanager
def unpacked(path: Path, scratch: Path) -> Iterator[Path]:
    """The path of the gzip file's content, in ``scratch`` for as long as the block runs."""
    bound = _bound(path.stat().st_size)
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="unpacked-") as folder:
        target = Path(folder) / "content"
        size = 0
        try:
            with gzip.open(path, "rb") as source, target.open("wb") as file:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    if size > bound:
                        raise FileRefusedError(
                            f"unpacks to more than {bound} bytes, {_RATIO} times its size",
                            "send the file in parts, or not packed",
                        )
                    file.write(chunk)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise FileRefusedError(f"is no whole gzip file: {error}") from error
        yield target


def check_zip(path: Path) -> None:
    """Refuse a zip (a workbook is one) that is damaged, a bomb, or lies about its sizes."""
    bound = _bound(path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_ZIP_ENTRIES:
                raise FileRefusedError(f"holds {len(entries)} parts: this is no workbook")
            if sum(entry.file_size for entry in entries) > bound:
                raise FileRefusedError(
                    f"unpacks to more than {bound} bytes, {_RATIO} times its size"
                )
            for entry in entries:
                with archive.open(entry) as part:
                    while part.read(_CHUNK):
                        pass
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise FileRefusedError(f"is no whole workbook: {error}") from error
