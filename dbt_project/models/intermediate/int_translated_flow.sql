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

of_partners as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        '' as partner_branch_id,
        movement_type,
        is_opening,
        rule,
        functional_currency_code,
        sum(amount_group) as amount_group
    from rated
    where partner_branch_id <> ''
    group by
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        movement_type,
        is_opening,
        rule,
        functional_currency_code
)

select
    rated.unit_id,
    rated.branch_id,
    rated.ledger,
    rated.group_period,
    rated.group_account_code,
    rated.translation_class,
    rated.partner_branch_id,
    rated.movement_type,
    rated.is_opening,
    rated.rule,
    rated.functional_currency_code,
    {{ money('rated.amount_functional') }} as amount_functional,
    rated.group_currency_code,
    {{ money('rated.amount_group - coalesce(of_partners.amount_group, 0)') }} as amount_group,
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
        and rated.movement_type = of_partners.movement_type
        and rated.is_opening = of_partners.is_opening
        and rated.rule = of_partners.rule
        and rated.functional_currency_code = of_partners.functional_currency_code
where
    rated.amount_functional <> 0
    or rated.amount_group <> coalesce(of_partners.amount_group, 0)
