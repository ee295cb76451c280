{#- Spreading a price over a term. Amounts are whole numbers of 10^-15 units, so that what several layers
    leave in a month is added exactly enough and rounded once. -#}

{#- A money amount (at most four decimals) in those units. -#}
{% macro spread_units(amount) %}({{ money_to_integer(amount) }} * 100000000000){% endmacro %}

{#- units x part / whole. -#}
{% macro share_of_units(units, part, whole) %}{{ divide_half_up('(' ~ units ~ ') * (' ~ part ~ ')', '(' ~ whole ~ ')') }}{% endmacro %}

{#- Units as money, half away from zero. The first step takes away what the exact halves lost in the 15th decimal. -#}
{% macro money_of_units(units, minor_units) -%}
    {{ round_money(units_to_decimal(divide_half_up(units, '100')), minor_units) }}
{%- endmacro %}
{% macro units_to_decimal(units) %}(cast({{ units }} as decimal(38, 0)) * cast(0.0000000000001 as decimal(13, 13))){% endmacro %}

{#- What a stretch of a term weighs: its days; the months it touches; or its months, the first and the last by their
    days (in 377,580ths, which 28, 29, 30 and 31 divide). Nothing where it ends before it begins. -#}
{% macro term_weight(method, first_day, last_day) -%}
    case
        when {{ last_day }} < {{ first_day }} then 0
        when {{ method }} = 'straight_line_monthly' then {{ months_between(first_day, last_day) }} + 1
        when {{ method }} = 'straight_line_prorated' then
            {{ months_between(first_day, last_day) }} * 377580
            + day({{ last_day }}) * {{ day_weight(last_day) }}
            - (day({{ first_day }}) - 1) * {{ day_weight(first_day) }}
        else {{ days_covered(first_day, last_day) }}
    end
{%- endmacro %}
{% macro day_weight(day) %}(case day({{ last_day_of(day) }}) when 28 then 13485 when 29 then 13020 when 30 then 12586 else 12180 end){% endmacro %}

{#- What of a term lies before a day: months are whole, so the month of the day itself is not before it. -#}
{% macro weight_before(method, first_day, day) -%}
    case
        when {{ method }} = 'straight_line_monthly' then {{ months_between(first_day, day) }}
        else {{ term_weight(method, first_day, add_days(day, '-1')) }}
    end
{%- endmacro %}

{% macro last_day_of(day) %}last_day({{ day }}){% endmacro %}

{#- A money total x part / whole (integers), rounded once to the minor unit: the step of cumulative rounding. -#}
{% macro part_of_money(total, part, whole, minor_units) -%}
    {{ integer_to_money(
        '(' ~ minor_unit_in_integer(minor_units) ~ ') * '
        ~ divide_half_up(
            money_to_integer(total) ~ ' * (' ~ part ~ ')',
            'cast(' ~ whole ~ ' as ' ~ integer_type() ~ ') * (' ~ minor_unit_in_integer(minor_units) ~ ')'
        )
    ) }}
{%- endmacro %}

{#- The month before that of a day. -#}
{% macro month_before(day) %}{{ month_of(add_days(month_start(month_of(day)), '-1')) }}{% endmacro %}

{#- A rejected document does not fire; one without a decision does, unless its rule requires one. -#}
{% macro fires(decision, source_approval) -%}
    (case
        when {{ decision }} is not null then {{ decision }} = 'approved'
        else coalesce({{ source_approval }}, 'none') <> 'required'
    end)
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

{#- The largest amount of a term that is shared and rounded: beyond it a contract line is not billed. -#}
{% macro is_within_terms(amount) %}(abs(coalesce({{ amount }}, 0)) < 10000000000000){% endmacro %}
{% macro are_within_terms(amounts) -%}
    ({%- for amount in amounts %}{{ is_within_terms(amount) }}{{ ' and ' if not loop.last }}{% endfor -%})
{%- endmacro %}
