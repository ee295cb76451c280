"""One command of the program as a process of its own: what it took, and where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from orchestration.dbt_project import PROJECT

BIN = Path(sys.executable).parent
# Where usage ends: bills with their sums, before any receipt meets them.
_TO = ("rated_usage", "bill_lines", "int_bills_totalled")
SLOWEST = 24


@dataclass(frozen=True)
class Measured:
    """``wall`` seconds of the process, ``data`` seconds of the work between feed and bills.

    ``data`` is the ingestion and the time in which any model on the way is built, as the run tells
    it: two are built at a time.
    ``peak`` is the resident memory in bytes; ``slowest`` are the run's steps and models by seconds.
    """

    wall: float
    ingest: float
    models: float
    peak: int
    slowest: list[tuple[str, float]]

    @property
    def data(self) -> float:
        return self.ingest + self.models


def run(home: Path, inbox: Path, as_of: str, **settings: str) -> Measured:
    """``closebook run`` as of a day, in ``home``."""
    own = {"CLOSEBOOK_HOME": str(home), "CLOSEBOOK_INBOX": str(inbox), "CLOSEBOOK_THREADS": "2"}
    command = [str(BIN / "closebook"), "run", "--as-of", as_of, "--known-on", as_of, "--json"]
    wall, peak, out = timed(command, own | settings)
    said = json.loads(out)
    steps = {step["step"]: step["seconds"] for step in said["steps"]}
    between = {unique_id.rpartition(".")[2] for unique_id in _between()}
    models = _covered(
        (each["began"], each["began"] + each["seconds"])
        for each in said["models"]
        if each["model"] in between
    )
    both = [*steps.items(), *((each["model"], each["seconds"]) for each in said["models"])]
    slowest = sorted(both, key=lambda step: -step[1])[:SLOWEST]
    return Measured(wall, steps["ingest"], models, peak, slowest)


def timed(command: list[str], more: dict[str, str]) -> tuple[float, int, str]:
    """Seconds, peak resident bytes and output of a command; open exceptions are no failure."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        os.sync()  # what was written before is not this command's to wait for
        start = time.monotonic()
        process = subprocess.Popen(command, env=os.environ | more, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in (0, 3):
            told = err.read()[-2000:] + out.read()[:2000]
            raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{told}")
        # Linux counts kibibytes, macOS bytes.
        return wall, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024), out.read()


def _covered(spans: Iterable[tuple[float, float]]) -> float:
    """How long at least one of the spans lasts."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def _between() -> set[str]:
    """Models that stand on usage and that bills stand on."""
    manifest = PROJECT.manifest
    ends = [f"model.closebook.{name}" for name in _TO]
    up = _reached(ends, manifest["parent_map"])
    source = next(uid for uid, s in manifest["sources"].items()
                  if f"{s['schema']}.{s['identifier']}" == "raw.usage__events")  # fmt: skip
    return _reached([source], manifest["child_map"]) & up


def _reached(start: list[str], edges: dict[str, list[str]]) -> set[str]:
    found, todo = set(start), list(start)
    while todo:
        new = set(edges.get(todo.pop(), [])) - found
        found |= new
        todo += new
    return found
