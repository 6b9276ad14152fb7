{# The times during which a branch belongs to a unit without a gap, and how it came in: with the first data,
   founded, by a purchase of its own, or by the chain, that is with the purchase of a branch above it on the same
   day. #}
with stretch as (
    select
        unit_id,
        branch_id,
        method,
        direct_owner_branch_id,
        valid_from,
        valid_to,
        valid_from_period,
        valid_to_period,
        max(valid_to) over (
            partition by unit_id, branch_id, method
            order by valid_from
            rows between unbounded preceding and 1 preceding
        ) as covered_to
    from {{ ref('int_unit_member') }}
    where depth > 0
),

numbered as (
    select
        unit_id,
        branch_id,
        method,
        valid_from,
        valid_to,
        valid_from_period,
        valid_to_period,
        case when covered_to >= {{ day_before('valid_from') }} then null else direct_owner_branch_id end
            as first_holder_branch_id,
        sum(case when covered_to >= {{ day_before('valid_from') }} then 0 else 1 end) over (
            partition by unit_id, branch_id, method
            order by valid_from
            rows between unbounded preceding and current row
        ) as spell_number
    from stretch
),

spell as (
    select
        unit_id,
        branch_id,
        method,
        -- Numbered through both methods: an associate that becomes a subsidiary has two times, not one number twice.
        cast(
            row_number() over (partition by unit_id, branch_id order by min(valid_from), method) as bigint
        ) as spell_number,
        max(first_holder_branch_id) as first_holder_branch_id,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to,
        min(valid_from_period) as first_period,
        max(valid_to_period) as last_period
    from numbered
    group by unit_id, branch_id, method, spell_number
),

data_month as (
    select
        unit_id,
        branch_id,
        min(group_period) as first_data_period
    from {{ ref('int_translation_month') }}
    group by unit_id, branch_id
),

unit_month as (
    select
        unit_id,
        max(group_period) as last_data_period
    from {{ ref('int_translation_month') }}
    group by unit_id
),

-- An event beside the first or last day of a holding says in which month it belongs.
evening as (
    select distinct
        acquired_branch_id,
        event_kind,
        event_date
    from {{ ref('fct_acquisition_event') }}
    where event_kind in ('acquisition', 'disposal')
),

dated as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.method,
        spell.spell_number,
        spell.first_holder_branch_id,
        spell.valid_from,
        spell.valid_to,
        spell.first_period,
        spell.last_period,
        data_month.first_data_period,
        unit_month.last_data_period,
        data_month.first_data_period < spell.first_period as has_entry,
        case
            when data_month.first_data_period < spell.first_period
                then {{ month_of('coalesce(purchase.event_date, spell.valid_from)') }}
            else coalesce(data_month.first_data_period, spell.first_period)
        end as entry_period,
        case
            when spell.valid_to < date '9999-12-31'
                then {{ month_of('coalesce(sale.event_date, spell.valid_to)') }}
        end as exit_period
    from spell
    inner join unit_month on spell.unit_id = unit_month.unit_id
    left join data_month
        on
            spell.unit_id = data_month.unit_id
            and spell.branch_id = data_month.branch_id
    left join evening as purchase
        on
            spell.branch_id = purchase.acquired_branch_id
            and {{ day_before('spell.valid_from') }} = purchase.event_date
            and purchase.event_kind = 'acquisition'
    left join evening as sale
        on
            spell.branch_id = sale.acquired_branch_id
            and spell.valid_to = {{ day_before('sale.event_date') }}
            and sale.event_kind = 'disposal'
),

purchase as (
    select
        event_code,
        acquirer_branch_id,
        acquired_branch_id,
        event_date,
        row_number() over (
            partition by acquired_branch_id, {{ month_of('event_date') }}
            order by event_date desc, event_code desc
        ) as recency
    from {{ ref('fct_acquisition_event') }}
    where event_kind = 'acquisition'
),

level_0 as (
    select
        dated.unit_id,
        dated.branch_id,
        dated.valid_from,
        dated.branch_id as anchor_branch_id,
        purchase.event_code,
        purchase.acquirer_branch_id
    from dated
    inner join purchase
        on
            dated.branch_id = purchase.acquired_branch_id
            and (
                {{ month_of('dated.valid_from') }} = {{ month_of('purchase.event_date') }}
                or {{ day_before('dated.valid_from') }} = purchase.event_date
            )
            and purchase.recency = 1
),
{# Groups deeper than eight levels below a purchase are not looked for. #}
{% for level in range(1, 9) %}
level_{{ level }} as (
    select
        dated.unit_id,
        dated.branch_id,
        dated.valid_from,
        above.anchor_branch_id,
        above.event_code,
        dated.first_holder_branch_id as acquirer_branch_id
    from dated
    inner join level_{{ level - 1 }} as above
        on
            dated.unit_id = above.unit_id
            and dated.first_holder_branch_id = above.branch_id
            and dated.valid_from = above.valid_from
    left join level_0 as bought
        on
            dated.unit_id = bought.unit_id
            and dated.branch_id = bought.branch_id
            and dated.valid_from = bought.valid_from
    where
        dated.method = 'full'
        and bought.branch_id is null
),
{% endfor %}
anchored as (
    {% for level in range(0, 9) -%}
    select
        unit_id,
        branch_id,
        valid_from,
        anchor_branch_id,
        event_code,
        acquirer_branch_id
    from level_{{ level }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

rate_before as (
    select
        dated.unit_id,
        dated.branch_id,
        dated.method,
        dated.spell_number,
        max(rates.group_period) as group_period
    from dated
    inner join {{ ref('int_unit_rate') }} as rates
        on
            dated.unit_id = rates.unit_id
            and dated.branch_id = rates.branch_id
            and dated.first_period > rates.group_period
    group by dated.unit_id, dated.branch_id, dated.method, dated.spell_number
)

select
    dated.unit_id,
    dated.branch_id,
    dated.method,
    dated.spell_number,
    dated.valid_from,
    dated.valid_to,
    dated.first_period,
    dated.last_period,
    dated.first_data_period,
    dated.last_data_period,
    coalesce(dated.has_entry, false) as has_entry,
    dated.entry_period,
    dated.exit_period,
    case
        when anchored.branch_id is null then 'founded'
        when anchored.anchor_branch_id = dated.branch_id then 'purchase'
        else 'chain'
    end as entry_kind,
    anchored.anchor_branch_id,
    anchored.event_code,
    coalesce(anchored.acquirer_branch_id, dated.first_holder_branch_id) as acquirer_branch_id,
    -- The closing rate on the day of entry; where the books begin after a purchase, the rate of its day; else the rate
    -- with which the books begin.
    coalesce(
        case when not coalesce(dated.has_entry, false) then cast(day_rate.rate as decimal(38, 20)) end,
        rate_then.closing_rate,
        first_month.opening_rate,
        first_data.opening_rate
    ) as entry_rate
from dated
left join anchored
    on
        dated.unit_id = anchored.unit_id
        and dated.branch_id = anchored.branch_id
        and dated.valid_from = anchored.valid_from
left join rate_before
    on
        dated.unit_id = rate_before.unit_id
        and dated.branch_id = rate_before.branch_id
        and dated.method = rate_before.method
        and dated.spell_number = rate_before.spell_number
left join {{ ref('fct_acquisition_event') }} as bought on anchored.event_code = bought.event_code
left join {{ ref('dim_branch') }} as branch on dated.branch_id = branch.branch_id
left join {{ ref('dim_reporting_unit') }} as unit on dated.unit_id = unit.unit_id
left join {{ ref('int_currency_rate') }} as day_rate
    on
        branch.functional_currency_code = day_rate.from_currency_code
        and unit.currency_code = day_rate.to_currency_code
        and day_rate.rate_type = 'spot'
        and cast(bought.event_date as string) = day_rate.rate_key
left join {{ ref('int_unit_rate') }} as rate_then
    on
        rate_before.unit_id = rate_then.unit_id
        and rate_before.branch_id = rate_then.branch_id
        and rate_before.group_period = rate_then.group_period
left join {{ ref('int_unit_rate') }} as first_month
    on
        dated.unit_id = first_month.unit_id
        and dated.branch_id = first_month.branch_id
        and dated.first_period = first_month.group_period
left join {{ ref('int_unit_rate') }} as first_data
    on
        dated.unit_id = first_data.unit_id
        and dated.branch_id = first_data.branch_id
        and dated.first_data_period = first_data.group_period
where dated.entry_period <= dated.last_data_period
