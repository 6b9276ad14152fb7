{# Profit that stands in stock which one company of a group bought from another, in the group's currency: carrying
   amount x (price - seller's cost) / price x the rate of the purchase, rounded once (IFRS 10.B86). Only what was bought while
   both belonged to the group, and as long as both do; with an associate only the group's share (IAS 28.28). #}
with listed as (
    select
        branch_id,
        supplying_branch_id,
        as_of_date,
        {{ month_of('as_of_date') }} as group_period,
        product_code,
        transaction_date,
        currency_code,
        carrying_amount,
        price_amount,
        seller_cost_amount,
        max(as_of_date) over (partition by branch_id, {{ month_of('as_of_date') }}) as last_date_of_month
    from {{ ref('stg_ic_stock') }}
),

presence as (
    select
        unit_id,
        branch_id,
        method,
        direct_pct,
        valid_from,
        valid_to,
        balance_from_period,
        balance_to_period
    from {{ ref('int_intercompany_presence') }}
),

held as (
    select
        unit.unit_id,
        unit.currency_code as group_currency_code,
        unit.minor_factor,
        listed.branch_id,
        listed.supplying_branch_id,
        listed.as_of_date,
        listed.group_period,
        listed.product_code,
        listed.transaction_date,
        listed.currency_code,
        listed.carrying_amount,
        listed.price_amount,
        listed.seller_cost_amount,
        buyer.method as buyer_method,
        seller.method as seller_method,
        case
            when buyer.method = 'equity' then buyer.direct_pct
            when seller.method = 'equity' then seller.direct_pct
            else cast(100 as decimal(20, 10))
        end as share_pct,
        row_number() over (
            partition by
                unit.unit_id, listed.branch_id, listed.supplying_branch_id, listed.as_of_date, listed.product_code,
                listed.transaction_date
            order by buyer.valid_from desc, seller.valid_from desc
        ) as preference
    from listed
    inner join presence as buyer
        on
            listed.branch_id = buyer.branch_id
            and listed.group_period between buyer.balance_from_period and buyer.balance_to_period
    inner join presence as seller
        on
            listed.supplying_branch_id = seller.branch_id
            and buyer.unit_id = seller.unit_id
            and listed.group_period between seller.balance_from_period and seller.balance_to_period
    inner join presence as buyer_then
        on
            buyer.unit_id = buyer_then.unit_id
            and listed.branch_id = buyer_then.branch_id
            and listed.transaction_date between buyer_then.valid_from and buyer_then.valid_to
    inner join presence as seller_then
        on
            buyer.unit_id = seller_then.unit_id
            and listed.supplying_branch_id = seller_then.branch_id
            and listed.transaction_date between seller_then.valid_from and seller_then.valid_to
    inner join {{ ref('int_capital_unit') }} as unit on buyer.unit_id = unit.unit_id
    where
        listed.as_of_date = listed.last_date_of_month
        and listed.price_amount > 0
        and listed.branch_id <> listed.supplying_branch_id
        and not (buyer.method = 'equity' and seller.method = 'equity')
),

rated as (
    select
        held.unit_id,
        held.group_currency_code,
        held.minor_factor,
        held.branch_id,
        held.supplying_branch_id,
        held.as_of_date,
        held.group_period,
        held.product_code,
        held.transaction_date,
        held.currency_code,
        held.carrying_amount,
        held.price_amount,
        held.seller_cost_amount,
        held.buyer_method,
        held.seller_method,
        held.share_pct,
        case
            when held.currency_code = held.group_currency_code then cast(1 as decimal(38, 20))
            else coalesce(
                cast(spot.rate as decimal(38, 20)),
                cast(day_closing.rate as decimal(38, 20)),
                bought.average_rate,
                as_of.closing_rate
            )
        end as rate,
        case
            when held.currency_code = held.group_currency_code then 'same currency'
            when spot.rate is not null then 'spot'
            when day_closing.rate is not null then 'closing of the day'
            when bought.average_rate is not null then 'average of the month of purchase'
            when as_of.closing_rate is not null then 'closing of the month of the list'
            else 'missing'
        end as rate_source
    from held
    left join {{ ref('int_currency_rate') }} as spot
        on
            held.currency_code = spot.from_currency_code
            and held.group_currency_code = spot.to_currency_code
            and spot.rate_type = 'spot'
            and cast(held.transaction_date as string) = spot.rate_key
    left join {{ ref('int_currency_rate') }} as day_closing
        on
            held.currency_code = day_closing.from_currency_code
            and held.group_currency_code = day_closing.to_currency_code
            and day_closing.rate_type = 'closing'
            and {{ month_of('held.transaction_date') }} = day_closing.rate_key
            and held.transaction_date = last_day(held.transaction_date)
    left join {{ ref('int_unit_rate') }} as bought
        on
            held.unit_id = bought.unit_id
            and held.branch_id = bought.branch_id
            and held.currency_code = bought.functional_currency_code
            and {{ month_of('held.transaction_date') }} = bought.group_period
    left join {{ ref('int_unit_rate') }} as as_of
        on
            held.unit_id = as_of.unit_id
            and held.branch_id = as_of.branch_id
            and held.currency_code = as_of.functional_currency_code
            and held.group_period = as_of.group_period
    where held.preference = 1
)

select
    unit_id,
    group_currency_code,
    minor_factor,
    branch_id,
    supplying_branch_id,
    as_of_date,
    group_period,
    product_code,
    transaction_date,
    currency_code,
    carrying_amount,
    price_amount,
    seller_cost_amount,
    buyer_method,
    seller_method,
    share_pct,
    rate,
    rate_source,
    coalesce(
        {{ prorated(
            'cast(carrying_amount as decimal(20, 4)) * ' ~ rate_high('rate'),
            '(price_amount - seller_cost_amount) * cast(share_pct as decimal(17, 10))',
            '(price_amount * 100)',
            'minor_factor'
        ) }}, 0
    ) as unrealised_amount_group
from rated
