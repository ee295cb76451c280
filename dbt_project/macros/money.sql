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

{#- What a credit grant is worth: its amount, or its points at their value; and whether that is anything at all. -#}
{% macro credit_value(grants) -%}
    coalesce(cast({{ grants }}.amount as {{ priced_type() }}), {{ times_price(grants ~ '.points', grants ~ '.point_value') }})
{%- endmacro %}
{% macro credit_is_above_zero(grants, minor_units) -%}
    ({{ round_money(credit_value(grants), minor_units) }} > 0 and coalesce({{ grants }}.points, 1) > 0)
{%- endmacro %}

{#- What a plan has to be drawn in a month: all that was agreed, from the month of a cancellation on what was begun. -#}
{% macro commitment_available(commitments, month) -%}
    case
        when {{ month }} >= {{ month_of(commitments ~ '.cancelled_on') }} then {{ commitments }}.begun_amount
        else {{ commitments }}.committed_amount
    end
{%- endmacro %}
