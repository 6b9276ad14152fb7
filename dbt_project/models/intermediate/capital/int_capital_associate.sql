{# Each investment under the equity method, month by month: cost, the holder's share of result, other comprehensive
   income and translation differences, less dividends (IAS 28.10). It never falls below zero: what is lost beyond
   stays a memo and is made good first (IAS 28.38-39), which is why the carrying amount is the greater of zero and
   the sum of all. #}
with spell as (
    select
        unit_id,
        branch_id,
        spell_number,
        entry_kind,
        has_entry,
        entry_period,
        first_period,
        least(last_period, last_data_period) as last_period,
        exit_period
    from {{ ref('int_capital_spell') }}
    where method = 'equity'
),

class as (
    select
        code,
        case
            when statement = 'income_statement' then 'result'
            when code = '2200' then 'other_comprehensive_income'
            when code = '2500' then 'translation'
            when account_type = 'equity' and code not in ('2000', '2050') then 'retained'
        end as account_class
    from {{ ref('group_account') }}
),

history as (
    select distinct
        unit_id,
        branch_id,
        spell_number
    from {{ ref('int_capital_equity') }}
),

of_associate as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        movement.group_period,
        class.account_class,
        sum(movement.amount_group) as amount_group
    from spell
    inner join {{ ref('int_translated_movement') }} as movement
        on
            spell.unit_id = movement.unit_id
            and spell.branch_id = movement.branch_id
            and movement.group_period between spell.first_period and spell.last_period
    inner join class on movement.group_account_code = class.code
    left join history
        on
            spell.unit_id = history.unit_id
            and spell.branch_id = history.branch_id
            and spell.spell_number = history.spell_number
    where
        class.account_class is not null
        and movement.movement_type not in ('dividend', 'result_brought_forward')
        -- A purchased associate of which no equity at acquisition is known begins with what its books begin with.
        and (movement.movement_type <> 'opening' or spell.entry_kind = 'founded' or history.branch_id is not null)
    group by spell.unit_id, spell.branch_id, spell.spell_number, movement.group_period, class.account_class
    union all
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        spell.entry_period as group_period,
        class.account_class,
        -sum(equity.amount_group) as amount_group
    from spell
    inner join {{ ref('int_capital_equity') }} as equity
        on
            spell.unit_id = equity.unit_id
            and spell.branch_id = equity.branch_id
            and spell.spell_number = equity.spell_number
    inner join class on equity.group_account_code = class.code
    where
        not spell.has_entry
        and class.account_class is not null
    group by spell.unit_id, spell.branch_id, spell.spell_number, spell.entry_period, class.account_class
),

summed as (
    select
        unit_id,
        branch_id,
        spell_number,
        group_period,
        account_class,
        sum(amount_group) as amount_group
    from of_associate
    group by unit_id, branch_id, spell_number, group_period, account_class
),

part as (
    select
        summed.unit_id,
        summed.branch_id,
        summed.spell_number,
        holding.holder_branch_id,
        summed.group_period,
        summed.account_class,
        -{{ share_of('summed.amount_group', 'holding.direct_pct', 'unit.minor_factor') }} as amount_group
    from summed
    inner join {{ ref('int_capital_unit') }} as unit on summed.unit_id = unit.unit_id
    inner join {{ ref('int_capital_holding') }} as holding
        on
            summed.unit_id = holding.unit_id
            and summed.branch_id = holding.branch_id
            and summed.group_period between holding.from_period and holding.to_period
            and holding.method = 'equity'
    union all
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        base.branch_id as holder_branch_id,
        greatest(base.group_period, spell.entry_period) as group_period,
        case when base.account_class = 'investment' then 'investment' else 'dividend' end as account_class,
        base.amount_group
    from spell
    inner join {{ ref('int_capital_base') }} as base
        on
            spell.unit_id = base.unit_id
            and spell.branch_id = base.partner_branch_id
            and spell.last_period >= base.group_period
    where
        (
            base.account_class = 'investment'
            or (base.group_account_code = '7160' and base.group_period >= spell.first_period)
        )
        -- What the sale takes off the investment belongs to the sale.
        and not (
            base.account_class = 'investment'
            and base.amount_group < 0
            and coalesce(base.group_period >= spell.exit_period, false)
        )
),

month as (
    select
        unit_id,
        branch_id,
        spell_number,
        holder_branch_id,
        group_period,
        sum(case when account_class = 'investment' then amount_group else 0 end) as investment_amount,
        sum(case when account_class = 'result' then amount_group else 0 end) as result_amount,
        sum(case when account_class = 'other_comprehensive_income' then amount_group else 0 end) as oci_amount,
        sum(case when account_class = 'translation' then amount_group else 0 end) as translation_amount,
        sum(case when account_class = 'retained' then amount_group else 0 end) as retained_amount,
        sum(case when account_class = 'dividend' then amount_group else 0 end) as dividend_amount
    from part
    group by unit_id, branch_id, spell_number, holder_branch_id, group_period
),

running as (
    select
        *,
        sum(
            investment_amount + result_amount + oci_amount + translation_amount + retained_amount + dividend_amount
        ) over (
            partition by unit_id, branch_id, spell_number, holder_branch_id
            order by group_period
            rows between unbounded preceding and current row
        ) as cumulated_amount
    from month
),

floored as (
    select
        *,
        greatest(cumulated_amount, 0) as carrying_amount,
        coalesce(
            lag(greatest(cumulated_amount, 0)) over (
                partition by unit_id, branch_id, spell_number, holder_branch_id order by group_period
            ), 0
        ) as carrying_before
    from running
)

select
    unit_id,
    branch_id,
    spell_number,
    holder_branch_id,
    group_period,
    {{ money('investment_amount') }} as investment_amount_group,
    {{ money('result_amount') }} as result_share_amount_group,
    {{ money(
        'carrying_amount - carrying_before - investment_amount - oci_amount - translation_amount'
        ~ ' - retained_amount - dividend_amount'
    ) }} as result_amount_group,
    {{ money('oci_amount') }} as other_comprehensive_income_amount_group,
    {{ money('translation_amount') }} as translation_amount_group,
    {{ money('retained_amount') }} as retained_amount_group,
    {{ money('dividend_amount') }} as dividend_amount_group,
    {{ money('carrying_amount') }} as carrying_amount_group,
    {{ money('carrying_amount - cumulated_amount') }} as unrecognised_loss_amount_group
from floored
