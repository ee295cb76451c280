{#- One statement a table instead of seven, which is most of the time of a small model. What an
    enforced contract promises is kept: names and types are compared first, and every column is
    cast to its declared type. One statement needs no transaction around it. -#}
{% materialization table, adapter="duckdb", supported_languages=["sql"] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- if existing is not none and not existing.is_table -%}
        {{ drop_relation_if_exists(existing) }}
    {%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement("main", auto_begin=False) -%}
        {{ create_or_replace_table(target_relation, compiled_code) }}
    {%- endcall -%}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro create_or_replace_table(relation, compiled_code) %}
    {%- if config.get("contract").enforced -%}
        {{ get_assert_columns_equivalent(compiled_code) }}
        create or replace table {{ relation }} as
        select
        {%- for column in model["columns"].values() %}
            cast({{ column["name"] }} as {{ column["data_type"] }}) as {{ column["name"] }},
        {%- endfor %}
        from ({{ compiled_code }}) as model_subq
    {%- else -%}
        create or replace table {{ relation }} as ({{ compiled_code }})
    {%- endif -%}
{% endmacro %}
