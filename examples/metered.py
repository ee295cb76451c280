"""Customers of the demo company that only use things on demand: as many as a test of size wants.

Made by SQL, because there may be hundreds of thousands. A contract has one line, which names one
account and one product; two contracts share an account, ten a customer. Every fourth is priced in
tiers. Their bills are confirmed by themselves and not paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

# Contracts began some months before the first event, so that late ones find their line.
_BEFORE = timedelta(120)


def write_metered(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    label: str,
    contracts: int,
    midnights: Mapping[str, datetime],
    first_day: date,
) -> None:
    """Write the CRM of ``contracts`` contracts to ``folder`` and add their streams to ``con``.

    ``con`` holds the table ``streams`` (:func:`examples.usage.open_streams`); ``label`` is the
    month of delivery; ``midnights`` is, by entity, the UTC instant of the first day.
    """
    if not contracts:
        return
    folder.mkdir(parents=True, exist_ok=True)
    con.execute(
        f"""
        create or replace temp table metered as
        select
            i,
            'M' || lpad(cast(i as varchar), 7, '0') as contract_id,
            'MC' || lpad(cast(i // 10 as varchar), 6, '0') as customer_id,
            'MA' || lpad(cast(i // 2 as varchar), 7, '0') as account_id,
            case when i // 10 % 2 = 0 then 'CN01' else 'US01' end as entity_id,
            case when i // 10 % 2 = 0 then 'CNY' else 'USD' end as currency,
            (case when i % 2 = 0 then 'CALLS-' else 'HOURS-' end) || left(entity_id, 2)
                as product_id,
            case when i % 2 = 0 then 'calls' else 'hours' end as measure,
            i % 4 = 0 as is_tiered
        from range({contracts}) as t (i)
        """
    )
    midnight = " ".join(f"when '{one}' then timestamp '{at}'" for one, at in midnights.items())
    con.execute(
        f"""
        insert into streams
        select
            i + (select count(*) from streams), account_id, product_id,
            case entity_id {midnight} end, measure
        from metered order by i
        """
    )
    for name, rows in _objects(first_day - _BEFORE).items():
        path = folder / f"{name}.{label}-metered.csv"
        con.execute(f"copy ({rows}) to '{path}' (format csv, header)")


def _objects(starts_on: date) -> dict[str, str]:
    told = f"'{starts_on}T00:00:00Z' as updated_at"
    return {
        "customers": f"""
            select
                customer_id, 'Metered ' || customer_id as customer_name, entity_id, currency,
                3 as auto_confirm_days, {told}
            from metered where i % 10 = 0 order by i
        """,
        "accounts": f"""
            select account_id, customer_id, account_id as account_name, {told}
            from metered where i % 2 = 0 order by i
        """,
        "contracts": f"""
            select
                contract_id, customer_id, entity_id, 'on_demand' as business_model, currency,
                '{starts_on}' as signed_on, '{starts_on}' as starts_on, 'active' as status, {told}
            from metered order by i
        """,
        "contract_lines": f"""
            select
                contract_id || '-1' as contract_line_id, contract_id, product_id, account_id,
                '{starts_on}' as starts_on,
                case when is_tiered then 'graduated' else 'per_unit' end as charge_model,
                case when not is_tiered
                    then cast(cast(100 + i % 900 as decimal(18, 0)) * 0.0001 as decimal(18, 4))
                end as unit_price,
                case when is_tiered then 100 end as included_quantity,
                'account' as aggregate_by, 'USAGE' as revenue_rule, {told}
            from metered order by i
        """,
        "price_tiers": f"""
            select
                contract_id || '-1' as contract_line_id, tier_no, up_to, unit_price, flat_amount,
                {told}
            from metered
            cross join (values
                (1, 5000, 0.05, 0), (2, 20000, 0.04, 25), (3, null, 0.0325, 0)
            ) as tiers (tier_no, up_to, unit_price, flat_amount)
            where is_tiered
            order by i, tier_no
        """,
    }
