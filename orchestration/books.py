"""The steps of a night and of a close, over one home. Dagster's assets and the commands call these.

Nothing here computes an amount: figures come from the marts, this module decides what happens in
which order and says what happened.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from closing import faults, manifests
from closing.lock import HomeLock
from closing.manifests import CloseRecord
from closing.plan import PostedMart, create_posted, read_plan
from closing.publish import publish
from closing.verify import posted_hashes
from closing.waivers import load_waived, record_waived
from ingestion.checks import quoted
from ingestion.schemas import OBJECTS
from ingestion.settings import Settings
from ingestion.warehouse import create_raw
from orchestration.dbt_project import PROJECT, NodeResult
from orchestration.home import (
    alert,
    last_day,
    local_day,
    log,
    run_record,
    today,
    tune,
    unfinished_build,
)

Say = Callable[[str], None]


class RefusedError(RuntimeError):
    """What was asked for is refused by a rule; nothing has changed because of it."""


class StepError(RuntimeError):
    """A step failed; the message names the step and the cause."""


@dataclass(frozen=True)
class FailedCheck:
    """A gate that blocks: both figures of one check, for one entity, month and currency."""

    entity_id: str
    month: str
    check_name: str
    currency: str
    expected: str
    actual: str
    difference: str


@dataclass
class CloseOutcome:
    """What became of a request to close. ``closed`` holds manifests, ``failed`` blocking checks."""

    closed: list[dict[str, Any]] = field(default_factory=list)
    already: list[tuple[str, str]] = field(default_factory=list)
    failed: list[FailedCheck] = field(default_factory=list)
    exceptions: list[dict[str, Any]] = field(default_factory=list)


# The home's lock is ours, so whoever still holds the file is a run that is just ending: dbt gives
# its handle back only with its process. A person's own session on it is told after the wait.
@retry(
    retry=retry_if_exception_type(duckdb.IOException),
    wait=wait_fixed(0.2),
    stop=stop_after_delay(15),
    reraise=True,
)
def _open_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    if not path.exists():
        # No other version reads this file: its newest form halves the cost of writing text. A file
        # keeps the form it was made in, and only its maker may ask for one.
        path.parent.mkdir(parents=True, exist_ok=True)
        duckdb.connect(path, config={"storage_compatibility_version": "latest"}).close()
    return duckdb.connect(path)


class Books:
    """One home in the hands of this process. Opening it takes the lock and the warehouse."""

    def __init__(self, settings: Settings, say: Say | None = None, wait: bool = True) -> None:
        self.settings = settings
        self.home = settings.home_path
        self.say = say or (lambda message: None)
        self.on_node: Callable[[int, int, str], None] | None = None
        self.results: list[NodeResult] = []
        self.steps: list[tuple[str, float]] = []
        self.ingested: Any = None
        self.outcome: CloseOutcome | None = None
        self.requests: list[dict[str, Any]] = []
        self.failure: Exception | None = None
        HomeLock.take(
            self.home, wait, lambda holder: self.say(f"waiting: this home is in use by {holder}")
        )
        spilled = self.home / f"{settings.warehouse_path.name}.tmp"
        shutil.rmtree(spilled, ignore_errors=True)  # what a killed run has left
        self.con = _open_warehouse(settings.warehouse_path)
        tune(self.con, settings)

    def release(self) -> None:
        """Close the warehouse and give the lock back."""
        self.con.close()
        HomeLock.release(self.home)

    @property
    def landing(self):
        return self.settings.landing_path

    @property
    def plan(self) -> list[PostedMart]:
        return read_plan(PROJECT.manifest)

    def _step(self, name: str, work: Callable[[], Any]) -> Any:
        self.say(name)
        log.info("%s", name)
        start = time.monotonic()
        try:
            return work()
        except (RefusedError, StepError) as cause:
            self.failure = cause
            raise
        except Exception as cause:
            first = str(cause).strip().splitlines() or [type(cause).__name__]
            self.failure = StepError(f"{name}: {first[0]}")
            log.exception("%s failed", name)
            raise self.failure from cause
        finally:
            self.steps.append((name, time.monotonic() - start))

    # --- steps of a night -----------------------------------------------------------------

    def restore(self) -> list[dict[str, Any]]:
        """Make what must exist, and load the closes that the warehouse lacks."""
        return self._step("restore posted months", self._restore)

    def _restore(self) -> list[dict[str, Any]]:
        create_raw(self.con)
        create_posted(self.con, self.plan)
        self.con.execute("create schema if not exists control")
        # How far each model that grows by new files has come: written by its materialisation.
        self.con.execute(
            "create table if not exists control.accumulated"
            " (model varchar, taken_through integer, logic varchar)"
        )
        return manifests.load_missing(self.con, self.landing, self.plan)

    def ingest(self) -> Any:
        """Land and load what is new in the inbox."""
        self.ingested = self._step("ingest", self._ingest)
        faults.reached("run.ingested")
        return self.ingested

    def _ingest(self) -> Any:
        from ingestion.load import ingest

        return ingest(self.con, self.settings, self.say)

    def set_days(self, as_of: date, known_on: date) -> None:
        """Say as of which day the books are seen, and up to which decisions count.

        Raises :class:`RefusedError` for a day before the end of a month that all have closed.
        """
        self._step(f"books as of {as_of}", lambda: self._set_open_days(as_of, known_on))

    def _set_open_days(self, as_of: date, known_on: date) -> None:
        closed = self.closed_by_all()
        if closed and as_of < last_day(closed):
            raise RefusedError(
                f"as of {as_of} is refused: every entity has closed {closed}, which ends "
                f"{last_day(closed)}"
            )
        self._set_days(as_of, known_on)

    def _set_days(self, as_of: date, known_on: date, proving: bool = False) -> None:
        # What is published says these days: from here on the tables have to be built for them.
        self._begin_build()
        # Literals: binding a parameter makes DuckDB's client import pandas, half a second a run.
        self.con.execute(
            f"""
            create or replace table control.run_days as select
                date '{as_of}' as as_of, date '{known_on}' as known_on,
                {_literal(self.settings.account_dimension)} as account_dimension,
                {_literal(self.settings.group_currency)} as group_currency,
                {proving} as proves_every_event
            """
        )
        load_waived(self.con, self.landing)

    def check_chain(self) -> int:
        """Compare the posted rows with what their closes recorded; returns tables that differ."""
        return self._step("check posted rows", self._check_chain)

    def _check_chain(self) -> int:
        rows = posted_hashes(self.con, manifests.read_manifests(self.landing))
        self.con.execute(
            """
            create or replace table control.chain_check (
                month varchar, entity_id varchar, table_name varchar,
                expected_hash varchar, actual_hash varchar
            )
            """
        )
        if rows:
            values = ", ".join(f"({', '.join(_literal(value) for value in row)})" for row in rows)
            self.con.execute(f"insert into control.chain_check values {values}")
        return sum(expected != actual for *_, expected, actual in rows)

    def check_feeds(self, documents: bool = False) -> int:
        """Check what raw holds against what files brought; returns checks that failed.

        Only objects that changed since they were last checked are checked again, unless a close
        wants its ``documents``, which stand in ``data_docs/<month of as_of>/``.
        """
        return self._step("check raw feeds", lambda: self._check_feeds(documents))

    def _check_feeds(self, documents: bool) -> int:
        from orchestration.raw_checks import suites, validate

        self.con.execute(
            """
            create table if not exists control.feed_checks (
                check_name varchar, entity_id varchar, expected decimal(20, 4),
                actual decimal(20, 4), passed boolean, mark varchar
            )
            """
        )
        self.con.execute("alter table control.feed_checks add column if not exists mark varchar")
        marks = {
            _stored_in(row["feed"], row["object"]): row["mark"]
            for row in self.rows(
                "select feed, object, cast(max(file_no) as varchar) || ' ' || count(*) as mark "
                # Usage that is read in place was checked row by row, and adds no row to a table.
                "from raw.files where file_no not in (select file_no from raw.usage_in_place) "
                "group by all"
            )
        }
        held = suites(self.con)
        books = {row["check_name"]: row["mark"] for row in self.rows("from control.feed_checks")}
        # A workbook holds several objects: its file names none, and all of operations are asked.
        shared = marks.get("raw.operations__None", "")
        due = {}
        for table, obj in held.items():
            mark = f"{marks.get(table, '')} {shared if obj.feed == 'operations' else ''}".strip()
            if documents or books.get(_check_name(table)) != mark:
                due[table] = (obj, mark)
        if due:
            folder = self.home / "data_docs" / self._run_days()[0].strftime("%Y-%m")
            results = validate(
                self.con, [obj for obj, _ in due.values()], folder if documents else None
            )
            for result in results:
                name = _check_name(result.table)
                self.con.execute(f"delete from control.feed_checks where check_name = '{name}'")
                self.con.execute(
                    f"insert into control.feed_checks values ('{name}', null, {result.expected}, "
                    f"{result.held}, {result.expected == result.held}, "
                    f"{_literal(due[result.table][1])})"
                )
        failed = self.rows("select count(*) as failed from control.feed_checks where not passed")
        return failed[0]["failed"]

    def build(
        self, label: str = "build", nodes: list[str] | None = None, proven: bool = False
    ) -> list[NodeResult]:
        """Build the dbt project into the warehouse, or only the named nodes and their tests.

        ``proven``: a build of this process has just held the keys of every step, so that only
        seeds, marts and reports are tested again. Keeps what each new waiver was given for.
        """
        # A few nodes mend nothing of a build that did not end: a whole one has to.
        ends_well = nodes is None or self.unfinished() is None
        self._begin_build()
        # A night makes nearly every table anew: joining their last, part-filled row groups at a
        # checkpoint writes rows twice for nothing. What grows from night to night a close joins.
        self.con.execute(f"set global max_vacuum_tasks = {100 if proven else 0}")
        self.results = self._step(
            label, lambda: PROJECT.build(self.home, self.on_node, nodes, proven)
        )
        faults.reached("run.built")
        self._step("record waivers", lambda: record_waived(self.con, self.landing))
        if ends_well:
            self.con.execute("delete from control.unfinished_build")
        return self.results

    def _begin_build(self) -> None:
        """Mark the books as half built, until a build has ended: however this process ends."""
        self.con.execute("create schema if not exists control")
        self.con.execute(
            "create or replace table control.unfinished_build as"
            f" select timestamp '{datetime.now(UTC):%Y-%m-%d %H:%M:%S}' as began_at"
        )

    def unfinished(self) -> str | None:
        """What to say of a build that began and has not ended; None where the books are whole."""
        return unfinished_build(self.con, self.settings.warehouse_path.stem)

    def alert_late_feeds(self) -> None:
        """Call the alert command when an expected feed has not come."""
        late = self.rows(
            "select distinct entity_id, month from close.reconciliations "
            "where check_name = 'feeds_complete' and not passed order by all"
        )
        if late:
            alert(self.settings, "feed_late", entities=[row["entity_id"] for row in late])

    def publish(self) -> int:
        """Swap in a fresh published copy; raises :class:`StepError` for books half built."""
        return self._step("publish", self._publish)

    def _publish(self) -> int:
        if unfinished := self.unfinished():
            raise StepError(f"publish: {unfinished}, nothing was published: closebook run")
        days = self._run_days()
        now = datetime.now(UTC)
        about = {
            "run_no": f"{now:%Y%m%d%H%M%S%f}",
            "as_of": days[0].isoformat(),
            "known_on": days[1].isoformat(),
            "published_at": now.isoformat(timespec="seconds"),
            "chain_head": manifests.chain_head(self.landing),
            "feeds": self.feeds(),
        }
        return publish(self.con, self.settings.published_path, PROJECT.manifest, about)

    def _run_days(self) -> tuple[date, date]:
        days = self.con.execute("select as_of, known_on from control.run_days").fetchone()
        assert days is not None
        return days[0], days[1]

    # --- what stands in the books ---------------------------------------------------------

    def rows(self, sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of a query as mappings."""
        cursor = self.con.execute(sql, parameters) if parameters else self.con.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def is_built(self) -> bool:
        """Whether the marts have ever been built here."""
        return bool(
            self.rows(
                "select 1 from information_schema.tables "
                "where table_schema = 'close' and table_name = 'periods'"
            )
        )

    def feeds(self) -> list[dict[str, Any]]:
        """Each feed object: files and when the last one came."""
        return self.rows(
            """
            select feed, object, count(*) as files, cast(max(landed_at) as varchar) as last_arrived
            from raw.files group by all order by feed nulls last, object nulls last
            """
        )

    def entities(self) -> list[str]:
        """Entities whose books are kept here."""
        closed = {entity for _, entity in manifests.closed_months(self.landing)}
        listed = set()
        if self.is_built():
            listed = {row["entity_id"] for row in self.rows("select entity_id from close.periods")}
        return sorted(closed | listed)

    def closed_by_all(self) -> str | None:
        """The latest month that every entity has closed."""
        latest: dict[str, str] = {}
        for month, entity in manifests.closed_months(self.landing):
            latest[entity] = max(month, latest.get(entity, ""))
        entities = self.entities()
        if not entities or any(entity not in latest for entity in entities):
            return None
        return min(latest.values())

    def open_exceptions(self) -> list[dict[str, Any]]:
        """Exceptions that nothing has resolved."""
        return self.rows(
            "select * from close.exceptions where resolved_on is null "
            "order by kind, object, key, exception_id"
        )

    def open_months(self, entity: str, through: str) -> list[str]:
        """Months of an entity that are not closed, up to one, as the last build listed them."""
        closed = manifests.closed_months(self.landing)
        rows = self.rows(
            "select month from close.periods where entity_id = $entity and month <= $through "
            "order by month",
            {"entity": entity, "through": through},
        )
        return [row["month"] for row in rows if (row["month"], entity) not in closed]

    # --- the close ------------------------------------------------------------------------

    def close(
        self,
        month: str,
        entity: str | None = None,
        known_on: date | None = None,
        through: bool = False,
        requested_by: str = "closebook close",
    ) -> CloseOutcome:
        """Close a month for one entity, or for every entity in use: all of them or none.

        Builds as of the month's last day, asks every gate, posts, then builds and publishes as of
        ``known_on``. Raises :class:`RefusedError` where a rule forbids it.
        """
        known = known_on or max(today(), last_day(month))
        outcome = CloseOutcome()
        restored = self.restore()
        behind = run_record(self.settings.published_path).get("chain_head", "")
        asked = [entity] if entity else self.entities()
        closed = manifests.closed_months(self.landing)
        if asked and all((month, one) in closed for one in asked):
            outcome.already = [(month, one) for one in asked]
            if restored or behind != manifests.chain_head(self.landing):
                self._finish(known, known)
            return outcome
        self.ingest()
        try:
            self._close_months(month, entity, known, through, requested_by, outcome)
        except RefusedError as cause:
            self.failure = cause
            self._finish(max(known, last_day(month)), known)
            raise
        self._finish(max(known, last_day(month)), known)
        return outcome

    def carry_out_requests(self) -> list[dict[str, Any]]:
        """Carry out the close requests that are known, in order, and say what became of each.

        A close that is refused or blocked is listed; the books end as of the run's own days.
        """
        as_of, known_on = self._run_days()
        changed = False
        for request in self._requests_known(known_on):
            changed = self._carry_out(request, known_on) or changed
        if changed:
            self._finish(as_of, known_on)
        return self.requests

    def _requests_known(self, known_on: date) -> list[dict[str, Any]]:
        rows = self.rows(
            "select request_id, entity_id, month, action, requested_by, requested_at "
            "from staging.stg_operations__close_requests order by requested_at, request_id"
        )
        return [row for row in rows if local_day(row["requested_at"], row["entity_id"]) <= known_on]

    def _carry_out(self, request: dict[str, Any], known_on: date) -> bool:
        """Carry out one request; true when the warehouse was built for it."""
        month, entity = request["month"], request["entity_id"]
        asked = [entity] if entity else self.entities()
        closed = manifests.closed_months(self.landing)
        outcome = CloseOutcome()
        built = False
        if request["action"] != "close":
            result = f"refused: {request['action']} is not among the things this program does"
        elif asked and all((month, one) in closed for one in asked):
            result = "already closed"
        else:
            try:
                # The run has just built: what the order of months refuses costs no build a night.
                for one in asked:
                    self._refuse_gap(month, one)
                built = True
                self._close_months(month, entity, known_on, False, request["requested_by"], outcome)
                result = "blocked" if outcome.failed else "closed"
            except RefusedError as cause:
                result = f"refused: {cause}"
        log.info("close request %s: %s", request["request_id"], result)
        self.requests.append(
            {
                "request_id": request["request_id"],
                "month": month,
                "entity_id": entity,
                "action": request["action"],
                "result": result,
                "checks": [vars(check) for check in outcome.failed],
            }
        )
        return built

    def _close_months(
        self,
        month: str,
        entity: str | None,
        known: date,
        through: bool,
        requested_by: str,
        outcome: CloseOutcome,
    ) -> None:
        self._build_as_of(month, known)
        todo = self._months_to_close(month, entity, through)
        for number, (each, entities) in enumerate(todo):
            if number or each != month:
                self._build_as_of(each, known)
            self._close_built(each, entities, known, requested_by, outcome)
            if outcome.failed:
                break
        if outcome.failed:
            alert(
                self.settings,
                "close_blocked",
                month=outcome.failed[0].month,
                entities=sorted({check.entity_id for check in outcome.failed}),
                checks=sorted({check.check_name for check in outcome.failed}),
                open_exceptions=len(outcome.exceptions),
            )

    def _build_as_of(self, month: str, known_on: date) -> None:
        self._days(last_day(month), known_on, proving=True)
        self.check_chain()
        self.check_feeds(documents=True)
        self.build(f"build as of {last_day(month)}")

    def _days(self, as_of: date, known_on: date, proving: bool = False) -> None:
        self._step(f"books as of {as_of}", lambda: self._set_days(as_of, known_on, proving))

    def _finish(self, as_of: date, known_on: date) -> None:
        """Build and publish as of a day, but not before the end of what all have closed."""
        closed = self.closed_by_all()
        day = max(as_of, last_day(closed)) if closed else as_of
        self._days(day, known_on)
        self.check_chain()
        self.build(f"build as of {day}", proven=True)
        self.publish()

    def _months_to_close(
        self, month: str, entity: str | None, through: bool
    ) -> list[tuple[str, list[str]]]:
        asked = [entity] if entity else self.entities()
        by_month: dict[str, list[str]] = {}
        for one in asked:
            months = self.open_months(one, month)
            if not through:
                self._refuse_gap(month, one)
            for each in months:
                by_month.setdefault(each, []).append(one)
        if not by_month:
            raise RefusedError(
                f"close {month} is refused: {entity or 'no entity'} has no such month to close"
            )
        return sorted(by_month.items())

    def _refuse_gap(self, month: str, entity: str) -> None:
        earlier = [each for each in self.open_months(entity, month) if each < month]
        if earlier:
            raise RefusedError(
                f"close {month} {entity} is refused: {', '.join(earlier)} "
                f"{'is' if len(earlier) == 1 else 'are'} still open (--through closes in order)"
            )

    def _close_built(
        self,
        month: str,
        entities: Iterable[str],
        known_on: date,
        requested_by: str,
        outcome: CloseOutcome,
    ) -> None:
        entities = list(entities)
        for one in entities:
            outcome.failed += self._failed_checks(month, one)
        if outcome.failed:
            blocked = {check.entity_id for check in outcome.failed}
            outcome.exceptions = [
                row
                for row in self.open_exceptions()
                if (row["entity_id"] is None or row["entity_id"] in blocked)
                and (row["dated_on"] is None or row["dated_on"] <= last_day(month))
            ]
            return
        # What is posted now the marts do not show until they are built again.
        self._begin_build()
        for one in entities:
            record = CloseRecord(
                month=month,
                entity_id=one,
                requested_by=requested_by,
                known_on=known_on.isoformat(),
                last_file_no=self._last_file_no(),
                seeds_hash=PROJECT.seeds_hash,
                code_version=PROJECT.code_version,
                figures=self._figures(month, one),
            )
            outcome.closed.append(
                self._step(
                    f"post {month} {one}",
                    lambda record=record: manifests.commit_close(
                        self.con, self.landing, self.plan, record
                    ),
                )
            )
        self.restore()

    def _failed_checks(self, month: str, entity: str) -> list[FailedCheck]:
        rows = self.rows(
            """
            select * from close.reconciliations
            where entity_id = $entity and month = $month
            order by check_name, currency
            """,
            {"entity": entity, "month": month},
        )
        if not rows:
            raise StepError(f"close {month} {entity}: no check was made, so none can pass")
        return [
            FailedCheck(
                entity_id=entity,
                month=month,
                check_name=row["check_name"],
                currency=row.get("currency") or "",
                expected=str(row["expected"]),
                actual=str(row["actual"]),
                difference=str(row["difference"]),
            )
            for row in rows
            if row["passed"] is not True
        ]

    def _last_file_no(self) -> int:
        return self.rows("select coalesce(max(file_no), 0) as file_no from raw.files")[0]["file_no"]

    def _figures(self, month: str, entity: str) -> dict[str, Any]:
        names = {node["unique_id"] for node in PROJECT.manifest["nodes"].values()}
        if "model.closebook.close_statistics" not in names:
            return {}
        rows = self.rows(
            "select * from reports.close_statistics where month = $month and entity_id = $entity "
            "order by all",
            {"month": month, "entity": entity},
        )
        return {
            "close_statistics": [{name: str(value) for name, value in row.items()} for row in rows]
        }


def _literal(text: str | None) -> str:
    return "cast(null as varchar)" if text is None else quoted(text)


def _stored_in(feed: str | None, name: str | None) -> str:
    obj = OBJECTS.get((feed or "", name or ""))
    return obj.stored if obj else f"raw.{feed}__{name}"


def _check_name(table: str) -> str:
    return f"expectations_of_{table.removeprefix('raw.')}"
