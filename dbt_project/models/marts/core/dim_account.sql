select
    account.branch_id,
    account.account_code,
    mapped.valid_from,
    mapped.valid_to,
    mapped.valid_to = date '9999-12-31' as is_current_mapping,
    account.account_name,
    account.account_type,
    account.normal_side,
    account.is_current,
    account.is_monetary,
    account.is_cash,
    account.control_type,
    account.parent_account_code,
    account.standard_account_code,
    mapped.group_account_code,
    group_account.group_account_name,
    group_account.account_type as group_account_type,
    group_account.statement,
    group_account.statement_line,
    group_account.presentation_sign,
    mapped.is_mapped,
    mapped.mapping_note,
    mapped.mapping_proposed_by,
    mapped.mapping_approved_by,
    account.is_inferred,
    account.delivery_id,
    account.delivery_date,
    account.source_file,
    account.source_sheet,
    account.source_row
from {{ ref('int_account_known') }} as account
inner join {{ ref('int_account_mapped') }} as mapped
    on account.branch_id = mapped.branch_id and account.account_code = mapped.account_code
inner join {{ ref('dim_group_account') }} as group_account
    on mapped.group_account_code = group_account.group_account_code
