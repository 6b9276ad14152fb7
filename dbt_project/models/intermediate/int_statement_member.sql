{# Which lines of which statement an account counts in, and with which sign: its own line and every heading above it.
   Result accounts stand in the income statement and, as the result for the year, in the balance sheet; the share of
   non-controlling interests in the result (2150) is taken out of the owners' there. Headings nest up to six deep. #}
with account as (
    select
        group_account_code,
        account_type,
        statement,
        statement_line,
        parent_heading_code
    from {{ ref('dim_group_account') }}
),

equity_heading as (
    select max(parent_heading_code) as parent_heading_code
    from account
    where group_account_code = '2100'
),

place as (
    select
        group_account_code,
        'income_statement' as statement,  -- noqa: RF04
        statement_line as line_code,
        parent_heading_code,
        -1 as sign  -- noqa: RF04
    from account
    where statement = 'income_statement'
    union all
    select
        group_account_code,
        'balance_sheet' as statement,  -- noqa: RF04
        case when group_account_code = '2150' then 'result_for_the_year' else statement_line end as line_code,
        parent_heading_code,
        case when account_type in ('asset', 'unmapped') then 1 else -1 end as sign  -- noqa: RF04
    from account
    where statement = 'balance_sheet'
    union all
    select
        account.group_account_code,
        'balance_sheet' as statement,  -- noqa: RF04
        'result_for_the_year' as line_code,
        equity_heading.parent_heading_code,
        -1 as sign  -- noqa: RF04
    from account
    cross join equity_heading
    where account.statement = 'income_statement'
),

{% for step in range(6) -%}
heading_{{ step }} as (
    select
        lower_level.group_account_code,
        lower_level.statement,
        heading.heading_code as line_code,
        heading.parent_heading_code,
        lower_level.sign
    from {{ 'place' if step == 0 else 'heading_' ~ (step - 1) }} as lower_level
    inner join {{ ref('group_heading') }} as heading
        on
            lower_level.parent_heading_code = heading.heading_code
            and lower_level.statement = heading.statement
),

{% endfor -%}
every_place as (
    select
        group_account_code,
        statement,
        line_code,
        sign
    from place
    {% for step in range(6) -%}
    union all
    select
        group_account_code,
        statement,
        line_code,
        sign
    from heading_{{ step }}
    {% endfor -%}
    union all
    select
        group_account_code,
        'income_statement' as statement,  -- noqa: RF04
        'profit_attributable_to_owners' as line_code,
        -1 as sign  -- noqa: RF04
    from account
    where statement = 'income_statement' or group_account_code = '2150'
    union all
    select
        group_account_code,
        'income_statement' as statement,  -- noqa: RF04
        'profit_attributable_to_non_controlling_interests' as line_code,
        1 as sign  -- noqa: RF04
    from account
    where group_account_code = '2150'
)

select distinct
    group_account_code,
    statement,
    line_code,
    cast(sign as bigint) as sign  -- noqa: RF04
from every_place
