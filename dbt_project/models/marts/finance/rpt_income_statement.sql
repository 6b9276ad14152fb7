{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_months',
    on_schema_change='fail'
) }}
{{ built_after('int_statement_change') }}
{# IFRS 18: income is positive, expense negative, so that every subtotal is the plain sum of what stands above it. #}
with profit_line as (
    select
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.is_before,
        part_of.line_code,
        sum(part_of.sign * balance.month_amount) as month_amount,
        sum(part_of.sign * balance.quarter_amount) as quarter_amount,
        sum(part_of.sign * balance.year_amount) as year_amount
    from {{ changed_months(ref('int_unit_account_month')) }} as balance
    inner join {{ ref('int_statement_member') }} as part_of
        on balance.group_account_code = part_of.group_account_code and part_of.statement = 'income_statement'
    group by
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.is_before,
        part_of.line_code
),

-- IAS 1.106, IAS 21.41: what equity gained without profit, the owners' and the non-controlling interests' part.
comprehensive_movement as (
    select
        movement.*,
        case
            when movement.group_account_code <> '2200' and movement.movement_type = 'reclassification'
                then 'currency_translation_reclassified'
            when movement.group_account_code = '2500' or movement.movement_type = 'translation_difference'
                then 'currency_translation'
            else 'other_comprehensive_income'
        end as line_code,
        case when movement.group_account_code = '2900' then 'non_controlling_interests' else 'owners' end as holder
    from {{ changed_months(ref('int_unit_movement_month')) }} as movement
    where
        (
            movement.group_account_code in ('2200', '2500')
            and movement.movement_type in (
                'normal', 'adjustment', 'adjustment_reversal', 'translation_difference', 'other_comprehensive_income',
                'reclassification'
            )
        )
        or (
            movement.group_account_code = '2900'
            and movement.movement_type in ('translation_difference', 'other_comprehensive_income', 'reclassification')
        )
),

comprehensive_part as (
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        is_before,
        line_code,
        holder,
        -month_amount as month_amount,
        -quarter_amount as quarter_amount,
        -year_amount as year_amount
    from comprehensive_movement
    union all
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        is_before,
        'profit' as line_code,
        case
            when line_code = 'profit_attributable_to_owners' then 'owners' else 'non_controlling_interests'
        end as holder,
        month_amount,
        quarter_amount,
        year_amount
    from profit_line
    where line_code in ('profit_attributable_to_owners', 'profit_attributable_to_non_controlling_interests')
),

-- Where each part is shown: on its own line, in the totals, and with whom it belongs to.
place as (
    {% for part in (
        'profit', 'other_comprehensive_income', 'currency_translation', 'currency_translation_reclassified'
    ) -%}
    {% for shown in (
        part, 'total_other_comprehensive_income', 'total_comprehensive_income', 'comprehensive_income_attributable_to_'
    ) if part != 'profit' or shown not in ('profit', 'total_other_comprehensive_income') -%}
    select
        '{{ part }}' as line_code,
        '{{ shown }}' as shown_code
    union all
    {% endfor -%}
    {% endfor -%}
    select
        '' as line_code,
        '' as shown_code
),

comprehensive_place as (
    select
        part.*,
        place.shown_code
    from comprehensive_part as part
    inner join place on part.line_code = place.line_code
),

comprehensive_line as (
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        is_before,
        case
            when shown_code = 'comprehensive_income_attributable_to_' then shown_code || holder else shown_code
        end as line_code,
        sum(month_amount) as month_amount,
        sum(quarter_amount) as quarter_amount,
        sum(year_amount) as year_amount
    from comprehensive_place
    group by
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        is_before,
        case
            when shown_code = 'comprehensive_income_attributable_to_' then shown_code || holder else shown_code
        end
),

line as (
    select * from profit_line
    union all
    select * from comprehensive_line
    union all
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        is_before,
        'refused' as line_code,
        month_amount,
        quarter_amount,
        year_amount
    from {{ changed_months(ref('int_unit_refused_month')) }}
),

described as (
    select
        line.*,
        described_line.section,
        described_line.line_name,
        described_line.parent_code,
        described_line.level,
        described_line.is_total,
        described_line.sort_order
    from line
    inner join {{ ref('int_statement_line') }} as described_line
        on line.line_code = described_line.line_code and described_line.statement = 'income_statement'
),

measured as (
    {{ with_flow_comparatives('described') }}
),

{{ statement_rows('measured') }}
