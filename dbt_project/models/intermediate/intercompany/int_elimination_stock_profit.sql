{# The profit in stock that one company of a group bought from another leaves the books: charged to the seller, so that
   its non-controlling interests share it, and taken from the buyer's stock, with deferred tax at the buyer's rate. A row
   is the change since the list before; what a list no longer names was sold on, and what leaves the group is realised. #}
with held as (
    select
        unit_id,
        branch_id,
        supplying_branch_id,
        group_period,
        max(group_currency_code) as group_currency_code,
        max(minor_factor) as minor_factor,
        max(as_of_date) as as_of_date,
        max(buyer_method) as buyer_method,
        max(seller_method) as seller_method,
        sum(unrealised_amount_group) as unrealised
    from {{ ref('int_intercompany_stock') }}
    group by unit_id, branch_id, supplying_branch_id, group_period
),

pair as (
    select
        unit_id,
        branch_id,
        supplying_branch_id,
        max(group_currency_code) as group_currency_code,
        max(minor_factor) as minor_factor,
        max(buyer_method) as buyer_method,
        max(seller_method) as seller_method,
        min(group_period) as first_period
    from held
    group by unit_id, branch_id, supplying_branch_id
),

list as (
    select distinct
        branch_id,
        {{ month_of('as_of_date') }} as group_period
    from {{ ref('stg_ic_stock') }}
),

last_month as (
    select max(group_period) as group_period
    from {{ ref('int_branch_movement') }}
),

point as (
    select
        pair.unit_id,
        pair.branch_id,
        pair.supplying_branch_id,
        list.group_period
    from pair
    inner join list
        on
            pair.branch_id = list.branch_id
            and pair.first_period <= list.group_period
    union
    select
        pair.unit_id,
        pair.branch_id,
        pair.supplying_branch_id,
        presence.exit_period as group_period
    from pair
    inner join {{ ref('int_intercompany_presence') }} as presence
        on
            pair.unit_id = presence.unit_id
            and (pair.branch_id = presence.branch_id or pair.supplying_branch_id = presence.branch_id)
            and pair.first_period <= presence.exit_period
    cross join last_month
    where presence.exit_period <= last_month.group_period
),

tax_rate as (
    select
        branch_id,
        valid_from,
        coalesce(
            lead(valid_from) over (partition by branch_id order by valid_from), date '9999-12-31'
        ) as valid_before,
        cast(tax_rate_pct as decimal(20, 10)) as tax_rate_pct
    from {{ ref('branch_tax_rate') }}
),

closing as (
    select
        point.unit_id,
        point.branch_id,
        point.supplying_branch_id,
        point.group_period,
        pair.group_currency_code,
        pair.minor_factor,
        pair.buyer_method,
        pair.seller_method,
        coalesce(held.unrealised, 0) as unrealised,
        -- Downstream to an associate the stock is not in the group's books, and so has no tax base there.
        case
            when pair.buyer_method = 'equity' then 0
            else coalesce(
                {{ prorated(
                    'cast(held.unrealised as decimal(20, 4)) * cast(tax_rate.tax_rate_pct as decimal(17, 10))',
                    '1', '100', 'pair.minor_factor'
                ) }}, 0
            )
        end as deferred_tax
    from point
    inner join pair
        on
            point.unit_id = pair.unit_id
            and point.branch_id = pair.branch_id
            and point.supplying_branch_id = pair.supplying_branch_id
    left join held
        on
            point.unit_id = held.unit_id
            and point.branch_id = held.branch_id
            and point.supplying_branch_id = held.supplying_branch_id
            and point.group_period = held.group_period
    left join tax_rate
        on
            point.branch_id = tax_rate.branch_id
            and held.as_of_date >= tax_rate.valid_from
            and held.as_of_date < tax_rate.valid_before
),

change as (
    select
        unit_id,
        branch_id,
        supplying_branch_id,
        group_period,
        group_currency_code,
        buyer_method,
        seller_method,
        unrealised,
        unrealised - coalesce(lag(unrealised) over (
            partition by unit_id, branch_id, supplying_branch_id
            order by group_period
        ), 0) as profit,
        deferred_tax - coalesce(lag(deferred_tax) over (
            partition by unit_id, branch_id, supplying_branch_id
            order by group_period
        ), 0) as tax
    from closing
),

leg as (
    select 'charge' as leg
    union all
    select 'stock' as leg
    union all
    select 'tax_asset' as leg
    union all
    select 'tax_income' as leg
),

entry as (
    select
        change.unit_id,
        change.group_period,
        change.group_currency_code,
        change.branch_id as buyer_branch_id,
        change.supplying_branch_id as seller_branch_id,
        change.unrealised,
        leg.leg,
        case
            when leg.leg = 'stock' and change.buyer_method = 'equity' then change.branch_id
            when leg.leg = 'charge' and change.buyer_method = 'equity' then change.branch_id
            when leg.leg in ('stock', 'tax_asset') then change.branch_id
            when leg.leg = 'tax_income' and change.seller_method = 'equity' then change.branch_id
            else change.supplying_branch_id
        end as branch_id,
        case
            when leg.leg = 'charge' and 'equity' in (change.buyer_method, change.seller_method) then '7300'
            when leg.leg = 'charge' then '5000'
            when leg.leg = 'stock' and change.buyer_method = 'equity' then '1190'
            when leg.leg = 'stock' then '1200'
            when leg.leg = 'tax_asset' then '1420'
            else '8010'
        end as group_account_code,
        case leg.leg
            when 'charge' then change.profit
            when 'stock' then -change.profit
            when 'tax_asset' then change.tax
            else -change.tax
        end as amount_group
    from change
    cross join leg
)

select
    'actual' as scenario,
    entry.unit_id,
    'eliminated' as stage,
    entry.branch_id,
    case
        when entry.branch_id = entry.buyer_branch_id then entry.seller_branch_id else entry.buyer_branch_id
    end as partner_branch_id,
    unit.ledger,
    entry.group_period,
    entry.group_account_code,
    'stock_profit' as movement_type,
    case when entry.leg in ('charge', 'stock') then 'stock_profit' else 'stock_profit_deferred_tax' end as rule,
    branch.functional_currency_code,
    cast(null as decimal(20, 4)) as amount_functional,
    entry.group_currency_code,
    {{ money('entry.amount_group') }} as amount_group,
    case when entry.leg in ('charge', 'stock') then '' else 'Deferred tax on: ' end
    || case when entry.unrealised < 0 then 'loss of ' else 'profit of ' end
    || entry.seller_branch_id || ' in stock held by ' || entry.buyer_branch_id
    || case when entry.unrealised < 0 then ', which may point to an impairment' else '' end
    || ': change since the list before.' as reason,
    'ic_stock' as source_kind,
    entry.seller_branch_id || '>' || entry.buyer_branch_id || ' ' || entry.group_period as source_reference,
    'rule' as made_by,
    unit.approved_by
from entry
inner join {{ ref('int_capital_unit') }} as unit on entry.unit_id = unit.unit_id
left join {{ ref('dim_branch') }} as branch on entry.branch_id = branch.branch_id
where entry.amount_group <> 0
