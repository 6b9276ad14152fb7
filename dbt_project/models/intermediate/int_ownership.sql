{# Direct holdings in force: one row per owner, owned branch and first day; what was delivered last holds. A holding of
   a branch in itself is none (the audit names it). #}
with ranked as (
    select
        owner_branch_id,
        owned_branch_id,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        ownership_pct,
        method,
        row_number() over (
            partition by owner_branch_id, owned_branch_id, valid_from
            order by delivery_date desc, delivery_id desc
        ) as recency
    from {{ ref('stg_ownership') }}
    where owner_branch_id <> owned_branch_id
)

select
    owner_branch_id,
    owned_branch_id,
    valid_from,
    valid_to,
    ownership_pct,
    method
from ranked
where
    recency = 1
    and valid_from <= valid_to
