{{ config(materialized='view') }}
{# Branches by themselves: their books as they are, in their own currency. #}
select
    'actual' as scenario,
    unit.unit_id,
    'reported' as stage,
    book.branch_id,
    book.partner_branch_id,
    book.ledger,
    book.group_period,
    book.group_account_code,
    book.movement_type,
    book.rule,
    book.functional_currency_code,
    book.amount_functional,
    book.functional_currency_code as group_currency_code,
    book.amount_functional as amount_group,
    case book.rule
        when 'unbalanced_books' then 'What the books of this month lack to balance.'
        when 'cost_of_sales_allocation'
            then 'Share of an expense by nature that is cost of sales, by the table cost_allocation.'
        else 'As the branch booked it.'
    end as reason,
    book.source as source_kind,
    book.branch_id || ' ' || book.ledger || ' ' || book.group_period as source_reference,
    cast(null as string) as made_by,
    cast(null as string) as approved_by
from {{ ref('int_translation_book') }} as book
inner join {{ ref('dim_reporting_unit') }} as unit
    on
        book.branch_id = unit.unit_id
        and book.ledger = unit.ledger
        and unit.unit_kind = 'branch'
