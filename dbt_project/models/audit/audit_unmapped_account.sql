{# One row per branch, and one per account that moved without a group account: its turnover is the difference. #}
with balance as (
    select
        branch_id,
        ledger,
        account_code,
        account_name,
        functional_currency_code,
        closing_balance_amount_functional as closing,
        abs(debit_amount_functional) + abs(credit_amount_functional) as turnover,
        row_number() over (
            partition by branch_id, ledger, account_code, functional_currency_code
            order by end_date desc, fiscal_period desc
        ) as recency
    from {{ ref('int_statement_balance') }}
    where group_account_code = '9999'
),

unmapped as (
    select
        branch_id,
        ledger,
        account_code,
        account_name,
        functional_currency_code,
        sum(closing) filter (where recency = 1) as closing,
        greatest(sum(turnover), max(abs(closing))) as size
    from balance
    group by branch_id, ledger, account_code, account_name, functional_currency_code
    having greatest(sum(turnover), max(abs(closing))) <> 0
)

select
    'unmapped_account' as check_name,
    'branch' as scope,
    branch_id,
    'all accounts' as subject,
    cast(null as string) as currency_code,
    'every account that moved has a group account' as expected,
    'every account that moved has a group account' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from {{ ref('dim_branch') }}
where branch_id not in (select unmapped.branch_id from unmapped)
union all
select
    'unmapped_account' as check_name,
    'branch' as scope,
    unmapped.branch_id,
    unmapped.ledger || ' ' || unmapped.account_code || coalesce(' ' || unmapped.account_name, '') as subject,
    unmapped.functional_currency_code as currency_code,
    'a group account' as expected,
    'none; closing balance ' || cast(unmapped.closing as string) as actual,
    {{ minor_units('unmapped.size', 'currency.minor_factor') }} as difference_minor,
    false as passed
from unmapped
left join {{ ref('currency') }} as currency
    on unmapped.functional_currency_code = currency.currency_code
