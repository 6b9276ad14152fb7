-- No two rules of equal specificity hold for an account in the same period and name different group accounts: of two
-- ranges one must lie inside the other. And no range or interval is empty.
select
    one.branch_id,
    one.account_code,
    one.account_from,
    one.account_to,
    one.group_account_code,
    other.account_from as other_from,
    other.account_to as other_to,
    other.group_account_code as other_group_account_code
from {{ ref('int_account_rule_match') }} as one
inner join {{ ref('int_account_rule_match') }} as other
    on
        one.branch_id = other.branch_id
        and one.account_code = other.account_code
        and one.kind_rank = other.kind_rank
        and one.literal_length = other.literal_length
        and one.group_account_code < other.group_account_code
        and one.valid_from_period <= other.valid_to_period
        and one.valid_to_period >= other.valid_from_period
where
    one.rule_kind <> 'range'
    or (one.account_from = other.account_from and one.account_to = other.account_to)
    or (one.account_from < other.account_from and one.account_to < other.account_to)
    or (other.account_from < one.account_from and other.account_to < one.account_to)
union all
select
    branch_id,
    cast(null as string) as account_code,
    account_from,
    account_to,
    group_account_code,
    account_from as other_from,
    account_to as other_to,
    group_account_code as other_group_account_code
from {{ ref('int_account_rule') }}
where
    valid_from_period > valid_to_period
    or (rule_kind = 'range' and (account_from > account_to or length(account_from) <> length(account_to)))
