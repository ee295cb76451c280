{#- Text a key or a comparison is made of. -#}

{#- The values of a group as one text, in a given order. -#}
{% macro joined_text(value, order_by) %}{{ return(adapter.dispatch('joined_text')(value, order_by)) }}{% endmacro %}
{% macro default__joined_text(value, order_by) %}string_agg({{ value }}, '|' order by {{ order_by }}){% endmacro %}

{#- The different values of a text in their own order, as one text; ten times cheaper than an ordered aggregate. -#}
{% macro joined_values(value) %}{{ return(adapter.dispatch('joined_values')(value)) }}{% endmacro %}
{% macro default__joined_values(value) %}array_to_string(list_sort(list_distinct(list({{ value }}))), '|'){% endmacro %}
{% macro spark__joined_values(value) %}array_join(array_sort(collect_set({{ value }})), '|'){% endmacro %}

{#- Columns as one text, so that two rows can be compared whole; a missing value is a value of its own. -#}
{% macro terms_text(columns) -%}
    {%- for column in columns -%}
        coalesce(cast({{ column }} as varchar), '~') || '|'{{ ' || ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- First n hex digits, upper case, of the SHA-256 of a text. -#}
{% macro digest(text, digits) %}{{ return(adapter.dispatch('digest')(text, digits)) }}{% endmacro %}
{% macro default__digest(text, digits) %}upper(substr(sha256({{ text }}), 1, {{ digits }})){% endmacro %}
{% macro spark__digest(text, digits) %}upper(substr(sha2({{ text }}, 256), 1, {{ digits }})){% endmacro %}
