{# The lines of the income statement and the balance sheet, in their order: headings of the group chart (subtotals), the
   statement lines of its accounts, who the profit belongs to, other comprehensive income, and the refused as a memo.
   An income statement's subtotal stands below its lines, a balance sheet's heading above them. #}
with account as (
    select
        group_account_code,
        statement,
        category,
        case when group_account_code = '2150' then 'result_for_the_year' else statement_line end as line_code,
        case account_type
            when 'asset' then 'assets' when 'liability' then 'liabilities' else account_type
        end as balance_sheet_section,
        parent_heading_code
    from {{ ref('dim_group_account') }}
),

line as (
    select
        statement,
        line_code,
        min(case when statement = 'income_statement' then category else balance_sheet_section end) as section,
        min(parent_heading_code) as parent_code,
        min(group_account_code) as first_account
    from account
    group by statement, line_code
    union all
    -- A chart without 2150 has no account that brings the line of the result with it.
    select
        'balance_sheet' as statement,  -- noqa: RF04
        'result_for_the_year' as line_code,
        'equity' as section,
        max(case when group_account_code = '2100' then parent_heading_code end) as parent_code,
        '2150' as first_account
    from account
    having max(case when group_account_code = '2150' then 1 else 0 end) = 0
),

heading_section as (
    select
        heading.heading_code,
        case
            when count(distinct line.section) = 1 then min(line.section)
            else heading.heading_code
        end as section
    from {{ ref('group_heading') }} as heading
    left join {{ ref('int_statement_member') }} as part_of
        on heading.heading_code = part_of.line_code and heading.statement = part_of.statement
    left join account
        on part_of.group_account_code = account.group_account_code and heading.statement = account.statement
    left join line
        on
            account.statement = line.statement
            and account.line_code = line.line_code
            and (
                heading.statement = 'balance_sheet'
                or heading.heading_code = account.parent_heading_code
            )
    group by heading.heading_code
),

depth as (
    select
        heading.heading_code,
        {% for step in range(1, 6) -%}
        {{ '+ ' if not loop.first }}case when level_{{ step }}.heading_code is null then 0 else 1 end
        {% endfor -%} as level  -- noqa: RF04
    from {{ ref('group_heading') }} as heading
    {% for step in range(1, 6) -%}
    left join {{ ref('group_heading') }} as level_{{ step }}
        on {{ 'heading' if step == 1 else 'level_' ~ (step - 1) }}.parent_heading_code = level_{{ step }}.heading_code
    {% endfor -%}
),

-- A balance sheet's lines beside headings stand after what is under these.
sub_heading as (
    select
        parent_heading_code as heading_code,
        max(sort_order) as sort_order
    from {{ ref('group_heading') }}
    where statement = 'balance_sheet'
    group by parent_heading_code
),

headed as (
    select
        heading.statement,
        heading_section.section,
        heading.heading_code as line_code,
        heading.heading_name as line_name,
        coalesce(heading.parent_heading_code, '') as parent_code,
        depth.level,
        true as is_total,
        heading.sort_order * 1000
        + case when heading.statement = 'income_statement' then 999 else 0 end as sort_order
    from {{ ref('group_heading') }} as heading
    inner join heading_section on heading.heading_code = heading_section.heading_code
    inner join depth on heading.heading_code = depth.heading_code
),

lined as (
    select
        line.statement,
        line.section,
        line.line_code,
        {{ label_of('line.line_code') }} as line_name,
        coalesce(line.parent_code, '') as parent_code,
        coalesce(depth.level + 1, 0) as level,  -- noqa: RF04
        false as is_total,
        coalesce(sub_heading.sort_order * 1000 + 500, heading.sort_order * 1000, 900000)
        + row_number() over (partition by line.statement, line.parent_code order by line.first_account) as sort_order
    from line
    left join {{ ref('group_heading') }} as heading on line.parent_code = heading.heading_code
    left join sub_heading on line.parent_code = sub_heading.heading_code
    left join depth on line.parent_code = depth.heading_code
    where line.line_code not in (select known.heading_code from {{ ref('group_heading') }} as known)
),

fixed as (
    {% for statement, section, code, parent, level, is_total in [
        ('income_statement', 'attribution', 'profit_attributable_to_owners', 'profit', 1, 'false'),
        ('income_statement', 'attribution', 'profit_attributable_to_non_controlling_interests', 'profit', 1, 'false'),
        ('income_statement', 'other_comprehensive_income', 'other_comprehensive_income', 'total_other_comprehensive_income', 2, 'false'),
        ('income_statement', 'other_comprehensive_income', 'currency_translation', 'total_other_comprehensive_income', 2, 'false'),
        ('income_statement', 'other_comprehensive_income', 'currency_translation_reclassified', 'total_other_comprehensive_income', 2, 'false'),
        ('income_statement', 'other_comprehensive_income', 'total_other_comprehensive_income', 'total_comprehensive_income', 1, 'true'),
        ('income_statement', 'other_comprehensive_income', 'total_comprehensive_income', '', 0, 'true'),
        ('income_statement', 'attribution', 'comprehensive_income_attributable_to_owners', 'total_comprehensive_income', 1, 'false'),
        ('income_statement', 'attribution', 'comprehensive_income_attributable_to_non_controlling_interests', 'total_comprehensive_income', 1, 'false'),
        ('income_statement', 'memo', 'refused', '', 0, 'false'),
        ('balance_sheet', 'memo', 'refused', '', 0, 'false'),
    ] -%}
    {{ 'union all' if not loop.first }}
    select
        '{{ statement }}' as statement,  -- noqa: RF04
        '{{ section }}' as section,
        '{{ code }}' as line_code,
        {{ label_of("'" ~ code ~ "'") }} as line_name,
        '{{ parent }}' as parent_code,
        {{ level }} as level,  -- noqa: RF04
        {{ is_total }} as is_total,
        {{ 950000 + loop.index }} as sort_order
    {% endfor %}
)

{% for part in ('headed', 'lined', 'fixed') -%}
{{ 'union all' if not loop.first }}
select
    statement,
    section,
    line_code,
    line_name,
    parent_code,
    cast(level as bigint) as level,  -- noqa: RF04
    is_total,
    cast(sort_order as bigint) as sort_order
from {{ part }}
{% endfor %}
