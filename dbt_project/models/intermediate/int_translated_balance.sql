{# Assets and liabilities at the closing rate, and what the movements' own rates leave to it: the translation difference
   of each account and month, also of a month without movement. #}
with rated as (
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
            'balance.translated_amount_functional', 'rated_month.closing_rate', 'rated_month.minor_factor'
        ) }} - coalesce({{ translated(
            'balance.previous_translated_amount_functional', 'rated_month.opening_rate', 'rated_month.minor_factor'
        ) }}, 0) as change_amount_group,
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

of_partners as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        '' as partner_branch_id,
        functional_currency_code,
        sum(change_amount_group) as change_amount_group
    from rated
    where partner_branch_id <> ''
    group by unit_id, branch_id, ledger, group_period, group_account_code, functional_currency_code
),

change as (
    select
        rated.unit_id,
        rated.branch_id,
        rated.ledger,
        rated.group_period,
        rated.group_account_code,
        rated.partner_branch_id,
        rated.functional_currency_code,
        rated.group_currency_code,
        rated.change_amount_group - coalesce(of_partners.change_amount_group, 0) as change_amount_group,
        rated.source
    from rated
    left join of_partners
        on
            rated.unit_id = of_partners.unit_id
            and rated.branch_id = of_partners.branch_id
            and rated.ledger = of_partners.ledger
            and rated.group_period = of_partners.group_period
            and rated.group_account_code = of_partners.group_account_code
            and rated.partner_branch_id = of_partners.partner_branch_id
            and rated.functional_currency_code = of_partners.functional_currency_code
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
