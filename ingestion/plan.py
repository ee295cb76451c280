"""Plans: rows of the CRM's terms as somebody would like them to be, read like any feed.

A plan is a workbook with a sheet per object, a file of one object, or a folder of such files. Its
rows pass the checks of the feed contract and end in tables of a database that is thrown away;
nothing of it is landed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from ingestion.checks import RowChecks, UnreadableColumnError, quoted
from ingestion.load import READERS, format_of
from ingestion.readers.stage import BROKEN, ROWS, FileRefusedError, Stage, clear, count_rows
from ingestion.readers.unpack import unpacked
from ingestion.readers.xlsx_rows import open_workbook, read_sheet
from ingestion.schemas import OBJECTS, FeedObject, raw_columns

SCHEMA = "whatif"
_NAMES = ("contracts", "contract_lines", "price_tiers", "products", "milestones")


def _relaxed(obj: FeedObject) -> FeedObject:
    """The object without a version's age: a plan's row is the latest version, whatever it says."""
    columns = tuple(
        replace(column, required=False) if column.name == "updated_at" else column
        for column in obj.columns
    )
    return FeedObject(obj.feed, obj.name, obj.key, columns)


PLAN_OBJECTS = {name: _relaxed(OBJECTS["crm", name]) for name in _NAMES}
_KNOWN = ", ".join(PLAN_OBJECTS)


@dataclass(frozen=True)
class PlanProblem:
    """What is wrong with a plan, where, and what to do; rows count from 1 below the header."""

    file: str
    object: str | None
    row: int | None
    column: str | None
    reason: str
    remedy: str

    def sentence(self) -> str:
        """One line for a person."""
        place = " ".join(part for part in (self.file, self.object) if part)
        row = "" if self.row is None else f" row {self.row}"
        return f"{place}{row}: {self.reason}; {self.remedy}"


class PlanRefusedError(Exception):
    """The plan cannot be used; ``problems`` says why, row by row."""

    def __init__(self, problems: list[PlanProblem]) -> None:
        super().__init__("\n".join(problem.sentence() for problem in problems))
        self.problems = problems


@dataclass
class Plan:
    """A plan that was read: rows by object, and ``unknown`` columns that nothing reads."""

    rows: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def plan_table(name: str) -> str:
    """The table that holds a plan's rows of an object, in the columns of its raw table."""
    return f"{SCHEMA}.{name}"


def read_plan(con: duckdb.DuckDBPyConnection, path: Path, scratch: Path) -> Plan:
    """Read the plan at ``path`` into the tables of :func:`plan_table`; ``scratch`` holds unpacked
    files meanwhile. Raises :class:`PlanRefusedError` with every row that is in bad form."""
    con.execute(f"create schema if not exists {SCHEMA}")
    for obj in PLAN_OBJECTS.values():
        body = ", ".join(f'"{name}" {kind}' for name, kind in raw_columns(obj).items())
        con.execute(f"create table {plan_table(obj.name)} ({body})")
    plan = Plan()
    problems: list[PlanProblem] = []
    for file_no, file in enumerate(_files(path), start=1):
        shown = file.name if path.is_file() else str(file.relative_to(path))
        try:
            for obj, stage in _stages(con, file, scratch):
                plan.unknown += [f"{shown}: column {c} of {obj.name}" for c in stage.unknown]
                problems += _store(con, obj, stage, file_no, shown)
        except (FileRefusedError, UnreadableColumnError) as error:
            problems.append(PlanProblem(shown, None, None, None, error.reason, error.remedy))
    for obj in PLAN_OBJECTS.values():
        plan.rows[obj.name] = count_rows(con, plan_table(obj.name))
    if not problems and not any(plan.rows.values()):
        problems.append(
            PlanProblem(path.name, None, None, None, "holds no row", f"add rows of {_KNOWN}")
        )
    if problems:
        raise PlanRefusedError(problems)
    return plan


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    hidden = (".part", ".tmp")
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not file.name.startswith(".") and file.suffix not in hidden
    )
    if not found:
        reason = "holds no file" if path.is_dir() else "is no file and no folder"
        raise PlanRefusedError(
            [
                PlanProblem(
                    str(path), None, None, None, reason, "name a workbook, a file or a folder"
                )
            ]
        )
    return found


def _stages(
    con: duckdb.DuckDBPyConnection, file: Path, scratch: Path
) -> Iterator[tuple[FeedObject, Stage]]:
    kind = format_of(file.name) or ""
    if kind == "xlsx":
        with open_workbook(file) as sheets:
            for name, sheet in sheets.items():
                clear(con)
                obj = _named(f"sheet {name}", [name], _header_of(sheet))
                yield obj, read_sheet(con, sheet, obj)
        return
    reader = READERS.get(kind.removesuffix(".gz"))
    if reader is None:
        raise FileRefusedError("its name says no format", "send xlsx, csv, jsonl or parquet")
    with unpacked(file, scratch) if kind.endswith(".gz") else nullcontext(file) as readable:
        clear(con)
        names = [file.name.partition(".")[0], file.parent.name]
        columns = [] if PLAN_OBJECTS.keys() & {*names} else _columns_of(con, reader, readable)
        obj = _named("the file", names, columns)
        clear(con)
        yield obj, reader(con, readable, obj)


def _header_of(sheet: Any) -> list[str]:
    for row in sheet.iter_rows(values_only=True):
        if any(value is not None for value in row):
            return [str(value).strip() for value in row if value is not None]
    return []


def _columns_of(con: duckdb.DuckDBPyConnection, reader: Any, file: Path) -> list[str]:
    """The columns a file has, asked of its reader: what an object without columns does not know."""
    return reader(con, file, FeedObject("crm", "", (), ())).unknown


def _named(what: str, names: list[str], columns: list[str]) -> FeedObject:
    """The object that a name names, else the one whose key and most columns are there."""
    for name in names:
        if name.lower() in PLAN_OBJECTS:
            return PLAN_OBJECTS[name.lower()]
        if any(name == other for _, other in OBJECTS):
            raise FileRefusedError(f"{what} holds {name}", f"a plan changes {_KNOWN}, no other")
    scores = {
        obj: len(obj.by_name.keys() & {*columns})
        for obj in PLAN_OBJECTS.values()
        if {*obj.key} - {"effective_on"} <= {*columns}
    }
    best = [obj for obj, score in scores.items() if score == max(scores.values())]
    if len(best) != 1:
        raise FileRefusedError(
            f"{what} is named after no object, and its columns are those of none",
            f"name it after one of {_KNOWN}",
        )
    return best[0]


def _store(
    con: duckdb.DuckDBPyConnection, obj: FeedObject, stage: Stage, file_no: int, file: str
) -> list[PlanProblem]:
    """Put the staged rows into the object's table; what is in bad form is returned instead."""
    checks = RowChecks(obj, stage.sources)
    texts = "".join(
        f" when {no} then {checks.text(p.column)}" for no, p in enumerate(checks.problems)
    )
    text = f"case problem{texts} end" if texts else "cast(null as varchar)"
    bad = con.execute(
        f"""
        select row_no, problem, left({text}, 60)
        from (select *, {checks.problem()} as problem from {ROWS})
        where problem is not null order by row_no
        """
    ).fetchall()
    problems = []
    for row_no, number, value in bad:
        problem = checks.problems[number]
        reason = problem.reason.replace("{value}", value or "")
        problems.append(PlanProblem(file, obj.name, row_no, problem.column, reason, problem.remedy))
    for row_no, reason in con.execute(
        f"select row_no, reason from {BROKEN} order by row_no"
    ).fetchall():
        problems.append(PlanProblem(file, obj.name, row_no, None, reason, "write the row anew"))
    if not problems:
        values = {column.name: checks.value(column.name) for column in obj.columns}
        values |= {
            "extra": stage.extra,
            "file_no": str(file_no),
            "row_no": "row_no",
            "source_file": quoted(file),
        }
        names = ", ".join(f'"{name}"' for name in values)
        con.execute(
            f"insert into {plan_table(obj.name)} ({names})"
            f" select {', '.join(values.values())} from {ROWS}"
        )
    return problems
