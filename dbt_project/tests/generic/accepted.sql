{# The column, where not null, holds one of `values`. #}
{% test accepted(model, column, values) %}
select
    {{ column }},
    count(*) as row_count
from {{ model }}
where {{ column }} not in ('{{ values | join("', '") }}')
group by {{ column }}
{% endtest %}
