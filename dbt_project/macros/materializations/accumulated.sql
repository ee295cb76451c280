{#- A table that takes in only the usage files that are new since it was last built, by their number.

    The model is written over all rows and says which it takes: `rows_newly_taken()` where new files are
    meant, `rows_taken_before()` where earlier ones are. Built whole, every file is new. It is built
    whole when it does not stand, when its SQL is another than it was built with, and, with
    `whole_at_close`, in the build that a close is proved by.
    - `literals`: name to SQL; each is asked before the statement and stands in it as an instant, for
      an engine skips what it need not read by literals alone. The name ends in two underscores.
    - `replaces`: columns of a row's identity; a row that comes again takes the place of its former.
    - `again_by`, `again`: a column, and the SQL of its values whose earlier rows must be taken anew;
      `this__` in it is the table as it stands.
    How far it is, and with which SQL, stands in `control.accumulated`, written in the same transaction. -#}
{% materialization accumulated, adapter="duckdb", supported_languages=["sql"] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- if existing is not none and not existing.is_table -%}{{ drop_relation_if_exists(existing) }}{%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {%- set logic = local_md5(compiled_code) -%}
    {%- set stand = accumulated_so_far(this, logic) -%}
    {%- set whole = existing is none or not stand.is_known or should_full_refresh()
        or (config.get("whole_at_close") and stand.is_close) -%}
    {%- set taken = 0 if whole else stand.taken_through -%}
    {%- if whole -%}
        {%- call statement("main") -%}
            create or replace table {{ target_relation }} as
            ({{ taking(compiled_code, "true", "false", 0) }})
        {%- endcall -%}
    {%- else -%}
        {%- set newly = "(file_no > " ~ taken ~ " and file_no <= " ~ stand.newest ~ ")" -%}
        {%- set earlier = "(file_no <= " ~ taken ~ ")" -%}
        {%- if config.get("again") -%}
            {%- call statement("again") -%}
                create or replace temp table taken_again as {{ config.get("again") | replace("this__", this | string) }}
            {%- endcall -%}
            {%- if run_query("select count(*) from taken_again").columns[0].values()[0] -%}
                {%- set those = config.get("again_by") ~ " in (select " ~ config.get("again_by") ~ " from taken_again)" -%}
                {%- call statement("forget") -%}delete from {{ this }} where {{ those }}{%- endcall -%}
                {%- call statement("again_taken") -%}
                    insert into {{ this }} by name
                    ({{ taking(compiled_code, "(" ~ earlier ~ " and " ~ those ~ ")", "false", taken) }})
                {%- endcall -%}
            {%- endif -%}
        {%- endif -%}
        {%- if stand.newest == taken -%}
            {%- call statement("main") -%}select 'nothing new' as taken{%- endcall -%}
        {%- elif config.get("replaces") -%}
            {%- call statement("new_rows") -%}
                create or replace temp table taken_rows as ({{ taking(compiled_code, newly, earlier, taken) }})
            {%- endcall -%}
            {%- call statement("replaced") -%}
                delete from {{ this }} where ({{ config.get("replaces") | join(", ") }})
                in (select {{ config.get("replaces") | join(", ") }} from taken_rows)
            {%- endcall -%}
            {%- call statement("main") -%}insert into {{ this }} by name select * from taken_rows{%- endcall -%}
        {%- else -%}
            {%- call statement("main") -%}
                insert into {{ this }} by name ({{ taking(compiled_code, newly, earlier, taken) }})
            {%- endcall -%}
        {%- endif -%}
    {%- endif -%}
    {%- call statement("noted") -%}
        delete from control.accumulated where model = '{{ this.identifier }}';
        insert into control.accumulated values ('{{ this.identifier }}', {{ stand.newest }}, '{{ logic }}')
    {%- endcall -%}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro rows_newly_taken() %}rows_newly_taken__{% endmacro %}
{% macro rows_taken_before() %}rows_taken_before__{% endmacro %}

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

{#- A model's SQL over certain files, its literals asked and put in. -#}
{% macro taking(code, now, before, taken) %}
    {%- set text = namespace(sql=code | replace("rows_newly_taken__", now) | replace("rows_taken_before__", before)) -%}
    {%- for name, asked in (config.get("literals") or {}).items() -%}
        {%- set asked_now = asked | replace("taken_through__", taken | string) -%}
        {%- set found = run_query(asked_now).columns[0].values()[0] -%}
        {%- set text.sql = text.sql | replace(name, "timestamp '" ~ (found or "1678-01-01") ~ "'") -%}
    {%- endfor -%}
    {{ return(text.sql) }}
{% endmacro %}
