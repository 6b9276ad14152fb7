{# Income and expense, and the movements of assets and liabilities: each month's movement at the month's average rate,
   what was there before at the rate it opens with. Rounded once per account and kind of movement: partners' rows are
   rounded by themselves, and the row without a partner takes what they leave of the account's own rounding. #}
with movement as (
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        translation_class,
        partner_branch_id,
        movement_type,
        is_opening,
        rule,
        functional_currency_code,
        amount_functional,
        source
    from {{ ref('int_translation_book') }}
    where translation_class in ('closing', 'average')
),

account as (
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        translation_class,
        movement_type,
        is_opening,
        rule,
        functional_currency_code,
        sum(amount_functional) as amount_functional,
        sum(case when partner_branch_id = '' then amount_functional else 0 end) as amount_without_partner,
        max(source) as source
    from movement
    group by
        branch_id,
        ledger,
        group_period,
        group_account_code,
        translation_class,
        movement_type,
        is_opening,
        rule,
        functional_currency_code
),

part as (
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        translation_class,
        partner_branch_id,
        movement_type,
        is_opening,
        rule,
        functional_currency_code,
        amount_functional,
        amount_functional as translated_functional,
        source
    from movement
    where partner_branch_id <> ''
    union all
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        translation_class,
        '' as partner_branch_id,
        movement_type,
        is_opening,
        rule,
        functional_currency_code,
        amount_without_partner as amount_functional,
        amount_functional as translated_functional,
        source
    from account
),

rated as (
    select
        rated_month.unit_id,
        part.branch_id,
        part.ledger,
        part.group_period,
        part.group_account_code,
        part.translation_class,
        part.partner_branch_id,
        part.movement_type,
        part.is_opening,
        part.rule,
        part.functional_currency_code,
        part.amount_functional,
        rated_month.group_currency_code,
        {{ translated(
            'part.translated_functional',
            "case when part.translation_class = 'closing' "
            "and (part.is_opening or part.movement_type = 'mapping_change') "
            "then rated_month.opening_rate else rated_month.average_rate end",
            'rated_month.minor_factor'
        ) }} as amount_group,
        part.source
    from part
    inner join {{ ref('int_translation_month') }} as rated_month
        on
            part.branch_id = rated_month.branch_id
            and part.ledger = rated_month.ledger
            and part.group_period = rated_month.group_period
            and part.functional_currency_code = rated_month.functional_currency_code
            and rated_month.is_translated
),

settled as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        translation_class,
        partner_branch_id,
        movement_type,
        is_opening,
        rule,
        functional_currency_code,
        amount_functional,
        group_currency_code,
        case
            when partner_branch_id = ''
                then amount_group - sum(case when partner_branch_id <> '' then amount_group else 0 end) over (
                    partition by
                        unit_id, branch_id, ledger, group_period, group_account_code, movement_type, is_opening, rule,
                        functional_currency_code
                )
            else amount_group
        end as amount_group,
        source
    from rated
)

select
    unit_id,
    branch_id,
    ledger,
    group_period,
    group_account_code,
    translation_class,
    partner_branch_id,
    movement_type,
    is_opening,
    rule,
    functional_currency_code,
    {{ money('amount_functional') }} as amount_functional,
    group_currency_code,
    {{ money('amount_group') }} as amount_group,
    source
from settled
where
    amount_functional <> 0
    or amount_group <> 0
