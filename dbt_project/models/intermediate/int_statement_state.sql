{# What the statements of each unit are made of, month by month, as one number each. Number 0 stands for the lines that
   the unit has at all, since every line stands in all of its months. Not here: the reference tables that describe lines,
   whose change builds everything anew. #}
with content as (
    select
        unit_id,
        month_index,
        {{ row_hash([
            "'movement'", 'scenario', 'currency_view', 'currency_code', 'ledger', 'group_account_code', 'movement_type',
            'cash_flow_line', 'amount',
        ]) }} as row_hash
    from {{ ref('int_unit_movement') }}
    union all
    select
        unit_id,
        month_index,
        {{ row_hash([
            "'month'", 'scenario', 'unit_kind', 'currency_view', 'currency_code', 'ledger', 'first_index',
            'has_balances', 'is_before', 'quarter_index', 'year_index',
        ]) }} as row_hash
    from {{ ref('int_unit_month') }}
    union all
    select
        unit_id,
        {{ month_index('group_period') }} as month_index,
        {{ row_hash(["'refused'", 'currency_view', 'ledger', 'amount']) }} as row_hash
    from {{ ref('int_unit_refused') }}
),

line as (
    select distinct
        unit_id,
        scenario,
        currency_view,
        currency_code,
        ledger,
        group_account_code,
        movement_type,
        cash_flow_line
    from {{ ref('int_unit_movement') }}
    union
    select distinct
        unit_id,
        'refused' as scenario,
        currency_view,
        '' as currency_code,
        '' as ledger,
        '' as group_account_code,
        '' as movement_type,
        '' as cash_flow_line
    from {{ ref('int_unit_refused') }}
),

numbered as (
    select
        unit_id,
        month_index,
        row_hash
    from content
    union all
    select
        unit_id,
        cast(0 as bigint) as month_index,
        {{ row_hash([
            'scenario', 'currency_view', 'currency_code', 'ledger', 'group_account_code', 'movement_type',
            'cash_flow_line',
        ]) }} as row_hash
    from line
)

select
    unit_id,
    month_index,
    count(*) as row_count,
    cast(sum(row_hash) as decimal(38, 0)) as content_number
from numbered
group by unit_id, month_index
