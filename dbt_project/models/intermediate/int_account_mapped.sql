{# The group account of each branch account over time. A map row is a range of codes of equal length and an interval
   of dates; of several that hold on a day the narrowest wins: ranges nest, so that is the one that begins last and,
   of those, ends first. Days that no row covers go to 9999 Unmapped. #}
with account as (
    select
        branch_id,
        account_code
    from {{ ref('int_account_known') }}
),

map_row as (
    select
        branch_id,
        account_from,
        account_to,
        group_account_code,
        coalesce(valid_from, date '1900-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        note,
        proposed_by,
        approved_by
    from {{ ref('account_map') }}
),

candidate as (
    select
        account.branch_id,
        account.account_code,
        map_row.account_from,
        map_row.account_to,
        map_row.group_account_code,
        map_row.valid_from,
        map_row.valid_to,
        map_row.note,
        map_row.proposed_by,
        map_row.approved_by
    from account
    inner join map_row
        on
            account.branch_id = map_row.branch_id
            and length(account.account_code) = length(map_row.account_from)
            and account.account_code between map_row.account_from and map_row.account_to
),

boundary as (
    select
        branch_id,
        account_code,
        date '1900-01-01' as starts_on
    from account
    union
    select
        branch_id,
        account_code,
        valid_from as starts_on
    from candidate
    union
    select
        branch_id,
        account_code,
        {{ day_after('valid_to') }} as starts_on
    from candidate
    where valid_to < date '9999-12-31'
),

stretch as (
    select
        branch_id,
        account_code,
        starts_on as valid_from,
        coalesce(
            {{ day_before('lead(starts_on) over (partition by branch_id, account_code order by starts_on)') }},
            date '9999-12-31'
        ) as valid_to
    from boundary
),

ranked as (
    select
        stretch.branch_id,
        stretch.account_code,
        stretch.valid_from,
        stretch.valid_to,
        candidate.group_account_code,
        candidate.note,
        candidate.proposed_by,
        candidate.approved_by,
        row_number() over (
            partition by stretch.branch_id, stretch.account_code, stretch.valid_from
            order by candidate.account_from desc, candidate.account_to asc, candidate.valid_from desc
        ) as preference
    from stretch
    left join candidate
        on
            stretch.branch_id = candidate.branch_id
            and stretch.account_code = candidate.account_code
            and stretch.valid_from between candidate.valid_from and candidate.valid_to
)

select
    branch_id,
    account_code,
    valid_from,
    valid_to,
    coalesce(group_account_code, '9999') as group_account_code,
    coalesce(group_account_code, '9999') <> '9999' as is_mapped,
    note as mapping_note,
    proposed_by as mapping_proposed_by,
    approved_by as mapping_approved_by
from ranked
where preference = 1
