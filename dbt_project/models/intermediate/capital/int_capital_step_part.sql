{# Fair value steps of a purchase and the deferred tax on each, as parts that are written off alike. They belong to
   the purchased branch and live in its currency (IAS 21.47); a unit sees them at the rate of the day of entry
   first. #}
with step as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        spell.entry_rate,
        branch.functional_currency_code,
        functional.minor_factor as functional_minor_factor,
        unit.minor_factor,
        step.event_code,
        step.step_code,
        step.group_account_code,
        step.amortisation_account_code,
        step.life_months,
        step.amount_functional,
        coalesce(step.tax_rate_pct, 0) as tax_rate_pct
    from {{ ref('int_capital_spell') }} as spell
    inner join {{ ref('fct_fair_value_step') }} as step on spell.event_code = step.event_code
    inner join {{ ref('int_capital_unit') }} as unit on spell.unit_id = unit.unit_id
    left join {{ ref('dim_branch') }} as branch on spell.branch_id = branch.branch_id
    left join {{ ref('currency') }} as functional on branch.functional_currency_code = functional.currency_code
    where spell.entry_kind = 'purchase'
),

part as (
    select
        unit_id,
        branch_id,
        spell_number,
        entry_rate,
        functional_currency_code,
        functional_minor_factor,
        minor_factor,
        event_code,
        step_code,
        'value' as part,
        group_account_code,
        amortisation_account_code,
        life_months,
        amount_functional
    from step
    union all
    select
        unit_id,
        branch_id,
        spell_number,
        entry_rate,
        functional_currency_code,
        functional_minor_factor,
        minor_factor,
        event_code,
        step_code,
        'deferred_tax' as part,
        '3120' as group_account_code,
        '8010' as amortisation_account_code,
        life_months,
        -{{ share_of('amount_functional', 'tax_rate_pct', 'functional_minor_factor') }} as amount_functional
    from step
    where tax_rate_pct <> 0
)

select
    unit_id,
    branch_id,
    spell_number,
    event_code,
    step_code,
    part,
    group_account_code,
    amortisation_account_code,
    life_months,
    functional_currency_code,
    functional_minor_factor,
    minor_factor,
    entry_rate,
    {{ money('amount_functional') }} as amount_functional,
    {{ translated('amount_functional', 'entry_rate', 'minor_factor') }} as amount_group
from part
