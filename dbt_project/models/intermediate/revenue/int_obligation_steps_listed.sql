with

obligations as (
    select * from {{ ref('int_obligations_priced') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

-- Every version in force on some day of the obligation is a step of its price; the first one
-- carries it from its start.
steps as (
    select
        obligations.obligation_id,
        obligations.contract_line_id, lines.charge_model, lines.is_open_ended,
        obligations.starts_on, obligations.cancelled_on, obligations.transaction_price,
        versions.version_no,
        versions.effective_on as version_effective_on,
        row_number() over (
            partition by obligations.obligation_id
            order by versions.version_no
        ) as step_no,
        greatest(versions.valid_from, obligations.starts_on) as effective_on,
        case
            when lines.is_open_ended then obligations.ends_on
            else versions.term_ends_on
        end as ends_on,
        versions.modification_method
    from obligations
    inner join lines on obligations.contract_line_id = lines.contract_line_id
    inner join versions on obligations.contract_line_id = versions.contract_line_id
    where
        lines.charge_model in ('fixed', 'milestone')
        and versions.valid_from <= coalesce(obligations.cancelled_on, versions.valid_from)
        and (
            not lines.is_open_ended
            or versions.valid_from <= obligations.ends_on
            and coalesce(versions.next_effective_on > obligations.starts_on, true)
        )
),

-- What moves the end spreads all that is left over what is left of its own term.
compared as (
    select
        *,
        step_no = count(*) over (partition by obligation_id) as is_last,
        coalesce(
            ends_on <> lag(ends_on) over (partition by obligation_id order by step_no), false
        ) as moves_end
    from steps
),

-- From the day on which the next version, or the cancellation, takes over, a step's price is what
-- it would have been.
spread_over as (
    select
        obligation_id, contract_line_id, charge_model, is_open_ended, starts_on, cancelled_on,
        transaction_price, version_no, version_effective_on, step_no, effective_on,
        coalesce(
            lead(effective_on) over (partition by obligation_id order by step_no),
            {{ add_days('cancelled_on', 1) }}
        ) as superseded_on,
        greatest(ends_on, effective_on) as ends_on,
        modification_method = 'catch_up' and not moves_end and step_no > 1 as is_catch_up,
        is_last
    from compared
)

select * from spread_over
