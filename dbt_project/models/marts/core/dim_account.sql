select
    known.branch_id,
    known.account_code,
    mapped.valid_from,
    mapped.valid_to,
    mapped.valid_from_period,
    mapped.valid_to_period,
    mapped.valid_to_period = '9999-12' as is_current_mapping,
    known.account_name,
    known.account_type,
    known.normal_side,
    known.is_current,
    known.is_monetary,
    known.is_cash,
    known.control_type,
    known.parent_account_code,
    known.standard_account_code,
    mapped.group_account_code,
    group_account.group_account_name,
    group_account.account_type as group_account_type,
    group_account.statement,
    group_account.statement_line,
    group_account.presentation_sign,
    mapped.is_mapped,
    mapped.mapping_rule,
    mapped.mapping_note,
    mapped.mapping_proposed_by,
    mapped.mapping_approved_by,
    known.is_inferred,
    known.delivery_id,
    known.delivery_date,
    known.source_file,
    known.source_sheet,
    known.source_row
from {{ ref('int_account_known') }} as known
inner join {{ ref('int_account_mapped') }} as mapped
    on known.branch_id = mapped.branch_id and known.account_code = mapped.account_code
inner join {{ ref('dim_group_account') }} as group_account
    on mapped.group_account_code = group_account.group_account_code
