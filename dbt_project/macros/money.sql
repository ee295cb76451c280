{#- Arithmetic of amounts: decimals and integers only. `/` on decimals is a binary float in DuckDB. -#}

{#- Money rounded half away from zero to the currency's minor unit, as decimal(20,4). Each branch is cast:
    a case over several scales keeps the smallest of them. -#}
{% macro round_money(amount, minor_units) -%}
    case {{ minor_units }}
        when 0 then cast(round({{ amount }}, 0) as {{ money_type() }})
        when 1 then cast(round({{ amount }}, 1) as {{ money_type() }})
        when 2 then cast(round({{ amount }}, 2) as {{ money_type() }})
        when 3 then cast(round({{ amount }}, 3) as {{ money_type() }})
        else cast(round({{ amount }}, 4) as {{ money_type() }})
    end
{%- endmacro %}

{% macro money_type() %}decimal(20, 4){% endmacro %}
{% macro unrounded_type() %}decimal(38, 18){% endmacro %}
{#- What a quantity times a price needs to be exact: twelve and ten decimals. -#}
{% macro priced_type() %}decimal(38, 22){% endmacro %}

{#- An exact integer of up to 38 digits: what decimals become to be divided. -#}
{% macro integer_type() %}{{ return(adapter.dispatch('integer_type')()) }}{% endmacro %}
{% macro default__integer_type() %}hugeint{% endmacro %}
{% macro spark__integer_type() %}decimal(38, 0){% endmacro %}

{#- Integer quotient, rounded half away from zero. Both sides integers; the divisor above zero. -#}
{% macro divide_half_up(dividend, divisor) -%}
    {{ return(adapter.dispatch('divide_half_up')(dividend, divisor)) }}
{%- endmacro %}
{% macro default__divide_half_up(dividend, divisor) -%}
    ((2 * ({{ dividend }}) + case when ({{ dividend }}) < 0 then -({{ divisor }}) else ({{ divisor }}) end) // (2 * ({{ divisor }})))
{%- endmacro %}
{% macro spark__divide_half_up(dividend, divisor) -%}
    ((2 * ({{ dividend }}) + case when ({{ dividend }}) < 0 then -({{ divisor }}) else ({{ divisor }}) end) div (2 * ({{ divisor }})))
{%- endmacro %}

{#- Money as an integer of ten-thousandths, the scale every money column has; and back. -#}
{% macro money_to_integer(amount) %}cast(cast({{ amount }} as {{ money_type() }}) * 10000 as {{ integer_type() }}){% endmacro %}
{% macro integer_to_money(units) %}cast(cast({{ units }} as decimal(38, 0)) * cast(0.0001 as decimal(5, 4)) as {{ money_type() }}){% endmacro %}

{#- An unrounded amount as an integer of 10^-18; and back. -#}
{% macro unrounded_to_integer(amount) -%}
    {{ return(adapter.dispatch('unrounded_to_integer')(amount)) }}
{%- endmacro %}
{% macro default__unrounded_to_integer(amount) -%}
    (cast(trunc({{ amount }}) as hugeint) * 1000000000000000000
    + cast(({{ amount }} - trunc({{ amount }})) * 1000000000000000000 as hugeint))
{%- endmacro %}
{% macro integer_to_unrounded(units) -%}
    {{ return(adapter.dispatch('integer_to_unrounded')(units)) }}
{%- endmacro %}
{% macro default__integer_to_unrounded(units) -%}
    cast(cast({{ units }} as decimal(38, 0)) * cast(0.000000000000000001 as decimal(18, 18)) as {{ unrounded_type() }})
{%- endmacro %}

{#- How many ten-thousandths the minor unit of a currency is. -#}
{% macro minor_unit_in_integer(minor_units) -%}
    case {{ minor_units }} when 0 then 10000 when 1 then 1000 when 2 then 100 when 3 then 10 else 1 end
{%- endmacro %}

{#- A total taken `part` times, as an integer of 10^-18: what is divided by days, once. -#}
{% macro part_of_total(total, part) -%}
    ({{ unrounded_to_integer('cast(' ~ total ~ ' as decimal(38, 18))') }} * ({{ part }}))
{%- endmacro %}

{#- Such an integer divided by `whole`, rounded once to the minor unit: the step of cumulative rounding.
    share(total x days to date) - share(total x days before) always sums back. -#}
{% macro share_as_money(parts, whole, minor_units) -%}
    {{ integer_to_money(
        '(' ~ minor_unit_in_integer(minor_units) ~ ') * '
        ~ divide_half_up(
            parts,
            'cast(' ~ whole ~ ' as ' ~ integer_type() ~ ') * 100000000000000 * (' ~ minor_unit_in_integer(minor_units) ~ ')'
        )
    ) }}
{%- endmacro %}

{#- The same with 18 decimals. -#}
{% macro share_as_unrounded(parts, whole) -%}
    {{ integer_to_unrounded(divide_half_up(parts, 'cast(' ~ whole ~ ' as ' ~ integer_type() ~ ')')) }}
{%- endmacro %}

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

{#- The net that is inside a gross amount at a rate, rounded to the minor unit; the tax is the rest. -#}
{% macro net_inside(gross, rate, minor_units) -%}
    {{ integer_to_money(
        '(' ~ minor_unit_in_integer(minor_units) ~ ') * '
        ~ divide_half_up(
            money_to_integer(gross) ~ ' * 1000000000000',
            '(1000000000000 + cast(' ~ rate ~ ' * 1000000000000 as ' ~ integer_type() ~ ')) * (' ~ minor_unit_in_integer(minor_units) ~ ')'
        )
    ) }}
{%- endmacro %}

{#- Whether quantity x price stays within what money can hold; beyond it nothing is priced and an exception says so. -#}
{% macro is_within_money(quantity, price) -%}
    ((cast(trunc(abs({{ quantity }})) as {{ integer_type() }}) + 1)
        * (cast(trunc(abs({{ price }}) * 10000000000) as {{ integer_type() }}) + 1)
        < 100000000000000000000000)
{%- endmacro %}

{#- quantity (12 decimals) x price or rate (at most 12), exact to 22 decimals; null beyond what money can hold. -#}
{% macro times_price(quantity, price) -%}
    case when {{ is_within_money(quantity, price) }}
        then cast(cast({{ quantity }} as decimal(28, 12)) * {{ price }} as {{ priced_type() }})
    end
{%- endmacro %}

{#- A priced amount less a percent discount, 18 decimals, rounded once: the long product is taken in two halves. -#}
{% macro less_percent(amount, percent) -%}
    {{ return(adapter.dispatch('less_percent')(amount, percent)) }}
{%- endmacro %}
{% macro default__less_percent(amount, percent) -%}
    {{ integer_to_unrounded(
        '((' ~ priced_half(amount, 'high') ~ ' * ' ~ percent_kept(percent) ~ ') // 10000000'
        ~ ' + ' ~ divide_half_up(
            '((' ~ priced_half(amount, 'high') ~ ' * ' ~ percent_kept(percent) ~ ') % 10000000) * 100000000000 + '
            ~ priced_half(amount, 'low') ~ ' * ' ~ percent_kept(percent),
            'cast(1000000000000000000 as hugeint)'
        ) ~ ')'
    ) }}
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

{#- Whole part of an integer quotient, both sides nought or more. -#}
{% macro whole_quotient(dividend, divisor) %}{{ return(adapter.dispatch('whole_quotient')(dividend, divisor)) }}{% endmacro %}
{% macro default__whole_quotient(dividend, divisor) %}(({{ dividend }}) // ({{ divisor }})){% endmacro %}
{% macro spark__whole_quotient(dividend, divisor) %}(({{ dividend }}) div ({{ divisor }})){% endmacro %}

{#- Money in whole minor units of its currency; and back. -#}
{% macro money_to_minor_units(amount, minor_units) -%}
    {{ whole_quotient(money_to_integer(amount), minor_unit_in_integer(minor_units)) }}
{%- endmacro %}
{% macro minor_units_to_money(units, minor_units) -%}
    {{ integer_to_money('(' ~ units ~ ') * (' ~ minor_unit_in_integer(minor_units) ~ ')') }}
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

{#- The largest amount of a term that is shared and rounded: beyond it a contract line is not billed. -#}
{% macro is_within_terms(amount) %}(abs(coalesce({{ amount }}, 0)) < 10000000000000){% endmacro %}
{% macro are_within_terms(amounts) -%}
    ({%- for amount in amounts %}{{ is_within_terms(amount) }}{{ ' and ' if not loop.last }}{% endfor -%})
{%- endmacro %}
