{#- Bank statements and remittance texts: what engines do differently. -#}

{#- An amount as text with its currency's decimals: 404.81, 1000 (JPY), 1.250 (KWD). -#}
{% macro money_text(amount, minor_units) -%}
    case {{ minor_units }}
        when 0 then cast(cast({{ amount }} as decimal(20, 0)) as varchar)
        when 1 then cast(cast({{ amount }} as decimal(20, 1)) as varchar)
        when 3 then cast(cast({{ amount }} as decimal(20, 3)) as varchar)
        when 4 then cast(cast({{ amount }} as decimal(20, 4)) as varchar)
        else cast(cast({{ amount }} as decimal(20, 2)) as varchar)
    end
{%- endmacro %}

{#- Aggregate: the texts of a group in their own order, joined, so that two groups can be compared. -#}
{% macro texts_joined(text) %}{{ return(adapter.dispatch('texts_joined')(text)) }}{% endmacro %}
{% macro default__texts_joined(text) %}string_agg({{ text }}, '; ' order by {{ text }}){% endmacro %}
{% macro spark__texts_joined(text) %}array_join(array_sort(collect_list({{ text }})), '; '){% endmacro %}

{#- Aggregate: the texts of a group as a list, in the order of a number. -#}
{% macro texts_listed(text, number) %}{{ return(adapter.dispatch('texts_listed')(text, number)) }}{% endmacro %}
{% macro default__texts_listed(text, number) %}list({{ text }} order by {{ number }}){% endmacro %}
{% macro spark__texts_listed(text, number) %}transform(array_sort(collect_list(struct({{ number }} as n, {{ text }} as t))), x -> x.t){% endmacro %}

{#- Does a text hold another one? -#}
{% macro text_holds(text, part) %}(position({{ part }} in {{ text }}) > 0){% endmacro %}

{#- A name as it is compared: case and blanks do not count. -#}
{% macro comparable_name(name) %}{{ return(adapter.dispatch('comparable_name')(name)) }}{% endmacro %}
{% macro default__comparable_name(name) %}upper(regexp_replace({{ name }}, '\s', '', 'g')){% endmacro %}
{% macro spark__comparable_name(name) %}upper(regexp_replace({{ name }}, '\\s', '')){% endmacro %}

{#- Two select expressions, `position` and `run`: every run of letters A to Z, digits and -/_. in a text, in its order,
    one row each. The marks at its ends still stand. -#}
{% macro runs_of_marks_exploded(text) %}{{ return(adapter.dispatch('runs_of_marks_exploded')(text)) }}{% endmacro %}
{% macro default__runs_of_marks_exploded(text) -%}
    generate_subscripts(regexp_extract_all({{ text }}, '[A-Za-z0-9/_.-]+'), 1) as position,
    unnest(regexp_extract_all({{ text }}, '[A-Za-z0-9/_.-]+')) as run
{%- endmacro %}
{% macro spark__runs_of_marks_exploded(text) -%}
    posexplode(regexp_extract_all({{ text }}, '([A-Za-z0-9/_.-]+)', 1)) as (position, run)
{%- endmacro %}
