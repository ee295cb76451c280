{#- The grain of a model: no two rows share the key, and no part of a required key is missing. -#}
{% test unique_key(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
