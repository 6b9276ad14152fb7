{# A key stands once in the whole fact, also across slices. #}
with surplus as (
    select
        dataset,
        branch_id,
        sum(row_count - 1) as row_count
    from {{ ref('ops_repeated_key') }}
    group by dataset, branch_id
),

fact as (
    select
        dataset,
        branch_id,
        sum(row_count) as row_count
    from {{ ref('fct_delivery_slice') }}
    group by dataset, branch_id
)

select
    'key_uniqueness' as check_name,
    'branch' as scope,
    fact.branch_id,
    fact.dataset as subject,
    cast(null as string) as currency_code,
    cast(fact.row_count as string) as expected,
    cast(fact.row_count - coalesce(surplus.row_count, 0) as string) as actual,
    cast(coalesce(surplus.row_count, 0) as bigint) as difference_minor,
    coalesce(surplus.row_count, 0) = 0 as passed
from fact
left join surplus on fact.dataset = surplus.dataset and fact.branch_id = surplus.branch_id
