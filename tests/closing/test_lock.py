"""One run at a time, by a lock that dies with its process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from closing.lock import BusyError, HomeLock

HOLDER = """
import sys
from pathlib import Path
from closing.lock import HomeLock
HomeLock.take(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_run_that_will_not_wait_is_told_who_runs(holder, tmp_path: Path) -> None:
    with pytest.raises(BusyError, match=f"process {holder.pid}"):
        HomeLock.take(tmp_path, wait=False)


def test_the_lock_dies_with_its_process(holder, tmp_path: Path) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    HomeLock.take(tmp_path, wait=False)
    HomeLock.release(tmp_path)


def test_a_second_run_waits_for_the_first(holder, tmp_path: Path) -> None:
    waited: list[str] = []

    def end_the_holder(name: str) -> None:
        waited.append(name)
        holder.stdin.close()

    HomeLock.take(tmp_path, wait=True, on_wait=end_the_holder)
    assert waited == [f"process {holder.pid}"]
    HomeLock.release(tmp_path)


def test_one_process_takes_its_lock_as_often_as_it_likes(tmp_path: Path) -> None:
    HomeLock.take(tmp_path)
    HomeLock.take(tmp_path, wait=False)
    HomeLock.release(tmp_path)
