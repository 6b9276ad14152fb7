{# Every account of a branch: of its chart, else inferred from the entries and trial balances that name it. #}
with chart as (
    select
        branch_id,
        account_code,
        account_name,
        account_type,
        normal_side,
        is_current,
        is_monetary,
        is_cash,
        control_type,
        parent_account_code,
        standard_account_code,
        delivery_id,
        delivery_date,
        source_file,
        source_sheet,
        source_row
    from {{ ref('stg_gl_account') }}
),

mentioned as (
    select
        branch_id,
        account_code,
        cast(null as string) as account_name
    from {{ ref('fct_gl_balance') }}
    union all
    select
        branch_id,
        account_code,
        account_name
    from {{ ref('fct_trial_balance') }}
),

inferred as (
    select
        mentioned.branch_id,
        mentioned.account_code,
        max(mentioned.account_name) as account_name
    from mentioned
    left join chart
        on mentioned.branch_id = chart.branch_id and mentioned.account_code = chart.account_code
    where chart.account_code is null
    group by mentioned.branch_id, mentioned.account_code
)

select
    branch_id,
    account_code,
    account_name,
    account_type,
    normal_side,
    is_current,
    is_monetary,
    is_cash,
    control_type,
    parent_account_code,
    standard_account_code,
    false as is_inferred,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from chart
union all
select
    branch_id,
    account_code,
    account_name,
    cast(null as string) as account_type,
    cast(null as string) as normal_side,
    cast(null as boolean) as is_current,
    cast(null as boolean) as is_monetary,
    cast(null as boolean) as is_cash,
    cast(null as string) as control_type,
    cast(null as string) as parent_account_code,
    cast(null as string) as standard_account_code,
    true as is_inferred,
    cast(null as string) as delivery_id,
    cast(null as date) as delivery_date,
    cast(null as string) as source_file,
    cast(null as string) as source_sheet,
    cast(null as bigint) as source_row
from inferred
