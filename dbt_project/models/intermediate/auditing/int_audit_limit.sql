-- The limit that holds for each branch: its own, else that of all others.
with ranked as (
    select
        branch.branch_id,
        set_limit.test,
        set_limit.parameter,
        set_limit.limit_value,
        row_number() over (
            partition by branch.branch_id, set_limit.test, set_limit.parameter
            order by case when set_limit.branch_id = '*' then 1 else 0 end
        ) as preference
    from {{ ref('dim_branch') }} as branch
    inner join {{ ref('audit_test_policy') }} as set_limit
        on set_limit.branch_id = '*' or branch.branch_id = set_limit.branch_id
)

select
    branch_id,
    test,
    parameter,
    limit_value
from ranked
where preference = 1
