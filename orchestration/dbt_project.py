"""dbt in this process: the parsed project, kept between runs and homes, and its builds.

Parsing costs seconds and depends on the project's files alone, so its result is kept under the
project's ``target/`` by the hash of those files. The profile's path never changes: the program
changes into CLOSEBOOK_HOME, where the warehouse is ``warehouse.duckdb``.
"""

from __future__ import annotations

import gc
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

PROJECT_ROOT = Path(__file__).resolve().parents[1]
WAREHOUSE_NAME = "warehouse.duckdb"
_RENDERED = "rendered.json"
log = logging.getLogger("closebook")
# While one model is planned or its last row groups are written, another uses the idle core.
_MODELS_AT_ONCE = "2"
_BROKEN = ("error", "fail", "runtime error")
_SHORT_OF_MEMORY = "Out of Memory Error"
_PARTS = ("dbt_project.yml", "profiles.yml", "dbt_project", "seeds")


class BuildError(RuntimeError):
    """dbt could not parse or build; the message names the step and the cause in one line."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test; ``began`` in seconds, to be compared in one build."""

    unique_id: str
    name: str
    resource_type: str
    status: str
    began: float
    seconds: float
    failures: int | None
    message: str | None


@contextmanager
def _working_in(home: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(home)
    os.environ["CLOSEBOOK_WAREHOUSE"] = WAREHOUSE_NAME
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which walks dbt's graph again and again and frees nothing.

    What is left of the graph is frozen: a first walk afterwards would cost what was saved.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _few_events(on_node: Callable[[int, int, str], None] | None = None) -> Iterator[None]:
    """Without dbt's events but warnings and errors: a dozen a node, each made, scrubbed of secrets
    and serialised before any log refuses it. ``on_node`` is told the end of a node.
    """
    from dbt_common.events import event_manager_client
    from dbt_common.events.base_types import DebugLevel, EventLevel
    from dbt_common.events.event_manager import EventManager

    ends = ("LogModelResult", "LogTestResult", "LogSeedResult")

    class FewEvents(EventManager):
        def fire_event(self, e: Any, level: Any = None, *more: Any, **named: Any) -> None:
            if isinstance(e, DebugLevel):
                return
            if on_node and type(e).__name__ in ends:
                total = getattr(e, "total", 0) or getattr(e, "num_models", 0)
                on_node(e.index, total, e.node_info.node_name)
            if (level or e.level_tag()) not in (EventLevel.DEBUG, EventLevel.INFO):
                super().fire_event(e, level, *more, **named)

    before: Any = event_manager_client.get_event_manager()
    quiet: Any = FewEvents()
    event_manager_client.ctx_set_event_manager(quiet)
    debug: Any = DebugLevel
    debug.__init__ = lambda self, *_, **__: None
    try:
        yield
    finally:
        del debug.__init__
        event_manager_client.ctx_set_event_manager(before)


@contextmanager
def _tests_counted() -> Iterator[None]:
    """With each data test as one statement that counts, which is all that a usual one asks.

    dbt makes every macro of the project ready for each test, and reads the count by way of text.
    """
    from dbt.task.test import TestResultData, TestRunner

    runner: Any = TestRunner
    by_macros = runner.execute_data_test
    usual = ("count(*)", "!= 0", "!= 0", None, None)

    def count(self: Any, test: Any, manifest: Any) -> Any:
        asks = test.config
        if usual != (
            asks.fail_calc, asks.warn_if, asks.error_if, asks.limit, asks.store_failures
        ):  # fmt: skip
            return by_macros(self, test, manifest)
        sql = f"select count(*) from ({test.compiled_code}\n) as found"
        _, cursor = self.adapter.connections.add_query(sql, auto_begin=False)
        found = cursor.fetchone()[0]
        return TestResultData(found, found > 0, found > 0, {})

    runner.execute_data_test = count
    try:
        yield
    finally:
        runner.execute_data_test = by_macros


@contextmanager
def _rendered_once(folder: Path) -> Iterator[None]:
    """With the SQL that dbt has rendered from the very same files before; what is new is kept.

    No model asks the warehouse or the clock while it is rendered, and every home's warehouse has
    the same name, so that the text is the same for every run. Rendering is a third of dbt's time.
    """
    from dbt.compilation import Compiler

    file = folder / _RENDERED
    kept = _kept_renderings(folder)
    known = len(kept)
    render = Compiler._compile_code

    def render_once(self: Any, node: Any, manifest: Any, extra_context: Any = None) -> Any:
        if node.unique_id in kept:
            node.compiled_code = kept[node.unique_id]
            node.compiled = True
            return node
        node = render(self, node, manifest, extra_context)
        if not node.extra_ctes and (node.resource_type == "model" or not node.is_relational):
            kept[node.unique_id] = node.compiled_code
        return node

    Compiler._compile_code = render_once
    try:
        yield
    finally:
        Compiler._compile_code = render
        if len(kept) > known:
            draft = file.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(json.dumps(kept), "utf-8")
            draft.replace(file)


def _kept_renderings(folder: Path) -> dict[str, str]:
    file = folder / _RENDERED
    return json.loads(file.read_text("utf-8")) if file.exists() else {}


def _hash_of(parts: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        root = PROJECT_ROOT / part
        files = sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
        for file in files:
            digest.update(f"{file.relative_to(PROJECT_ROOT)}\0".encode())
            digest.update(file.read_bytes())
            digest.update(b"\0")
    return digest.hexdigest()


class DbtProject:
    """The dbt project of this program."""

    @cached_property
    def fingerprint(self) -> str:
        """Hash of every file that a parse depends on, and of dbt's versions."""
        text = f"{_hash_of(_PARTS)} {version('dbt-core')} {version('dbt-duckdb')} {PROJECT_ROOT}"
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def seeds_hash(self) -> str:
        """Hash of the rules people edit."""
        return _hash_of(("seeds",))

    @cached_property
    def code_version(self) -> str:
        """Version of the package and hash of the models: what an amount was made with."""
        models = _hash_of(("dbt_project.yml", "dbt_project"))
        return f"{version('closebook')}+{models[:12]}"

    @cached_property
    def parsed(self) -> Path:
        """Folder of the parse of today's files: ``manifest.json`` and ``partial_parse.msgpack``."""
        kept = PROJECT_ROOT / "target" / "parsed"
        folder = kept / self.fingerprint[:16]
        if not (folder / "manifest.json").exists():
            self._parse(kept, folder)
        return folder

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """dbt's ``manifest.json`` as a mapping."""
        return json.loads((self.parsed / "manifest.json").read_text(encoding="utf-8"))

    def _parse(self, kept: Path, folder: Path) -> None:
        from dbt.cli.main import dbtRunner

        kept.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=kept))
        others = sorted(
            (p for p in kept.iterdir() if not p.name.startswith(".")),
            key=lambda path: path.stat().st_mtime,
        )
        if others:  # a parse of other files: dbt reads again only what differs
            shutil.copy(others[-1] / "partial_parse.msgpack", draft)
        with _working_in(draft):
            result = dbtRunner().invoke(["parse", *_arguments(draft), "--quiet"])
            if not result.success and others:
                # What differs can be too much for it: a unit test added to a file that stood, as
                # one, is read twice. A parse of everything says what is really wrong.
                (draft / "partial_parse.msgpack").unlink(missing_ok=True)
                result = dbtRunner().invoke(["parse", *_arguments(draft), "--quiet"])
        if not result.success:
            shutil.rmtree(draft)
            raise BuildError(f"dbt parse: {_one_line(result.exception)}")
        shutil.rmtree(draft / "logs", ignore_errors=True)
        try:
            draft.rename(folder)
        except OSError:  # another process was quicker
            shutil.rmtree(draft)
        for old in others[:-2]:
            shutil.rmtree(old, ignore_errors=True)

    def build(
        self,
        home: Path,
        on_node: Callable[[int, int, str], None] | None = None,
        nodes: list[str] | None = None,
        proven: bool = False,
    ) -> list[NodeResult]:
        """Build every seed, model and data test, or the named ones, into the home's warehouse.

        ``proven`` leaves out the tests of the steps between raw and the marts.

        Tests of severity ``warn`` never stop it. Raises :class:`BuildError` when a model or an
        error-severity test fails; ``on_node`` is told (done, of how many, name).
        """
        results, cause = self._build(home, nodes, proven, _MODELS_AT_ONCE, on_node)
        broken = [r for r in results if r.status in _BROKEN]
        if any(_SHORT_OF_MEMORY in (r.message or "") for r in broken):
            # What two models at a time had no room for, one alone may have: it can spill the more.
            left = [r.unique_id for r in results if r.status in (*_BROKEN, "skipped")]
            for result in broken:
                log.warning("%s: %s", result.name, _one_line(result.message))
            log.warning("memory was short: %d nodes are built again, one by one", len(left))
            again, cause = self._build(home, left, proven, "1", on_node)
            results = list({r.unique_id: r for r in (*results, *again)}.values())
            broken = [r for r in results if r.status in _BROKEN]
        if broken or cause:
            first = broken[0] if broken else None
            cause = f"{first.name}: {_one_line(first.message)}" if first else cause
            raise BuildError(f"dbt build: {cause}")
        return results

    def _build(
        self,
        home: Path,
        nodes: list[str] | None,
        proven: bool,
        at_once: str,
        on_node: Callable[[int, int, str], None] | None,
    ) -> tuple[list[NodeResult], object]:
        """What became of each node, and why not all of it was built; None where it was."""
        arguments = ["build", *_arguments(home), "--exclude-resource-type", "unit_test", "--quiet"]
        arguments += ["--threads", at_once]
        for unique_id in nodes or []:
            arguments += ["--select", ".".join(self.manifest["nodes"][unique_id]["fqn"])]
        for folder in ("staging", "intermediate") if proven else ():
            arguments += ["--exclude", f"resource_type:test,path:dbt_project/models/{folder}"]
        outcome = self._invoke(home, arguments, on_node)
        results = [_node_result(result) for result in getattr(outcome.result, "results", [])]
        return results, None if outcome.success else outcome.exception or "not all was built"

    def rendered(self, nodes: list[str], home: Path) -> dict[str, str]:
        """The SQL of models and analyses by unique id, as dbt renders it for every home.

        What a build or an earlier call has rendered from the same files is taken from there; for
        the rest dbt is asked in ``home``, whose warehouse it opens.
        """
        kept = _kept_renderings(self.parsed)
        if not kept.keys() >= {*nodes}:
            arguments = ["compile", *_arguments(home), "--quiet"]
            for unique_id in nodes:
                arguments += ["--select", ".".join(self.manifest["nodes"][unique_id]["fqn"])]
            results = getattr(self._invoke(home, arguments).result, "results", [])
            kept = {result.node.unique_id: result.node.compiled_code for result in results}
        if missing := sorted({*nodes} - kept.keys()):
            raise BuildError(f"dbt compile: {missing[0]} was not rendered")
        return {unique_id: kept[unique_id] for unique_id in nodes}

    def _invoke(
        self,
        home: Path,
        arguments: list[str],
        on_node: Callable[[int, int, str], None] | None = None,
    ) -> Any:
        from dbt.cli.main import dbtRunner
        from dbt.contracts.graph.manifest import Manifest

        with (
            _working_in(home),
            _uncollected(),
            _few_events(on_node),
            _rendered_once(self.parsed),
            _tests_counted(),
        ):
            manifest = Manifest.from_msgpack((self.parsed / "partial_parse.msgpack").read_bytes())
            manifest.build_flat_graph()
            outcome = dbtRunner(manifest=manifest).invoke([*arguments, "--no-write-json"])
        if outcome.result is None:
            raise BuildError(f"dbt {arguments[0]}: {_one_line(outcome.exception)}")
        return outcome


def _arguments(home: Path) -> list[str]:
    root = str(PROJECT_ROOT)
    return [
        *("--project-dir", root, "--profiles-dir", root),
        *("--target-path", str(home / "target") if home.name[:1] != "." else str(home)),
        # Standard output belongs to the commands: a failure's lines stand in dbt's log.
        *("--log-path", str(home / "logs"), "--log-level", "none", "--log-level-file", "warn"),
    ]


def _node_result(result: Any) -> NodeResult:
    began = [step.started_at.timestamp() for step in result.timing if step.started_at]
    return NodeResult(
        unique_id=result.node.unique_id,
        name=result.node.name,
        resource_type=str(result.node.resource_type),
        status=str(result.status),
        began=min(began, default=0.0),
        seconds=result.execution_time,
        failures=result.failures,
        message=result.message,
    )


def _one_line(cause: object) -> str:
    lines = [line.strip() for line in str(cause or "unknown cause").splitlines() if line.strip()]
    return " ".join(lines[:3])


PROJECT = DbtProject()

if __name__ == "__main__":  # after set-up: parse once for every home to come
    print(PROJECT.parsed.name)
