-- Two map rows of a branch that share a code and a day must nest, one strictly inside the other; and no range is empty.
with map_row as (
    select
        branch_id,
        account_from,
        account_to,
        coalesce(valid_from, date '1900-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        row_number() over (order by branch_id, account_from, account_to, valid_from, group_account_code) as row_id
    from {{ ref('account_map') }}
)

select
    one.branch_id,
    one.account_from,
    one.account_to,
    other.account_from as other_from,
    other.account_to as other_to
from map_row as one
inner join map_row as other
    on
        one.branch_id = other.branch_id
        and length(one.account_from) = length(other.account_from)
        and one.row_id < other.row_id
        and one.account_from <= other.account_to
        and one.account_to >= other.account_from
        and one.valid_from <= other.valid_to
        and one.valid_to >= other.valid_from
where
    (one.account_from = other.account_from and one.account_to = other.account_to)
    or (one.account_from < other.account_from and one.account_to < other.account_to)
    or (other.account_from < one.account_from and other.account_to < one.account_to)
union all
select
    branch_id,
    account_from,
    account_to,
    account_from as other_from,
    account_to as other_to
from map_row
where account_from > account_to or length(account_from) <> length(account_to) or valid_from > valid_to
