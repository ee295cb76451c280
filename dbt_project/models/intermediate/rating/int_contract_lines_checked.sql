with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

tier_checks as (
    select * from {{ ref('int_price_tiers_checked') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

accounts as (
    select * from {{ ref('stg_crm__accounts') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

tax_codes as (
    select * from {{ ref('int_tax_codes_known') }}
),

-- What keeps a version from being billed; its contract's other lines still are.
judged as (
    select
        versions.contract_line_id,
        versions.effective_on,
        case
            when not versions.has_contract then 'unknown_contract'
            when customers.customer_id is null then 'unknown_customer'
            when entities.entity_id is null then 'unknown_entity'
            when currencies.currency is null then 'unknown_currency'
            when products.product_id is null then 'unknown_product'
            when versions.account_id is not null and accounts.account_id is null
                then 'unknown_account'
            when tax_codes.tax_code is null then 'unknown_tax_code'
            when versions.charge_model in ('fixed', 'per_unit', 'package')
                and versions.unit_price is null then 'missing_price'
            when versions.charge_model = 'percentage'
                and versions.rate is null and versions.fixed_fee is null then 'missing_price'
            when versions.charge_model = 'package'
                and coalesce(versions.package_size, 0) <= 0 then 'bad_terms'
            when versions.included_quantity < 0 then 'bad_terms'
            when not {{ are_within_terms(
                ['versions.minimum_amount', 'versions.maximum_amount', 'versions.commitment_amount']
            ) }} then 'amount_too_large'
            when versions.charge_model = 'fixed' and {{ less_percent(
                times_price('versions.quantity', 'versions.unit_price'), 'versions.discount_percent'
            ) }} is null then 'amount_too_large'
            when versions.charge_model in ('graduated', 'volume', 'graduated_percentage')
                and not coalesce(tier_checks.is_rising, false) then 'bad_tiers'
            when versions.charge_model in ('milestone', 'commitment') and versions.version_no > 1
                then 'amended_once_only'
            when versions.charge_model = 'commitment' and versions.commitment_amount is null
                then 'missing_price'
            when versions.charge_model = 'commitment'
                and versions.billing_frequency <> 'once' and versions.term_ends_on is null
                then 'bad_terms'
            when versions.accumulate_over <> 'month'
                and products.aggregation not in ('sum', 'count')
                then 'bad_terms'
        end as kind,
        coalesce(versions.contract_id, '') as contract_id,
        versions.charge_model,
        entities.entity_id,
        versions.source_file,
        versions.source_row
    from versions
    left join customers on versions.customer_id = customers.customer_id
    left join entities on versions.entity_id = entities.entity_id
    left join currencies on versions.currency = currencies.currency
    left join products on versions.product_id = products.product_id
    left join accounts
        on versions.account_id = accounts.account_id
        and versions.customer_id = accounts.customer_id
    left join tax_codes
        on products.tax_code = tax_codes.tax_code and versions.entity_id = tax_codes.entity_id
    left join tier_checks
        on versions.contract_line_id = tier_checks.contract_line_id
        and versions.effective_on = tier_checks.effective_on
)

select * from judged where kind is not null
