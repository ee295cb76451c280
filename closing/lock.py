"""One run at a time: a lock of the operating system, which dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

BUSY_EXIT = 75


class BusyError(RuntimeError):
    """Another process runs in this home."""


class HomeLock:
    """The lock of a home. Taken once a process; taking it again in the same process is free."""

    _held: dict[Path, int] = {}  # noqa: RUF012 - one per process is the point

    @classmethod
    def take(cls, home: Path, wait: bool = True, on_wait: Callable[[str], None] | None = None):
        """Take the lock of ``home``; wait for its holder, or raise :class:`BusyError`.

        ``on_wait`` is told who holds it before the wait begins.
        """
        home = home.resolve()
        if home in cls._held:
            return
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        _lock(handle, fcntl.LOCK_EX, home, wait, on_wait)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}".encode(), 0)
        cls._held[home] = handle

    @classmethod
    def release(cls, home: Path) -> None:
        """Give the lock back."""
        handle = cls._held.pop(home.resolve(), None)
        if handle is not None:
            os.close(handle)

    @classmethod
    @contextmanager
    def shared(
        cls, home: Path, wait: bool = True, on_wait: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Keep whoever writes out of ``home`` for as long as the block reads; waits as ``take``.

        Changes nothing in the home: a home without a lock has never been written and needs none.
        """
        try:
            handle = os.open(home.resolve() / ".lock", os.O_RDONLY)
        except FileNotFoundError:
            yield
            return
        _lock(handle, fcntl.LOCK_SH, home, wait, on_wait)
        try:
            yield
        finally:
            os.close(handle)


def _lock(
    handle: int, kind: int, home: Path, wait: bool, on_wait: Callable[[str], None] | None
) -> None:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 64, 0).decode(errors="replace").strip() or "another process"
        if not wait:
            os.close(handle)
            raise BusyError(f"{home} is in use by {holder}") from None
        if on_wait:
            on_wait(holder)
        fcntl.flock(handle, kind)
