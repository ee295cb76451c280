{#- A data test reads once and keeps nothing: one statement, no transaction around it. -#}
{% materialization test, adapter="duckdb" %}
    {%- call statement("main", fetch_result=True, auto_begin=False) -%}
        {{ get_test_sql(
            get_limit_subquery_sql(sql, config.get("limit")),
            config.get("fail_calc"),
            config.get("warn_if"),
            config.get("error_if"),
            limit=none
        ) }}
    {%- endcall %}
    {{ return({"relations": []}) }}
{% endmaterialization %}
