{# Rates are looked for before anything is translated. A branch whose month lacks one stands still in that group from
   there on; here stands which unit, branch, month and kind it is, and which step of the way has no rate. #}
with month as (
    select
        unit_id,
        branch_id,
        group_period,
        functional_currency_code,
        group_currency_code,
        lacks_average,
        lacks_closing,
        lacks_opening
    from {{ ref('int_translation_month') }}
),

lacking as (
    select
        unit_id,
        branch_id,
        group_period,
        'average' as rate_type,
        group_period as rate_key
    from month
    where lacks_average
    union
    select
        unit_id,
        branch_id,
        group_period,
        'closing' as rate_type,
        group_period as rate_key
    from month
    where lacks_closing
    union
    select
        unit_id,
        branch_id,
        {{ month_before(first_day_of('group_period')) }} as group_period,
        'closing' as rate_type,
        {{ month_before(first_day_of('group_period')) }} as rate_key
    from month
    where lacks_opening
    union
    select
        unit_id,
        branch_id,
        group_period,
        'spot' as rate_type,
        cast(event_date as string) as rate_key
    from {{ ref('int_unit_equity_event') }}
    where amount_group is null
),

member as (
    select distinct branch_id
    from {{ ref('int_unit_member') }}
),

finding as (
    select
        lacking.branch_id,
        lacking.unit_id || ' ' || lacking.branch_id || ' ' || lacking.rate_key || ' ' || lacking.rate_type as subject,
        'a rate for every step' as expected,
        coalesce(way.rate_source, 'no way from the branch to the group') as actual
    from lacking
    left join {{ ref('int_unit_rate_way') }} as way
        on
            lacking.unit_id = way.unit_id
            and lacking.branch_id = way.branch_id
            and lacking.rate_type = way.rate_type
            and lacking.rate_key = way.rate_key
    union all
    select
        book.branch_id,
        'books in ' || book.functional_currency_code as subject,
        'books in the functional currency ' || coalesce(branch.functional_currency_code, '(not known)') as expected,
        'books in ' || book.functional_currency_code || ', which are not translated' as actual
    from {{ ref('int_translation_book') }} as book
    inner join member on book.branch_id = member.branch_id
    left join {{ ref('dim_branch') }} as branch on book.branch_id = branch.branch_id
    where
        branch.functional_currency_code is null
        or book.functional_currency_code <> branch.functional_currency_code
    group by book.branch_id, book.functional_currency_code, branch.functional_currency_code
)

select
    'missing_rate' as check_name,
    'branch' as scope,
    branch_id,
    'all rates' as subject,
    cast(null as string) as currency_code,
    'a rate for every step' as expected,
    'a rate for every step' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from month
where branch_id not in (select finding.branch_id from finding)
group by branch_id
union all
select
    'missing_rate' as check_name,
    'branch' as scope,
    branch_id,
    subject,
    cast(null as string) as currency_code,
    expected,
    actual,
    cast(1 as bigint) as difference_minor,
    false as passed
from finding
