-- Every table of the feeds, and the quarantine: what is really there, whatever the loader says.
{% set tables = [
    'crm__customers',
    'crm__customer_bank_accounts',
    'crm__accounts',
    'crm__products',
    'crm__contracts',
    'crm__contract_lines',
    'crm__price_tiers',
    'crm__milestones',
    'crm__sales_reps',
    'usage__events',
    'operations__company_bank_accounts',
    'operations__bill_confirmations',
    'operations__invoices',
    'operations__invoice_lines',
    'operations__invoice_links',
    'operations__receipt_customers',
    'operations__receipt_splits',
    'operations__account_adjustments',
    'operations__credit_grants',
    'operations__customer_confirmations',
    'operations__settlements',
    'operations__progress_reports',
    'operations__milestone_completions',
    'operations__approvals',
    'operations__opening_balances',
    'operations__fx_rates',
    'operations__vendor_bills',
    'operations__vendor_payments',
    'operations__fixed_assets',
    'operations__prepaid_expenses',
    'operations__marketing_costs',
    'operations__waivers',
    'operations__close_requests',
    'bank_entries',
    'quarantine',
] %}

with

counted as (
    {% for table in tables %}
        select
            '{{ table }}' as table_name,
            file_no,
            count(*) as rows_found
        from {{ source('raw', table) }}
        group by file_no
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from counted
