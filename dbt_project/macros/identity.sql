{#- Ids that are derived, not given: the same words give the same id on every engine and in every rebuild. -#}

{#- The first 16 hex digits of the SHA-256 of a text. -#}
{% macro short_hash(words) %}substr({{ sha256_of(words) }}, 1, 16){% endmacro %}

{% macro sha256_of(words) %}{{ return(adapter.dispatch('sha256_of')(words)) }}{% endmacro %}
{% macro default__sha256_of(words) %}sha256({{ words }}){% endmacro %}
{% macro spark__sha256_of(words) %}sha2({{ words }}, 256){% endmacro %}

{#- Where no currency applies (counts, hashes) the key says so with an empty text, so that it stays a key. -#}
{% macro currency_or_none(currency) %}coalesce({{ currency }}, ''){% endmacro %}

{#- An id as a part of a key whose parts a slash divides: one that holds slashes itself is told apart (RFC 6901, 3). -#}
{% macro key_part(id) %}replace(replace({{ id }}, '~', '~0'), '/', '~1'){% endmacro %}
