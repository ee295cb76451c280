{#- Expressions of double entry. -#}

{#- The side a figure goes to: the rule's for a positive one, the other for a negative one. -#}
{% macro side_of(side, amount) -%}
    case
        when {{ amount }} >= 0 then {{ side }}
        when {{ side }} = 'debit' then 'credit'
        else 'debit'
    end
{%- endmacro %}

{#- An amount with the sign of its side: debits above zero, credits below. -#}
{% macro signed_by_side(side, amount) -%}
    (case when {{ side }} = 'debit' then {{ amount }} else -{{ amount }} end)
{%- endmacro %}

{#- An amount at a rate, rounded to the minor unit of the currency it comes to. -#}
{% macro at_rate(amount, rate, minor_units) -%}
    {{ round_money('cast(' ~ amount ~ ' as decimal(38, 4)) * cast(' ~ rate ~ ' as decimal(38, 12))', minor_units) }}
{%- endmacro %}

{#- total x part / whole (all money, the whole above zero), rounded to the minor unit: a step of cumulative rounding
    over a document's amount, where the parts are money too. -#}
{% macro share_by_money(total, part, whole, minor_units) -%}
    {{ integer_to_money(divide_half_up(
        money_to_integer(total) ~ ' * ' ~ money_to_integer(part),
        money_to_integer(whole) ~ ' * ' ~ ten_thousandths_in_minor_unit(minor_units)
    ) ~ ' * ' ~ ten_thousandths_in_minor_unit(minor_units)) }}
{%- endmacro %}
{% macro ten_thousandths_in_minor_unit(minor_units) -%}
    (case {{ minor_units }} when 0 then 10000 when 1 then 1000 when 2 then 100 when 3 then 10 else 1 end)
{%- endmacro %}

{#- The reciprocal of a rate to twelve decimals. -#}
{% macro inverse_rate(rate) -%}
    cast(cast({{ divide_half_up(
        'cast(1000000000000 as hugeint) * 1000000000000',
        'cast(cast(' ~ rate ~ ' as decimal(38, 12)) * 1000000000000 as hugeint)'
    ) }} as decimal(38, 0)) * cast(0.000000000001 as decimal(12, 12)) as decimal(20, 12))
{%- endmacro %}

{#- Vouchers are numbered within an entity and month; six digits, more where a month has more. -#}
{% macro voucher_number(entity_id, month, number) -%}
    {{ entity_id }} || '-' || replace({{ month }}, '-', '') || '-' || case
        when {{ number }} < 1000000 then lpad(cast({{ number }} as varchar), 6, '0')
        else cast({{ number }} as varchar)
    end
{%- endmacro %}

{#- The total up to and with each row, in an order that is total. -#}
{% macro running_total(amount, within, in_order) -%}
    sum({{ amount }}) over (
        partition by {{ within }} order by {{ in_order }}
        rows between unbounded preceding and current row
    )
{%- endmacro %}
