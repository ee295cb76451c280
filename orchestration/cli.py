"""The command line: ``closebook``. Figures and rows come from the books; this only shows them."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from closing.lock import BUSY_EXIT, BusyError
from ingestion.settings import Settings
from orchestration.home import current_person, log, run_record, start_log

app = typer.Typer(
    name="closebook",
    help="From raw CRM, usage and bank feeds to a closed, provable month.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
FAILED, REFUSED, OPEN_EXCEPTIONS, DIFFERS = 1, 2, 3, 5
_MOST_TOLD = 20

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Exit 75 at once when a run goes on.")]
Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD")]


class Ending(Exception):  # noqa: N818 - no error, an end
    """How a command ends: exit code, what to say, and the same for machines."""

    def __init__(self, code: int, message: str, **about: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.about = code, message, about


class Progress:
    """Progress on stderr: a line that moves in a terminal, one line a step elsewhere."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.status = self.console.status("starting") if self.console.is_terminal else None
        self.start = time.monotonic()
        self.label = ""

    def __enter__(self) -> Progress:
        if self.status:
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def say(self, message: str) -> None:
        self.label = message
        if self.status:
            self.status.update(message)
        else:
            elapsed = time.monotonic() - self.start
            self.console.print(f"{elapsed:6.1f}s  {message}", highlight=False, markup=False)

    def node(self, done: int, total: int, name: str) -> None:
        if self.status:
            self.status.update(f"{self.label}: {done} of {total}  {name}")


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Ending(REFUSED, f"{option} {text!r} is no day YYYY-MM-DD") from None


def _settings() -> Settings:
    settings = Settings()
    settings.home_path.mkdir(parents=True, exist_ok=True)
    if settings.inbox and "://" not in settings.inbox:
        settings.inbox = str(Path(settings.inbox).expanduser().absolute())
    start_log(settings)
    return settings


@contextlib.contextmanager
def _books(settings: Settings, progress: Progress, no_wait: bool):
    from orchestration.books import Books

    books = Books(settings, progress.say, wait=not no_wait)
    books.on_node = progress.node
    try:
        yield books
    finally:
        books.release()


def _execute(books: Any, job: str, config: dict[str, Any], **arguments: Any) -> Any:
    """Run one of Dagster's jobs in this process, over the books this command has opened."""
    from orchestration.dbt_project import PROJECT
    from orchestration.resources import dagster_home, prune, quiet, use_books

    dagster_home(books.settings)
    books.say("read the project")
    _ = PROJECT.parsed
    quiet()
    import dagster as dg

    from orchestration.definitions import defs
    from orchestration.defs.close.assets import ENTITY_NAMES, MONTH_NAMES

    use_books(books)
    with dg.DagsterInstance.get() as instance:
        partition = arguments.get("partition_key")
        if partition is not None:
            instance.add_dynamic_partitions(MONTH_NAMES, [partition.keys_by_dimension["month"]])
            instance.add_dynamic_partitions(ENTITY_NAMES, [partition.keys_by_dimension["entity"]])
        result = defs.resolve_job_def(job).execute_in_process(
            run_config={
                "ops": config,
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            instance=instance,
            raise_on_error=False,
            **arguments,
        )
        _know_partitions(books, instance)
        prune(instance)
    if (
        not result.success
        and books.failure is None
        and not (books.outcome and books.outcome.failed)
    ):
        failed = (
            result.get_step_failure_events() if hasattr(result, "get_step_failure_events") else []
        )
        events = failed or [e for e in result.all_events if e.is_failure]
        cause = str(events[-1].message).splitlines()[0] if events else "unknown cause"
        raise Ending(FAILED, f"{job}: {cause}")
    return result


def _know_partitions(books: Any, instance: Any) -> None:
    from orchestration.defs.close.assets import ENTITY_NAMES, MONTH_NAMES

    if not books.is_built():
        return
    rows = books.rows("select distinct month, entity_id from close.periods")
    for definition, column in ((MONTH_NAMES, "month"), (ENTITY_NAMES, "entity_id")):
        wanted = {row[column] for row in rows}
        known = set(instance.get_dynamic_partitions(definition))
        if wanted - known:
            instance.add_dynamic_partitions(definition, sorted(wanted - known))


def _raise_failure(books: Any) -> None:
    from orchestration.books import RefusedError

    if books.failure is not None:
        code = REFUSED if isinstance(books.failure, RefusedError) else FAILED
        raise Ending(code, str(books.failure))


@app.command()
def run(
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The books' day; today.")
    ] = None,
    known_on: Annotated[
        str | None,
        typer.Option("--known-on", metavar="DATE", help="Decisions count up to this day; today."),
    ] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """The nightly: ingest what is new, build, check, publish, carry out close requests.

    Exit 0; 3 with open exceptions (everything is built and published); 2 for a day before the end
    of a month that every entity has closed; 1 on a failure.
    """
    days = {"as_of": _day(as_of, "--as-of"), "known_on": _day(known_on, "--known-on")}
    settings = _settings()
    with Progress() as progress, _books(settings, progress, no_wait) as books:
        config = {name: day.isoformat() for name, day in days.items() if day}
        _execute(books, "nightly", {"prepare": {"config": config}})
        _raise_failure(books)
        exceptions = books.open_exceptions()
        record = run_record(settings.published_path)
        log.info("run as of %s ended, %s open exceptions", record["as_of"], len(exceptions))
        kinds = Counter(row["kind"] for row in exceptions)
        lines = [f"built and published as of {record['as_of']}, known on {record['known_on']}"]
        lines += [
            f"close request {row['request_id']} ({row['action']} {row['month']} "
            f"{row['entity_id'] or 'all entities'}): {row['result']}"
            for row in books.requests
        ]
        if exceptions:
            lines.append(
                f"{len(exceptions)} open exceptions ("
                + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
                + "): closebook exceptions"
            )
        first = min((result.began for result in books.results), default=0.0)
        raise Ending(
            OPEN_EXCEPTIONS if exceptions else 0,
            "\n".join(lines),
            as_of=record["as_of"],
            known_on=record["known_on"],
            open_exceptions=dict(kinds),
            close_requests=books.requests,
            steps=[{"step": name, "seconds": round(seconds, 3)} for name, seconds in books.steps],
            models=[
                {
                    "model": result.name,
                    "began": round(result.began - first, 3),
                    "seconds": round(result.seconds, 3),
                }
                for result in books.results
                if result.resource_type == "model"
            ],
            published=str(settings.published_path / "closebook.duckdb"),
        )


@app.command()
def close(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="YYYY-MM")],
    entity: Annotated[
        str | None, typer.Option("--entity", metavar="ID", help="One entity; all in use.")
    ] = None,
    known_on: Annotated[
        str | None,
        typer.Option(
            "--known-on",
            metavar="DATE",
            help="Decisions count up to this day; today, or the month's last day if later.",
        ),
    ] = None,
    through: Annotated[
        bool, typer.Option("--through", help="Close earlier open months first, in order.")
    ] = False,
    requested_by: Annotated[
        str | None, typer.Option("--requested-by", metavar="NAME", help="Who asks; you.")
    ] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Build as of the month's last day, pass every gate, post the month, publish.

    Exit 0 closed, or already closed; 2 when a gate blocks or the close is refused: nothing posted.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise Ending(REFUSED, f"{month!r} is no month YYYY-MM")
    day = _day(known_on, "--known-on")
    settings = _settings()
    with Progress() as progress, _books(settings, progress, no_wait) as books:
        import dagster as dg

        known = books.entities()
        partition = dg.MultiPartitionKey(
            {"month": month, "entity": entity or (known[0] if known else "all")}
        )
        config = {
            "known_on": day.isoformat() if day else "",
            "through": through,
            "all_entities": entity is None,
            "requested_by": requested_by or current_person(),
        }
        _execute(
            books,
            "close",
            {"closes__month": {"config": config}},
            partition_key=partition,
        )
        _raise_failure(books)
        outcome = books.outcome
        if outcome is None:
            raise Ending(FAILED, f"close {month}: the close did not take place")
        if outcome.failed:
            _blocked(outcome, as_json)
        if outcome.already:
            raise Ending(
                0,
                f"{month} is already closed for {', '.join(one for _, one in outcome.already)}",
                month=month,
                result="already closed",
                closed=[],
            )
        lines = [
            f"closed {m['month']} {m['entity_id']}: "
            f"{sum(table['rows'] for table in m['tables'].values())} rows posted, "
            f"chain {m['chain_hash']}"
            for m in outcome.closed
        ]
        lines.append(f"head of the chain: {outcome.closed[-1]['chain_hash']}")
        raise Ending(
            0,
            "\n".join(lines),
            month=month,
            result="closed",
            closed=[
                {
                    "month": m["month"],
                    "entity_id": m["entity_id"],
                    "row_hash": m["row_hash"],
                    "chain_hash": m["chain_hash"],
                    "rows": {name: table["rows"] for name, table in m["tables"].items()},
                    "figures": m["figures"],
                }
                for m in outcome.closed
            ],
            chain_head=outcome.closed[-1]["chain_hash"],
        )


def _blocked(outcome: Any, as_json: bool) -> None:
    first = outcome.failed[0]
    if not as_json:
        console = Console(width=_width())
        checks = Table(title=f"close {first.month} is blocked: nothing of it was posted")
        for name in ("entity", "check", "currency", "expected", "actual", "difference"):
            checks.add_column(name, overflow="fold")
        for check in outcome.failed:
            checks.add_row(
                check.entity_id,
                check.check_name,
                check.currency,
                check.expected,
                check.actual,
                check.difference,
            )
        console.print(checks)
        _print_exceptions(console, outcome.exceptions)
    # With --through earlier months may have closed before this one was blocked: they stand.
    earlier = [f"closed {m['month']} {m['entity_id']}" for m in outcome.closed]
    raise Ending(
        REFUSED,
        "".join(f"{line}\n" for line in earlier)
        + f"close {first.month} is blocked by {len(outcome.failed)} checks and "
        f"{len(outcome.exceptions)} open exceptions; nothing of it was posted",
        month=first.month,
        result="blocked",
        closed=[{"month": m["month"], "entity_id": m["entity_id"]} for m in outcome.closed],
        checks=[vars(check) for check in outcome.failed],
        exceptions=outcome.exceptions,
    )


def _print_exceptions(console: Console, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = Table(title=f"{len(rows)} open exceptions")
    for name in ("kind", "what", "amount", "file and row", "reason", "what resolves it"):
        table.add_column(name, overflow="fold")
    for row in rows:
        amount = "" if row["amount"] is None else f"{row['amount']} {row['currency'] or ''}"
        place = row["source_file"] or ""
        if row["source_row"] is not None:
            place += f" row {row['source_row']}"
        what = " ".join(str(row[name] or "") for name in ("object", "key", "entity_id", "dated_on"))
        table.add_row(
            row["kind"],
            f"{what.strip()} [{row['exception_id']}]".replace("[", "\\["),
            amount,
            place,
            _plain(row["reason"]),
            _plain(row["remedy"]),
        )
    console.print(table)


def _plain(text: object) -> str:
    return "" if text is None else str(text).replace("[", "\\[")


def _width() -> int | None:
    return None if sys.stdout.isatty() else 160


def _published(settings: Settings):
    """The published copy, read only: it never waits for a run and no run waits for it."""
    import duckdb

    path = settings.published_path / "closebook.duckdb"
    if not path.exists():
        raise Ending(FAILED, f"nothing is published in {settings.home_path}: closebook run")
    return duckdb.connect(str(path), read_only=True)


def _unfinished(settings: Settings) -> str | None:
    """What to say of a build that did not end. A warehouse in use is not waited for: whoever has
    it will say how his run ends."""
    import duckdb

    from orchestration.home import unfinished_build

    try:
        with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
            return unfinished_build(con, settings.warehouse_path.stem)
    except duckdb.Error:
        return None


def _rows(con: Any, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    cursor = con.execute(sql, parameters or [])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


# An exception blocks the first open month where it is dated up to that month's end, or undated.
_BLOCKING = """
    with next_closes as (
        select entity_id, min(month) as month from close.periods
        where status = 'open' group by entity_id
    )
    select next_closes.month, next_closes.entity_id, 'no_open_exceptions' as check_name,
        cast(null as varchar) as currency, cast(0 as decimal(20, 4)) as expected,
        cast(count(*) as decimal(20, 4)) as actual,
        cast(count(*) as decimal(20, 4)) as difference
    from next_closes
    inner join close.exceptions
        on coalesce(exceptions.entity_id, next_closes.entity_id) = next_closes.entity_id
            and coalesce(strftime(exceptions.dated_on, '%Y-%m'), '') <= next_closes.month
    where exceptions.resolved_on is null
    group by next_closes.month, next_closes.entity_id
    union all
    select month, entity_id, check_name, currency, expected, actual, difference
    from close.reconciliations
    where not passed and check_name <> 'no_open_exceptions'
    order by all
"""


@app.command()
def status(as_json: AsJson = False) -> None:
    """Months and their state, feeds, open exceptions by kind, what would block the next close."""
    settings = _settings()
    record = run_record(settings.published_path)
    with _published(settings) as con:
        months = _rows(
            con,
            "select month, entity_id, status, closed_at, chain_hash from close.periods "
            "order by month, entity_id",
        )
        kinds = _rows(
            con,
            "select kind, count(*) as open from close.exceptions where resolved_on is null "
            "group by kind order by kind",
        )
        blocking = _rows(con, _BLOCKING)
    feeds = record.get("feeds", [])
    unfinished = _unfinished(settings)
    if not as_json:
        console = Console(width=_width())
        _show(console, "months", months)
        _show(console, "feeds", feeds)
        _show(console, "open exceptions", kinds)
        _show(
            console,
            "what would block the next close: open exceptions up to the end of each entity's first "
            "open month, other checks as they stand in the month built last",
            blocking,
        )
    raise Ending(
        0,
        f"as of {record.get('as_of')}, known on {record.get('known_on')}, published "
        f"{record.get('published_at')}; head of the chain "
        f"{record.get('chain_head') or 'none: no month is closed'}"
        + (
            f"\n{unfinished}, this is the copy published before: closebook run"
            if unfinished
            else ""
        ),
        as_of=record.get("as_of"),
        known_on=record.get("known_on"),
        published_at=record.get("published_at"),
        chain_head=record.get("chain_head"),
        months=months,
        feeds=feeds,
        open_exceptions=kinds,
        blocking=blocking,
        unfinished_build=unfinished,
    )


def _show(console: Console, title: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        console.print(f"{title}: none")
        return
    table = Table(title=title, title_justify="left")
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_plain(value) for value in row.values()))
    console.print(table)


@app.command()
def exceptions(
    kind: Annotated[str | None, typer.Option("--kind", metavar="K", help="One kind only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Each open exception: what, amount, source file and row, what resolves it."""
    settings = _settings()
    with _published(settings) as con:
        rows = _rows(
            con,
            "select * from close.exceptions where resolved_on is null "
            "and ($1 is null or kind = $1) order by kind, object, key, exception_id",
            [kind],
        )
    if not as_json:
        _print_exceptions(Console(width=_width()), rows)
    raise Ending(0, f"{len(rows)} open exceptions", exceptions=rows)


@app.command()
def verify(
    expect: Annotated[
        str | None, typer.Option("--expect", metavar="HASH", help="Head of the chain you kept.")
    ] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Recompute row hashes and the chain of every closed month, from warehouse and landing.

    Exit 0; 5 names the month and the table that differ.
    """
    from closing.manifests import chain_head, read_manifests
    from closing.verify import verify as recompute

    settings = _settings()
    with Progress() as progress:
        if settings.warehouse_path.exists():
            with _books(settings, progress, no_wait) as books:
                progress.say("verify closed months")
                books.restore()
                differences = recompute(books.con, settings.landing_path)
        else:
            progress.say("verify closed months (landing only: there is no warehouse)")
            differences = recompute(None, settings.landing_path)
    head = chain_head(settings.landing_path)
    months = len(read_manifests(settings.landing_path))
    sentences = [difference.sentence() for difference in differences]
    if expect is not None and expect.strip().lower() != head:
        sentences.append(f"head of the chain is {head or 'nothing'}, expected {expect}")
    about = {"chain_head": head, "closes": months, "differences": sentences}
    if sentences:
        raise Ending(DIFFERS, "\n".join(sentences), **about)
    raise Ending(0, f"{months} closes verified; head of the chain: {head or 'none'}", **about)


@app.command()
def whatif(
    plan: Annotated[
        Path,
        typer.Option(
            "--plan",
            metavar="FILE",
            help="A workbook with a sheet per object, a file of one object, or a folder of them: "
            "contract_lines, price_tiers, contracts, products, milestones, by the feed contract.",
        ),
    ],
    months: Annotated[
        str | None,
        typer.Option(
            "--months",
            metavar="MONTHS",
            help="Service months to show: 2026-01..2026-03, or 2026-01,2026-03; all of them.",
        ),
    ] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Rate history by other terms: the difference per customer and month, touching nothing.

    A row of the plan stands in place of the version with the same key, whatever its updated_at; a
    new effective_on amends; tiers replace all tiers of their version. Both sides are what the
    terms come to in full, as of the last run's day; nothing is written to the home.

    Exit 0; 2 for a plan that cannot be used (each row with its reason); 1 before the first run.
    """
    from ingestion.plan import PlanRefusedError
    from orchestration.whatif import NotBuiltError, compare, month_ranges

    try:
        ranges = month_ranges(months)
    except ValueError as cause:
        raise Ending(REFUSED, f"--months: {cause}") from None
    log.addHandler(logging.NullHandler())  # the home's log is the home's
    with Progress() as progress:
        try:
            found = compare(Settings(), plan, ranges, progress.say, progress.node, wait=not no_wait)
        except NotBuiltError as cause:
            raise Ending(FAILED, str(cause)) from None
        except PlanRefusedError as cause:
            told = [problem.sentence() for problem in cause.problems[:_MOST_TOLD]]
            if len(cause.problems) > len(told):
                told.append(f"and {len(cause.problems) - len(told)} more")
            raise Ending(
                REFUSED,
                "\n".join([*told, "the plan is refused: nothing was rated"]),
                problems=[vars(problem) for problem in cause.problems],
            ) from None
    if not as_json:
        _show(Console(width=_width()), "terms the plan changes", found.terms)
        _show_difference(found)
    asked = f" in {months}" if months else ""
    lines = [
        f"as of {found.as_of}{asked} the plan changes {len(found.charges)} charges, "
        f"{len(found.months)} months of customers"
        if found.months
        else f"as of {found.as_of}{asked} nothing differs from today's terms"
    ]
    lines += [f"not read: {name}" for name in found.unknown]
    raise Ending(
        0,
        "\n".join(lines),
        as_of=found.as_of,
        plan={name: count for name, count in found.rows.items() if count},
        terms=found.terms,
        months=found.months,
        charges=found.charges,
        totals=found.totals,
        not_read=found.unknown,
    )


_AMOUNTS = tuple(
    f"{side}_{column}" for side in ("net", "gross") for column in ("today", "planned", "difference")
)


def _show_difference(found: Any) -> None:
    """Amounts to their currency's decimals, one row a customer and month, totals last."""
    if not found.months:
        return
    from ingestion.checks import minor_units

    table = Table(title="what the plan changes, by service month", title_justify="left")
    for name in ("customer", "month", "currency"):
        table.add_column(name, overflow="fold")
    for name in _AMOUNTS:
        table.add_column(name.replace("_", " "), justify="right")
    digits = minor_units()
    for rows, last in ((found.months, False), (found.totals, True)):
        for row in rows:
            amounts = (f"{row[name]:,.{digits.get(row['currency'], 4)}f}" for name in _AMOUNTS)
            who = "all" if last else f"{row['customer_id']} {row['customer_name'] or ''}"
            table.add_row(_plain(who), row.get("month", ""), row["currency"], *amounts)
        table.add_section()
    Console(width=_width()).print(table)


@app.command()
def publish(no_wait: NoWait = False, as_json: AsJson = False) -> None:
    """The marts and reports as a read-only DuckDB file and Parquet, swapped in atomically.

    Exit 0; 1 where the last build did not end well: the published copy stays as it is.
    """
    settings = _settings()
    with Progress() as progress, _books(settings, progress, no_wait) as books:
        if not books.is_built():
            raise Ending(FAILED, "publish: nothing is built yet: closebook run")
        try:
            tables = books.publish()
        finally:
            _raise_failure(books)
    path = settings.published_path / "closebook.duckdb"
    raise Ending(0, f"{tables} tables published: {path}", tables=tables, published=str(path))


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
    daemon: Annotated[bool, typer.Option(help="Also run schedules and the inbox sensor.")] = False,
) -> None:
    """The Dagster UI, on 127.0.0.1."""
    from orchestration.dbt_project import PROJECT
    from orchestration.resources import dagster_home

    settings = _settings()
    dagster_home(settings)
    _ = PROJECT.parsed
    os.environ["CLOSEBOOK_HOME"] = str(settings.home_path)
    os.environ["CLOSEBOOK_INBOX"] = settings.inbox_url
    program = Path(sys.executable).with_name("dagster" if daemon else "dagster-webserver")
    words = [str(program), *(["dev"] if daemon else [])]
    words += ["-m", "orchestration.definitions", "-h", "127.0.0.1", "-p", str(port)]
    print(f"http://127.0.0.1:{port}", file=sys.stderr)
    os.execv(words[0], words)


@app.command()
def demo(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder of the feeds; the inbox.")
    ] = None,
    customers: Annotated[int, typer.Option(min=1)] = 40,
    months: Annotated[int, typer.Option(min=1)] = 6,
    events: Annotated[int, typer.Option(min=0)] = 50_000,
    contracts: Annotated[
        int | None,
        typer.Option(
            min=0, help="More contracts, on demand; by default one for 500 of many events."
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="Days with usage; by default all of the months.")
    ] = None,
    seed: Annotated[int, typer.Option()] = 1,
    as_json: AsJson = False,
) -> None:
    """Write feeds for a made-up company, by the feed contract; the same seed, the same bytes.

    More than a million events are written as Parquet, a file a day.
    """
    from examples.demo import write_demo

    settings = _settings()
    folder = (out or Path(settings.inbox_url)).expanduser().absolute()
    with Progress() as progress:
        progress.say(f"write the demo company to {folder}")
        write_demo(folder, customers, months, events, seed, contracts, days)
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    raise Ending(0, f"{files} files in {folder}", out=str(folder), files=files)


def main() -> None:
    """Run a command and exit with the code of the contract."""
    wants_json = "--json" in sys.argv[1:]
    try:
        code = app(standalone_mode=False)
        ending = Ending(code if isinstance(code, int) else 0, "")
    except Ending as reached:
        ending = reached
    except BusyError as cause:
        ending = Ending(BUSY_EXIT, str(cause))
    except typer.Exit as reached:
        ending = Ending(reached.exit_code, "")
    except typer.Abort:
        ending = Ending(130, "interrupted")
    except KeyboardInterrupt:
        ending = Ending(130, "interrupted")
    except Exception as cause:
        ending = _unexpected(cause)
    if wants_json and (ending.message or ending.about):
        body = {"exit": ending.code, "message": ending.message, **ending.about}
        print(json.dumps(body, ensure_ascii=False, default=str))
    elif ending.message:
        stream = sys.stdout if ending.code in (0, OPEN_EXCEPTIONS) else sys.stderr
        print(ending.message, file=stream)
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(ending.code)


def _unexpected(cause: Exception) -> Ending:
    show = getattr(cause, "show", None)
    if show is not None and hasattr(cause, "exit_code"):  # a misspelt command or option
        show()
        return Ending(REFUSED, "")
    log.exception("failed")
    lines = str(cause).strip().splitlines() or [""]
    return Ending(FAILED, f"{type(cause).__name__}: {lines[0]}")


if __name__ == "__main__":
    main()
