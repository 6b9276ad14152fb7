{{ config(
    database='warehouse',
    schema='kept',
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_books',
    on_schema_change='fail'
) }}
{{ built_after('int_book_change') }}
{# The books of each branch as movements of the group's months on the group's chart: their sum to date is the
   balance. #}
with first_stretch as (
    select
        branch_id,
        ledger,
        min(anchor_index) as anchor_index
    from {{ ref('int_account_position') }}
    group by branch_id, ledger
),

moved as (
    select
        detail.branch_id,
        detail.ledger,
        standing.group_period,
        standing.group_account_code,
        detail.partner_branch_id,
        detail.cost_center_code,
        detail.movement_type,
        detail.functional_currency_code,
        detail.amount_functional,
        detail.movement_source as source
    from {{ ref('int_account_detail') }} as detail
    inner join {{ ref('int_account_position') }} as standing
        on
            detail.branch_id = standing.branch_id
            and detail.ledger = standing.ledger
            and detail.fiscal_year = standing.fiscal_year
            and detail.fiscal_period = standing.fiscal_period
            and detail.account_code = standing.account_code
            and detail.functional_currency_code = standing.functional_currency_code
),

-- Who stands behind the first opening, where its entries say so: from nobody's share to the partner's.
opened_against as (
    select
        partner.branch_id,
        partner.ledger,
        partner.account_code,
        partner.partner_branch_id,
        partner.functional_currency_code,
        partner.fiscal_year,
        partner.amount_functional
    from {{ ref('int_partner_movement') }} as partner
    where partner.is_opening
),

opening_partner as (
    select
        opened_against.branch_id,
        opened_against.ledger,
        beginning.group_period,
        case
            when beginning.is_result and not beginning.begins_within_year then '2100'
            else beginning.group_account_code
        end as group_account_code,
        opened_against.partner_branch_id,
        opened_against.functional_currency_code,
        opened_against.amount_functional
    from opened_against
    inner join {{ ref('int_account_position') }} as beginning
        on
            opened_against.branch_id = beginning.branch_id
            and opened_against.ledger = beginning.ledger
            and opened_against.fiscal_year = beginning.fiscal_year
            and opened_against.account_code = beginning.account_code
            and opened_against.functional_currency_code = beginning.functional_currency_code
            and beginning.is_beginning
    inner join first_stretch
        on
            beginning.branch_id = first_stretch.branch_id
            and beginning.ledger = first_stretch.ledger
            and beginning.anchor_index = first_stretch.anchor_index
),

part as (
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        cost_center_code,
        movement_type,
        functional_currency_code,
        amount_functional,
        source
    from moved
    union all
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        '' as partner_branch_id,
        '' as cost_center_code,
        movement_type,
        functional_currency_code,
        amount_functional,
        source
    from {{ ref('int_branch_beginning') }}
    union all
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        '' as cost_center_code,
        'opening' as movement_type,
        functional_currency_code,
        amount_functional,
        'ledger' as source
    from opening_partner
    union all
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        '' as partner_branch_id,
        '' as cost_center_code,
        'opening' as movement_type,
        functional_currency_code,
        -amount_functional as amount_functional,
        'ledger' as source
    from opening_partner
    union all
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        '' as cost_center_code,
        'mapping_change' as movement_type,
        functional_currency_code,
        amount_functional,
        'ledger' as source
    from {{ ref('int_account_remapping') }}
    union all
    select
        branch_id,
        ledger,
        group_period,
        previous_group_account_code as group_account_code,
        partner_branch_id,
        '' as cost_center_code,
        'mapping_change' as movement_type,
        functional_currency_code,
        -amount_functional as amount_functional,
        'ledger' as source
    from {{ ref('int_account_remapping') }}
)

select
    branch_id,
    ledger,
    group_period,
    group_account_code,
    partner_branch_id,
    cost_center_code,
    movement_type,
    functional_currency_code,
    {{ money('sum(amount_functional)') }} as amount_functional,
    source
from part
group by
    branch_id,
    ledger,
    group_period,
    group_account_code,
    partner_branch_id,
    cost_center_code,
    movement_type,
    functional_currency_code,
    source
having sum(amount_functional) <> 0
