{#- Arithmetic of quantities and of what they cost: decimals and integers only. -#}

{#- A quantity as an integer of 10^-12; the whole part by itself, which ten to the twelfth would not fit. -#}
{% macro quantity_to_integer(quantity) -%}
    {{ return(adapter.dispatch('quantity_to_integer')(quantity)) }}
{%- endmacro %}
{% macro default__quantity_to_integer(quantity) -%}
    (cast(trunc({{ quantity }}) as hugeint) * 1000000000000
    + cast(({{ quantity }} - trunc({{ quantity }})) * 1000000000000 as hugeint))
{%- endmacro %}

{#- quantity x part / whole with 12 decimals, half away from zero: a month's share of an included quantity. -#}
{% macro share_of_quantity(quantity, part, whole) -%}
    cast(cast({{ divide_half_up(
        quantity_to_integer(quantity) ~ ' * (' ~ part ~ ')',
        'cast(' ~ whole ~ ' as ' ~ integer_type() ~ ')'
    ) }} as decimal(38, 0)) * cast(0.000000000001 as decimal(12, 12)) as decimal(28, 12))
{%- endmacro %}

{#- Whether quantity x price stays within what money can hold; beyond it, and for a quantity at the end of what one
    holds, nothing is priced and an exception says so. -#}
{% macro is_within_money(quantity, price) -%}
    case
        when abs({{ quantity }}) >= 9999999999999999 then false
        else (cast(trunc(abs({{ quantity }})) as {{ integer_type() }}) + 1)
            * (cast(trunc(abs({{ price }}) * 10000000000) as {{ integer_type() }}) + 1)
            < 100000000000000000000000
    end
{%- endmacro %}

{#- quantity (12 decimals) x price or rate (at most 12), exact to 22 decimals; null beyond what money can hold.
    What is far within is told by plain comparisons. -#}
{% macro times_price(quantity, price) -%}
    case
        when abs({{ quantity }}) < 100000000 and abs({{ price }}) < 100000
            then cast(cast({{ quantity }} as decimal(28, 12)) * {{ price }} as {{ priced_type() }})
        when {{ is_within_money(quantity, price) }}
            then cast(cast({{ quantity }} as decimal(28, 12)) * {{ price }} as {{ priced_type() }})
    end
{%- endmacro %}

{#- A priced amount less a percent discount, 18 decimals, rounded once: the long product is taken in two halves. Without
    a discount it is rounded first: to fewer places a cast alone costs four times as much. Null where that would not fit. -#}
{% macro less_percent(amount, percent) -%}
    {{ return(adapter.dispatch('less_percent')(amount, percent)) }}
{%- endmacro %}
{% macro default__less_percent(amount, percent) -%}
    case
    when {{ percent }} = 0 then cast(round({{ amount }}, 18) as {{ unrounded_type() }})
    when (cast(trunc(abs({{ amount }})) as hugeint) + 1) * (cast(trunc(abs(100 - {{ percent }})) as hugeint) + 1)
        < 1000000000000000 then {{ integer_to_unrounded(
        '((' ~ priced_half(amount, 'high') ~ ' * ' ~ percent_kept(percent) ~ ') // 10000000'
        ~ ' + ' ~ divide_half_up(
            '((' ~ priced_half(amount, 'high') ~ ' * ' ~ percent_kept(percent) ~ ') % 10000000) * 100000000000 + '
            ~ priced_half(amount, 'low') ~ ' * ' ~ percent_kept(percent),
            'cast(1000000000000000000 as hugeint)'
        ) ~ ')'
    ) }} end
{%- endmacro %}

{#- What is kept of a price after a percent discount, as an integer of 10^-14. -#}
{% macro percent_kept(percent) %}cast((100 - {{ percent }}) * 1000000000000 as hugeint){% endmacro %}

{#- A priced amount as high x 10^11 + low, in units of 10^-22. -#}
{% macro priced_half(amount, half) -%}
    {%- set fraction = '((' ~ amount ~ ' - trunc(' ~ amount ~ ')) * 100000000000)' -%}
    {%- if half == 'high' -%}
        (cast(trunc({{ amount }}) as hugeint) * 100000000000 + cast(trunc({{ fraction }}) as hugeint))
    {%- else -%}
        cast(({{ fraction }} - trunc({{ fraction }})) * 100000000000 as hugeint)
    {%- endif -%}
{%- endmacro %}

{#- Packages begun by a quantity: a started one is whole, nothing or less than nothing begins none. -#}
{% macro packages_begun(quantity, package_size) -%}
    {{ return(adapter.dispatch('packages_begun')(quantity, package_size)) }}
{%- endmacro %}
{% macro default__packages_begun(quantity, package_size) -%}
    ((greatest({{ quantity_to_integer(quantity) }}, 0)
        + greatest({{ quantity_to_integer(package_size) }}, 1) - 1)
    // greatest({{ quantity_to_integer(package_size) }}, 1))
{%- endmacro %}

{#- A quantity as a figure of a check or an exception: four decimals, kept inside what money can hold. -#}
{% macro figure_of(quantity) -%}
    cast(least(greatest({{ quantity }}, -999999999999999), 999999999999999) as {{ money_type() }})
{%- endmacro %}

{#- A sum of quantities as a quantity: hostile ones stay at the end of what it holds instead of stopping the build;
    nothing is priced there, and usage no longer reconciles. -#}
{% macro quantity_within(quantity) -%}
    {%- set most = "cast('9999999999999999.999999999999' as decimal(28, 12))" -%}
    case
        when {{ quantity }} is not null
            then cast(least(greatest({{ quantity }}, -{{ most }}), {{ most }}) as decimal(28, 12))
    end
{%- endmacro %}
