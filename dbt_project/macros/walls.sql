{#- The columns that every room's exceptions and reconciliations have in common (docs/walls.md). -#}
{% macro exception_columns() -%}
    kind, object, key, entity_id, dated_on, currency, amount, reason, remedy, source_file,
    source_row
{%- endmacro %}
{% macro reconciliation_columns() %}check_name, entity_id, month, currency, expected, actual{% endmacro %}

{#- Whether an exception blocks the close of an entity's as-of month: without a date it blocks every open month; without
    an entity every entity. -#}
{% macro blocks_close(exceptions, entities) -%}
    coalesce({{ exceptions }}.entity_id, {{ entities }}.entity_id) = {{ entities }}.entity_id
        and coalesce({{ month_of(exceptions ~ '.dated_on') }}, '') <= {{ entities }}.as_of_month
{%- endmacro %}

{#- The columns that every double-entry model has: the leg's event, document and account, its amount above zero and the
    side it stands on. -#}
{% macro leg_columns() -%}
    event_type, leg, document_type, document_id, entity_id, document_on, economic_month,
    account_code, side, currency, amount, customer_id, contract_id, product_line, cost_center,
    profit_center
{%- endmacro %}

{#- What names a leg across closes: expected and posted amounts are compared under it. -#}
{% macro leg_key() -%}
    entity_id, event_type, document_type, document_id, economic_month, account_code, currency,
    functional_currency, customer_id, contract_id, product_line, cost_center, profit_center
{%- endmacro %}

{#- What names an entry: one event of one document, booked in one month. -#}
{% macro entry_key() -%}
    entity_id, event_type, document_type, document_id, economic_month, posting_month, currency
{%- endmacro %}
