with member as (
    select
        branch_id,
        code,
        golden_id,
        rule,
        confidence,
        identifier_problem
    from {{ source('lake', 'golden_member') }}
    where kind = 'product'
),

-- A record that nothing was matched with is its own golden record.
identified as (
    select
        coalesce(member.golden_id, product.branch_id || '/product/' || product.product_code) as golden_id,
        product.branch_id,
        product.product_code,
        coalesce(member.rule, 'alone') as rule,
        cast(coalesce(member.confidence, 1) as decimal(5, 4)) as confidence,
        member.identifier_problem,
        product.product_name,
        product.product_group,
        product.unit_code,
        product.gtin,
        product.commodity_code,
        product.is_service,
        product.is_inferred,
        product.delivery_date,
        case
            when product.is_inferred then 3
            when product.gtin is not null then 1
            else 2
        end as trust
    from {{ ref('dim_product') }} as product
    left join member on product.branch_id = member.branch_id and product.product_code = member.code
)

select
    golden_id,
    branch_id,
    product_code,
    rule,
    confidence,
    identifier_problem,
    product_name,
    product_group,
    unit_code,
    gtin,
    commodity_code,
    is_service,
    is_inferred,
    trust,
    cast(row_number() over (
        partition by golden_id
        order by trust asc, coalesce(delivery_date, date '1900-01-01') desc, branch_id asc, product_code asc
    ) as bigint) as preference
from identified
