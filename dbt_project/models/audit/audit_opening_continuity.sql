{# A later year should open with what the year before left, its result being retained earnings by then. What it
   opens with otherwise is booked as a movement of its own kind, `opening_difference`, and named here, group
   account by group account. #}
with beginning as (
    select distinct
        branch_id,
        ledger,
        group_period,
        functional_currency_code
    from {{ ref('int_account_position') }}
    where is_beginning and previous_anchor_index is not null
),

difference as (
    select
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        sum(abs(amount_functional)) as amount,
        min(group_account_code) as first_account_code,
        count(*) as account_count
    from {{ ref('int_branch_beginning') }}
    where movement_type = 'opening_difference'
    group by branch_id, ledger, group_period, functional_currency_code
),

compared as (
    select
        beginning.branch_id,
        beginning.ledger,
        beginning.group_period,
        beginning.functional_currency_code,
        {{ money('coalesce(difference.amount, 0)') }} as amount,
        difference.first_account_code,
        coalesce(difference.account_count, 0) as account_count
    from beginning
    left join difference
        on
            beginning.branch_id = difference.branch_id
            and beginning.ledger = difference.ledger
            and beginning.group_period = difference.group_period
            and beginning.functional_currency_code = difference.functional_currency_code
)

select
    'opening_continuity' as check_name,
    'branch' as scope,
    compared.branch_id,
    compared.ledger || ' ' || compared.group_period as subject,
    compared.functional_currency_code as currency_code,
    'every group account opens with what the year before left' as expected,
    case
        when compared.account_count = 0 then 'they all do'
        else
            cast(compared.account_count as string) || ' of them differ by '
            || cast(compared.amount as string) || ' together, the first is ' || compared.first_account_code
    end as actual,
    {{ minor_units('compared.amount', 'currency.minor_factor') }} as difference_minor,
    compared.amount = 0 as passed
from compared
left join {{ ref('currency') }} as currency
    on compared.functional_currency_code = currency.currency_code
union all
select
    'opening_continuity' as check_name,
    'branch' as scope,
    branch_id,
    ledger as subject,
    functional_currency_code as currency_code,
    'every group account opens with what the year before left' as expected,
    'no later year has openings of its own' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from {{ ref('int_account_position') }}
group by branch_id, ledger, functional_currency_code
having max(case when is_beginning and previous_anchor_index is not null then 1 else 0 end) = 0
