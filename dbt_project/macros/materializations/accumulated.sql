{#- A table that takes in only the usage files that are new since it was last built, by their number.

    The model is written over all rows and says which it takes: `rows_newly_taken()` where new files are
    meant, `rows_taken_before()` where earlier ones are. Built whole, every file is new. It is built
    whole when it does not stand, when its SQL is another than it was built with, and, with
    `whole_at_close`, in the build that a close is proved by.
    - `finds`: what a statement must know of earlier files first, by names that end in two underscores.
      The last is a query with a column `file_no`: its rows stand before the statement as
      `rows_found()`, and `in_files_of_rows_found()` is true of their files alone. Those before it say
      a piece of SQL, put into the queries after them: only literals spare an engine a file.
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
    {%- set newly = "true" if whole else "(file_no > " ~ taken ~ " and file_no <= " ~ stand.newest ~ ")" -%}
    {%- set earlier = "false" if whole else "(file_no <= " ~ taken ~ ")" -%}
    {%- set found = find_rows(newly, earlier, taken) if config.get("finds") and (whole or stand.newest > taken) -%}
    {%- if whole -%}
        {%- call statement("main") -%}
            create or replace table {{ target_relation }} as
            ({{ taking(compiled_code, newly, earlier, found) }})
        {%- endcall -%}
    {%- else -%}
        {%- if config.get("again") -%}
            {%- call statement("again") -%}
                create or replace temp table taken_again as {{ config.get("again") | replace("this__", this | string) }}
            {%- endcall -%}
            {%- if run_query("select count(*) from taken_again").columns[0].values()[0] -%}
                {%- set those = config.get("again_by") ~ " in (select " ~ config.get("again_by") ~ " from taken_again)" -%}
                {%- call statement("forget") -%}delete from {{ this }} where {{ those }}{%- endcall -%}
                {%- call statement("again_taken") -%}
                    insert into {{ this }} by name
                    ({{ taking(compiled_code, "(" ~ earlier ~ " and " ~ those ~ ")", "false", found) }})
                {%- endcall -%}
            {%- endif -%}
        {%- endif -%}
        {%- if stand.newest == taken -%}
            {%- call statement("main") -%}select 'nothing new' as taken{%- endcall -%}
        {%- elif config.get("replaces") -%}
            {%- call statement("new_rows") -%}
                create or replace temp table taken_rows as ({{ taking(compiled_code, newly, earlier, found) }})
            {%- endcall -%}
            {%- call statement("replaced") -%}
                delete from {{ this }} where ({{ config.get("replaces") | join(", ") }})
                in (select {{ config.get("replaces") | join(", ") }} from taken_rows)
            {%- endcall -%}
            {%- call statement("main") -%}insert into {{ this }} by name select * from taken_rows{%- endcall -%}
        {%- else -%}
            {%- call statement("main") -%}
                insert into {{ this }} by name ({{ taking(compiled_code, newly, earlier, found) }})
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
