select
    branch_id,
    supplying_branch_id,
    as_of_date,
    product_code,
    transaction_date,
    currency_code,
    carrying_amount,
    price_amount,
    seller_cost_amount,
    delivered_by_branch_id,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from {{ ref('stg_ic_stock') }}
