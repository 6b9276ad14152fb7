{{ config(materialized='view') }}
{# Every translated row of the branches' accounts, before the exchange differences of the whole. `part` tells what the
   proof of those needs: opening, net_assets, translation_difference, result, equity or investment. #}
with every_row as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        movement_type,
        case
            when is_opening then 'opening'
            when translation_class = 'closing' then 'net_assets'
            else 'result'
        end as part,
        case
            when rule <> 'ledger' then rule
            when translation_class = 'average' then 'average_rate'
            when is_opening or movement_type = 'mapping_change' then 'opening_rate'
            else 'average_rate'
        end as rule,
        functional_currency_code,
        amount_functional,
        group_currency_code,
        amount_group,
        cast(null as string) as event_code,
        source
    from {{ ref('int_translated_flow') }}
    union all
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        'translation_difference' as movement_type,
        'translation_difference' as part,
        'closing_rate' as rule,
        functional_currency_code,
        {{ money('0') }} as amount_functional,
        group_currency_code,
        amount_group,
        cast(null as string) as event_code,
        source
    from {{ ref('int_translated_balance') }}
    union all
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        '' as partner_branch_id,
        movement_type,
        case when part = 'opening' then 'opening' else 'equity' end as part,
        rule,
        functional_currency_code,
        amount_functional,
        group_currency_code,
        amount_group,
        event_code,
        source
    from {{ ref('int_translated_equity') }}
    union all
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        movement_type,
        case when is_opening then 'opening' else 'investment' end as part,
        rule,
        functional_currency_code,
        amount_functional,
        group_currency_code,
        amount_group,
        event_code,
        source
    from {{ ref('int_translated_investment') }}
)

select
    unit_id,
    branch_id,
    ledger,
    group_period,
    group_account_code,
    partner_branch_id,
    movement_type,
    part,
    rule,
    functional_currency_code,
    amount_functional,
    group_currency_code,
    amount_group,
    event_code,
    source
from every_row
