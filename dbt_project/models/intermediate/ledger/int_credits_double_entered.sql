with

grants as (
    select * from {{ ref('int_credit_grants_seen') }}
),

uses as (
    select * from {{ ref('int_credits_used') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- A credit opens no month: one from before an entity's first contract is booked in that one's
-- month.
first_terms as (
    select contracts.entity_id, {{ month_of('min(contracts.starts_on)') }} as first_month
    from contracts
    cross join run_days
    where contracts.starts_on <= run_days.as_of
    group by contracts.entity_id
),

used as (
    select
        grant_id,
        sum(amount) as amount
    from uses
    group by grant_id
),

-- An opening credit comes in with the other openings.
settling as (
    select
        grants.*,
        coalesce(used.amount, 0) as used_amount,
        coalesce(grants.expires_on <= run_days.as_of, false) as is_over
    from grants
    cross join run_days
    left join used on grants.grant_id = used.grant_id
    where grants.kind <> 'goodwill'
),

figures as (
    -- Credit customer credits: the customer may settle bills with it.
    -- Debit suspense where it was bought (the money stands there once it is split off the receipt),
    -- customer account adjustments where it was given.
    select
        *, kind || '_credit_granted' as event_type, granted_on as document_on,
        'granted' as figure, amount as figure_amount
    from settling
    where not is_opening
    union all
    -- Debit customer credits: what was not used by its last day is not owed any more.
    -- Credit credits expired where it was bought, the adjustment where it was given.
    select
        *, kind || '_credit_expired' as event_type, greatest(expires_on, granted_on) as document_on,
        'expired' as figure, amount - used_amount as figure_amount
    from settling
    where is_over
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        'credit_grant' as document_type,
        figures.grant_id as document_id,
        figures.entity_id,
        figures.document_on,
        greatest(
            {{ month_of('figures.document_on') }}, coalesce(first_terms.first_month, '')
        ) as economic_month,
        posting_rules.account_code,
        {{ side_of('posting_rules.side', 'figures.figure_amount') }} as side,
        figures.currency,
        abs(figures.figure_amount) as amount,
        figures.customer_id,
        cast(null as varchar) as contract_id,
        figures.product_line,
        cast(null as varchar) as cost_center,
        cast(null as varchar) as profit_center
    from figures
    inner join posting_rules
        on figures.event_type = posting_rules.event_type
            and figures.figure = posting_rules.amount
    left join first_terms on figures.entity_id = first_terms.entity_id
    where figures.figure_amount <> 0
)

select * from double_entered
