{# All that a branch's books become in the currency of a unit, whether or not the unit controlled the branch then; with
   the exchange differences of the whole on 2500, each by its own cause. Rounding is booked only as far as rounding can
   go: if more is lacking, the rows do not balance and the audit stops the night. #}
with proof as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        group_currency_code,
        cta_opening_amount_group,
        cta_opening_net_assets_amount_group,
        cta_result_amount_group,
        cta_equity_movement_amount_group,
        case
            when abs(cta_rounding_amount_group) <= cta_rounding_bound_amount_group then cta_rounding_amount_group
            else 0
        end as cta_rounding_amount_group
    from {{ ref('int_translation_proof') }}
),

difference as (
    {% for rule in ['cta_opening', 'cta_opening_net_assets', 'cta_result', 'cta_equity_movement', 'cta_rounding'] -%}
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        group_currency_code,
        '{{ 'opening' if rule == 'cta_opening' else 'translation_difference' }}' as movement_type,
        '{{ rule }}' as rule,
        {{ rule }}_amount_group as amount_group
    from proof
    where {{ rule }}_amount_group <> 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

every_row as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        movement_type,
        rule,
        functional_currency_code,
        amount_functional,
        group_currency_code,
        amount_group,
        event_code,
        source
    from {{ ref('int_translated_account') }}
    union all
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        '2500' as group_account_code,
        '' as partner_branch_id,
        movement_type,
        rule,
        functional_currency_code,
        {{ money('0') }} as amount_functional,
        group_currency_code,
        amount_group,
        cast(null as string) as event_code,
        'ledger' as source
    from difference
)

select
    every_row.unit_id,
    every_row.branch_id,
    case when rated_month.is_associate then 'equity' else 'full' end as method,  -- noqa: RF04
    rated_month.is_controlled,
    every_row.partner_branch_id,
    every_row.ledger,
    every_row.group_period,
    every_row.group_account_code,
    every_row.movement_type,
    every_row.rule,
    every_row.functional_currency_code,
    every_row.amount_functional,
    every_row.group_currency_code,
    every_row.amount_group,
    every_row.event_code,
    every_row.source
from every_row
inner join {{ ref('int_translation_month') }} as rated_month
    on
        every_row.unit_id = rated_month.unit_id
        and every_row.branch_id = rated_month.branch_id
        and every_row.ledger = rated_month.ledger
        and every_row.group_period = rated_month.group_period
        and every_row.functional_currency_code = rated_month.functional_currency_code
