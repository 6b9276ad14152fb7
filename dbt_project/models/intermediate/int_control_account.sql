{# Which control account each account of a subsidiary ledger is summed in: itself, or, where the branch posts to an
   account per party (as DATEV does), the one that the party's master record names. A party's code counts as such an
   account only where the chart does not hold it as something else. #}
with party as (
    select
        branch_id,
        'receivable' as side,
        customer_code as party_code,
        control_account_code
    from {{ ref('dim_customer') }}
    where control_account_code is not null
    union all
    select
        branch_id,
        'payable' as side,
        supplier_code as party_code,
        control_account_code
    from {{ ref('dim_supplier') }}
    where control_account_code is not null
),

control as (
    select
        branch_id,
        side,
        control_account_code
    from party
    union
    select
        branch_id,
        side,
        control_account_code
    from {{ ref('fct_open_balance') }}
    where control_account_code is not null
    union
    select
        branch_id,
        control_type as side,
        account_code as control_account_code
    from {{ ref('int_account_known') }}
    where control_type in ('receivable', 'payable')
)

select
    branch_id,
    side,
    control_account_code as account_code,
    control_account_code
from control
union all
select
    party.branch_id,
    party.side,
    party.party_code as account_code,
    party.control_account_code
from party
inner join {{ ref('int_account_known') }} as known
    on
        party.branch_id = known.branch_id
        and party.party_code = known.account_code
        and (known.is_inferred or party.side = known.control_type)
left join control
    on
        party.branch_id = control.branch_id
        and party.side = control.side
        and party.party_code = control.control_account_code
where control.control_account_code is null
