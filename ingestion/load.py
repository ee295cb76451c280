"""Loading: every landed file becomes rows in raw, or rows of the quarantine; none is lost.

One file is one transaction together with its row in ``raw.files``, so a run killed anywhere goes on
where it stopped: what the ledger has and ``raw.files`` lacks is loaded, which is also what rebuilds
a lost warehouse. A file that cannot be read is one row of the quarantine and harms no other.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.bank import BankFileError, BankStatement, read_bank_file
from ingestion.checks import RowChecks, UnreadableColumnError, accepted_key_texts, literal, quoted
from ingestion.landing import Inbox, Landing, LedgerEntry
from ingestion.readers.csv_rows import read_csv
from ingestion.readers.jsonl_rows import read_jsonl
from ingestion.readers.parquet_rows import read_parquet
from ingestion.readers.stage import BROKEN, ROWS, FileRefusedError, Stage, clear, count_rows
from ingestion.readers.unpack import is_gzip, unpacked
from ingestion.readers.xlsx_rows import open_workbook, read_sheet
from ingestion.schemas import OBJECTS, FeedObject
from ingestion.settings import Settings
from ingestion.usage_in_place import (
    EVENTS,
    InPlace,
    read_in_place,
    record_copied,
    record_in_place,
    show_events,
)
from ingestion.warehouse import create_raw

FEEDS = ("crm", "usage", "bank", "operations")
# Named by the contract for later: landed, and not looked into.
_RESERVED = {("operations", "bill_messages")}
READERS = {"csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet}
_FORMATS = {
    ".csv": "csv",
    ".csv.gz": "csv.gz",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl.gz",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
# The day a row belongs to, for the close that it may block: the first of these in good form.
_BUSINESS_DATES = (
    "dated_on", "issued_on", "linked_on", "split_on", "granted_on", "as_of", "rate_on", "signed_on",
    "occurred_at", "decided_at", "waived_on", "requested_at", "effective_on", "starts_on",
    "updated_at",
)  # fmt: skip

Progress = Callable[[str], None]


@dataclass
class FileReport:
    """What became of one file. ``status`` is ``loaded``, ``refused`` or ``ignored``."""

    file_no: int
    path: str
    feed: str | None = None
    object: str | None = None
    format: str | None = None
    status: str = "loaded"
    reason: str | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    unknown_columns: list[str] = field(default_factory=list)


@dataclass
class IngestReport:
    """What one ingestion did: files that landed, files that wait, files loaded or refused."""

    landed: list[LedgerEntry] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    files: list[FileReport] = field(default_factory=list)

    @property
    def rows_accepted(self) -> int:
        return sum(file.rows_accepted for file in self.files)

    @property
    def rows_quarantined(self) -> int:
        return sum(file.rows_quarantined for file in self.files)

    @property
    def refused(self) -> list[FileReport]:
        return [file for file in self.files if file.status == "refused"]


def ingest(
    con: duckdb.DuckDBPyConnection, settings: Settings, progress: Progress | None = None
) -> IngestReport:
    """Land what is new in the inbox and load whatever the ledger has and raw lacks."""
    say = progress or (lambda _: None)
    report = land(settings, say)
    report.files = load(con, settings, progress=say)
    return report


def land(settings: Settings, progress: Progress | None = None) -> IngestReport:
    """Take the new files of the inbox, and the new rows of a CRM database, into landing."""
    inbox = Inbox(settings.inbox_url)
    landed, waiting = Landing(settings.landing_path).land(inbox)
    if progress:
        for path in inbox.outside:
            progress(f"{shown_path(path)}: not read, a link leads out of the inbox: send the file")
    if settings.crm_url is not None:
        from ingestion.crm_database import pull

        landed += pull(settings)
    if progress and landed:
        progress(f"{len(landed)} new files landed")
    return IngestReport(landed=landed, waiting=waiting)


def load(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    feeds: Iterable[str] = FEEDS,
    progress: Progress | None = None,
) -> list[FileReport]:
    """Load the landed files of ``feeds`` that raw lacks, in order of number."""
    create_raw(con)
    landing = Landing(settings.landing_path)
    loaded = {row[0] for row in con.execute("select file_no from raw.files").fetchall()}
    wanted = set(feeds)
    reports = []
    for entry in landing.ledger():
        feed = feed_of(entry.path)
        if entry.file_no in loaded or (feed in FEEDS and feed not in wanted):
            continue
        report = load_file(con, landing, entry)
        reports.append(report)
        if progress:
            _tell(con, report, progress)
    show_events(con, landing)
    return reports


def _tell(con: duckdb.DuckDBPyConnection, report: FileReport, progress: Progress) -> None:
    """Say what became of a file; an unknown column is told the first time it comes."""
    told = f": {report.reason}" if report.reason else ""
    progress(
        f"{report.path}: {report.status}, {report.rows_accepted} rows,"
        f" {report.rows_quarantined} quarantined{told}"
    )
    if not report.unknown_columns:
        return
    earlier = con.execute(
        "select distinct unnest(unknown_columns) from raw.files"
        " where feed = ? and object is not distinct from ? and file_no < ?",
        [report.feed, report.object, report.file_no],
    ).fetchall()
    for name in sorted({*report.unknown_columns} - {row[0] for row in earlier}):
        progress(f"{report.path}: unknown_column {name}, kept in extra")


def load_file(con: duckdb.DuckDBPyConnection, landing: Landing, entry: LedgerEntry) -> FileReport:
    """Load one landed file in one transaction; whatever is wrong with it ends in its report."""
    report = FileReport(entry.file_no, shown_path(entry.path))
    try:
        # A statement that fails would end a transaction: rows are staged before it begins.
        clear(con)
        with _staged(con, landing, entry, report) as store:
            con.execute("begin")
            store()
            _record(con, entry, report)
            con.execute("commit")
    except BaseException as error:
        _roll_back(con)
        if not _is_the_files_fault(error):
            raise
        report = FileReport(
            entry.file_no, report.path, report.feed, report.object, report.format, "refused"
        )
        con.execute("begin")
        _refuse(con, report, error)
        _record(con, entry, report)
        con.execute("commit")
    return report


def feed_of(path: str) -> str:
    """The feed a path belongs to: the inbox's first folder."""
    parts = PurePosixPath(path).parts
    return parts[0] if len(parts) > 1 else ""


def object_of(path: str) -> str:
    """The object a path of crm or operations names: its folder, else the name to its first dot."""
    parts = PurePosixPath(path).parts
    return parts[1] if len(parts) > 2 else PurePosixPath(path).name.partition(".")[0]


def format_of(path: str) -> str | None:
    """The format a name says, None for one that the contract does not know."""
    name = PurePosixPath(path).name.lower()
    ends = sorted(_FORMATS, key=len, reverse=True)
    return next((_FORMATS[end] for end in ends if name.endswith(end)), None)


def shown_path(path: str) -> str:
    """A path as text that any table can hold, whatever bytes its name has."""
    shown = path.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return shown if len(shown) <= 4096 else shown[:4096] + "…"


@contextmanager
def _staged(
    con: duckdb.DuckDBPyConnection, landing: Landing, entry: LedgerEntry, report: FileReport
) -> Iterator[Callable[[], None]]:
    """Read the file; what is yielded stores its rows and belongs into the transaction."""
    report.feed = feed_of(entry.path)
    if report.feed not in FEEDS:
        raise FileRefusedError(
            "the file lies in none of the feeds' folders", f"put it under {', '.join(FEEDS)}"
        )
    path = landing.file(entry.sha256)
    report.format = format_of(entry.path)
    packed = (report.format or "").endswith(".gz") or (report.feed == "bank" and is_gzip(path))
    with unpacked(path, landing.folder.parent / "scratch") if packed else nullcontext(path) as path:
        if report.feed == "bank":
            statements = read_bank_file(path, PurePosixPath(entry.path).name)
            yield lambda: _store_statements(con, statements, report)
        elif report.feed == "operations" and report.format == "xlsx":
            with open_workbook(path) as sheets:
                yield lambda: _store_sheets(con, landing, sheets, report)
        else:
            obj = _object(entry.path, report)
            if obj is None:
                report.status = "ignored"
                yield lambda: None
            else:
                yield _stored(con, landing, entry, path, obj, report)


def _stored(
    con: duckdb.DuckDBPyConnection,
    landing: Landing,
    entry: LedgerEntry,
    path: Path,
    obj: FeedObject,
    report: FileReport,
) -> Callable[[], None]:
    """Read the rows of one object; what is returned stores them."""
    if obj is EVENTS and report.format == "parquet":
        file = read_in_place(con, path)
        if file is not None:
            return lambda: _leave_in_place(con, landing, entry, file, report)
    stage = READERS[(report.format or "").removesuffix(".gz")](con, path, obj)
    return lambda: _store(con, landing, obj, stage, report)


def _leave_in_place(
    con: duckdb.DuckDBPyConnection,
    landing: Landing,
    entry: LedgerEntry,
    file: InPlace,
    report: FileReport,
) -> None:
    record_in_place(con, entry.file_no, entry.sha256, file)
    report.unknown_columns = sorted(map(shown_path, file.unknown))
    report.rows_read = report.rows_accepted = file.rows
    _note_accepted_keys(con, EVENTS, report.file_no, False, landing)


def _object(path: str, report: FileReport) -> FeedObject | None:
    """The object a file holds; None for a reserved one."""
    name = "events" if report.feed == "usage" else object_of(path)
    report.object = shown_path(name)
    if (report.feed, name) in _RESERVED:
        return None
    obj = OBJECTS.get((report.feed or "", name))
    if obj is None:
        known = ", ".join(sorted(name for feed, name in OBJECTS if feed == report.feed))
        raise FileRefusedError(
            f"{report.feed} has no object named {report.object}",
            f"name the file after one of {known}",
        )
    if (report.format or "").removesuffix(".gz") not in READERS:
        raise FileRefusedError(
            f"the name says no format that {report.feed} takes", "send csv, jsonl or parquet"
        )
    return obj


def _store_sheets(
    con: duckdb.DuckDBPyConnection, landing: Landing, sheets: dict[str, Any], report: FileReport
) -> None:
    """Store each sheet; one of no object, or that cannot be read, is a row of the quarantine."""
    for name, sheet in sheets.items():
        obj = OBJECTS.get(("operations", name))
        if obj is not None:
            clear(con)
            try:
                stage = read_sheet(con, sheet, obj)
            except FileRefusedError as error:
                _refuse_sheet(con, name, report, error.reason, error.remedy)
                continue
            _store(con, landing, obj, stage, report)
        elif ("operations", name) not in _RESERVED:
            _refuse_sheet(
                con,
                name,
                report,
                f"sheet {shown_path(name)} is named after no object of operations",
                "name the sheet after an object, or take it out of the workbook",
            )


def _refuse_sheet(
    con: duckdb.DuckDBPyConnection, name: str, report: FileReport, reason: str, remedy: str
) -> None:
    """A sheet that cannot be read is one row of the quarantine, and counts as one."""
    report.rows_read += 1
    report.rows_quarantined += 1
    con.execute(
        "insert into raw.quarantine (file_no, source_file, feed, object, reason, remedy)"
        " values (?, ?, ?, ?, ?, ?)",
        [
            report.file_no,
            report.path,
            report.feed,
            shown_path(name),
            shown_path(reason)[:2000],
            remedy,
        ],
    )


def _store_statements(
    con: duckdb.DuckDBPyConnection, statements: list[BankStatement], report: FileReport
) -> None:
    heads = [
        [
            report.file_no, of.statement_no, report.path, of.format, of.bank_account, of.currency,
            of.statement_number, of.opened_on, of.closed_on, of.opening, of.closing,
        ]
        for of in statements
    ]  # fmt: skip
    entries = [
        [
            report.file_no, of.statement_no, entry.entry_no, entry.detail_no, report.path,
            entry.row_no, entry.booked_on, entry.value_on, entry.amount, entry.currency,
            entry.bank_reference, entry.end_to_end_reference, entry.counterparty_name,
            entry.counterparty_account, entry.remittance_text, entry.is_reversal,
        ]
        for of in statements
        for entry in of.entries
    ]  # fmt: skip
    for table, rows in (("raw.bank_statements", heads), ("raw.bank_entries", entries)):
        if rows:
            _insert(con, table, rows)
    report.object = "statements"
    report.format = statements[0].format if statements else report.format
    report.rows_read += len(entries)
    report.rows_accepted += len(entries)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[list[Any]]) -> None:
    """Insert rows in the order of the table's columns, as one set of text that the table types."""
    columns = [
        pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
        for cells in zip(*rows, strict=True)
    ]
    con.register("stage_chunk", pa.table(columns, names=[f"c{at}" for at in range(len(columns))]))
    con.execute(f"insert into {table} select * from stage_chunk")
    con.unregister("stage_chunk")


def _store(
    con: duckdb.DuckDBPyConnection,
    landing: Landing,
    obj: FeedObject,
    stage: Stage,
    report: FileReport,
) -> None:
    """Sort the staged rows into the object's raw table and the quarantine."""
    checks = RowChecks(obj, stage.sources)
    report.unknown_columns = sorted({*report.unknown_columns, *map(shown_path, stage.unknown)})
    con.execute(
        f"""
        create or replace temp table stage_problems as
        select * from (select row_no, {checks.problem()} as problem from {ROWS})
        where problem is not null
        """
    )
    rows = count_rows(con, ROWS)
    refused = count_rows(con, "stage_problems")
    lineage = {
        "extra": stage.extra,
        "file_no": str(report.file_no),
        "row_no": "row_no",
        "source_file": quoted(report.path),
    }
    kept_columns = [column.name for column in obj.columns if column.kept]
    values = {name: checks.value(name) for name in kept_columns} | lineage
    if obj.feed == "usage":
        del values["source_file"]
    names = ", ".join(f'"{name}"' for name in values)
    kept = "where row_no not in (select row_no from stage_problems)" if refused else ""
    con.execute(
        f"insert into {obj.stored} ({names}) select {', '.join(values.values())} from {ROWS} {kept}"
    )
    if refused:
        _quarantine(con, obj, stage, checks, report)
    broken = count_rows(con, BROKEN)
    if broken:
        con.execute(
            f"""
            insert into raw.quarantine (
                file_no, row_no, source_file, feed, object, reason, remedy, row_text, key_text
            )
            select
                {report.file_no}, row_no, {quoted(report.path)}, {quoted(obj.feed)},
                {quoted(obj.name)}, reason, 'send the row again in good form', row_text,
                key_text
            from {BROKEN}
            """
        )
    if obj is EVENTS:
        record_copied(con, report.file_no)
    _note_accepted_keys(con, obj, report.file_no, bool(refused or broken), landing)
    report.rows_read += rows + broken
    report.rows_accepted += rows - refused
    report.rows_quarantined += refused + broken


def _quarantine(
    con: duckdb.DuckDBPyConnection,
    obj: FeedObject,
    stage: Stage,
    checks: RowChecks,
    report: FileReport,
) -> None:
    def tried(name: str, sql_type: str) -> str:
        found = checks.tried(name) if name in obj.by_name else "null"
        return f"cast({found} as {sql_type})"

    def case(texts: list[str]) -> str:
        cases = " ".join(f"when {no} then {text}" for no, text in enumerate(texts))
        return f"case problem {cases} end"

    problems = checks.problems
    columns = case([quoted(problem.column) for problem in problems])
    reasons = case([_reason(problem.reason, checks.text(problem.column)) for problem in problems])
    remedies = case([quoted(problem.remedy) for problem in problems])
    # A row whose key is itself in bad form has no key that could come again in good form.
    of_keys = [str(no) for no, problem in enumerate(problems) if problem.column in obj.key]
    bad_keys = ", ".join(["-1", *of_keys])
    days = [tried(name, "date") for name in _BUSINESS_DATES if name in obj.by_name]
    if "month" in obj.by_name:
        days.insert(0, f"cast({checks.tried('month')} || '-01' as date)")
    days_sql = f"coalesce({', '.join(days)}, null)"
    con.execute(
        f"""
        insert into raw.quarantine by name
        select
            {report.file_no} as file_no,
            row_no,
            {quoted(report.path)} as source_file,
            {quoted(obj.feed)} as feed,
            {quoted(obj.name)} as object,
            case when problem not in ({bad_keys}) then {checks.key_text()} end as key_text,
            {columns} as column_name,
            {reasons} as reason,
            {remedies} as remedy,
            left({stage.row_text}, 1000000) as row_text,
            {tried("entity_id", "varchar")} as entity_id,
            {days_sql} as dated_on,
            {tried("currency", "varchar")} as currency,
            {tried("amount", "decimal(30,10)")} as amount,
            {tried("updated_at", "timestamp_ns")} as updated_at
        from {ROWS}
        inner join stage_problems using (row_no)
        """
    )


def _note_accepted_keys(
    con: duckdb.DuckDBPyConnection,
    obj: FeedObject,
    file_no: int,
    refused: bool,
    landing: Landing,
) -> None:
    """Keep the accepted rows that share their key with a quarantined one, of this file and, when it
    brought quarantined rows, of the earlier ones. Which of them resolves is judged at the build."""
    keys = f"""
        select distinct key_text from raw.quarantine
        where feed = {quoted(obj.feed)} and object = {quoted(obj.name)} and key_text is not null
    """
    if not con.execute(f"select 1 from ({keys}) limit 1").fetchone():
        return
    if obj is EVENTS:
        show_events(con, landing)
        # A higher revision says what the event is now, and so answers for a lower one in bad form.
        updated_at = "cast(null as timestamp_ns)"
        matches = [
            r"""
            cast(accepted.event_id as varchar) = regexp_replace(keys.key_text, '\|[^|]*$', '')
            and coalesce(accepted.revision, 1)
                >= cast(regexp_extract(keys.key_text, '[^|]*$') as bigint)
            """
        ]
    else:
        updated_at = "accepted.updated_at"
        matches = [f"keys.key_text = {text}" for text in accepted_key_texts(obj)]
    for match in matches:
        con.execute(
            f"""
            insert into raw.accepted_keys
            select
                {quoted(obj.feed)}, {quoted(obj.name)}, keys.key_text, accepted.file_no,
                accepted.row_no, {updated_at}
            from {obj.table} as accepted
            inner join ({keys}) as keys on {match}
            where accepted.file_no {"<=" if refused else "="} {file_no}
            except
            select feed, object, key_text, file_no, row_no, updated_at from raw.accepted_keys
            """
        )


def _reason(template: str, text: str) -> str:
    """A reason as SQL, with the cell's text (its beginning) where the template asks for it."""
    before, asks, after = template.partition("{value}")
    if not asks:
        return quoted(template)
    return f"{quoted(before)} || coalesce(left({text}, 60), '') || {quoted(after)}"


def _refuse(con: duckdb.DuckDBPyConnection, report: FileReport, error: BaseException) -> None:
    reason = getattr(error, "reason", None) or f"cannot be read: {_first_line(error)}"
    remedy = getattr(error, "remedy", None) or "send the file again in good form"
    report.reason = shown_path(reason)[:2000]
    # A file that cannot be read is one row of the quarantine, and counts as one.
    report.rows_read = report.rows_quarantined = 1
    con.execute(
        "insert into raw.quarantine (file_no, source_file, feed, object, reason, remedy)"
        " values (?, ?, ?, ?, ?, ?)",
        [report.file_no, report.path, report.feed, report.object, report.reason, remedy],
    )


def _record(con: duckdb.DuckDBPyConnection, entry: LedgerEntry, report: FileReport) -> None:
    row = {
        "file_no": entry.file_no,
        "path": report.path,
        "sha256": entry.sha256,
        "size_bytes": entry.size,
        "landed_at": entry.landed_at.removesuffix("Z"),
        "feed": report.feed,
        "object": report.object,
        "format": report.format,
        "status": report.status,
        "reason": report.reason,
        "rows_read": report.rows_read,
        "rows_accepted": report.rows_accepted,
        "rows_quarantined": report.rows_quarantined,
        "unknown_columns": report.unknown_columns,
    }
    con.execute(
        f"insert into raw.files ({', '.join(row)}) values ({', '.join(map(literal, row.values()))})"
    )


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.TransactionException):
        con.execute("rollback")


def _is_the_files_fault(error: BaseException) -> bool:
    """Whether a failure says something about the file, and not about this machine or this run."""
    if isinstance(error, UnreadableColumnError | FileRefusedError | BankFileError):
        return True
    if isinstance(error, duckdb.OutOfMemoryException | duckdb.InterruptException | MemoryError):
        return False
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE):
        return False
    if "No space left" in str(error):
        return False
    return isinstance(error, Exception)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"
