with compared as (
    select
        record.branch_id,
        record.party_type,
        record.party_code,
        record.golden_id,
        record.rule,
        record.confidence,
        record.identifier_problem,
        record.preference,
        record.party_name,
        record.tax_id,
        record.registration_id,
        record.country_code,
        record.address_line,
        record.postal_code,
        record.city,
        record.bank_account,
        case when record.party_name <> golden.party_name then ' party_name' else '' end
        || case when record.tax_id <> golden.tax_id then ' tax_id' else '' end
        || case when record.registration_id <> golden.registration_id then ' registration_id' else '' end
        || case when record.country_code <> golden.country_code then ' country_code' else '' end
        || case when record.address_line <> golden.address_line then ' address_line' else '' end
        || case when record.postal_code <> golden.postal_code then ' postal_code' else '' end
        || case when record.city <> golden.city then ' city' else '' end
        || case when record.bank_account <> golden.bank_account then ' bank_account' else '' end as losing
    from {{ ref('int_golden_party') }} as record
    inner join {{ ref('dim_party') }} as golden on record.golden_id = golden.golden_id
)

select
    branch_id,
    party_type,
    party_code,
    golden_id,
    rule,
    confidence,
    preference,
    party_name,
    tax_id,
    registration_id,
    country_code,
    address_line,
    postal_code,
    city,
    bank_account,
    nullif(substring(losing, 2), '') as losing_columns,
    identifier_problem
from compared
