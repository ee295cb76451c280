{#- The columns that every room's exceptions and reconciliations have in common (docs/walls.md). -#}
{% macro exception_columns() %}kind, object, key, entity_id, dated_on, currency, amount, reason, remedy, source_file, source_row{% endmacro %}
{% macro reconciliation_columns() %}check_name, entity_id, month, currency, expected, actual{% endmacro %}

{#- Whether an exception blocks the close of an entity's as-of month: without a date it blocks every open month; without
    an entity every entity. -#}
{% macro blocks_close(exceptions, entities) -%}
    coalesce({{ exceptions }}.entity_id, {{ entities }}.entity_id) = {{ entities }}.entity_id
        and coalesce({{ month_of(exceptions ~ '.dated_on') }}, '') <= {{ entities }}.as_of_month
{%- endmacro %}
