{# Lists of open items against the ledger's balance of their control account at the end of the same day, which must be
   the last of a fiscal period. An account with a balance that the list does not mention is a difference too. An item that
   names no control account stands in its party's. #}
with list as (
    select
        open_balance.branch_id,
        open_balance.side,
        open_balance.as_of_date,
        open_balance.functional_currency_code,
        coalesce(
            open_balance.control_account_code,
            customer.control_account_code,
            supplier.control_account_code,
            'no control account'
        ) as control_account_code,
        open_balance.open_amount_functional
    from {{ ref('fct_open_balance') }} as open_balance
    left join {{ ref('dim_customer') }} as customer
        on
            open_balance.branch_id = customer.branch_id
            and open_balance.side = 'receivable'
            and open_balance.party_code = customer.customer_code
    left join {{ ref('dim_supplier') }} as supplier
        on
            open_balance.branch_id = supplier.branch_id
            and open_balance.side = 'payable'
            and open_balance.party_code = supplier.supplier_code
),

item as (
    select
        branch_id,
        side,
        as_of_date,
        functional_currency_code,
        control_account_code,
        sum(open_amount_functional) as amount
    from list
    group by branch_id, side, as_of_date, functional_currency_code, control_account_code
),

delivered as (
    select distinct
        branch_id,
        side,
        as_of_date
    from item
),

ledger as (
    select
        branch_id,
        min(ledger) as ledger
    from {{ ref('int_account_balance') }}
    group by branch_id
),

closing as (
    select
        balance.branch_id,
        balance.end_date as as_of_date,
        balance.account_code,
        balance.functional_currency_code,
        balance.closing_balance_amount_functional as amount
    from {{ ref('int_account_balance') }} as balance
    inner join ledger on balance.branch_id = ledger.branch_id and balance.ledger = ledger.ledger
    inner join {{ ref('dim_fiscal_period') }} as period
        on
            balance.branch_id = period.branch_id
            and balance.fiscal_year = period.fiscal_year
            and balance.fiscal_period = period.fiscal_period
            and period.period_kind = 'normal'
),

period_end as (
    select distinct
        branch_id,
        as_of_date
    from closing
),

comparable as (
    select
        delivered.branch_id,
        delivered.side,
        delivered.as_of_date
    from delivered
    inner join period_end
        on delivered.branch_id = period_end.branch_id and delivered.as_of_date = period_end.as_of_date
),

comparable_item as (
    select
        item.branch_id,
        item.side,
        item.as_of_date,
        item.functional_currency_code,
        item.control_account_code,
        item.amount
    from item
    inner join comparable
        on
            item.branch_id = comparable.branch_id
            and item.side = comparable.side
            and item.as_of_date = comparable.as_of_date
),

booked as (
    select
        comparable.branch_id,
        comparable.side,
        comparable.as_of_date,
        closing.functional_currency_code,
        control.control_account_code,
        sum(closing.amount) as amount
    from comparable
    inner join closing
        on comparable.branch_id = closing.branch_id and comparable.as_of_date = closing.as_of_date
    inner join {{ ref('int_control_account') }} as control
        on
            comparable.branch_id = control.branch_id
            and comparable.side = control.side
            and closing.account_code = control.account_code
    group by
        comparable.branch_id,
        comparable.side,
        comparable.as_of_date,
        closing.functional_currency_code,
        control.control_account_code
),

compared as (
    select
        coalesce(item.branch_id, booked.branch_id) as branch_id,
        coalesce(item.side, booked.side) as side,
        coalesce(item.as_of_date, booked.as_of_date) as as_of_date,
        coalesce(item.functional_currency_code, booked.functional_currency_code) as currency_code,
        coalesce(item.control_account_code, booked.control_account_code) as control_account_code,
        coalesce(booked.amount, 0) as expected,
        coalesce(item.amount, 0) as actual
    from comparable_item as item
    full outer join booked
        on
            item.branch_id = booked.branch_id
            and item.side = booked.side
            and item.as_of_date = booked.as_of_date
            and item.functional_currency_code = booked.functional_currency_code
            and item.control_account_code = booked.control_account_code
)

select
    'open_item' as check_name,
    'branch' as scope,
    compared.branch_id,
    cast(compared.as_of_date as string) || ' ' || compared.side || ' ' || compared.control_account_code as subject,
    compared.currency_code,
    cast(compared.expected as string) as expected,
    cast(compared.actual as string) as actual,
    {{ minor_units('(compared.actual - compared.expected)', 'currency.minor_factor') }} as difference_minor,
    compared.actual = compared.expected as passed
from compared
left join {{ ref('currency') }} as currency
    on compared.currency_code = currency.currency_code
where compared.expected <> 0 or compared.actual <> 0
union all
select
    'open_item' as check_name,
    'branch' as scope,
    delivered.branch_id,
    cast(delivered.as_of_date as string) || ' ' || delivered.side as subject,
    cast(null as string) as currency_code,
    'a day on which a fiscal period of the ledger ends' as expected,
    'a day on which none does' as actual,
    cast(1 as bigint) as difference_minor,
    false as passed
from delivered
left join comparable
    on
        delivered.branch_id = comparable.branch_id
        and delivered.side = comparable.side
        and delivered.as_of_date = comparable.as_of_date
where comparable.branch_id is null
