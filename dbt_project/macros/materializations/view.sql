{#- One statement a view, as a table has. A step that is read once, or of which its readers want a few columns, costs
    less as a view: nothing is written that is read once, and nothing is worked out that nobody asks for. -#}
{% materialization view, adapter="duckdb" %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type="view") -%}
    {%- if existing is not none and not existing.is_view -%}
        {{ drop_relation_if_exists(existing) }}
    {%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement("main", auto_begin=False) -%}
        create or replace view {{ target_relation }} as ({{ compiled_code }})
    {%- endcall -%}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}
