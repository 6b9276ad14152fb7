select
    code as group_account_code,
    name as group_account_name,
    account_type,
    statement,
    statement_line,
    normal_side,
    category,
    cash_flow_line,
    translation_rule,
    control_type,
    coalesce(intercompany_type, '') as intercompany_type,
    parent_code as parent_heading_code,
    cast(case when account_type in ('asset', 'expense', 'unmapped') then 1 else -1 end as bigint) as presentation_sign
from {{ ref('group_account') }}
