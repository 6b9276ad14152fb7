{# The account map's rows that are applied, each with what it is: one code (exact), two codes (range), a code with `*`
   or `?` (pattern), or `type:` and an account type (type). Rows without a second person's approval are not applied. #}
with map_row as (
    select
        branch_id,
        account_from,
        coalesce(nullif(account_to, ''), account_from) as account_to,
        group_account_code,
        -- A date stands for its month: a mapping holds for whole posting periods.
        coalesce(substring(nullif(valid_from, ''), 1, 7), '1900-01') as valid_from_period,
        coalesce(substring(nullif(valid_to, ''), 1, 7), '9999-12') as valid_to_period,
        note,
        proposed_by,
        approved_by
    from {{ ref('account_map') }}
    where proposed_by <> '' and approved_by <> '' and proposed_by <> approved_by
),

kind as (
    select
        branch_id,
        account_from,
        account_to,
        group_account_code,
        valid_from_period,
        valid_to_period,
        note,
        proposed_by,
        approved_by,
        case
            when account_from like 'type:%' then 'type'
            when account_from like '%*%' or account_from like '%?%' then 'pattern'
            when account_from = account_to then 'exact'
            else 'range'
        end as rule_kind
    from map_row
)

select
    branch_id,
    rule_kind,
    account_from,
    account_to,
    case when rule_kind = 'type' then substring(account_from, 6) end as account_type,
    -- `*` is any text, `?` any one character; what LIKE itself would read as such is escaped.
    case
        when rule_kind = 'pattern'
            then
                replace(
                    replace(
                        replace(replace(replace(account_from, '^', '^^'), '%', '^%'), '_', '^_'),
                        '*', '%'
                    ),
                    '?', '_'
                )
    end as like_pattern,
    -- The more specific wins: first by kind, then by characters that are not `*` or `?`.
    case rule_kind when 'exact' then 1 when 'range' then 2 when 'pattern' then 3 else 4 end as kind_rank,
    case
        when rule_kind = 'pattern' then cast(length(replace(replace(account_from, '*', ''), '?', '')) as bigint)
        else 0
    end as literal_length,
    group_account_code,
    valid_from_period,
    valid_to_period,
    note,
    proposed_by,
    approved_by
from kind
