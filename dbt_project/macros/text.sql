{#- Texts of a group, one after the other in a given order, with a separator between. -#}
{% macro join_text(value, separator, ordering) %}{{ return(adapter.dispatch('join_text')(value, separator, ordering)) }}{% endmacro %}
{% macro default__join_text(value, separator, ordering) %}string_agg({{ value }}, '{{ separator }}' order by {{ ordering }}){% endmacro %}
{% macro spark__join_text(value, separator, ordering) %}listagg({{ value }}, '{{ separator }}') within group (order by {{ ordering }}){% endmacro %}
