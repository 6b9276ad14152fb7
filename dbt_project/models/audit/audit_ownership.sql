{# Who owns whom, before anything is consolidated: rings, shares above 100, branches nobody knows, two holdings of one
   pair at a time, and changes within a month, which count at the nearest month end. #}
with holding as (
    select
        owner_branch_id,
        owned_branch_id,
        valid_from,
        valid_to,
        ownership_pct,
        method
    from {{ ref('int_ownership') }}
),

ring as (
    select distinct
        way_down.head_branch_id as branch_id,
        replace(substring(way_down.way, 2), '|', ' > ') || way_down.head_branch_id as subject,
        'nobody owns the branch that owns it' as expected,
        'holdings in a ring; the way is followed once' as actual
    from {{ ref('int_ownership_path') }} as way_down
    inner join holding
        on
            way_down.branch_id = holding.owner_branch_id
            and way_down.head_branch_id = holding.owned_branch_id
            and way_down.valid_from <= holding.valid_to
            and way_down.valid_to >= holding.valid_from
    where way_down.method = 'full'
),

first_day as (
    select distinct
        owned_branch_id,
        valid_from
    from holding
),

shared as (
    select
        first_day.owned_branch_id as branch_id,
        first_day.valid_from,
        sum(holding.ownership_pct) as ownership_pct
    from first_day
    inner join holding
        on
            first_day.owned_branch_id = holding.owned_branch_id
            and first_day.valid_from between holding.valid_from and holding.valid_to
    group by first_day.owned_branch_id, first_day.valid_from
    having sum(holding.ownership_pct) > 100
),

controllers as (
    select
        one.owned_branch_id as branch_id,
        one.owner_branch_id || ' and ' || another.owner_branch_id as owners,
        greatest(one.valid_from, another.valid_from) as valid_from
    from holding as one
    inner join holding as another
        on
            one.owned_branch_id = another.owned_branch_id
            and one.owner_branch_id < another.owner_branch_id
            and one.valid_from <= another.valid_to
            and one.valid_to >= another.valid_from
    where
        one.method = 'full'
        and another.method = 'full'
),

finding as (
    select
        branch_id,
        subject,
        expected,
        actual
    from ring
    union all
    select
        owner_branch_id as branch_id,
        'holding in itself' as subject,
        'a holding in another branch' as expected,
        owner_branch_id || ' owns ' || owned_branch_id || '; left out' as actual
    from {{ ref('stg_ownership') }}
    where owner_branch_id = owned_branch_id
    union all
    select
        branch_id,
        'shares on ' || cast(valid_from as string) as subject,
        'at most 100 in all' as expected,
        cast(ownership_pct as string) as actual
    from shared
    union all
    select
        earlier.owned_branch_id as branch_id,
        earlier.owner_branch_id || ' in ' || earlier.owned_branch_id || ' from ' || cast(another.valid_from as string)
            as subject,
        'one holding at a time' as expected,
        'the holding from ' || cast(earlier.valid_from as string) || ' lasts until ' || cast(earlier.valid_to as string)
            as actual
    from holding as earlier
    inner join holding as another
        on
            earlier.owner_branch_id = another.owner_branch_id
            and earlier.owned_branch_id = another.owned_branch_id
            and earlier.valid_from < another.valid_from
            and earlier.valid_to >= another.valid_from
    union all
    select
        branch_id,
        'control on ' || cast(valid_from as string) as subject,
        'one branch that controls it directly' as expected,
        owners as actual
    from controllers
    union all
    select
        holding.owned_branch_id as branch_id,
        coalesce(case when holder.branch_id is null then holding.owner_branch_id end, holding.owned_branch_id)
            as subject,
        'a branch that is known' as expected,
        'no record of it, and nothing delivered' as actual
    from holding
    left join {{ ref('dim_branch') }} as holder on holding.owner_branch_id = holder.branch_id
    left join {{ ref('dim_branch') }} as company on holding.owned_branch_id = company.branch_id
    where
        holder.branch_id is null
        or company.branch_id is null
    union all
    select
        owned_branch_id as branch_id,
        owner_branch_id || ' in ' || owned_branch_id || ' from ' || cast(valid_from as string) as subject,
        'the first or last day of a month' as expected,
        'counts from ' || {{ first_month_of_control('valid_from') }} || ' on' as actual
    from holding
    where
        valid_from <> {{ first_day_of(month_of('valid_from')) }}
        and valid_from <> last_day(valid_from)
    union all
    select
        owned_branch_id as branch_id,
        owner_branch_id || ' in ' || owned_branch_id || ' until ' || cast(valid_to as string) as subject,
        'the last day of a month' as expected,
        'counts to the end of ' || {{ last_month_of_control('valid_to') }} as actual
    from holding
    where
        valid_to < date '9999-12-31'
        and valid_to <> last_day(valid_to)
)

select
    'ownership' as check_name,
    'branch' as scope,
    owned_branch_id as branch_id,
    'all holdings' as subject,
    cast(null as string) as currency_code,
    'holdings that can be followed' as expected,
    'holdings that can be followed' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from holding
where owned_branch_id not in (select finding.branch_id from finding)
group by owned_branch_id
union all
select
    'ownership' as check_name,
    'branch' as scope,
    branch_id,
    subject,
    cast(null as string) as currency_code,
    expected,
    actual,
    cast(1 as bigint) as difference_minor,
    false as passed
from finding
