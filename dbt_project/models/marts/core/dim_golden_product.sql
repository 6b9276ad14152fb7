-- Each value is that of the preferred record that has one.
select
    golden_id,
    min_by(product_name, preference) filter (where product_name is not null) as product_name,
    min_by(product_group, preference) filter (where product_group is not null) as product_group,
    min_by(unit_code, preference) filter (where unit_code is not null) as unit_code,
    min_by(gtin, preference) filter (where gtin is not null) as gtin,
    min_by(commodity_code, preference) filter (where commodity_code is not null) as commodity_code,
    min_by(is_service, preference) filter (where is_service is not null) as is_service,
    min(case when is_inferred then 1 else 0 end) = 1 as is_inferred,
    count(*) as member_count,
    count(distinct branch_id) as branch_count
from {{ ref('int_golden_product') }}
group by golden_id
