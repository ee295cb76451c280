{#- Arithmetic of amounts: decimals and integers only. `/` on decimals is a binary float in DuckDB. -#}

{#- Money rounded half away from zero to the currency's minor unit, as decimal(20,4). -#}
{% macro round_money(amount, minor_units) -%}
    cast(case {{ minor_units }}
        when 0 then round({{ amount }}, 0)
        when 1 then round({{ amount }}, 1)
        when 2 then round({{ amount }}, 2)
        when 3 then round({{ amount }}, 3)
        else round({{ amount }}, 4)
    end as {{ money_type() }})
{%- endmacro %}

{% macro money_type() %}decimal(20, 4){% endmacro %}
{% macro unrounded_type() %}decimal(38, 18){% endmacro %}

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
{% macro money_to_integer(amount) %}cast(cast({{ amount }} as {{ money_type() }}) * 10000 as hugeint){% endmacro %}
{% macro integer_to_money(units) %}cast(cast({{ units }} as decimal(38, 0)) * cast(0.0001 as decimal(5, 4)) as {{ money_type() }}){% endmacro %}

{#- The part of a money total that falls to `part` of `whole` (integers), rounded to the minor unit: the step
    of cumulative rounding. share(total, days to date) - share(total, days before) always sums back. -#}
{% macro share_of_money(total, part, whole, minor_units) -%}
    {{ round_money(integer_to_money_exact(total, part, whole), minor_units) }}
{%- endmacro %}

{#- total x part / whole with 18 decimals, exact to the last: decimal(38,18). `part`, `whole` integers. -#}
{% macro integer_to_money_exact(total, part, whole) -%}
    {{ divide_exact('cast(' ~ total ~ ' as decimal(20, 4)) * cast(' ~ part ~ ' as decimal(9, 0))', whole) }}
{%- endmacro %}

{#- dividend (a decimal of at most 10 decimals) / divisor (an integer), 18 decimals, half away from zero. -#}
{% macro divide_exact(dividend, divisor) -%}
    cast(cast({{ divide_half_up('cast(cast(' ~ dividend ~ ' as decimal(28, 10)) * 10000000000 as hugeint) * 100000000', 'cast(' ~ divisor ~ ' as hugeint)') }} as decimal(38, 0)) * cast(0.000000000000000001 as decimal(19, 18)) as {{ unrounded_type() }})
{%- endmacro %}
