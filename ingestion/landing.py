"""Landing: the bytes of every file that came, under their SHA-256, and a ledger of them.

``landing/files/<first two hex digits>/<sha256>`` and ``landing/ledger.jsonl``, one line a file. The
warehouse can be lost; this cannot. What was seen in the inbox (path, size, time) is kept beside it
in ``inbox_seen.json`` only to read nothing twice, and may be lost without harm.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import fsspec

_CHUNK = 1 << 20
# A file touched this shortly before it was read could change again within the clock's tick.
_RACY_SECONDS = 2.0
# Hashing, reading, writing and waiting for the disk: one thread leaves most of a machine idle.
_AT_ONCE = 4


@dataclass(frozen=True)
class LedgerEntry:
    """One line of the ledger. ``path`` is relative to the inbox; ``landed_at`` is UTC."""

    file_no: int
    path: str
    sha256: str
    size: int
    landed_at: str


@dataclass(frozen=True)
class InboxFile:
    """A file as the inbox lists it; ``mark`` is whatever the file system says changes with it."""

    path: str
    location: str
    size: int
    mark: str
    changed_at: float


class Inbox:
    """A local folder or any fsspec URL. Dot files, ``.part`` and ``.tmp`` are not looked at."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url)
        self._root = self._root.rstrip("/")
        self._real_root = os.path.realpath(self._root)
        self.local = isinstance(self._fs, fsspec.get_filesystem_class("file"))
        # Links that lead out of the inbox, as the last listing found them: they are not read.
        self.outside: list[str] = []
        self.name = hashlib.sha256(f"{self._root}".encode("utf-8", "replace")).hexdigest()[:16]

    def files(self) -> list[InboxFile]:
        """Every file to look at, in order of path. A missing inbox is an empty one."""
        self._fs.invalidate_cache()
        self.outside = []
        if not self._fs.exists(self._root):
            return []
        found = []
        for location, info in self._fs.find(self._root, detail=True).items():
            relative = location[len(self._root) :].lstrip("/")
            if not _is_looked_at(relative):
                continue
            if self._leads_out(location):
                self.outside.append(relative)
                continue
            file = self._file(relative, location, info)
            if file is not None:
                found.append(file)
        return sorted(found, key=lambda file: file.path)

    def stat(self, file: InboxFile) -> InboxFile | None:
        """The file as it stands now, or None when it has gone."""
        self._fs.invalidate_cache()
        try:
            info = self._fs.info(file.location)
        except OSError:
            return None
        return self._file(file.path, file.location, info)

    def open(self, file: InboxFile) -> BinaryIO:
        return self._fs.open(file.location, "rb")

    def _leads_out(self, location: str) -> bool:
        """Whether a link, of the file or of a folder above it, ends outside of the inbox: whoever
        may drop a file must not be able to have any other of this machine taken in."""
        if not self.local:
            return False
        return os.path.commonpath([self._real_root, os.path.realpath(location)]) != self._real_root

    def _file(self, path: str, location: str, info: dict[str, Any]) -> InboxFile | None:
        if self.local:
            try:
                status = Path(location).stat()
            except OSError:
                return None
            # A pipe would block the night, a device never end.
            if not stat.S_ISREG(status.st_mode):
                return None
            mark = f"{status.st_mtime_ns}/{status.st_ino}"
            return InboxFile(path, location, status.st_size, mark, status.st_mtime)
        if info.get("type") == "directory":
            return None
        changed = info.get("LastModified") or info.get("mtime") or info.get("created") or 0
        at = changed.timestamp() if isinstance(changed, datetime) else _seconds(changed)
        tags = [str(info[name]) for name in ("ETag", "etag", "md5") if info.get(name)]
        mark = "/".join([*tags, f"{at:.6f}" if at else str(changed)])
        return InboxFile(path, location, int(info.get("size") or 0), mark, at)


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _is_looked_at(path: str) -> bool:
    parts = PurePosixPath(path).parts
    if not parts or any(part.startswith(".") for part in parts):
        return False
    return not parts[-1].lower().endswith((".part", ".tmp"))


class Landing:
    """The landing folder. One writer at a time: whoever runs holds the program's lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ledger_path = folder / "ledger.jsonl"
        self._seen_path = folder.parent / "inbox_seen.json"

    def file(self, sha256: str) -> Path:
        return self.folder / "files" / sha256[:2] / sha256

    def ledger(self) -> list[LedgerEntry]:
        """Every file that has landed, by number. A last line torn by a crash is cut off."""
        if not self._ledger_path.exists():
            return []
        entries: list[LedgerEntry] = []
        with self._ledger_path.open("rb") as file:
            good = 0
            for line in file:
                try:
                    entry = LedgerEntry(**json.loads(line))
                except (ValueError, TypeError):
                    break
                if not line.endswith(b"\n"):
                    break
                entries.append(entry)
                good += len(line)
            torn = good < self._ledger_path.stat().st_size
            rest = file.read() if torn else b""
        if torn:
            if rest.strip():
                raise RuntimeError(
                    f"the landing ledger is damaged at byte {good}: restore landing/ from its copy"
                )
            with self._ledger_path.open("r+b") as file:
                file.truncate(good)
                os.fsync(file.fileno())
        return entries

    def land(self, inbox: Inbox) -> tuple[list[LedgerEntry], list[str]]:
        """Take in what is new: the new ledger entries in order of number, and the paths that wait.

        A file that changes while it is read, or cannot be read now, waits for the next run. The
        same bytes under any name are taken once.
        """
        ledger = self.ledger()
        known = {entry.sha256 for entry in ledger}
        seen = self._read_seen(inbox.name)
        fresh: list[tuple[str, str, int]] = []
        waiting: list[str] = []
        now_seen: dict[str, list[Any]] = {}
        unseen: list[InboxFile] = []
        for file in inbox.files():
            before = seen.get(file.path)
            if before and before[:2] == [file.size, file.mark] and before[2] in known:
                now_seen[file.path] = before
            else:
                unseen.append(file)
        for file, read_at, kept in self._keep_all(inbox, unseen):
            if kept is None:
                waiting.append(file.path)
                continue
            sha256, size = kept
            if read_at - file.changed_at > _RACY_SECONDS:
                now_seen[file.path] = [file.size, file.mark, sha256]
            if sha256 not in known:
                known.add(sha256)
                fresh.append((file.path, sha256, size))
        entries = self._append(fresh, 1 + max((entry.file_no for entry in ledger), default=0))
        if now_seen != seen:
            self._write_seen(inbox.name, now_seen)
        return entries, waiting

    def land_bytes(self, path: str, chunks: Iterable[bytes]) -> LedgerEntry | None:
        """Land one file that did not come through the inbox, with its number where ``path`` has
        ``{number}``; None when it is empty or its bytes are known."""
        ledger = self.ledger()
        kept = self._keep_chunks(iter(chunks))
        if kept[1] == 0 or any(entry.sha256 == kept[0] for entry in ledger):
            return None
        number = 1 + max((entry.file_no for entry in ledger), default=0)
        return self._append([(path.format(number=number), *kept)], number)[0]

    def _keep_all(
        self, inbox: Inbox, files: list[InboxFile]
    ) -> Iterator[tuple[InboxFile, float, tuple[str, int] | None]]:
        """Keep some files at a time; in the order given, with the time each was read from on."""
        for left in (self.folder / "files").glob("incoming*.tmp"):
            left.unlink()  # of a killed run

        def keep(file: InboxFile) -> tuple[InboxFile, float, tuple[str, int] | None]:
            return file, time.time(), self._keep(inbox, file)

        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            yield from pool.map(keep, files)
        finally:
            pool.shutdown(cancel_futures=True)

    def _keep(self, inbox: Inbox, file: InboxFile) -> tuple[str, int] | None:
        before = inbox.stat(file)
        try:
            sha256, size = self._keep_chunks(_chunks(inbox, file))
        except _CannotReadError:
            return None
        after = inbox.stat(file)
        unchanged = before is not None and before == after and size == before.size
        return (sha256, size) if unchanged else None

    def _keep_chunks(self, chunks: Iterator[bytes]) -> tuple[str, int]:
        """Write the bytes under their hash; a second copy of the same bytes is dropped."""
        folder = self.folder / "files"
        folder.mkdir(parents=True, exist_ok=True)
        scratch = folder / f"incoming-{threading.get_ident()}.tmp"
        digest = hashlib.sha256()
        size = 0
        with scratch.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            sha256 = digest.hexdigest()
            target = self.file(sha256)
            known = target.exists() and target.stat().st_size == size
            if not known:
                file.flush()
                os.fsync(file.fileno())
        if known:
            scratch.unlink()
        else:
            target.parent.mkdir(exist_ok=True)
            scratch.replace(target)
            _sync_folder(target.parent)
        return sha256, size

    def _append(self, files: list[tuple[str, str, int]], number: int) -> list[LedgerEntry]:
        if not files:
            return []
        self.folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        entries = [
            LedgerEntry(number + at, path, sha256, size, now)
            for at, (path, sha256, size) in enumerate(files)
        ]
        with self._ledger_path.open("ab") as file:
            file.write(b"".join(json.dumps(asdict(entry)).encode() + b"\n" for entry in entries))
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self.folder)
        return entries

    def _read_seen(self, inbox: str) -> dict[str, list[Any]]:
        try:
            seen = json.loads(self._seen_path.read_bytes())
        except (OSError, ValueError):
            return {}
        of_inbox = seen.get(inbox) if isinstance(seen, dict) else None
        return of_inbox if isinstance(of_inbox, dict) else {}

    def _write_seen(self, inbox: str, seen: dict[str, list[Any]]) -> None:
        self._seen_path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._seen_path.with_suffix(".tmp")
        scratch.write_text(json.dumps({inbox: seen}))
        scratch.replace(self._seen_path)


class _CannotReadError(Exception):
    """The inbox does not give the file now; our own disk failing is another matter."""


def _chunks(inbox: Inbox, file: InboxFile) -> Iterator[bytes]:
    try:
        source = inbox.open(file)
    except Exception as error:
        raise _CannotReadError from error
    with source:
        while True:
            try:
                chunk = source.read(_CHUNK)
            except Exception as error:
                raise _CannotReadError from error
            if not chunk:
                return
            yield chunk


def _sync_folder(folder: Path) -> None:
    """Make a rename or a new file in ``folder`` last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
