{#- From when to when earlier events can be copies or revisions of new ones: what comes again carries
    its event's time. Up to ten million rows all are looked at, which costs less than a second. -#}
{% macro looked_back_for_copies() %}
    {%- set totals = "from staging.stg_usage__totals" -%}
    {{ return({
        "earliest_taken__": "select case when sum(rows_held) > 10000000"
            ~ " then min(earliest_at) filter (where file_no > taken_through__) end " ~ totals,
        "latest_before__": "select case when sum(rows_held) > 10000000"
            ~ " then max(latest_at) filter (where file_no <= taken_through__)"
            ~ " + interval 1 microsecond else timestamp '2261-12-31' end " ~ totals,
    }) }}
{% endmacro %}
