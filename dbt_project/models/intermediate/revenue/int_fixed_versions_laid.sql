with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

numbers as (
    select * from {{ ref('int_months_listed') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

-- Only where a price was changed or cut must one know what a version would have billed had it
-- stood.
changed as (
    select
        versions.*,
        products.tax_code,
        {{ times_price('versions.quantity', 'products.standalone_price') }}
            as standalone_amount,
        currencies.minor_units,
        case versions.billing_frequency when 'annual' then 12 when 'quarterly' then 3 else 1 end
            as months_in_period,
        {{ less_percent(
            times_price('versions.quantity', 'versions.unit_price'), 'versions.discount_percent'
        ) }} as period_amount,
        -- Without an end those periods matter that begin before the next version or the
        -- cancellation.
        coalesce(versions.term_ends_on, versions.valid_to, versions.valid_from) as laid_to
    from versions
    inner join currencies on versions.currency = currencies.currency
    left join products on versions.product_id = products.product_id
    where
        versions.charge_model = 'fixed'
        and (
            versions.version_no > 1
            or versions.next_effective_on is not null
            or versions.cancelled_on is not null
            or versions.bundle_id is not null
            or products.standalone_price is not null
        )
),

anchored as (
    select
        *,
        case billing_anchor
            when 'calendar' then {{ calendar_period_start('line_starts_on', 'months_in_period') }}
            else line_starts_on
        end as anchor_on
    from changed
),

laid as (
    select
        anchored.*,
        {{ add_months('anchored.anchor_on', 'numbers.month_no * anchored.months_in_period') }}
            as period_from,
        {{ add_days(
            add_months(
                'anchored.anchor_on', '(numbers.month_no + 1) * anchored.months_in_period'
            ),
            -1
        ) }} as period_to
    from anchored
    inner join numbers
        on numbers.month_no * anchored.months_in_period
            <= {{ months_between('anchored.anchor_on', 'anchored.laid_to') }}
    where anchored.billing_frequency <> 'once'
    union all
    select
        anchored.*,
        line_starts_on as period_from,
        coalesce(term_ends_on, line_starts_on) as period_to
    from anchored
    where billing_frequency = 'once'
)

select * from laid
