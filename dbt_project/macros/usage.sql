{#- Which rows of earlier files have the id of a new one. What comes again carries its event's time: events
    later than all that came before, most of a night, need not be looked for. A few files may reach further
    than the rest; they alone are asked for every new id. Up to ten million rows all are: it costs less
    than a second. -#}
{% macro rows_that_came_again() %}
    {%- set known = "(select file_no, max(latest_at) as latest_at, sum(rows_held) as rows_held"
        ~ " from staging.stg_usage__totals where file_no <= taken_through__ group by file_no) as known" -%}
    {%- set rows_later = "coalesce(sum(rows_held) over"
        ~ " (order by latest_at desc, file_no rows between unbounded preceding and 1 preceding), 0)" -%}
    {%- set earlier = "select event_id, file_no from staging.stg_usage__events where " ~ rows_taken_before() -%}
    {%- set new_ids = "select event_id from staging.stg_usage__events where " ~ rows_newly_taken() -%}
    {{ return({
        "settled_at__": "select coalesce('timestamp ''' || min(latest_at) filter"
            ~ " (where rows_later * 100 <= rows_held and rows_held > 10000000) || '''', 'timestamp ''2261-12-31''')"
            ~ " from (select latest_at, " ~ rows_later ~ " as rows_later, sum(rows_held) over () as rows_held"
            ~ " from " ~ known ~ ") as ranked",
        "reaching_further__": "select " ~ file_predicate() ~ " from " ~ known ~ " where latest_at > settled_at__",
        "rows_found__": earlier ~ " and not reaching_further__ and event_id in ("
            ~ new_ids ~ " and occurred_at <= settled_at__) union all "
            ~ earlier ~ " and reaching_further__ and event_id in (" ~ new_ids ~ ")",
    }) }}
{% endmacro %}
