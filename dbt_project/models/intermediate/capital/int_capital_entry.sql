{# What a branch brings into a unit when it enters after its own books began: its balances at the closing rate of
   the day of entry. Results up to then are retained earnings, which also take the cents that rounding leaves, and
   translation differences start at nothing (IAS 21.39 looks at the group's time only). #}
with account as (
    select
        code,
        statement,
        intercompany_type = 'investment' as is_investment
    from {{ ref('group_account') }}
),

unit as (
    select
        unit.unit_id,
        currency.minor_factor
    from {{ ref('dim_reporting_unit') }} as unit
    left join {{ ref('currency') }} as currency on unit.currency_code = currency.currency_code
),

balance as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        spell.entry_period,
        spell.entry_rate,
        case
            when account.statement = 'income_statement' or movement.group_account_code in ('2150', '2500') then '2100'
            else movement.group_account_code
        end as group_account_code,
        case when account.is_investment then movement.partner_branch_id else '' end as partner_branch_id,
        sum(movement.amount_functional) as amount_functional
    from {{ ref('int_capital_spell') }} as spell
    inner join {{ ref('int_translated_movement') }} as movement
        on
            spell.unit_id = movement.unit_id
            and spell.branch_id = movement.branch_id
            and spell.first_period > movement.group_period
    inner join account on movement.group_account_code = account.code
    where
        spell.method = 'full'
        and spell.has_entry
        and movement.amount_functional is not null
    group by
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        spell.entry_period,
        spell.entry_rate,
        case
            when account.statement = 'income_statement' or movement.group_account_code in ('2150', '2500') then '2100'
            else movement.group_account_code
        end,
        case when account.is_investment then movement.partner_branch_id else '' end
),

translated as (
    select
        balance.unit_id,
        balance.branch_id,
        balance.spell_number,
        balance.entry_period,
        balance.group_account_code,
        balance.partner_branch_id,
        balance.amount_functional,
        {{ translated('balance.amount_functional', 'balance.entry_rate', 'unit.minor_factor') }} as amount_group
    from balance
    inner join unit on balance.unit_id = unit.unit_id
    where balance.group_account_code <> '2100'
),

retained as (
    select
        balance.unit_id,
        balance.branch_id,
        balance.spell_number,
        balance.entry_period,
        sum(case when balance.group_account_code = '2100' then balance.amount_functional else 0 end)
            as amount_functional
    from balance
    group by balance.unit_id, balance.branch_id, balance.spell_number, balance.entry_period
),

others as (
    select
        unit_id,
        branch_id,
        spell_number,
        sum(amount_group) as amount_group
    from translated
    group by unit_id, branch_id, spell_number
)

select
    unit_id,
    branch_id,
    spell_number,
    partner_branch_id,
    entry_period as group_period,
    group_account_code,
    {{ money('amount_functional') }} as amount_functional,
    amount_group
from translated
where amount_functional <> 0
union all
select
    retained.unit_id,
    retained.branch_id,
    retained.spell_number,
    '' as partner_branch_id,
    retained.entry_period as group_period,
    '2100' as group_account_code,
    {{ money('retained.amount_functional') }} as amount_functional,
    {{ money('-coalesce(others.amount_group, 0)') }} as amount_group
from retained
left join others
    on
        retained.unit_id = others.unit_id
        and retained.branch_id = others.branch_id
        and retained.spell_number = others.spell_number
where retained.amount_functional <> 0 or coalesce(others.amount_group, 0) <> 0
