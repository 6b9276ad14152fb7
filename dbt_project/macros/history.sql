{# What a record of master data was called when, told from the deliveries: a spell begins with the first delivery that says
   something else of it, and ends with the next one, or with the first full list that no longer names it. Of several
   deliveries of one day the last counts. Spells of untouched branches stay as they are. #}
{% macro history_of(dataset, key, attributes) -%}
with delivery as (
    select
        delivery_id,
        branch_id,
        delivery_date,
        received_sequence,
        delivery_rule,
        min(case when delivery_rule = 'full' then delivery_date end) over (
            partition by branch_id
            order by delivery_date, received_sequence
            rows between 1 following and unbounded following
        ) as next_full_date,
        row_number() over (partition by branch_id order by delivery_date, received_sequence) as delivery_order
    from {{ source('lake', 'delivery') }}
    where dataset = '{{ dataset }}' and status = 'accepted'
),

full_list as (
    select
        branch_id,
        delivery_order
    from delivery
    where delivery_rule = 'full'
),

told as (
    select
        delivered.branch_id,
        delivered.{{ key }},
        {% for attribute in attributes -%}
        delivered.{{ attribute }},
        {% endfor -%}
        {% for attribute in attributes -%}
        coalesce(cast(delivered.{{ attribute }} as string), '∅') || '|'{{ ' ||' if not loop.last else ' as said,' }}
        {% endfor -%}
        delivery.delivery_id,
        delivery.delivery_date,
        delivery.delivery_order,
        delivery.next_full_date,
        delivered.source_file,
        delivered.source_sheet,
        delivered.source_row
    from {{ source('lake', dataset ~ '_delivered') }} as delivered
    inner join delivery on delivered.delivery_id = delivery.delivery_id
),

followed as (
    select
        branch_id,
        {{ key }},
        {% for attribute in attributes -%}
        {{ attribute }},
        {% endfor -%}
        said,
        delivery_id,
        delivery_date,
        delivery_order,
        next_full_date,
        source_file,
        source_sheet,
        source_row,
        lag(said) over (partition by branch_id, {{ key }} order by delivery_order) as said_before,
        lag(delivery_order) over (partition by branch_id, {{ key }} order by delivery_order) as told_before,
        lead(delivery_order) over (partition by branch_id, {{ key }} order by delivery_order) as told_next
    from told
),

{# Full lists between two mentions of a record: it was gone in the meantime. #}
gap as (
    select
        followed.branch_id,
        followed.{{ key }},
        followed.delivery_order,
        count(full_list.delivery_order) as lists_without
    from followed
    left join full_list
        on
            followed.branch_id = full_list.branch_id
            and followed.delivery_order < full_list.delivery_order
            and (followed.told_next is null or full_list.delivery_order < followed.told_next)
    group by followed.branch_id, followed.{{ key }}, followed.delivery_order
),

marked as (
    select
        followed.branch_id,
        followed.{{ key }},
        {% for attribute in attributes -%}
        followed.{{ attribute }},
        {% endfor -%}
        followed.delivery_id,
        followed.delivery_date,
        followed.delivery_order,
        followed.source_file,
        followed.source_sheet,
        followed.source_row,
        case when gap.lists_without > 0 then followed.next_full_date end as gone_date,
        case
            when followed.said_before is null or followed.said_before <> followed.said then 1
            when
                lag(gap.lists_without) over (
                    partition by followed.branch_id, followed.{{ key }} order by followed.delivery_order
                ) > 0
                then 1
            else 0
        end as begins
    from followed
    inner join gap
        on
            followed.branch_id = gap.branch_id
            and followed.{{ key }} = gap.{{ key }}
            and followed.delivery_order = gap.delivery_order
),

numbered as (
    select
        branch_id,
        {{ key }},
        {% for attribute in attributes -%}
        {{ attribute }},
        {% endfor -%}
        delivery_id,
        delivery_date,
        delivery_order,
        source_file,
        source_sheet,
        source_row,
        gone_date,
        sum(begins) over (partition by branch_id, {{ key }} order by delivery_order) as spell
    from marked
),

spell as (
    select
        branch_id,
        {{ key }},
        spell,
        {% for attribute in attributes -%}
        max({{ attribute }}) as {{ attribute }},
        {% endfor -%}
        min(delivery_date) as known_from,
        min_by(delivery_id, delivery_order) as delivery_id,
        min_by(source_file, delivery_order) as source_file,
        min_by(source_sheet, delivery_order) as source_sheet,
        min_by(source_row, delivery_order) as source_row,
        max(gone_date) as gone_date
    from numbered
    group by branch_id, {{ key }}, spell
),

bounded as (
    select
        branch_id,
        {{ key }},
        spell,
        {% for attribute in attributes -%}
        {{ attribute }},
        {% endfor -%}
        known_from,
        coalesce(
            gone_date,
            lead(known_from) over (partition by branch_id, {{ key }} order by spell)
        ) as known_until,
        delivery_id,
        source_file,
        source_sheet,
        source_row
    from spell
),

lasting as (
    select
        branch_id,
        {{ key }},
        spell,
        {% for attribute in attributes -%}
        {{ attribute }},
        {% endfor -%}
        known_from,
        known_until,
        delivery_id,
        source_file,
        source_sheet,
        source_row
    from bounded
    where known_until is null or known_from < known_until
)

select
    '{{ dataset }}' as dataset,
    branch_id,
    'all' as slice_period,
    {{ key }},
    {% for attribute in attributes -%}
    {{ attribute }},
    {% endfor -%}
    known_from,
    known_until,
    case
        when row_number() over (partition by branch_id, {{ key }} order by spell) = 1 then date '1900-01-01'
        else known_from
    end as applies_from,
    known_until is null as is_current_name,
    delivery_id,
    source_file,
    source_sheet,
    source_row
from lasting
{%- endmacro %}
