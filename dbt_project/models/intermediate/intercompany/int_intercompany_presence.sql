{# When the balances and when the income of a branch stand in a group's books, in group months. Balances from the month
   of the first day on, up to the month before the last day's, unless the branch stays under another percentage. #}
with member as (
    select
        unit_id,
        branch_id,
        method,
        direct_pct,
        valid_from,
        valid_to,
        valid_from_period,
        valid_to_period
    from {{ ref('int_unit_member') }}
)

select
    member.unit_id,
    member.branch_id,
    member.method,
    member.direct_pct,
    member.valid_from,
    member.valid_to,
    member.valid_from_period as flow_from_period,
    member.valid_to_period as flow_to_period,
    {{ month_of('member.valid_from') }} as balance_from_period,
    case
        when member.valid_to >= date '9999-12-01' then '9999-12'
        when stays.branch_id is not null then {{ month_of('member.valid_to') }}
        else {{ month_before('member.valid_to') }}
    end as balance_to_period,
    case
        when member.valid_to < date '9999-12-01' and stays.branch_id is null then {{ month_of('member.valid_to') }}
    end as exit_period
from member
left join member as stays
    on
        member.unit_id = stays.unit_id
        and member.branch_id = stays.branch_id
        and member.method = stays.method
        and member.valid_to < date '9999-12-01'
        and stays.valid_from = {{ day_after('member.valid_to') }}
