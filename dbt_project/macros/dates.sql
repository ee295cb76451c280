{#- Calendar arithmetic. A month is text, YYYY-MM. What engines differ in is dispatched. -#}

{% macro month_of(day) %}{{ return(adapter.dispatch('month_of')(day)) }}{% endmacro %}
{% macro default__month_of(day) %}strftime({{ day }}, '%Y-%m'){% endmacro %}
{% macro spark__month_of(day) %}date_format({{ day }}, 'yyyy-MM'){% endmacro %}

{% macro month_start(month) %}cast({{ month }} || '-01' as date){% endmacro %}

{% macro month_end(month) %}{{ return(adapter.dispatch('month_end')(month)) }}{% endmacro %}
{% macro default__month_end(month) %}last_day(cast({{ month }} || '-01' as date)){% endmacro %}

{#- Whole days from one date to another, the first not counted. -#}
{% macro days_between(from_day, to_day) %}{{ return(adapter.dispatch('days_between')(from_day, to_day)) }}{% endmacro %}
{% macro default__days_between(from_day, to_day) %}date_diff('day', {{ from_day }}, {{ to_day }}){% endmacro %}
{% macro spark__days_between(from_day, to_day) %}datediff({{ to_day }}, {{ from_day }}){% endmacro %}

{#- Days of a term, first to last day, both inclusive. -#}
{% macro days_covered(first_day, last_day) %}({{ days_between(first_day, last_day) }} + 1){% endmacro %}

{% macro add_days(day, days) %}{{ return(adapter.dispatch('add_days')(day, days)) }}{% endmacro %}
{% macro default__add_days(day, days) %}cast({{ day }} + cast({{ days }} as integer) as date){% endmacro %}
{% macro spark__add_days(day, days) %}date_add({{ day }}, cast({{ days }} as int)){% endmacro %}

{#- Month ends clamp from the anchor: 31 January plus one month is the last day of February. -#}
{% macro add_months(day, months) %}{{ return(adapter.dispatch('add_months')(day, months)) }}{% endmacro %}
{% macro default__add_months(day, months) %}cast({{ day }} + to_months(cast({{ months }} as integer)) as date){% endmacro %}
{% macro spark__add_months(day, months) %}add_months({{ day }}, cast({{ months }} as int)){% endmacro %}

{#- Calendar months from the month of one date to that of another: 31 January to 1 February is one. -#}
{% macro months_between(from_day, to_day) %}((year({{ to_day }}) - year({{ from_day }})) * 12 + month({{ to_day }}) - month({{ from_day }})){% endmacro %}

{#- A last day as a feed gives it. One that int_months_listed does not reach, 9999-12-31 say, stands for none. -#}
{% macro last_day_or_none(day) %}case when {{ day }} <= date '2169-12-31' then {{ day }} end{% endmacro %}

{#- An instant in UTC, as fine as the feeds have it. -#}
{% macro instant_type() %}{{ return(adapter.dispatch('instant_type')()) }}{% endmacro %}
{% macro default__instant_type() %}timestamp_ns{% endmacro %}
{% macro spark__instant_type() %}timestamp{% endmacro %}

{#- The local date of an instant kept in UTC. -#}
{% macro local_date(instant, time_zone) %}{{ return(adapter.dispatch('local_date')(instant, time_zone)) }}{% endmacro %}
{% macro default__local_date(instant, time_zone) %}cast(timezone({{ time_zone }}, timezone('UTC', cast({{ instant }} as timestamp))) as date){% endmacro %}
{% macro spark__local_date(instant, time_zone) %}to_date(from_utc_timestamp({{ instant }}, {{ time_zone }})){% endmacro %}

{#- The instant, in UTC, at which a day begins in a time zone; where it begins late, the first there is of it. -#}
{% macro local_day_begins(day, time_zone) %}{{ return(adapter.dispatch('local_day_begins')(day, time_zone)) }}{% endmacro %}
{% macro default__local_day_begins(day, time_zone) %}timezone('UTC', timezone({{ time_zone }}, cast({{ day }} as timestamp))){% endmacro %}
{% macro spark__local_day_begins(day, time_zone) %}to_utc_timestamp(cast({{ day }} as timestamp), {{ time_zone }}){% endmacro %}

{#- The local day of an instant, by the day that int_local_days_begun has for it; beyond its days the calendar is asked. -#}
{% macro listed_local_date(instant, time_zone, days) -%}
    case
        when {{ days }}.begins_at is null then {{ local_date(instant, time_zone) }}
        when {{ instant }} < {{ days }}.begins_at then {{ days }}.used_on_before
        else {{ days }}.used_on
    end
{%- endmacro %}

{#- The UTC day beside a local day into which that reaches. -#}
{% macro neighbouring_utc_day(day, time_zone) -%}
    case
        when cast({{ local_day_begins(day, time_zone) }} as date) < {{ day }} then {{ add_days(day, '-1') }}
        else {{ add_days(day, '1') }}
    end
{%- endmacro %}

{#- The first day of the month of a day. -#}
{% macro month_first_day(day) %}cast(date_trunc('month', {{ day }}) as date){% endmacro %}

{#- Every fact is posted in its economic month, or in the first open one once that is closed. -#}
{% macro posting_month(economic_month, first_open_month) %}greatest({{ economic_month }}, {{ first_open_month }}){% endmacro %}

{#- 0, 1, … n - 1, a row each. -#}
{% macro numbers_up_to(n) %}{{ return(adapter.dispatch('numbers_up_to')(n)) }}{% endmacro %}
{% macro default__numbers_up_to(n) %}cast(unnest(range(0, {{ n }})) as integer){% endmacro %}
{% macro spark__numbers_up_to(n) %}explode(sequence(0, {{ n }} - 1)){% endmacro %}

{#- First day of the calendar period of 1, 3 or 12 months that holds a day. -#}
{% macro calendar_period_start(day, months) -%}
    {{ add_months(month_start(month_of(day)), '-((month(' ~ day ~ ') - 1) % ' ~ months ~ ')') }}
{%- endmacro %}

{#- Whole years from an anchor day to a later day: the anniversary's month clamps like any month. -#}
{% macro whole_years_between(anchor, day) -%}
    case
        when {{ add_months(anchor, months_between(anchor, day)) }} > {{ day }}
            then {{ floor_years(months_between(anchor, day) ~ ' - 1') }}
        else {{ floor_years(months_between(anchor, day)) }}
    end
{%- endmacro %}
{#- A day before the anchor lies in year -1 or earlier: quotients would round towards nought. -#}
{% macro floor_years(months) %}{{ return(adapter.dispatch('floor_years')(months)) }}{% endmacro %}
{% macro default__floor_years(months) %}((({{ months }}) + 12000) // 12 - 1000){% endmacro %}
{% macro spark__floor_years(months) %}((({{ months }}) + 12000) div 12 - 1000){% endmacro %}
