"""Other prices over history: the charges of today's terms beside those of a plan, touching nothing.

Both are rated by the project's own models, in a database of its own that is thrown away. It reads
the home's warehouse as the last build left it: the roll-up of usage, customers and days as they
stand, the terms as they were staged. The plan's rows are laid over the terms in between.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from closing.lock import HomeLock
from ingestion.checks import quoted
from ingestion.plan import PLAN_OBJECTS, read_plan
from ingestion.settings import Settings
from orchestration.dbt_project import PROJECT, WAREHOUSE_NAME, BuildError
from orchestration.home import tune, unfinished_build
from orchestration.plan_terms import (
    BOOKS,
    changed_terms,
    keep_terms,
    lay_out,
    lay_over,
    refuse_defects,
    refuse_unknown,
    staged,
)

Say = Callable[[str], None]

_CHARGES = "model.closebook.int_charges_billed"
_COMPARED = ("charges_compared", "months_compared", "totals_compared")
_DEFECTS = "analysis.closebook.whatif_defects_found"
_ANALYSES = [_DEFECTS, *(f"analysis.closebook.whatif_{name}" for name in _COMPARED)]
_MONTHS = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))?(\.\.)?(\d{4}-(?:0[1-9]|1[0-2]))?")


class NotBuiltError(RuntimeError):
    """The home has nothing whole to compare with."""


@dataclass
class Comparison:
    """What a plan would change: rows as mappings, amounts as the marts hold them.

    ``months`` is by customer, service month and currency, ``charges`` the changed charges behind
    them by contract line, ``totals`` by currency; ``terms`` each term that a row of the plan sets
    otherwise than the version it replaces or amends.
    """

    as_of: str = ""
    months: list[dict[str, Any]] = field(default_factory=list)
    charges: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def month_ranges(text: str | None) -> list[tuple[str, str]]:
    """First and last month of each part of ``2026-01..2026-03,2026-05``; an open end is endless.

    Raises :class:`ValueError` that names the part.
    """
    ranges = []
    for part in ("0001-01.." if text is None else text).split(","):
        found = _MONTHS.fullmatch(part.strip())
        if not found or not any(found.groups()):
            raise ValueError(f"{part.strip()!r} is no month YYYY-MM and no range YYYY-MM..YYYY-MM")
        first, dots, last = found.groups()
        span = (first or "0001-01", last or "9999-12") if dots else (first, first)
        if span[0] > span[1]:
            raise ValueError(f"{part.strip()!r} ends before it begins")
        ranges.append(span)
    return ranges


def compare(
    settings: Settings,
    path: Path,
    months: list[tuple[str, str]],
    say: Say,
    on_node: Callable[[int, int, str], None] | None = None,
    wait: bool = True,
) -> Comparison:
    """Rate history by today's terms and by the plan at ``path``, and compare the charges.

    Raises :class:`PlanRefusedError` for a plan that cannot be used, :class:`NotBuiltError` for a
    home without a build and :class:`closing.lock.BusyError` where it may not wait.
    """
    with _scratch(settings) as (con, folder):
        say("read the plan")
        plan = read_plan(con, path, folder)

        def waiting(holder: str) -> None:
            say(f"waiting: this home is in use by {holder}")

        with HomeLock.shared(settings.home_path, wait, waiting):
            say("read the terms of the last build")
            _attach(con, settings.warehouse_path)
            affected, kept = _affected()
            _require_built(con, settings, kept)
            refuse_unknown(con)
            lay_out(con)
            _show_kept(con, kept)
            rendered = PROJECT.rendered([*affected, *_ANALYSES], folder)
            models = {name: rendered.pop(name) for name in affected}
            say("rate history by today's terms")
            _rate(con, models, on_node)
            _keep_today(con, rendered)
            lay_over(con)
            say("rate history by the plan")
            _rate(con, models, on_node)
            say("compare")
            refuse_defects(con, rendered[_DEFECTS])
            comparison = Comparison(rows=plan.rows, unknown=plan.unknown, terms=changed_terms(con))
            return _compared(con, rendered, months, comparison)


@contextmanager
def _scratch(settings: Settings) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """An empty database under the name that the project knows, outside the home."""
    with tempfile.TemporaryDirectory(prefix="closebook-whatif-") as name:
        con = duckdb.connect(str(Path(name) / WAREHOUSE_NAME))
        try:
            tune(con, settings)
            yield con, Path(name)
        finally:
            con.close()


# Whoever still holds the file is a run that is just ending, or a person's own session on it.
@retry(
    retry=retry_if_exception_type(duckdb.IOException),
    wait=wait_fixed(0.2),
    stop=stop_after_delay(15),
    reraise=True,
)
def _open(con: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    con.execute(f"attach {quoted(str(warehouse))} as {BOOKS} (read_only)")


def _attach(con: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    if not warehouse.exists():
        raise NotBuiltError(f"nothing is built in {warehouse.parent}: closebook run")
    _open(con, warehouse)


def _affected() -> tuple[list[str], list[str]]:
    """The models between a plan's objects and the charges, and what they read besides.

    What rolls up usage knows no terms: it is read as the last build left it, as is all else that
    a plan does not change.
    """
    parents, children = PROJECT.manifest["parent_map"], PROJECT.manifest["child_map"]
    terms = [f"source.closebook.raw.crm__{name}" for name in PLAN_OBJECTS]
    behind_terms = _reached(children, terms)
    behind_lines = _reached(children, ["source.closebook.raw.crm__contract_lines"])
    rolled_up = _reached(children, ["source.closebook.raw.usage__events"]) - behind_lines
    affected = {
        name
        for name in (_reached(parents, [_CHARGES]) & behind_terms) - rolled_up
        if name.startswith("model.")
    }
    kept: set[str] = set()
    todo = [parent for name in affected for parent in parents[name]]
    while todo:
        name = todo.pop()
        if name in affected or name in kept or name in terms:
            continue
        if _kind(name) == "table":
            kept.add(name)
            continue
        # A view names what it reads in its own database: it is made again in this one.
        affected.add(name)
        todo += parents[name]
    order = TopologicalSorter({name: affected & {*parents[name]} for name in sorted(affected)})
    return list(order.static_order()), sorted(kept)


def _reached(edges: dict[str, list[str]], start: list[str]) -> set[str]:
    reached: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += edges.get(name, [])
    return reached


def _kind(name: str) -> str:
    node = PROJECT.manifest["nodes"].get(name, {})
    return "view" if node.get("config", {}).get("materialized") == "view" else "table"


def _relation(name: str) -> str:
    node = PROJECT.manifest["nodes"].get(name)
    if node is not None:
        return f"{node['schema']}.{node['alias']}"
    source = PROJECT.manifest["sources"][name]
    return f"{source['schema']}.{source['identifier']}"


def _require_built(con: duckdb.DuckDBPyConnection, settings: Settings, kept: list[str]) -> None:
    wanted = {_relation(name) for name in kept} | {staged(name) for name in PLAN_OBJECTS}
    tables = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        f" where database_name = '{BOOKS}'"
    ).fetchall()
    if wanted - {name for (name,) in tables}:
        raise NotBuiltError(
            f"nothing is built in {settings.home_path} by this version: closebook run"
        )
    if unfinished := unfinished_build(con, BOOKS):
        raise NotBuiltError(f"whatif: {unfinished}: closebook run")


def _show_kept(con: duckdb.DuckDBPyConnection, kept: list[str]) -> None:
    """What the models read besides the terms, as views of the books."""
    for name in kept:
        schema, _, table = _relation(name).partition(".")
        con.execute(f"create schema if not exists {schema}")
        own = "where account_id in (from whatif.accounts)" if _is_by_account(con, name) else ""
        con.execute(f"create view {schema}.{table} as from {BOOKS}.{schema}.{table} {own}")


def _is_by_account(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a kept table is usage of accounts: of it, only the touched customers' is read."""
    schema, _, table = _relation(name).partition(".")
    return table.startswith("int_usage") and bool(
        con.execute(
            f"select 1 from duckdb_columns() where database_name = '{BOOKS}' and schema_name ="
            f" '{schema}' and table_name = '{table}' and column_name = 'account_id'"
        ).fetchone()
    )


def _rate(
    con: duckdb.DuckDBPyConnection,
    models: dict[str, str],
    on_node: Callable[[int, int, str], None] | None,
) -> None:
    """Make the models' tables anew; ``models`` is their SQL in an order in which it can run."""
    for done, (name, sql) in enumerate(models.items(), start=1):
        try:
            con.execute(f"create or replace {_kind(name)} {_relation(name)} as ({sql})")
        except duckdb.Error as cause:
            raise BuildError(f"{_relation(name)}: {str(cause).splitlines()[0]}") from cause
        if on_node:
            on_node(done, len(models), _relation(name))


def _keep_today(con: duckdb.DuckDBPyConnection, analyses: dict[str, str]) -> None:
    keep_terms(con)
    con.execute(f"create table whatif.charges_today as from {_relation(_CHARGES)}")
    con.execute(f"create table whatif.defects_today as {analyses[_DEFECTS]}")


def _compared(
    con: duckdb.DuckDBPyConnection,
    analyses: dict[str, str],
    months: list[tuple[str, str]],
    comparison: Comparison,
) -> Comparison:
    con.execute(f"create table whatif.charges_planned as from {_relation(_CHARGES)}")
    spans = ", ".join(f"({quoted(first)}, {quoted(last)})" for first, last in months)
    con.execute("create table whatif.months (first_month varchar, last_month varchar)")
    con.execute(f"insert into whatif.months values {spans}")
    for name in _COMPARED:
        con.execute(
            f"create table whatif.{name} as {analyses[f'analysis.closebook.whatif_{name}']}"
        )
    changed = "net_difference <> 0 or gross_difference <> 0"
    comparison.charges = _rows(con, f"from whatif.charges_compared where {changed} order by all")
    comparison.months = _rows(con, "from whatif.months_compared order by all")
    comparison.totals = _rows(con, "from whatif.totals_compared order by currency")
    (as_of,) = con.execute(f"select as_of from {BOOKS}.staging.stg_run__days").fetchall()[0]
    comparison.as_of = as_of.isoformat()
    return comparison


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
