with compared as (
    select
        record.branch_id,
        record.product_code,
        record.golden_id,
        record.rule,
        record.confidence,
        record.identifier_problem,
        record.preference,
        record.product_name,
        record.product_group,
        record.unit_code,
        record.gtin,
        record.commodity_code,
        record.is_service,
        case when record.product_name <> golden.product_name then ' product_name' else '' end
        || case when record.product_group <> golden.product_group then ' product_group' else '' end
        || case when record.unit_code <> golden.unit_code then ' unit_code' else '' end
        || case when record.gtin <> golden.gtin then ' gtin' else '' end
        || case when record.commodity_code <> golden.commodity_code then ' commodity_code' else '' end
        || case when record.is_service <> golden.is_service then ' is_service' else '' end as losing
    from {{ ref('int_golden_product') }} as record
    inner join {{ ref('dim_golden_product') }} as golden on record.golden_id = golden.golden_id
)

select
    branch_id,
    product_code,
    golden_id,
    rule,
    confidence,
    preference,
    product_name,
    product_group,
    unit_code,
    gtin,
    commodity_code,
    is_service,
    nullif(substring(losing, 2), '') as losing_columns,
    identifier_problem
from compared
