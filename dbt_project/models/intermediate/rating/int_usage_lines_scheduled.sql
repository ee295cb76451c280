with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

candidates as (
    select
        owners.account_id,
        versions.product_id,
        versions.contract_line_id,
        versions.effective_on,
        versions.valid_from,
        versions.valid_to,
        versions.starts_on,
        versions.account_id as named_account_id
    from versions
    inner join products on versions.product_id = products.product_id
    inner join owners
        on versions.customer_id = owners.customer_id
        and owners.account_id = coalesce(versions.account_id, owners.account_id)
    where
        versions.has_contract
        and versions.charge_model not in ('fixed', 'milestone', 'commitment')
        and versions.valid_from <= coalesce(versions.valid_to, versions.valid_from)
),

-- On such days another line may come to take an account's usage of a product.
turns as (
    select
        account_id,
        product_id,
        valid_from as from_on
    from candidates
    union
    select
        account_id,
        product_id,
        {{ add_days('valid_to', '1') }} as from_on
    from candidates
    where valid_to is not null
),

-- A last day stands for no end, so that usage finds its stretch by plain comparisons.
stretches as (
    select
        *,
        coalesce({{ add_days(
            'lead(from_on) over (partition by account_id, product_id order by from_on)', '-1'
        ) }}, date '9999-12-31') as through_on
    from turns
),

-- A line that names the account goes before one that does not, then the later start, the lower id.
ranked as (
    select
        stretches.*,
        candidates.contract_line_id,
        candidates.effective_on,
        row_number() over (
            partition by stretches.account_id, stretches.product_id, stretches.from_on
            order by
                candidates.named_account_id asc nulls last,
                candidates.starts_on desc,
                candidates.contract_line_id asc,
                candidates.effective_on asc
        ) as candidate_rank
    from stretches
    inner join candidates
        on stretches.account_id = candidates.account_id
        and stretches.product_id = candidates.product_id
        and stretches.from_on >= candidates.valid_from
        and stretches.from_on <= coalesce(candidates.valid_to, stretches.from_on)
)

select
    account_id,
    product_id,
    from_on,
    through_on,
    contract_line_id,
    effective_on
from ranked
where candidate_rank = 1
