{# Books that do not balance in a month are translated with what they lack as a line of its own on 9999 Unmapped. One
   row per branch, and one per branch, ledger and month that lacks something. #}
with finding as (
    select
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        sum(amount_functional) as amount_functional
    from {{ ref('int_translation_book') }}
    where rule = 'unbalanced_books'
    group by branch_id, ledger, group_period, functional_currency_code
)

select
    'unbalanced_books' as check_name,
    'branch' as scope,
    branch_id,
    'all months' as subject,
    cast(null as string) as currency_code,
    'debit equals credit in every month of the group' as expected,
    'debit equals credit in every month of the group' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from {{ ref('int_translation_book') }}
where branch_id not in (select finding.branch_id from finding)
group by branch_id
union all
select
    'unbalanced_books' as check_name,
    'branch' as scope,
    finding.branch_id,
    finding.ledger || ' ' || finding.group_period as subject,
    finding.functional_currency_code as currency_code,
    'debit equals credit' as expected,
    'credit less debit ' || cast(finding.amount_functional as string) as actual,
    {{ minor_units('finding.amount_functional', 'currency.minor_factor') }} as difference_minor,
    false as passed
from finding
left join {{ ref('currency') }} as currency on finding.functional_currency_code = currency.currency_code
