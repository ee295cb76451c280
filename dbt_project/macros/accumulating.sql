{#- What a model that grows by new files says, and how its materialisation reads it. -#}
{% macro rows_newly_taken() %}rows_newly_taken__{% endmacro %}
{% macro rows_taken_before() %}rows_taken_before__{% endmacro %}
{% macro rows_found() %}rows_found__{% endmacro %}
{% macro in_files_of_rows_found() %}in_files_found__{% endmacro %}

{#- How far a model has come, up to which file there is anything, and whether a close asks. -#}
{% macro accumulated_so_far(relation, logic) %}
    {%- set found = run_query(
        "select coalesce(max(accumulated.taken_through), 0), count(accumulated.model) > 0,"
        ~ " (select coalesce(max(file_no), 0) from raw.files where feed = 'usage'),"
        ~ " (select bool_or(proves_every_event) from control.run_days)"
        ~ " from control.accumulated where model = '" ~ relation.identifier ~ "' and logic = '" ~ logic ~ "'"
    ).rows[0] -%}
    {{ return({"taken_through": found[0] | int, "is_known": found[1], "newest": found[2] | int, "is_close": found[3]}) }}
{% endmacro %}

{#- A model's SQL over certain files. -#}
{% macro taking(code, newly, earlier, found) %}
    {{- return(code | replace("rows_newly_taken__", newly) | replace("rows_taken_before__", earlier)
        | replace("in_files_found__", found or "false")) -}}
{% endmacro %}

{#- Makes the table of rows found; returns what is true of their files. -#}
{% macro find_rows(newly, earlier, taken) %}
    {%- set finds = config.get("finds") -%}
    {%- set said = {} -%}
    {%- for name in finds -%}
        {%- set asked = namespace(sql=taking(finds[name], newly, earlier, none) | replace("taken_through__", taken | string)) -%}
        {%- for piece in said -%}{%- set asked.sql = asked.sql | replace(piece, said[piece]) -%}{%- endfor -%}
        {%- if loop.last -%}
            {% do run_query("create or replace temp table " ~ name ~ " as " ~ asked.sql) %}
            {{ return(run_query("select " ~ file_predicate() ~ " from (select distinct file_no from " ~ name ~ ") as found").columns[0].values()[0]) }}
        {%- endif -%}
        {%- do said.update({name: run_query(asked.sql).columns[0].values()[0]}) -%}
    {%- endfor -%}
{% endmacro %}

{#- Files as a piece of SQL that is true of them. -#}
{% macro file_predicate() -%}
    'file_no in (' || coalesce(string_agg(cast(file_no as varchar), ', ' order by file_no), '-1') || ')'
{%- endmacro %}
