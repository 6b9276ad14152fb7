{# Closing entries that were recognised though the branch does not mark them: counted as closing of the year, not
   as income and expense. The branch should mark them; each period is named with its first document. #}
with recognised as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        functional_currency_code,
        max(document_count) as document_count,
        min(first_document) as first_document,
        sum(case when amount_functional > 0 then amount_functional else 0 end) as amount
    from {{ ref('int_unmarked_closing') }}
    group by branch_id, ledger, fiscal_year, fiscal_period, functional_currency_code
)

select
    'unmarked_closing' as check_name,
    'branch' as scope,
    recognised.branch_id,
    {{ period_label('recognised') }} as subject,
    recognised.functional_currency_code as currency_code,
    'closing entries are marked as such' as expected,
    'document ' || recognised.first_document || ' empties the result accounts and is not marked' as actual,
    {{ minor_units('recognised.amount', 'currency.minor_factor') }} as difference_minor,
    false as passed
from recognised
left join {{ ref('currency') }} as currency
    on recognised.functional_currency_code = currency.currency_code
union all
select
    'unmarked_closing' as check_name,
    'branch' as scope,
    books.branch_id,
    books.ledger as subject,
    books.functional_currency_code as currency_code,
    'closing entries are marked as such' as expected,
    'none was recognised that is not' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from {{ ref('int_account_position') }} as books
left join recognised
    on
        books.branch_id = recognised.branch_id
        and books.ledger = recognised.ledger
        and books.functional_currency_code = recognised.functional_currency_code
where recognised.branch_id is null
group by books.branch_id, books.ledger, books.functional_currency_code
