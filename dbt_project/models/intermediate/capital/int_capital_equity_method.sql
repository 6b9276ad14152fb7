{# The equity method as rows: the investment moves to one line, which grows and shrinks with the associate (IAS
   28.10); with the end of the holding it leaves, and its translation differences pass through the result (IAS
   21.48). #}
with associate as (
    select
        unit_id,
        branch_id,
        spell_number,
        holder_branch_id,
        group_period,
        investment_amount_group,
        result_amount_group,
        other_comprehensive_income_amount_group,
        translation_amount_group,
        retained_amount_group,
        dividend_amount_group
    from {{ ref('int_capital_associate') }}
),

line as (
    select
        unit_id,
        branch_id,
        spell_number,
        holder_branch_id,
        group_period,
        '1180' as contra_account_code,
        'reclassification' as movement_type,
        'equity_method_investment' as rule,
        investment_amount_group as amount_group
    from associate
    union all
    select
        unit_id,
        branch_id,
        spell_number,
        holder_branch_id,
        group_period,
        '7300' as contra_account_code,
        'normal' as movement_type,
        'equity_method_result' as rule,
        result_amount_group as amount_group
    from associate
    union all
    select
        unit_id,
        branch_id,
        spell_number,
        holder_branch_id,
        group_period,
        '2200' as contra_account_code,
        'other_comprehensive_income' as movement_type,
        'equity_method_oci' as rule,
        other_comprehensive_income_amount_group as amount_group
    from associate
    union all
    select
        unit_id,
        branch_id,
        spell_number,
        holder_branch_id,
        group_period,
        '2500' as contra_account_code,
        'translation_difference' as movement_type,
        'equity_method_cta' as rule,
        translation_amount_group as amount_group
    from associate
    union all
    select
        unit_id,
        branch_id,
        spell_number,
        holder_branch_id,
        group_period,
        '2100' as contra_account_code,
        'opening' as movement_type,
        'equity_method_equity' as rule,
        retained_amount_group as amount_group
    from associate
    union all
    select
        unit_id,
        branch_id,
        spell_number,
        holder_branch_id,
        group_period,
        '7160' as contra_account_code,
        'dividend' as movement_type,
        'equity_method_dividend' as rule,
        dividend_amount_group as amount_group
    from associate
),

ended as (
    select
        line.unit_id,
        line.branch_id,
        line.spell_number,
        line.holder_branch_id,
        spell.exit_period as group_period,
        sum(line.amount_group) as carrying_amount,
        sum(case when line.contra_account_code = '1180' then line.amount_group else 0 end) as investment_amount,
        sum(case when line.contra_account_code = '2500' then line.amount_group else 0 end) as translation_amount
    from line
    inner join {{ ref('int_capital_spell') }} as spell
        on
            line.unit_id = spell.unit_id
            and line.branch_id = spell.branch_id
            and line.spell_number = spell.spell_number
            and spell.method = 'equity'
            and spell.exit_period <= spell.last_data_period
    group by line.unit_id, line.branch_id, line.spell_number, line.holder_branch_id, spell.exit_period
),

posting as (
    select
        unit_id,
        holder_branch_id,
        branch_id,
        group_period,
        '1190' as group_account_code,
        movement_type,
        rule,
        amount_group
    from line
    union all
    select
        unit_id,
        holder_branch_id,
        branch_id,
        group_period,
        contra_account_code as group_account_code,
        movement_type,
        rule,
        -amount_group as amount_group
    from line
    union all
    select
        unit_id,
        holder_branch_id,
        branch_id,
        group_period,
        '1190' as group_account_code,
        'deconsolidation' as movement_type,
        'deconsolidation' as rule,
        -carrying_amount as amount_group
    from ended
    union all
    select
        unit_id,
        holder_branch_id,
        branch_id,
        group_period,
        '1180' as group_account_code,
        'deconsolidation' as movement_type,
        'deconsolidation' as rule,
        investment_amount as amount_group
    from ended
    union all
    select
        unit_id,
        holder_branch_id,
        branch_id,
        group_period,
        '7400' as group_account_code,
        'deconsolidation' as movement_type,
        'deconsolidation' as rule,
        carrying_amount - investment_amount as amount_group
    from ended
    union all
    select
        unit_id,
        holder_branch_id,
        branch_id,
        group_period,
        '2500' as group_account_code,
        'reclassification' as movement_type,
        'cta_recycled' as rule,
        translation_amount as amount_group
    from ended
    union all
    select
        unit_id,
        holder_branch_id,
        branch_id,
        group_period,
        '7400' as group_account_code,
        'reclassification' as movement_type,
        'cta_recycled' as rule,
        -translation_amount as amount_group
    from ended
)

select
    unit_id,
    'eliminated' as stage,
    holder_branch_id as branch_id,
    branch_id as partner_branch_id,
    group_period,
    group_account_code,
    movement_type,
    rule,
    cast(null as decimal(20, 4)) as amount_functional,
    {{ money('amount_group') }} as amount_group,
    'rule' as source_kind,
    branch_id as source_reference
from posting
where amount_group <> 0
