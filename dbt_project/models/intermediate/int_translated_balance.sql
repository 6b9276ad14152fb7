{# Assets and liabilities at the closing rate, and what the movements' own rates leave to it: the translation difference
   of each account and month, also of a month without movement. #}
with balance as (
    select
        rated_month.unit_id,
        balance.branch_id,
        balance.ledger,
        balance.group_period,
        balance.group_account_code,
        balance.partner_branch_id,
        balance.functional_currency_code,
        rated_month.group_currency_code,
        {{ translated(
            "case when balance.partner_branch_id = '' then sum(balance.closing_amount_functional) over ("
            "partition by rated_month.unit_id, balance.branch_id, balance.ledger, balance.functional_currency_code, "
            "balance.group_account_code, balance.group_period) else balance.closing_amount_functional end",
            'rated_month.closing_rate',
            'rated_month.minor_factor'
        ) }} as closing_amount_group,
        balance.source
    from {{ ref('int_book_balance') }} as balance
    inner join {{ ref('int_translation_month') }} as rated_month
        on
            balance.branch_id = rated_month.branch_id
            and balance.ledger = rated_month.ledger
            and balance.functional_currency_code = rated_month.functional_currency_code
            and balance.group_period = rated_month.group_period
            and rated_month.is_translated
),

settled as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        functional_currency_code,
        group_currency_code,
        case
            when partner_branch_id = ''
                then closing_amount_group - sum(
                    case when partner_branch_id <> '' then closing_amount_group else 0 end
                ) over (
                    partition by
                        unit_id, branch_id, ledger, functional_currency_code, group_account_code, group_period
                )
            else closing_amount_group
        end as closing_amount_group,
        source
    from balance
),

change as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        functional_currency_code,
        group_currency_code,
        closing_amount_group - coalesce(lag(closing_amount_group) over (
            partition by unit_id, branch_id, ledger, functional_currency_code, group_account_code, partner_branch_id
            order by group_period
        ), 0) as change_amount_group,
        source
    from settled
),

flow as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        functional_currency_code,
        sum(amount_group) as amount_group
    from {{ ref('int_translated_flow') }}
    where translation_class = 'closing'
    group by
        unit_id, branch_id, ledger, group_period, group_account_code, partner_branch_id, functional_currency_code
)

select
    change.unit_id,
    change.branch_id,
    change.ledger,
    change.group_period,
    change.group_account_code,
    change.partner_branch_id,
    change.functional_currency_code,
    change.group_currency_code,
    {{ money('change.change_amount_group - coalesce(flow.amount_group, 0)') }} as amount_group,
    change.source
from change
left join flow
    on
        change.unit_id = flow.unit_id
        and change.branch_id = flow.branch_id
        and change.ledger = flow.ledger
        and change.group_period = flow.group_period
        and change.group_account_code = flow.group_account_code
        and change.partner_branch_id = flow.partner_branch_id
        and change.functional_currency_code = flow.functional_currency_code
where change.change_amount_group <> coalesce(flow.amount_group, 0)
