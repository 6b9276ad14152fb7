{# The exchange difference of a branch's net assets, month by month, from its causes and never as what is left over:
   what net assets stood at × (closing − opening rate), the result × (closing − average rate), every movement of equity and
   of investments × (closing − its own rate). Each is rounded once. What the rounded rows then lack is a figure of its
   own beside the most that rounding may come to: one minor unit a row. IAS 21.39 to 41; debit positive throughout: a
   gain is negative. #}
with month as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        group_currency_code,
        minor_factor,
        average_rate,
        closing_rate,
        opening_rate,
        is_same_currency
    from {{ ref('int_translation_month') }}
    where is_translated
),

balance as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_period,
        sum(closing_amount_functional) as closing_amount_functional
    from {{ ref('int_book_balance') }}
    group by branch_id, ledger, functional_currency_code, group_period
),

account as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        group_account_code,
        part,
        amount_functional,
        amount_group
    from {{ ref('int_translated_account') }}
),

detail as (
    select
        account.unit_id,
        account.branch_id,
        account.ledger,
        account.group_period,
        account.functional_currency_code,
        count(*) as row_count,
        sum(account.amount_group) as amount_group,
        sum(case when account.part = 'opening' then account.amount_group else 0 end) as opening_group,
        sum(case when account.part = 'result' then account.amount_functional else 0 end) as result_functional,
        sum(case when account.part = 'result' then account.amount_group else 0 end) as result_group,
        sum(
            case when account.part in ('equity', 'investment') then account.amount_functional else 0 end
        ) as equity_functional,
        sum(case when account.part in ('equity', 'investment') then account.amount_group else 0 end) as equity_group,
        sum(
            case
                when account.part in ('equity', 'investment')
                    then {{ translated(
                        'account.amount_functional', 'month.closing_rate', 'month.minor_factor'
                    ) }} - account.amount_group
                else 0
            end
        ) as cta_equity_movement
    from account
    inner join month
        on
            account.unit_id = month.unit_id
            and account.branch_id = month.branch_id
            and account.ledger = month.ledger
            and account.group_period = month.group_period
            and account.functional_currency_code = month.functional_currency_code
    group by
        account.unit_id, account.branch_id, account.ledger, account.group_period, account.functional_currency_code
),

opened as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_period,
        sum(amount_functional) as amount_functional
    from {{ ref('int_translation_book') }}
    where
        is_opening
        and translation_class = 'closing'
    group by branch_id, ledger, functional_currency_code, group_period
),

net_assets as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_period,
        closing_amount_functional,
        coalesce(lag(closing_amount_functional) over (
            partition by branch_id, ledger, functional_currency_code order by group_period
        ), 0) as previous_amount_functional
    from balance
),

component as (
    select
        month.unit_id,
        month.branch_id,
        month.ledger,
        month.group_period,
        month.functional_currency_code,
        month.group_currency_code,
        month.minor_factor,
        month.opening_rate,
        month.average_rate,
        month.closing_rate,
        coalesce(net_assets.previous_amount_functional, 0) + coalesce(opened.amount_functional, 0)
            as opening_net_assets_amount_functional,
        coalesce(net_assets.closing_amount_functional, 0) as closing_net_assets_amount_functional,
        coalesce(detail.result_functional, 0) as result_functional,
        coalesce(detail.result_group, 0) as result_group,
        coalesce(detail.equity_functional, 0) as equity_functional,
        coalesce(detail.equity_group, 0) as equity_group,
        coalesce(detail.row_count, 0) as row_count,
        coalesce(detail.amount_group, 0) as amount_group,
        -coalesce(detail.opening_group, 0) as cta_opening,
        -coalesce({{ translated(
            'coalesce(net_assets.previous_amount_functional, 0) + coalesce(opened.amount_functional, 0)',
            'cast(month.closing_rate as decimal(37, 20)) - cast(month.opening_rate as decimal(37, 20))',
            'month.minor_factor'
        ) }}, 0) as cta_opening_net_assets,
        coalesce({{ translated(
            'coalesce(detail.result_functional, 0)',
            'cast(month.closing_rate as decimal(37, 20)) - cast(month.average_rate as decimal(37, 20))',
            'month.minor_factor'
        ) }}, 0) as cta_result,
        coalesce(detail.cta_equity_movement, 0) as cta_equity_movement
    from month
    left join net_assets
        on
            month.branch_id = net_assets.branch_id
            and month.ledger = net_assets.ledger
            and month.functional_currency_code = net_assets.functional_currency_code
            and month.group_period = net_assets.group_period
    left join opened
        on
            month.branch_id = opened.branch_id
            and month.ledger = opened.ledger
            and month.functional_currency_code = opened.functional_currency_code
            and month.group_period = opened.group_period
    left join detail
        on
            month.unit_id = detail.unit_id
            and month.branch_id = detail.branch_id
            and month.ledger = detail.ledger
            and month.functional_currency_code = detail.functional_currency_code
            and month.group_period = detail.group_period
)

select
    unit_id,
    branch_id,
    ledger,
    group_period,
    functional_currency_code,
    group_currency_code,
    opening_rate,
    average_rate,
    closing_rate,
    {{ money('opening_net_assets_amount_functional') }} as opening_net_assets_amount_functional,
    {{ money('result_functional') }} as result_amount_functional,
    {{ money('equity_functional') }} as equity_movement_amount_functional,
    {{ money('closing_net_assets_amount_functional') }} as closing_net_assets_amount_functional,
    {{ money('result_group') }} as result_amount_group,
    {{ money('equity_group') }} as equity_movement_amount_group,
    {{ translated('closing_net_assets_amount_functional', 'closing_rate', 'minor_factor') }}
        as closing_net_assets_amount_group,
    {{ money('cta_opening') }} as cta_opening_amount_group,
    {{ money('cta_opening_net_assets') }} as cta_opening_net_assets_amount_group,
    {{ money('cta_result') }} as cta_result_amount_group,
    {{ money('cta_equity_movement') }} as cta_equity_movement_amount_group,
    {{ money(
        '-(amount_group + cta_opening + cta_opening_net_assets + cta_result + cta_equity_movement)'
    ) }} as cta_rounding_amount_group,
    {{ money(
        'row_count * case coalesce(minor_factor, 100) when 1 then 1.0000 when 1000 then 0.0010 '
        'when 10000 then 0.0001 else 0.0100 end'
    ) }} as cta_rounding_bound_amount_group
from component
