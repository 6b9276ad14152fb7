{# What two companies of a group do not agree on by the unit's last month, once for each of both; stock whose profit had
   to be taken at another rate than its day's; and stock that was bought below the seller's cost. #}
with ranked as (
    select
        recon.group_period,
        recon.kind,
        recon.relation,
        recon.creditor_branch_id,
        recon.debtor_branch_id,
        recon.transaction_currency_code as currency_code,
        recon.creditor_open_amount_transaction as creditor_open,
        recon.debtor_open_amount_transaction as debtor_open,
        recon.difference_amount_transaction as difference,
        recon.status,
        row_number() over (
            partition by
                recon.unit_id, recon.kind, recon.relation, recon.creditor_branch_id, recon.debtor_branch_id,
                recon.transaction_currency_code
            order by recon.group_period desc
        ) as recency
    from {{ ref('recon_intercompany') }} as recon
    inner join {{ ref('dim_reporting_unit') }} as unit
        on
            recon.unit_id = unit.unit_id
            and unit.unit_kind = 'group'
),

pair as (
    select
        group_period,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        creditor_open,
        debtor_open,
        difference,
        status
    from ranked
    where
        recency = 1
        and status not in ('agreed', 'one_sided')
),

side as (
    select 'creditor' as side
    union all
    select 'debtor' as side
),

stock as (
    select
        branch_id,
        supplying_branch_id,
        as_of_date,
        product_code,
        transaction_date,
        group_currency_code,
        rate_source,
        unrealised_amount_group,
        max(as_of_date) over (partition by unit_id, branch_id) as last_date
    from {{ ref('int_intercompany_stock') }}
),

finding as (
    select
        case side.side when 'creditor' then pair.creditor_branch_id else pair.debtor_branch_id end as branch_id,
        pair.relation || ' ' || pair.creditor_branch_id || '>' || pair.debtor_branch_id || ' ' || pair.group_period
            as subject,
        pair.currency_code,
        'nothing open between ' || pair.creditor_branch_id || ' and ' || pair.debtor_branch_id as expected,
        pair.status || ': open with ' || pair.creditor_branch_id || ' ' || cast(pair.creditor_open as string)
        || ', with ' || pair.debtor_branch_id || ' ' || cast(pair.debtor_open as string) as actual,
        case
            when pair.difference <> 0 then pair.difference else pair.creditor_open
        end as amount
    from pair
    cross join side
    union all
    select
        branch_id,
        'stock ' || product_code || ' from ' || supplying_branch_id || ' bought ' || cast(transaction_date as string)
            as subject,
        cast(null as string) as currency_code,
        'a rate to ' || group_currency_code || ' of the day of purchase' as expected,
        rate_source as actual,
        cast(0.01 as decimal(20, 4)) as amount
    from stock
    where
        as_of_date = last_date
        and rate_source not in ('same currency', 'spot', 'closing of the day')
    union all
    select
        branch_id,
        'stock ' || product_code || ' from ' || supplying_branch_id || ' at ' || cast(as_of_date as string) as subject,
        group_currency_code as currency_code,
        'a price of at least what it had cost the seller, or an impairment' as expected,
        'unrealised loss ' || cast(unrealised_amount_group as string) as actual,
        unrealised_amount_group as amount
    from stock
    where
        as_of_date = last_date
        and unrealised_amount_group < 0
),

one_each as (
    select
        branch_id,
        subject,
        currency_code,
        expected,
        actual,
        max(amount) as amount
    from finding
    group by branch_id, subject, currency_code, expected, actual
)

select
    'intercompany' as check_name,
    'branch' as scope,
    branch_id,
    'all pairs' as subject,
    cast(null as string) as currency_code,
    'nothing open with companies of the group' as expected,
    'nothing open with companies of the group' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from {{ ref('dim_branch') }}
where branch_id not in (select finding.branch_id from finding)
union all
select
    'intercompany' as check_name,
    'branch' as scope,
    one_each.branch_id,
    one_each.subject,
    one_each.currency_code,
    one_each.expected,
    one_each.actual,
    {{ minor_units('one_each.amount', 'currency.minor_factor') }} as difference_minor,
    false as passed
from one_each
left join {{ ref('currency') }} as currency on one_each.currency_code = currency.currency_code
