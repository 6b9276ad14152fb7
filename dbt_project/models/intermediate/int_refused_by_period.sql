{# What was refused from the ledger and not delivered anew since, by the fiscal period that its delivery reports. #}
with refused as (
    select
        delivery.branch_id,
        delivery.period,
        total.currency_code as functional_currency_code,
        {{ money("coalesce(sum(total.amount) filter (where total.measure = 'debit_amount_functional'), 0)") }}
            as debit_amount_functional,
        {{ money("coalesce(sum(total.amount) filter (where total.measure = 'credit_amount_functional'), 0)") }}
            as credit_amount_functional
    from {{ ref('int_delivery_period') }} as delivery
    inner join {{ source('lake', 'delivery_total') }} as total
        on delivery.delivery_id = total.delivery_id
    where delivery.dataset = 'gl_entry' and delivery.is_standing and total.row_class = 'quarantined'
    group by delivery.branch_id, delivery.period, total.currency_code
),

ledger as (
    select
        branch_id,
        min(ledger) as ledger
    from {{ ref('fct_gl_balance') }}
    group by branch_id
)

select
    refused.branch_id,
    coalesce(ledger.ledger, 'local') as ledger,
    period.fiscal_year,
    period.fiscal_period,
    period.end_date as period_end_date,
    refused.functional_currency_code,
    refused.debit_amount_functional,
    refused.credit_amount_functional
from refused
inner join {{ ref('dim_fiscal_period') }} as period
    on
        refused.branch_id = period.branch_id
        and period.period_kind = 'normal'
        and {{ month_of('period.end_date') }} = refused.period
left join ledger on refused.branch_id = ledger.branch_id
where refused.debit_amount_functional <> 0 or refused.credit_amount_functional <> 0
