{# What part an account plays between companies of a group. A balance is claimed by a creditor and owed by a debtor;
   income of a creditor is expense of a debtor. What a buyer books as stock, fixed asset or operating expense counts as purchase
   where a partner stands on the line. Dividends and investments are eliminated with the capital. #}
with chart as (
    select
        code,
        account_type,
        statement,
        statement_line,
        category,
        coalesce(control_type, '') as control_type,
        coalesce(intercompany_type, '') as intercompany_type
    from {{ ref('group_account') }}
),

typed as (
    select
        code,
        account_type,
        intercompany_type = 'purchases' as is_purchase_account,
        case
            when statement = 'balance_sheet' and intercompany_type in ('receivable_payable', 'loan', 'dividend')
                then 'balance'
            else 'flow'
        end as kind,
        case
            when statement = 'balance_sheet' and intercompany_type in ('receivable_payable', 'loan', 'dividend')
                then intercompany_type
            when intercompany_type in ('sales', 'purchases') then 'trade'
            when statement = 'income_statement' and intercompany_type in ('service', 'interest') then intercompany_type
            when
                intercompany_type = ''
                and (
                    (account_type = 'expense' and category = 'operating' and statement_line <> 'fx_differences')
                    or control_type = 'stock'
                    or statement_line in ('intangible_assets', 'property_plant_and_equipment')
                )
                then 'trade'
        end as relation,
        intercompany_type
    from chart
)

select
    code as group_account_code,
    kind,
    relation,
    is_purchase_account,
    case
        when kind = 'balance' and account_type = 'asset' then 'creditor'
        when kind = 'flow' and account_type = 'revenue' then 'creditor'
        else 'debtor'
    end as side
from typed
where relation is not null
