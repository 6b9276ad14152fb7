with checked as (
    select
        branch_id,
        delivery_id || ' source rows' as subject,
        cast(null as string) as currency_code,
        cast(rows_read as decimal(38, 4)) as expected,
        cast(rows_read - rows_lost as decimal(38, 4)) as actual,
        1 as factor
    from {{ ref('ops_conservation') }}
    union all
    select
        branch_id,
        delivery_id || ' contract rows' as subject,
        cast(null as string) as currency_code,
        cast(contract_rows_accepted as decimal(38, 4)) as expected,
        cast(contract_rows_accepted - contract_rows_lost as decimal(38, 4)) as actual,
        1 as factor
    from {{ ref('ops_conservation') }}
    union all
    select
        delivery.branch_id,
        total.delivery_id || ' ' || total.measure as subject,
        total.currency_code,
        coalesce(sum(total.amount) filter (where total.row_class = 'accepted'), 0) as expected,
        coalesce(sum(total.amount) filter (where total.row_class in ('in_force', 'superseded')), 0) as actual,
        max(currency.minor_factor) as factor
    from {{ source('lake', 'delivery_total') }} as total
    inner join {{ source('lake', 'delivery') }} as delivery
        on total.delivery_id = delivery.delivery_id and delivery.status = 'accepted'
    left join {{ ref('currency') }} as currency
        on total.currency_code = currency.currency_code
    group by delivery.branch_id, total.delivery_id, total.measure, total.currency_code
)

select
    'receipt_conservation' as check_name,
    'group' as scope,
    branch_id,
    subject,
    currency_code,
    cast(expected as string) as expected,
    cast(actual as string) as actual,
    {{ minor_units('(actual - expected)', 'factor') }} as difference_minor,
    actual = expected as passed
from checked
