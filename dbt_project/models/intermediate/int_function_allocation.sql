{# What a chart by nature books as an expense of its kind and the group's table says is cost of sales: a share of the
   account's movement of each cost centre and month moves to cost of sales, rounded once (IFRS 18.78). The rule of the very
   cost centre wins over the one of any ('*'), the later first month over the earlier. #}
with policy as (
    select
        branch_id,
        cost_center_code,
        group_account_code,
        allocated_pct,
        coalesce(valid_from, '0000-01') as valid_from,
        coalesce(nullif(valid_to, ''), '9999-12') as valid_to,
        approved_by
    from {{ ref('cost_allocation') }}
    where approved_by <> '' and approved_by <> proposed_by
),

movement as (
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        cost_center_code,
        partner_branch_id,
        functional_currency_code,
        source,
        sum(amount_functional) as amount_functional
    from {{ ref('int_branch_movement') }}
    group by
        branch_id,
        ledger,
        group_period,
        group_account_code,
        cost_center_code,
        partner_branch_id,
        functional_currency_code,
        source
),

ranked as (
    select
        movement.branch_id,
        movement.ledger,
        movement.group_period,
        movement.group_account_code,
        movement.cost_center_code,
        movement.partner_branch_id,
        movement.functional_currency_code,
        movement.source,
        movement.amount_functional,
        policy.allocated_pct,
        policy.approved_by,
        row_number() over (
            partition by
                movement.branch_id,
                movement.ledger,
                movement.group_period,
                movement.group_account_code,
                movement.cost_center_code,
                movement.partner_branch_id,
                movement.functional_currency_code,
                movement.source
            order by case policy.cost_center_code when '*' then 1 else 0 end asc, policy.valid_from desc
        ) as preference
    from movement
    inner join policy
        on
            movement.branch_id = policy.branch_id
            and movement.group_account_code = policy.group_account_code
            and policy.cost_center_code in ('*', movement.cost_center_code)
            and movement.group_period between policy.valid_from and policy.valid_to
),

allocated as (
    select
        ranked.branch_id,
        ranked.ledger,
        ranked.group_period,
        ranked.group_account_code,
        ranked.cost_center_code,
        ranked.partner_branch_id,
        ranked.functional_currency_code,
        ranked.source,
        ranked.approved_by,
        {{ share_of('ranked.amount_functional', 'ranked.allocated_pct', 'currency.minor_factor') }} as amount_functional
    from ranked
    left join {{ ref('currency') }} as currency on ranked.functional_currency_code = currency.currency_code
    where ranked.preference = 1
)

select
    branch_id,
    ledger,
    group_period,
    group_account_code,
    cost_center_code,
    partner_branch_id,
    functional_currency_code,
    {{ money('-amount_functional') }} as amount_functional,
    source,
    approved_by
from allocated
where amount_functional <> 0
union all
select
    branch_id,
    ledger,
    group_period,
    '5000' as group_account_code,
    cost_center_code,
    '' as partner_branch_id,
    functional_currency_code,
    {{ money('amount_functional') }} as amount_functional,
    source,
    approved_by
from allocated
where amount_functional <> 0
