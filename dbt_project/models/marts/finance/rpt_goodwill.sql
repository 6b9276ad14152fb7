{# Each purchase and what became of its goodwill, month by month: price, non-controlling interests and net assets on the
   day (IFRS 3.32), then translation, impairment by journal, and the end. #}
with acquired as (
    select
        unit_id,
        branch_id,
        spell_number,
        event_code,
        entry_period,
        last_period,
        currency_code,
        nci_basis,
        ownership_pct,
        price_amount_group,
        nci_amount_group,
        net_assets_amount_group,
        step_amount_group,
        goodwill_amount_group,
        goodwill_amount_functional,
        functional_currency_code
    from {{ ref('int_capital_acquired') }}
    where entry_kind = 'purchase'
),

moved as (
    select
        acquired.unit_id,
        acquired.branch_id,
        acquired.spell_number,
        fact.group_period,
        sum(case when fact.rule = 'goodwill' then fact.amount_group else 0 end) as recognised_amount,
        sum(case when fact.rule = 'goodwill_translation' then fact.amount_group else 0 end) as translation_amount,
        sum(
            case when fact.stage = 'adjusted' and fact.rule <> 'deconsolidation' then fact.amount_group else 0 end
        ) as adjusted_amount,
        sum(case when fact.rule = 'deconsolidation' then fact.amount_group else 0 end) as deconsolidation_amount
    from acquired
    inner join {{ ref('fct_group_balance') }} as fact
        on
            acquired.unit_id = fact.unit_id
            and acquired.branch_id = fact.branch_id
            and acquired.entry_period <= fact.group_period
    where
        fact.scenario = 'actual'
        and fact.group_account_code = '1010'
        and fact.stage in ('eliminated', 'adjusted')
    group by acquired.unit_id, acquired.branch_id, acquired.spell_number, fact.group_period
),

listed as (
    select
        unit_id,
        branch_id,
        spell_number,
        group_period,
        recognised_amount,
        translation_amount,
        adjusted_amount,
        deconsolidation_amount
    from moved
    union all
    -- A bargain leaves no goodwill, and is listed none the less.
    select
        unit_id,
        branch_id,
        spell_number,
        entry_period as group_period,
        0 as recognised_amount,
        0 as translation_amount,
        0 as adjusted_amount,
        0 as deconsolidation_amount
    from acquired
    where goodwill_amount_group <= 0
),

month as (
    select
        unit_id,
        branch_id,
        spell_number,
        group_period,
        sum(recognised_amount) as recognised_amount,
        sum(translation_amount) as translation_amount,
        sum(adjusted_amount) as adjusted_amount,
        sum(deconsolidation_amount) as deconsolidation_amount
    from listed
    group by unit_id, branch_id, spell_number, group_period
)

select
    acquired.unit_id,
    acquired.branch_id,
    acquired.event_code,
    month.group_period,
    acquired.entry_period as acquisition_period,
    acquired.nci_basis,
    acquired.ownership_pct,
    acquired.functional_currency_code,
    acquired.goodwill_amount_functional,
    acquired.currency_code,
    acquired.price_amount_group,
    acquired.nci_amount_group,
    acquired.net_assets_amount_group,
    acquired.step_amount_group as fair_value_step_amount_group,
    acquired.goodwill_amount_group as goodwill_at_acquisition_amount_group,
    {{ money('month.translation_amount') }} as translation_amount_group,
    {{ money('month.adjusted_amount') }} as adjusted_amount_group,
    {{ money('month.deconsolidation_amount') }} as deconsolidation_amount_group,
    {{ money(
        'sum(month.recognised_amount + month.translation_amount + month.adjusted_amount'
        ~ ' + month.deconsolidation_amount) over (partition by month.unit_id, month.branch_id, month.spell_number'
        ~ ' order by month.group_period rows between unbounded preceding and current row)'
    ) }} as closing_amount_group
from month
inner join acquired
    on
        month.unit_id = acquired.unit_id
        and month.branch_id = acquired.branch_id
        and month.spell_number = acquired.spell_number
