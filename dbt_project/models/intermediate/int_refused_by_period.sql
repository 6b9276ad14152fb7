{# What was refused from the ledger and not delivered anew since, by the fiscal period that its delivery reports: the
   last one that belongs to the delivery's month, so that no amount shows twice where several do. #}
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

period as (
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        end_date,
        group_period,
        row_number() over (partition by branch_id, group_period order by end_date desc, period_index desc) as lateness
    from {{ ref('dim_fiscal_period') }}
    where period_kind = 'normal'
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
    period.group_period,
    refused.functional_currency_code,
    refused.debit_amount_functional,
    refused.credit_amount_functional
from refused
inner join period
    on refused.branch_id = period.branch_id and refused.period = period.group_period and period.lateness = 1
left join ledger on refused.branch_id = ledger.branch_id
where refused.debit_amount_functional <> 0 or refused.credit_amount_functional <> 0
