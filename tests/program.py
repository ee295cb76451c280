"""The program, ready to start: a process that has imported it forks one child a command.

Importing dbt, Dagster and Great Expectations takes longer than most commands. A child is a process
of its own all the same: it starts with nothing opened, takes the words, the environment and the
folder it is given, and ends as the program ends. Tests of starting itself run the real program.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 540


def run(words: list[str], environment: dict[str, str], kill_at: str = "") -> tuple[int, str]:
    """Run ``closebook`` with ``words``; its exit code (negative: the signal) and all it printed.

    ``kill_at`` names the point where the process kills itself: no clean-up of any kind runs.
    """
    with tempfile.NamedTemporaryFile() as printed:
        asked = {"words": words, "environment": environment, "out": printed.name, "kill": kill_at}
        server = _server()
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        text = Path(printed.name).read_text(encoding="utf-8", errors="replace")
    assert answer, f"the process that starts the program has ended\n{text}"
    return os.waitstatus_to_exitcode(int(answer)), text


@cache
def _server() -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CLOSEBOOK_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.program"], cwd=ROOT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env=kept | {"ARROW_DEFAULT_MEMORY_POOL": "system"},
    )  # fmt: skip
    atexit.register(server.kill)
    return server


def _serve() -> dict[str, Any]:
    """Fork a child a line read, and tell how it ended; in the child, return what was asked."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            answers.close()
            return json.loads(line)
        _, status = os.waitpid(child, 0)
        answers.write(f"{status}\n")
        answers.flush()
    sys.exit(0)


def _become(asked: dict[str, Any]) -> None:
    """Take the words, environment and output of a command; die when it takes too long."""
    signal.alarm(SECONDS)
    out = os.open(asked["out"], os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for handle, number in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(handle, number)
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["closebook", *asked["words"]]
    if asked["kill"]:
        from closing import faults

        def reached(point: str) -> None:
            if point == asked["kill"]:
                os.kill(os.getpid(), signal.SIGKILL)

        faults.reached = reached


if __name__ == "__main__":
    # Not DuckDB: it starts threads when it is imported, which a child would not have.
    import dagster_dbt  # noqa: F401
    import dbt.cli.main  # noqa: F401
    import great_expectations  # noqa: F401

    assert "duckdb" not in sys.modules
    gc.collect()
    gc.freeze()
    _become(_serve())
    from orchestration.cli import main

    main()
