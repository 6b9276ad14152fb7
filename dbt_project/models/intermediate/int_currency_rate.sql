{# The rate of each pair: averages and closings by month, spots by day. An average is of the month that it is dated
   in, a closing rate is dated the month's last day; it is also that day's spot rate (IAS 21.8) where no other is given.
   Where a pair is not given but its opposite is, 1 / rate is taken and said
   to be so. Of several rates the one dated last and delivered last holds. #}
with given as (
    select
        from_currency_code,
        to_currency_code,
        rate_type,
        case rate_type when 'spot' then cast(rate_date as string) else {{ month_of('rate_date') }} end as rate_key,
        rate,
        0 as is_substitute,
        rate_date,
        delivery_date,
        delivery_id,
        source_row
    from {{ ref('fct_fx_rate') }}
    where
        rate_type in ('average', 'spot')
        or (rate_type = 'closing' and rate_date = last_day(rate_date))
    union all
    select
        from_currency_code,
        to_currency_code,
        'spot' as rate_type,
        cast(rate_date as string) as rate_key,
        rate,
        1 as is_substitute,
        rate_date,
        delivery_date,
        delivery_id,
        source_row
    from {{ ref('fct_fx_rate') }}
    where rate_type = 'closing'
),

both_ways as (
    select
        from_currency_code,
        to_currency_code,
        rate_type,
        rate_key,
        cast(rate as decimal(20, 10)) as rate,
        case is_substitute when 1 then 'given as closing' else 'given' end as rate_source,
        1 as direction,
        is_substitute,
        rate_date,
        delivery_date,
        delivery_id,
        source_row
    from given
    union all
    select
        to_currency_code as from_currency_code,
        from_currency_code as to_currency_code,
        rate_type,
        rate_key,
        {{ inverse_rate('rate') }} as rate,
        case is_substitute when 1 then 'inverse of closing' else 'inverse' end as rate_source,
        2 as direction,
        is_substitute,
        rate_date,
        delivery_date,
        delivery_id,
        source_row
    from given
),

ranked as (
    select
        from_currency_code,
        to_currency_code,
        rate_type,
        rate_key,
        rate,
        rate_source,
        row_number() over (
            partition by from_currency_code, to_currency_code, rate_type, rate_key
            order by
                is_substitute asc, direction asc, rate_date desc, delivery_date desc, delivery_id desc, source_row desc
        ) as preference
    from both_ways
)

select
    from_currency_code,
    to_currency_code,
    rate_type,
    rate_key,
    rate,
    rate_source
from ranked
where preference = 1
