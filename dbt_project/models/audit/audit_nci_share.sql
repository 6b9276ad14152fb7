{# Non-controlling interests again, the other way round: at the end of the books they are the others' share of what the
   branch is worth in its unit, that is net assets, the group's journals, fair value steps and associates, less profit
   in stock that it has not realised; and of goodwill what its holder's own outsiders have. Each row of a share was
   rounded once, so they may differ by one minor unit a row. Purchases at fair value have their own amount, which only
   the movements explain. #}
with event as (
    select distinct
        acquired_branch_id,
        event_date
    from {{ ref('fct_acquisition_event') }}
    where event_kind in ('increase', 'decrease')
),

-- An interest counts from the month in which its change is booked, which may be the one before its first whole month.
interest as (
    select
        member.unit_id,
        member.branch_id,
        member.method,
        member.valid_from,
        member.effective_pct,
        {{ month_of('coalesce(event.event_date, member.valid_from)') }} as booked_period
    from {{ ref('int_unit_member') }} as member
    left join event
        on
            member.branch_id = event.acquired_branch_id
            and {{ day_before('member.valid_from') }} = event.event_date
    where member.valid_from_period <= member.valid_to_period
),

last_interest as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        max_by(interest.effective_pct, interest.valid_from) as effective_pct
    from {{ ref('int_capital_spell') }} as spell
    inner join interest
        on
            spell.unit_id = interest.unit_id
            and spell.branch_id = interest.branch_id
            and spell.method = interest.method
            and interest.valid_from between spell.valid_from and spell.valid_to
            and spell.last_data_period >= interest.booked_period
    group by spell.unit_id, spell.branch_id, spell.spell_number
),

member as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.entry_period,
        spell.acquirer_branch_id,
        unit.currency_code,
        unit.minor_factor,
        last_interest.effective_pct,
        coalesce(max(acquired.nci_basis) over (partition by spell.unit_id, spell.branch_id), '') as nci_basis,
        coalesce(acquired.holder_pct, 100) as holder_pct
    from {{ ref('int_capital_spell') }} as spell
    inner join {{ ref('int_capital_unit') }} as unit on spell.unit_id = unit.unit_id
    inner join last_interest
        on
            spell.unit_id = last_interest.unit_id
            and spell.branch_id = last_interest.branch_id
            and spell.spell_number = last_interest.spell_number
    left join {{ ref('int_capital_acquired') }} as acquired
        on
            spell.unit_id = acquired.unit_id
            and spell.branch_id = acquired.branch_id
            and spell.spell_number = acquired.spell_number
    where
        spell.method = 'full'
        and spell.last_data_period between spell.first_period and spell.last_period
),

account as (
    select
        code,
        statement = 'income_statement' as is_result,
        statement = 'balance_sheet'
        and account_type <> 'equity'
        and coalesce(intercompany_type, '') <> 'investment' as is_net_asset
    from {{ ref('group_account') }}
),

worth as (
    select
        fact.unit_id,
        fact.branch_id,
        sum(
            case
                when
                    account.is_net_asset
                    and fact.group_account_code <> '1010'
                    and (
                        fact.stage in ('translated', 'adjusted')
                        or fact.rule in ('fair_value_step', 'fair_value_amortisation', 'fair_value_translation')
                        or fact.group_account_code = '1190'
                    )
                    then fact.amount_group
                when account.is_result and fact.source_kind = 'ic_stock' then -fact.amount_group
                else 0
            end
        ) as net_assets_amount,
        sum(
            case
                when fact.group_account_code = '1010' and fact.rule in ('goodwill', 'goodwill_translation')
                    then fact.amount_group
                else 0
            end
        ) as goodwill_amount,
        -sum(case when fact.group_account_code = '2900' then fact.amount_group else 0 end) as nci_amount,
        sum(case when fact.group_account_code = '2900' then 1 else 0 end) as nci_rows
    from {{ ref('fct_group_balance') }} as fact
    inner join account on fact.group_account_code = account.code
    where
        fact.scenario = 'actual'
        and fact.stage <> 'reported'
        and fact.movement_type <> 'result_brought_forward'
    group by fact.unit_id, fact.branch_id
),

compared as (
    select
        member.unit_id,
        member.branch_id,
        member.currency_code,
        member.minor_factor,
        worth.nci_amount,
        worth.nci_rows + 2 as rounding_units,
        {{ share_of('worth.net_assets_amount', '(100 - member.effective_pct)', 'member.minor_factor') }}
        + {{ share_of('worth.goodwill_amount', '(100 - member.holder_pct)', 'member.minor_factor') }} as share_amount
    from member
    inner join worth
        on
            member.unit_id = worth.unit_id
            and member.branch_id = worth.branch_id
    where
        member.nci_basis <> 'fair_value'
        and (member.effective_pct <> 100 or worth.nci_amount <> 0)
)

select
    'nci_share' as check_name,
    'branch' as scope,
    branch_id,
    unit_id as subject,
    currency_code,
    cast(share_amount as string) as expected,
    cast(nci_amount as string) as actual,
    {{ minor_units('(nci_amount - share_amount)', 'minor_factor') }} as difference_minor,
    abs({{ minor_units('(nci_amount - share_amount)', 'minor_factor') }}) <= rounding_units as passed
from compared
