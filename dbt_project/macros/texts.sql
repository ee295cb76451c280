{#- Text a key or a comparison is made of. -#}

{#- The values of a group as one text, in a given order. -#}
{% macro joined_text(value, order_by) %}{{ return(adapter.dispatch('joined_text')(value, order_by)) }}{% endmacro %}
{% macro default__joined_text(value, order_by) %}string_agg({{ value }}, '|' order by {{ order_by }}){% endmacro %}

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
