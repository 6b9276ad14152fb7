{# The group account of each branch account over time. Of several rules that hold in a posting period the more specific
   wins: exact, then the narrower range (ranges nest, so that is the one that begins last and, of those, ends first), then
   the pattern with more characters of its own, then the type. Periods that no rule covers go to 9999 Unmapped. #}
with account as (
    select
        branch_id,
        account_code
    from {{ ref('int_account_known') }}
),

candidate as (
    select
        branch_id,
        account_code,
        rule_kind,
        kind_rank,
        literal_length,
        account_from,
        account_to,
        group_account_code,
        valid_from_period,
        valid_to_period,
        note,
        proposed_by,
        approved_by
    from {{ ref('int_account_rule_match') }}
),

boundary as (
    select
        branch_id,
        account_code,
        '1900-01' as starts_with
    from account
    union
    select
        branch_id,
        account_code,
        valid_from_period as starts_with
    from candidate
    union
    select
        branch_id,
        account_code,
        {{ month_after(first_day_of('valid_to_period')) }} as starts_with
    from candidate
    where valid_to_period < '9999-12'
),

followed as (
    select
        branch_id,
        account_code,
        starts_with,
        lead(starts_with) over (partition by branch_id, account_code order by starts_with) as next_starts_with
    from boundary
),

stretch as (
    select
        branch_id,
        account_code,
        starts_with as valid_from_period,
        coalesce({{ month_before(first_day_of('next_starts_with')) }}, '9999-12') as valid_to_period,
        {{ first_day_of('starts_with') }} as valid_from,
        coalesce({{ day_before(first_day_of('next_starts_with')) }}, date '9999-12-31') as valid_to
    from followed
),

ranked as (
    select
        stretch.branch_id,
        stretch.account_code,
        stretch.valid_from_period,
        stretch.valid_to_period,
        stretch.valid_from,
        stretch.valid_to,
        candidate.group_account_code,
        candidate.rule_kind,
        candidate.note,
        candidate.proposed_by,
        candidate.approved_by,
        row_number() over (
            partition by stretch.branch_id, stretch.account_code, stretch.valid_from_period
            order by
                candidate.kind_rank asc,
                candidate.literal_length desc,
                candidate.account_from desc,
                candidate.account_to asc,
                candidate.valid_from_period desc,
                candidate.group_account_code asc
        ) as preference
    from stretch
    left join candidate
        on
            stretch.branch_id = candidate.branch_id
            and stretch.account_code = candidate.account_code
            and stretch.valid_from_period between candidate.valid_from_period and candidate.valid_to_period
)

select
    branch_id,
    account_code,
    valid_from_period,
    valid_to_period,
    valid_from,
    valid_to,
    coalesce(group_account_code, '9999') as group_account_code,
    coalesce(group_account_code, '9999') <> '9999' as is_mapped,
    rule_kind as mapping_rule,
    note as mapping_note,
    proposed_by as mapping_proposed_by,
    approved_by as mapping_approved_by
from ranked
where preference = 1
