select
    code as group_account_code,
    name as group_account_name,
    account_type,
    statement,
    statement_line,
    normal_side,
    cast(case when account_type in ('asset', 'expense', 'unmapped') then 1 else -1 end as bigint) as presentation_sign
from {{ ref('group_account') }}
