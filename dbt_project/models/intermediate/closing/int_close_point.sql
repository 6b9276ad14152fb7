{{ config(materialized='view') }}
{# What each point of a branch's close looks at: an amount that has to stay within its limit, or a count of what is
   missing; and what it says. #}
with branch_month as (
    select distinct
        branch_id,
        group_period
    from {{ ref('int_branch_movement') }}
),

{# The group's office owes lists too, though it has no books. #}
owing_month as (
    select
        branch_id,
        group_period
    from branch_month
    union
    select distinct
        branch_id,
        period as group_period
    from {{ ref('rpt_delivery_status') }}
),

{# A list that is sent whole says all of what it said before: one of a later month serves for this one, too. #}
list_until as (
    select
        came.branch_id,
        came.dataset,
        max(came.period) as last_period
    from {{ ref('rpt_delivery_status') }} as came
    inner join {{ source('lake', 'slice') }} as kept
        on came.branch_id = kept.branch_id and came.dataset = kept.dataset and kept.slice_period = 'all'
    where came.status in ('accepted', 'late')
    group by came.branch_id, came.dataset
),

delivery as (
    select
        owed.branch_id,
        owed.period as group_period,
        count(*) as open_count,
        min(owed.dataset || ' is ' || owed.status) as first_open
    from {{ ref('rpt_delivery_status') }} as owed
    left join list_until
        on owed.branch_id = list_until.branch_id and owed.dataset = list_until.dataset
    where
        owed.status not in ('accepted', 'late')
        and owed.period > coalesce(list_until.last_period, '')
    group by owed.branch_id, owed.period
),

ledger as (
    select
        branch_id,
        group_period,
        sum(abs(closing_difference_amount_functional)) as amount_functional,
        count(*) filter (where closing_difference_amount_functional <> 0) as account_count
    from {{ ref('recon_ledger_to_trial_balance') }}
    where explained_by <> 'balances_only'
    group by branch_id, group_period
),

pair_side as (
    select
        creditor_branch_id as branch_id,
        debtor_branch_id as partner_branch_id,
        group_period,
        transaction_currency_code,
        abs(difference_amount_transaction) as open_amount
    from {{ ref('recon_intercompany') }}
    where kind = 'balance'
    union
    select
        debtor_branch_id as branch_id,
        creditor_branch_id as partner_branch_id,
        group_period,
        transaction_currency_code,
        abs(difference_amount_transaction) as open_amount
    from {{ ref('recon_intercompany') }}
    where kind = 'balance'
),

{# Amounts of several currencies are not added: the largest counts. #}
intercompany as (
    select
        branch_id,
        group_period,
        max(open_amount) as open_amount,
        max_by(partner_branch_id, open_amount) as partner_branch_id,
        max_by(transaction_currency_code, open_amount) as currency_code
    from pair_side
    group by branch_id, group_period
),

missing_rate as (
    select
        unit_rate.branch_id,
        unit_rate.group_period,
        count(*) as open_count,
        min(unit_rate.unit_id) as first_unit
    from {{ ref('int_unit_rate') }} as unit_rate
    inner join {{ ref('int_unit_member') }} as member
        on
            unit_rate.unit_id = member.unit_id
            and unit_rate.branch_id = member.branch_id
            and unit_rate.group_period between member.valid_from_period and member.valid_to_period
    where unit_rate.average_rate is null or unit_rate.closing_rate is null
    group by unit_rate.branch_id, unit_rate.group_period
),

refused as (
    select
        branch_id,
        group_period,
        sum(greatest(abs(debit_amount_functional), abs(credit_amount_functional))) as amount_functional
    from {{ ref('int_refused_by_period') }}
    group by branch_id, group_period
),

unmapped as (
    select
        branch_id,
        group_period,
        abs(sum(closing_balance_amount_functional)) as amount_functional
    from {{ ref('int_statement_balance') }}
    where group_account_code = '9999'
    group by branch_id, group_period
),

certified_slice as (
    select
        branch_id,
        group_period,
        certified_by,
        dataset,
        content_hash
    from {{ source('lake', 'certified_slice') }}
),

current_slice as (
    select
        branch_id,
        slice_period as group_period,
        dataset,
        content_hash
    from {{ source('lake', 'slice') }}
    where slice_period <> 'all'
),

certificate as (
    select
        coalesce(certified_slice.branch_id, current_slice.branch_id) as branch_id,
        coalesce(certified_slice.group_period, current_slice.group_period) as group_period,
        max(certified_slice.certified_by) as certified_by,
        count(*) filter (
            where certified_slice.content_hash is null or current_slice.content_hash is null
        ) as changed_count
    from certified_slice
    full outer join current_slice
        on
            certified_slice.branch_id = current_slice.branch_id
            and certified_slice.group_period = current_slice.group_period
            and certified_slice.dataset = current_slice.dataset
            and certified_slice.content_hash = current_slice.content_hash
    group by
        coalesce(certified_slice.branch_id, current_slice.branch_id),
        coalesce(certified_slice.group_period, current_slice.group_period)
),

point as (
    select
        owing_month.branch_id,
        owing_month.group_period,
        'delivered' as item,
        1 as sort_order,
        coalesce(delivery.open_count, 0) as amount_functional,
        case
            when delivery.branch_id is not null
                then cast(delivery.open_count as string) || ' open, first: ' || delivery.first_open
        end as detail
    from owing_month
    left join delivery
        on owing_month.branch_id = delivery.branch_id and owing_month.group_period = delivery.group_period
    union all
    select
        branch_month.branch_id,
        branch_month.group_period,
        'ledger_ties' as item,
        2 as sort_order,
        coalesce(ledger.amount_functional, 0) as amount_functional,
        case
            when ledger.account_count > 0
                then
                    'differs on ' || cast(ledger.account_count as string) || ' accounts by '
                    || cast(cast(ledger.amount_functional as decimal(20, 2)) as string) || ' together'
        end as detail
    from branch_month
    left join ledger
        on branch_month.branch_id = ledger.branch_id and branch_month.group_period = ledger.group_period
    union all
    select
        branch_month.branch_id,
        branch_month.group_period,
        'intercompany' as item,
        3 as sort_order,
        coalesce(intercompany.open_amount, 0) as amount_functional,
        case
            when intercompany.open_amount > 0
                then
                    'with ' || intercompany.partner_branch_id || ' '
                    || cast(cast(intercompany.open_amount as decimal(20, 2)) as string) || ' '
                    || intercompany.currency_code || ' are open'
        end as detail
    from branch_month
    left join intercompany
        on branch_month.branch_id = intercompany.branch_id and branch_month.group_period = intercompany.group_period
    union all
    select
        branch_month.branch_id,
        branch_month.group_period,
        'rates' as item,
        4 as sort_order,
        coalesce(missing_rate.open_count, 0) as amount_functional,
        case
            when missing_rate.branch_id is not null then 'no average or closing rate for ' || missing_rate.first_unit
        end as detail
    from branch_month
    left join missing_rate
        on branch_month.branch_id = missing_rate.branch_id and branch_month.group_period = missing_rate.group_period
    union all
    select
        branch_month.branch_id,
        branch_month.group_period,
        'breaks' as item,
        5 as sort_order,
        coalesce(refused.amount_functional, 0) + coalesce(unmapped.amount_functional, 0) as amount_functional,
        case
            when coalesce(refused.amount_functional, 0) + coalesce(unmapped.amount_functional, 0) <> 0
                then
                    'refused ' || cast(cast(coalesce(refused.amount_functional, 0) as decimal(20, 2)) as string)
                    || ', without a group account '
                    || cast(cast(coalesce(unmapped.amount_functional, 0) as decimal(20, 2)) as string)
        end as detail
    from branch_month
    left join refused
        on branch_month.branch_id = refused.branch_id and branch_month.group_period = refused.group_period
    left join unmapped
        on branch_month.branch_id = unmapped.branch_id and branch_month.group_period = unmapped.group_period
    union all
    select
        branch_month.branch_id,
        branch_month.group_period,
        'certified' as item,
        6 as sort_order,
        case
            when certificate.certified_by is null then 1 else certificate.changed_count
        end as amount_functional,
        case
            when certificate.certified_by is null then 'nobody has certified'
            when certificate.changed_count > 0
                then 'the books changed since ' || certificate.certified_by || ' certified them'
            else 'certified by ' || certificate.certified_by
        end as detail
    from branch_month
    left join certificate
        on branch_month.branch_id = certificate.branch_id and branch_month.group_period = certificate.group_period
)

select
    branch_id,
    group_period,
    item,
    cast(sort_order as bigint) as sort_order,
    {{ money('amount_functional') }} as amount_functional,
    detail
from point
