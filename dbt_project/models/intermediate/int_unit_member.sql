{# Who belongs to a group, when and with how much. Where several ways lead to a branch their shares add up, and the
   way with the largest share gives the owner (and so the currencies that step-by-step translation passes). #}
with path as (
    select
        head_branch_id,
        branch_id,
        direct_owner_branch_id,
        valid_from,
        valid_to,
        effective_pct,
        direct_pct,
        method,
        depth
    from {{ ref('int_ownership_path') }}
),

boundary as (
    select
        head_branch_id,
        branch_id,
        valid_from as starts_on
    from path
    union
    select
        head_branch_id,
        branch_id,
        {{ day_after('valid_to') }} as starts_on
    from path
    where valid_to < date '9999-12-31'
),

stretch as (
    select
        head_branch_id,
        branch_id,
        starts_on as valid_from,
        coalesce(
            {{ day_before('lead(starts_on) over (partition by head_branch_id, branch_id order by starts_on)') }},
            date '9999-12-31'
        ) as valid_to
    from boundary
),

ranked as (
    select
        stretch.head_branch_id,
        stretch.branch_id,
        stretch.valid_from,
        stretch.valid_to,
        path.direct_owner_branch_id,
        path.direct_pct,
        path.method,
        path.depth,
        sum(path.effective_pct) over (
            partition by stretch.head_branch_id, stretch.branch_id, stretch.valid_from
        ) as effective_pct,
        row_number() over (
            partition by stretch.head_branch_id, stretch.branch_id, stretch.valid_from
            order by
                case path.method when 'full' then 0 else 1 end asc,
                path.effective_pct desc,
                path.depth asc,
                path.direct_owner_branch_id asc
        ) as preference
    from stretch
    inner join path
        on
            stretch.head_branch_id = path.head_branch_id
            and stretch.branch_id = path.branch_id
            and stretch.valid_from >= path.valid_from
            and stretch.valid_to <= path.valid_to
)

select
    unit_id,
    head_branch_id as branch_id,
    date '1900-01-01' as valid_from,
    date '9999-12-31' as valid_to,
    '1900-01' as valid_from_period,
    '9999-12' as valid_to_period,
    cast(100 as decimal(20, 10)) as effective_pct,
    cast(100 as decimal(20, 10)) as direct_pct,
    cast(null as string) as direct_owner_branch_id,
    'full' as method,  -- noqa: RF04
    cast(0 as bigint) as depth  -- noqa: RF04
from {{ ref('dim_reporting_unit') }}
where unit_kind <> 'branch'
union all
select
    head_branch_id || ':group' as unit_id,
    branch_id,
    valid_from,
    valid_to,
    {{ first_month_of_control('valid_from') }} as valid_from_period,
    {{ last_month_of_control('valid_to') }} as valid_to_period,
    cast(effective_pct as decimal(20, 10)) as effective_pct,
    cast(direct_pct as decimal(20, 10)) as direct_pct,
    direct_owner_branch_id,
    method,
    depth
from ranked
where preference = 1
