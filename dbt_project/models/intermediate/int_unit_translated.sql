{{ config(materialized='view') }}
{# What of the translated books counts in a group: the months in which it controlled the branch. How a company enters
   and leaves is the consolidation of capital's. #}
{% set reasons = {
    'opening_rate': "Balance brought in, at the rate of the month end before.",
    'average_rate': "Movement of the month at its average rate.",
    'closing_rate': "Brings the balance to the closing rate.",
    'historical': "At the rate of the day on which it arose.",
    'equity_history_missing': "No event tells the day of this equity: the rate of the month end before or the month's average.",
    'investment_history_missing': "No event tells the day of this investment: the rate of the month end before or the month's average.",
    'unbalanced_books': "What the books of this month lack to balance.",
    'cost_of_sales_allocation': "Share of an expense by nature that is cost of sales, by the table cost_allocation.",
    'cta_opening': "Exchange difference that the opening balances carry.",
    'cta_opening_net_assets': "Opening net assets × (closing − opening rate).",
    'cta_result': "Result of the month × (closing − average rate).",
    'cta_equity_movement': "Each equity movement × (closing − its own rate).",
    'cta_rounding': "Rounding of the month's rows.",
} %}
select
    'actual' as scenario,
    movement.unit_id,
    'translated' as stage,
    movement.branch_id,
    movement.partner_branch_id,
    movement.ledger,
    movement.group_period,
    movement.group_account_code,
    movement.movement_type,
    movement.rule,
    movement.functional_currency_code,
    movement.amount_functional,
    movement.group_currency_code,
    movement.amount_group,
    case movement.rule
        {% for rule, reason in reasons.items() -%}
        when '{{ rule }}' then '{{ reason | replace("'", "''") }}'
        {% endfor -%}
        else 'Movement of the month at its average rate.'
    end as reason,
    case
        when movement.event_code is not null then 'equity_event'
        when movement.group_account_code = '2500' and movement.rule like 'cta%' then 'rule'
        else movement.source
    end as source_kind,
    coalesce(movement.event_code, movement.branch_id || ' ' || movement.ledger || ' ' || movement.group_period)
        as source_reference,
    'rule' as made_by,
    unit.approved_by
from {{ ref('int_translated_movement') }} as movement
inner join {{ ref('dim_reporting_unit') }} as unit on movement.unit_id = unit.unit_id
where movement.is_controlled
