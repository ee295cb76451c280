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
from ingestion.plan import PLAN_OBJECTS, PlanProblem, PlanRefusedError, plan_table, read_plan
from ingestion.schemas import raw_columns
from ingestion.settings import Settings
from orchestration.dbt_project import PROJECT, WAREHOUSE_NAME, BuildError

Say = Callable[[str], None]

BOOKS = "books"
_CHARGES = "model.closebook.int_charges_expected"
_COMPARED = ("charges_compared", "months_compared", "totals_compared")
_DEFECTS = "analysis.closebook.whatif_defects_found"
_ANALYSES = [_DEFECTS, *(f"analysis.closebook.whatif_{name}" for name in _COMPARED)]
_MONTHS = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))?(\.\.)?(\d{4}-(?:0[1-9]|1[0-2]))?")


class NotBuiltError(RuntimeError):
    """The home has nothing to compare with."""


@dataclass
class Comparison:
    """What a plan would change: rows as mappings, amounts as the marts hold them.

    ``months`` is by customer, service month and currency, ``charges`` the changed charges behind
    them by contract line, ``totals`` by currency.
    """

    as_of: str = ""
    months: list[dict[str, Any]] = field(default_factory=list)
    charges: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
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
            _refuse(con, _UNKNOWN)
            _lay_out(con, kept)
            rendered = PROJECT.rendered([*affected, *_ANALYSES], folder)
            models = {name: rendered.pop(name) for name in affected}
            say("rate history by today's terms")
            _rate(con, models, on_node)
            _keep_today(con, rendered)
            _lay_over(con)
            say("rate history by the plan")
            _rate(con, models, on_node)
            say("compare")
            _refuse_defects(con, rendered)
            comparison = Comparison(rows=plan.rows, unknown=plan.unknown)
            return _compared(con, rendered, months, comparison)


@contextmanager
def _scratch(settings: Settings) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """An empty database under the name that the project knows, outside the home."""
    with tempfile.TemporaryDirectory(prefix="closebook-whatif-") as name:
        con = duckdb.connect(str(Path(name) / WAREHOUSE_NAME))
        try:
            if settings.memory_limit:
                con.execute(f"set memory_limit = {quoted(settings.memory_limit)}")
            if settings.threads:
                con.execute(f"set threads = {settings.threads}")
            con.execute("set preserve_insertion_order = false")
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
    wanted = {_relation(name) for name in kept} | {_staged(name) for name in PLAN_OBJECTS}
    tables = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        f" where database_name = '{BOOKS}'"
    ).fetchall()
    if wanted - {name for (name,) in tables}:
        raise NotBuiltError(
            f"nothing is built in {settings.home_path} by this version: closebook run"
        )


def _staged(name: str) -> str:
    return f"staging.stg_crm__{name}"


# What a plan's rows name and the books do not know, or what can never change. The terms are the
# effective versions that the last build staged.
_UNKNOWN = f"""
    with lines as (
        select contract_line_id, min(effective_on) as first_effective_on
        from (
            select contract_line_id, effective_on from {BOOKS}.{_staged("contract_lines")}
            union all
            select contract_line_id, coalesce(effective_on, starts_on)
            from {plan_table("contract_lines")}
        )
        where contract_line_id in (
            select contract_line_id from {BOOKS}.{_staged("contract_lines")}
        )
        group by contract_line_id
    ),
    versions as (
        select contract_line_id, effective_on from {BOOKS}.{_staged("contract_lines")}
        union
        select contract_line_id, coalesce(effective_on, starts_on)
        from {plan_table("contract_lines")}
    ),
    plan_lines as (
        select *, coalesce(effective_on, starts_on) as takes_effect_on
        from {plan_table("contract_lines")}
    ),
    plan_tiers as (
        select tiers.*, coalesce(tiers.effective_on, lines.first_effective_on) as takes_effect_on
        from {plan_table("price_tiers")} as tiers left join lines using (contract_line_id)
    ),
    named as (
        select 'contract_lines' as object, source_file, row_no, 'contract_line_id' as column_name,
            contract_line_id as value from plan_lines
        where contract_line_id not in (select contract_line_id from lines)
        union all
        select 'price_tiers', source_file, row_no, 'contract_line_id', contract_line_id
        from plan_tiers where contract_line_id not in (select contract_line_id from lines)
        union all
        select 'milestones', source_file, row_no, 'contract_line_id', contract_line_id
        from {plan_table("milestones")}
        where contract_line_id not in (select contract_line_id from lines)
        union all
        select 'contract_lines', source_file, row_no, 'contract_id', contract_id from plan_lines
        where contract_id not in (select contract_id from {BOOKS}.{_staged("contracts")})
        union all
        select 'contracts', source_file, row_no, 'contract_id', contract_id
        from {plan_table("contracts")}
        where contract_id not in (select contract_id from {BOOKS}.{_staged("contracts")})
        union all
        select 'contract_lines', source_file, row_no, 'product_id', product_id from plan_lines
        where product_id not in (select product_id from {BOOKS}.{_staged("products")})
        union all
        select 'products', source_file, row_no, 'product_id', product_id
        from {plan_table("products")}
        where product_id not in (select product_id from {BOOKS}.{_staged("products")})
        union all
        select 'contract_lines', source_file, row_no, 'account_id', account_id from plan_lines
        where account_id not in (select account_id from {BOOKS}.{_staged("accounts")})
    ),
    repeated as (
        select 'contract_lines' as object, source_file, row_no, 'contract_line_id' as column_name,
            contract_line_id || ' as of ' || takes_effect_on as value,
            row_number() over (
                partition by contract_line_id, takes_effect_on order by file_no, row_no
            ) as occurrence
        from plan_lines
        union all
        select 'price_tiers', source_file, row_no, 'tier_no',
            'tier ' || tier_no || ' of ' || contract_line_id
                || coalesce(' as of ' || takes_effect_on, ''),
            row_number() over (
                partition by contract_line_id, takes_effect_on, tier_no order by file_no, row_no
            )
        from plan_tiers
        union all
        select 'contracts', source_file, row_no, 'contract_id', contract_id,
            row_number() over (partition by contract_id order by file_no, row_no)
        from {plan_table("contracts")}
        union all
        select 'products', source_file, row_no, 'product_id', product_id,
            row_number() over (partition by product_id order by file_no, row_no)
        from {plan_table("products")}
        union all
        select 'milestones', source_file, row_no, 'milestone_id', milestone_id,
            row_number() over (partition by milestone_id order by file_no, row_no)
        from {plan_table("milestones")}
    )
    select source_file, object, row_no, column_name,
        'the books know no ' || column_name || ' ' || value as reason,
        'name one that the last build knows' as remedy
    from named
    union all
    select source_file, object, row_no, column_name, value || ' stands in the plan twice',
        'leave one of the rows' from repeated where occurrence > 1
    union all
    select source_file, 'price_tiers', row_no, 'effective_on',
        'line ' || contract_line_id || ' has no version as of ' || takes_effect_on,
        'give the day a version takes effect, or add that version to contract_lines'
    from plan_tiers
    where contract_line_id in (select contract_line_id from lines)
        and (contract_line_id, takes_effect_on) not in (
            select (contract_line_id, effective_on) from versions
        )
    union all
    select plan.source_file, 'contracts', plan.row_no, 'customer_id',
        'contract ' || plan.contract_id || ' never changes its customer, entity or currency',
        'give the ones it was signed with'
    from {plan_table("contracts")} as plan
    inner join {BOOKS}.{_staged("contracts")} as known using (contract_id)
    where (plan.customer_id, plan.entity_id, plan.currency)
        is distinct from (known.customer_id, known.entity_id, known.currency)
    union all
    select plan.source_file, 'products', plan.row_no, 'aggregation',
        'usage of ' || product_id || ' was not rolled up by what ' || plan.aggregation
            || ' looks at',
        'leave the aggregation ' || known.aggregation || ', or make it sum or count'
    from {plan_table("products")} as plan
    inner join {BOOKS}.{_staged("products")} as known using (product_id)
    where plan.aggregation in ('max', 'latest', 'unique_count')
        and plan.aggregation <> known.aggregation
    order by all
"""


def _refuse(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    rows = con.execute(sql).fetchall()
    if rows:
        raise PlanRefusedError([PlanProblem(*row) for row in rows])


def _lay_out(con: duckdb.DuckDBPyConnection, kept: list[str]) -> None:
    """The terms of the last build as raw rows, of the customers that the plan touches; all else
    that the models read as a view of the books."""
    con.execute(_TOUCHED)
    con.execute(
        f"create table whatif.accounts as select account_id from {BOOKS}.{_staged('accounts')}"
        " where customer_id in (from whatif.customers)"
    )
    con.execute("create schema if not exists raw")
    for name, obj in PLAN_OBJECTS.items():
        body = ", ".join(f'"{column}" {kind}' for column, kind in raw_columns(obj).items())
        con.execute(f"create table raw.crm__{name} ({body})")
        staged = {
            column
            for (column,) in con.execute(
                f"select column_name from duckdb_columns() where database_name = '{BOOKS}'"
                f" and schema_name || '.' || table_name = {quoted(_staged(name))}"
            ).fetchall()
        }
        columns = [column for column in raw_columns(obj) if column in staged]
        con.execute(
            f"insert into raw.crm__{name} by name select {', '.join(columns)},"
            f" source_row as row_no from {BOOKS}.{_staged(name)} {_OF_TOUCHED[name]}"
        )
    # A tier without a day of its own belongs to the first version that its line has today.
    con.execute(
        """
        update raw.crm__price_tiers as tiers set effective_on = lines.first_effective_on
        from (
            select contract_line_id, min(effective_on) as first_effective_on
            from raw.crm__contract_lines group by contract_line_id
        ) as lines
        where tiers.effective_on is null and tiers.contract_line_id = lines.contract_line_id
        """
    )
    for name in kept:
        schema, _, table = _relation(name).partition(".")
        con.execute(f"create schema if not exists {schema}")
        own = "where account_id in (from whatif.accounts)" if _is_by_account(con, name) else ""
        con.execute(f"create view {schema}.{table} as from {BOOKS}.{schema}.{table} {own}")


# A customer's charges come from his own contracts and usage alone, so that what a plan does not
# touch needs no rating.
_TOUCHED = f"""
    create table whatif.customers as
    with lines as (
        select contract_line_id, contract_id, product_id from {BOOKS}.{_staged("contract_lines")}
        union
        select contract_line_id, contract_id, product_id from {plan_table("contract_lines")}
    ),
    touched as (
        select contract_id from lines
        where contract_line_id in (select contract_line_id from {plan_table("contract_lines")})
            or contract_line_id in (select contract_line_id from {plan_table("price_tiers")})
            or contract_line_id in (select contract_line_id from {plan_table("milestones")})
            or product_id in (select product_id from {plan_table("products")})
        union
        select contract_id from {plan_table("contracts")}
    )
    select distinct customer_id from {BOOKS}.{_staged("contracts")}
    where contract_id in (from touched)
"""
_TOUCHED_LINES = f"""
    select contract_line_id from {BOOKS}.{_staged("contract_lines")}
    where contract_id in (
        select contract_id from {BOOKS}.{_staged("contracts")}
        where customer_id in (from whatif.customers)
    )
"""
_OF_TOUCHED = {
    # Also what another version of a touched line names.
    "contracts": f"""
        where contract_id in (
            select contract_id from {BOOKS}.{_staged("contract_lines")}
            where contract_line_id in ({_TOUCHED_LINES})
        ) or contract_id in (select contract_id from {plan_table("contract_lines")})
    """,
    "contract_lines": f"where contract_line_id in ({_TOUCHED_LINES})",
    "price_tiers": f"where contract_line_id in ({_TOUCHED_LINES})",
    "milestones": f"where contract_line_id in ({_TOUCHED_LINES})",
    "products": "",
}


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
    con.execute(f"create table whatif.charges_today as from {_relation(_CHARGES)}")
    con.execute(f"create table whatif.defects_today as {analyses[_DEFECTS]}")


def _lay_over(con: duckdb.DuckDBPyConnection) -> None:
    """The plan's rows in place of the versions they change; of tiers, of the whole version."""
    lines, tiers = "raw.crm__contract_lines", "raw.crm__price_tiers"
    con.execute(
        f"""
        update {plan_table("contract_lines")} set effective_on = starts_on
        where effective_on is null;
        delete from {lines} where (contract_line_id, effective_on) in (
            select (contract_line_id, effective_on) from {plan_table("contract_lines")}
        );
        insert into {lines} by name from {plan_table("contract_lines")};
        update {plan_table("price_tiers")} as tiers set effective_on = (
            select min(effective_on) from {lines} as lines
            where lines.contract_line_id = tiers.contract_line_id
        ) where effective_on is null;
        delete from {tiers} where (contract_line_id, effective_on) in (
            select (contract_line_id, effective_on) from {plan_table("price_tiers")}
        );
        insert into {tiers} by name from {plan_table("price_tiers")};
        """
    )
    for name in ("contracts", "products", "milestones"):
        (key,) = PLAN_OBJECTS[name].key
        con.execute(
            f"""
            delete from raw.crm__{name} where {key} in (select {key} from {plan_table(name)});
            insert into raw.crm__{name} by name from {plan_table(name)};
            """
        )


def _refuse_defects(con: duckdb.DuckDBPyConnection, analyses: dict[str, str]) -> None:
    """Refuse a plan under which a line cannot be billed that can be today."""
    _refuse(
        con,
        f"""
        with found as ({analyses[_DEFECTS]}),
        places as (
            select contract_line_id, effective_on, source_file, 'contract_lines' as object, row_no
            from {plan_table("contract_lines")}
            union all
            select contract_line_id, effective_on, source_file, 'price_tiers', row_no
            from {plan_table("price_tiers")}
        ),
        placed as (
            select *, row_number() over (
                partition by contract_line_id, effective_on order by object, source_file, row_no
            ) as place_no
            from places
        )
        select
            coalesce(placed.source_file, 'the plan'), placed.object, placed.row_no, null,
            'line ' || found.contract_line_id || ' as of ' || found.effective_on
                || ' cannot be billed: ' || found.kind,
            case found.kind
                when 'bad_tiers' then
                    'a version has only the tiers of its own effective_on: they rise, the last is'
                    ' open'
                when 'amended_once_only' then
                    'a commitment or milestone line has one version: give the day it takes effect'
                else 'mend the line or what it names'
            end
        from found
        left join placed on placed.place_no = 1
            and found.contract_line_id = placed.contract_line_id
            and found.effective_on = placed.effective_on
        left join whatif.defects_today as known
            on found.contract_line_id = known.contract_line_id
            and found.effective_on = known.effective_on and found.kind = known.kind
        where known.kind is null or placed.row_no is not null
        order by all
        """,
    )


def _compared(
    con: duckdb.DuckDBPyConnection,
    analyses: dict[str, str],
    months: list[tuple[str, str]],
    comparison: Comparison,
) -> Comparison:
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
