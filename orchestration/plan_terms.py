"""A plan's rows against the terms of the books: what they name, laid over, what they change.

Works in the database of one comparison: the books are attached to it as :data:`BOOKS`, the plan's
rows stand in the tables of :func:`ingestion.plan.plan_table`. The terms are the effective versions
that the last build staged; written as raw rows again, the project's own models stage them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb

from ingestion.checks import quoted
from ingestion.plan import PLAN_OBJECTS, PlanProblem, PlanRefusedError, plan_table
from ingestion.schemas import FeedObject, raw_columns

BOOKS = "books"


def staged(name: str) -> str:
    return f"staging.stg_crm__{name}"


# What a plan's rows name and the books do not know, or what can never change. The terms are the
# effective versions that the last build staged.
_UNKNOWN = f"""
    with lines as (
        select contract_line_id, min(effective_on) as first_effective_on
        from (
            select contract_line_id, effective_on from {BOOKS}.{staged("contract_lines")}
            union all
            select contract_line_id, coalesce(effective_on, starts_on)
            from {plan_table("contract_lines")}
        )
        where contract_line_id in (
            select contract_line_id from {BOOKS}.{staged("contract_lines")}
        )
        group by contract_line_id
    ),
    versions as (
        select contract_line_id, effective_on from {BOOKS}.{staged("contract_lines")}
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
        where contract_id not in (select contract_id from {BOOKS}.{staged("contracts")})
        union all
        select 'contracts', source_file, row_no, 'contract_id', contract_id
        from {plan_table("contracts")}
        where contract_id not in (select contract_id from {BOOKS}.{staged("contracts")})
        union all
        select 'contract_lines', source_file, row_no, 'product_id', product_id from plan_lines
        where product_id not in (select product_id from {BOOKS}.{staged("products")})
        union all
        select 'products', source_file, row_no, 'product_id', product_id
        from {plan_table("products")}
        where product_id not in (select product_id from {BOOKS}.{staged("products")})
        union all
        select 'contract_lines', source_file, row_no, 'account_id', account_id from plan_lines
        where account_id not in (select account_id from {BOOKS}.{staged("accounts")})
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
    inner join {BOOKS}.{staged("contracts")} as known using (contract_id)
    where (plan.customer_id, plan.entity_id, plan.currency)
        is distinct from (known.customer_id, known.entity_id, known.currency)
    union all
    select plan.source_file, 'products', plan.row_no, 'aggregation',
        'usage of ' || product_id || ' was not rolled up by what ' || plan.aggregation
            || ' looks at',
        'leave the aggregation ' || known.aggregation || ', or make it sum or count'
    from {plan_table("products")} as plan
    inner join {BOOKS}.{staged("products")} as known using (product_id)
    where plan.aggregation in ('max', 'latest', 'unique_count')
        and plan.aggregation <> known.aggregation
    order by all
"""


def refuse_unknown(con: duckdb.DuckDBPyConnection) -> None:
    """Refuse a plan that names what the books do not know, or changes what never changes."""
    _refuse(con, _UNKNOWN)


def _refuse(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    rows = con.execute(sql).fetchall()
    if rows:
        raise PlanRefusedError([PlanProblem(*row) for row in rows])


def lay_out(con: duckdb.DuckDBPyConnection) -> None:
    """The terms of the last build as raw rows, of the customers that the plan touches.

    ``whatif.customers`` names those, ``whatif.accounts`` their accounts.
    """
    con.execute(_TOUCHED)
    con.execute(
        f"create table whatif.accounts as select account_id from {BOOKS}.{staged('accounts')}"
        " where customer_id in (from whatif.customers)"
    )
    con.execute("create schema if not exists raw")
    for name, obj in PLAN_OBJECTS.items():
        body = ", ".join(f'"{column}" {kind}' for column, kind in raw_columns(obj).items())
        con.execute(f"create table raw.crm__{name} ({body})")
        known = {
            column
            for (column,) in con.execute(
                f"select column_name from duckdb_columns() where database_name = '{BOOKS}'"
                f" and schema_name || '.' || table_name = {quoted(staged(name))}"
            ).fetchall()
        }
        columns = [column for column in raw_columns(obj) if column in known]
        con.execute(
            f"insert into raw.crm__{name} by name select {', '.join(columns)},"
            f" source_row as row_no from {BOOKS}.{staged(name)} {_OF_TOUCHED[name]}"
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


# A customer's charges come from his own contracts and usage alone, so that what a plan does not
# touch needs no rating.
_TOUCHED = f"""
    create table whatif.customers as
    with lines as (
        select contract_line_id, contract_id, product_id from {BOOKS}.{staged("contract_lines")}
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
    select distinct customer_id from {BOOKS}.{staged("contracts")}
    where contract_id in (from touched)
"""
_TOUCHED_LINES = f"""
    select contract_line_id from {BOOKS}.{staged("contract_lines")}
    where contract_id in (
        select contract_id from {BOOKS}.{staged("contracts")}
        where customer_id in (from whatif.customers)
    )
"""
_OF_TOUCHED = {
    # Also what another version of a touched line names.
    "contracts": f"""
        where customer_id in (from whatif.customers) or contract_id in (
            select contract_id from {BOOKS}.{staged("contract_lines")}
            where contract_line_id in ({_TOUCHED_LINES})
        )
    """,
    "contract_lines": f"where contract_line_id in ({_TOUCHED_LINES})",
    "price_tiers": f"where contract_line_id in ({_TOUCHED_LINES})",
    "milestones": f"where contract_line_id in ({_TOUCHED_LINES})",
    "products": "",
}


def lay_over(con: duckdb.DuckDBPyConnection) -> None:
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


def refuse_defects(con: duckdb.DuckDBPyConnection, found: str) -> None:
    """Refuse a plan under which a line cannot be billed that can be today; ``found`` is the SQL of
    the lines that cannot, ``whatif.defects_today`` what it found before."""
    _refuse(
        con,
        f"""
        with found as ({found}),
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


def keep_terms(con: duckdb.DuckDBPyConnection) -> None:
    """Keep today's terms as they were staged, before the plan's are."""
    for name in PLAN_OBJECTS:
        con.execute(f"create table whatif.today_{name} as from {staged(name)}")


def changed_terms(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Each term that the plan sets otherwise, once it is staged, both values as text.

    A line's version that amends is held against the one in force on its day. A plan's rows are full
    versions: a column that was left out shows here, with the default that it fell back to.
    """
    changes = []
    for name, obj in PLAN_OBJECTS.items():
        today = _rows_by_key(con, f"whatif.today_{name}", obj)
        planned = _rows_by_key(con, staged(name), obj)
        for key in sorted(today.keys() | planned.keys()):
            before, after = today.get(key), planned.get(key)
            if before is None and name == "contract_lines":
                before = _in_force(today, key)
            if before is None or after is None:
                pairs = [("row", before and _summary(before), after and _summary(after))]
            else:
                pairs = [(term, _text(before[term]), _text(after[term])) for term in after]
            changes += [
                {"object": name, "key": " ".join(key), "term": term, "today": old, "planned": new}
                for term, old, new in pairs
                if old != new
            ]
    return changes


_Key = tuple[str, ...]


def _rows_by_key(
    con: duckdb.DuckDBPyConnection, table: str, obj: FeedObject
) -> dict[_Key, dict[str, Any]]:
    cursor = con.execute(f"from {table}")
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    terms = [n for n in names if n in obj.by_name and n not in {*obj.key, "updated_at"}]
    return {tuple(str(row[n]) for n in obj.key): {n: row[n] for n in terms} for row in rows}


def _in_force(versions: dict[_Key, dict[str, Any]], key: _Key) -> dict[str, Any] | None:
    """The version of a line (line, day) that is in force on the day of ``key``."""
    earlier = [version for version in versions if version[0] == key[0] and version[1] <= key[1]]
    return versions[max(earlier)] if earlier else None


def _text(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _summary(row: dict[str, Any]) -> str:
    return ", ".join(f"{term} {_text(value)}" for term, value in row.items() if value)
