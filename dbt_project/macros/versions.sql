{#- A row is a full version of its key: the highest updated_at is effective, ties by load order, the later load first.
    Rank 1 is the effective version; a version without updated_at ranks behind every one that has it. -#}
{% macro version_rank(keys) -%}
    row_number() over (
        partition by {{ keys | join(', ') }}
        order by updated_at desc nulls last, file_no desc, row_no desc
    )
{%- endmacro %}

{#- The value of a group's latest row, by columns that order it whole. -#}
{% macro latest_value(value, order_by) %}{{ return(adapter.dispatch('latest_value')(value, order_by)) }}{% endmacro %}
{% macro default__latest_value(value, order_by) %}arg_max({{ value }}, ({{ order_by | join(', ') }})){% endmacro %}
{% macro spark__latest_value(value, order_by) %}max_by({{ value }}, struct({{ order_by | join(', ') }})){% endmacro %}

{#- All columns of what is read but the ones named. -#}
{% macro all_but(columns, relation=none) %}{{ return(adapter.dispatch('all_but')(columns, relation)) }}{% endmacro %}
{% macro default__all_but(columns, relation) %}{{ relation ~ '.' if relation }}* exclude ({{ columns | join(', ') }}){% endmacro %}
{% macro spark__all_but(columns, relation) %}{{ relation ~ '.' if relation }}* except ({{ columns | join(', ') }}){% endmacro %}
