{# Whom statements are of: each branch by itself, and each branch that controls others together with all of them. #}
with head as (
    select distinct head_branch_id
    from {{ ref('int_ownership_path') }}
),

owned as (
    select
        owned_branch_id,
        owner_branch_id,
        method,
        row_number() over (
            partition by owned_branch_id
            order by
                case method when 'full' then 0 else 1 end asc,
                valid_to desc,
                ownership_pct desc,
                owner_branch_id asc
        ) as preference
    from {{ ref('int_ownership') }}
),

holder as (
    select
        owned_branch_id,
        owner_branch_id,
        method
    from owned
    where preference = 1
),

depth as (
    select
        way_down.branch_id,
        min(way_down.depth) as steps_down
    from {{ ref('int_ownership_path') }} as way_down
    left join holder
        on
            way_down.head_branch_id = holder.owned_branch_id
            and holder.method = 'full'
    where holder.owned_branch_id is null
    group by way_down.branch_id
),

root as (
    select
        way_down.branch_id,
        max(way_down.head_branch_id) as head_branch_id
    from {{ ref('int_ownership_path') }} as way_down
    left join holder
        on
            way_down.head_branch_id = holder.owned_branch_id
            and holder.method = 'full'
    where holder.owned_branch_id is null
    group by way_down.branch_id
),

policy as (
    select
        head_branch_id,
        nullif(currency_code, '') as currency_code,
        translation_method,
        first_month_of_year,
        ledger,
        approved_by
    from {{ ref('consolidation_policy') }}
),

unit as (
    select
        branch_id as unit_id,
        'branch' as unit_kind,
        branch_id as head_branch_id
    from {{ ref('dim_branch') }}
    union all
    select
        head.head_branch_id || ':group' as unit_id,
        case when holder.owned_branch_id is null then 'group' else 'sub_group' end as unit_kind,
        head.head_branch_id
    from head
    left join holder
        on
            head.head_branch_id = holder.owned_branch_id
            and holder.method = 'full'
)

select
    unit.unit_id,
    unit.unit_kind,
    unit.head_branch_id,
    case
        when unit.unit_kind = 'branch' then branch.functional_currency_code
        else coalesce(own.currency_code, everyone.currency_code, branch.functional_currency_code)
    end as currency_code,
    case
        when unit.unit_kind = 'branch' and head.head_branch_id is not null then unit.head_branch_id || ':group'
        when parent.head_branch_id is not null then parent.head_branch_id || ':group'
    end as parent_unit_id,
    cast(
        coalesce(depth.steps_down, 0)
        + case when unit.unit_kind = 'branch' and head.head_branch_id is not null then 1 else 0 end as bigint
    ) as level,  -- noqa: RF04
    coalesce(own.translation_method, everyone.translation_method, 'step_by_step') as translation_method,
    -- A branch's own year is the one of the group that it belongs to, unless it has a policy of its own.
    cast(
        coalesce(
            own.first_month_of_year,
            case when unit.unit_kind = 'branch' then of_root.first_month_of_year end,
            everyone.first_month_of_year,
            1
        ) as bigint
    ) as first_month_of_year,
    coalesce(
        own.ledger, case when unit.unit_kind = 'branch' then of_root.ledger end, everyone.ledger, 'local'
    ) as ledger,
    coalesce(own.approved_by, everyone.approved_by) as approved_by
from unit
left join {{ ref('dim_branch') }} as branch on unit.head_branch_id = branch.branch_id
left join head on unit.head_branch_id = head.head_branch_id
left join holder on unit.head_branch_id = holder.owned_branch_id
left join head as parent on holder.owner_branch_id = parent.head_branch_id
left join depth on unit.head_branch_id = depth.branch_id
left join root on unit.head_branch_id = root.branch_id
left join policy as own on unit.head_branch_id = own.head_branch_id
left join policy as of_root on root.head_branch_id = of_root.head_branch_id
left join policy as everyone on everyone.head_branch_id = '*'
