-- First digits of amounts against Benford's law: log10(1 + 1/d), here as per cent with four decimals.
with expected as (
    select
        cast(1 as bigint) as digit,
        cast(30.1030 as decimal(38, 4)) as expected_pct
    union all
    select
        cast(2 as bigint) as digit,
        cast(17.6091 as decimal(38, 4)) as expected_pct
    union all
    select
        cast(3 as bigint) as digit,
        cast(12.4939 as decimal(38, 4)) as expected_pct
    union all
    select
        cast(4 as bigint) as digit,
        cast(9.6910 as decimal(38, 4)) as expected_pct
    union all
    select
        cast(5 as bigint) as digit,
        cast(7.9181 as decimal(38, 4)) as expected_pct
    union all
    select
        cast(6 as bigint) as digit,
        cast(6.6947 as decimal(38, 4)) as expected_pct
    union all
    select
        cast(7 as bigint) as digit,
        cast(5.7992 as decimal(38, 4)) as expected_pct
    union all
    select
        cast(8 as bigint) as digit,
        cast(5.1153 as decimal(38, 4)) as expected_pct
    union all
    select
        cast(9 as bigint) as digit,
        cast(4.5757 as decimal(38, 4)) as expected_pct
),

amount as (
    select
        branch_id,
        'sales_invoice' as population,
        {{ first_digit('gross_amount_functional') }} as digit
    from {{ ref('fct_sales_invoice') }}
    union all
    select
        branch_id,
        'purchase_invoice' as population,
        {{ first_digit('gross_amount_functional') }} as digit
    from {{ ref('fct_purchase_invoice') }}
    union all
    select
        branch_id,
        'payment' as population,
        {{ first_digit('amount_functional') }} as digit
    from {{ ref('fct_payment') }}
    union all
    select
        branch_id,
        'journal_line' as population,
        {{ first_digit('debit_amount_functional + credit_amount_functional') }} as digit
    from {{ ref('fct_gl_entry') }}
),

counted as (
    select
        branch_id,
        population,
        digit,
        count(*) as item_count
    from amount
    where digit is not null
    group by branch_id, population, digit
),

whole as (
    select
        branch_id,
        population,
        sum(item_count) as item_count
    from counted
    group by branch_id, population
),

compared as (
    select
        whole.branch_id,
        whole.population,
        expected.digit,
        coalesce(counted.item_count, 0) as item_count,
        whole.item_count as population_count,
        {{ ratio_pct('coalesce(counted.item_count, 0)', 'whole.item_count') }} as share_pct,
        expected.expected_pct
    from whole
    cross join expected
    left join counted
        on
            whole.branch_id = counted.branch_id
            and whole.population = counted.population
            and expected.digit = counted.digit
),

deviating as (
    select
        branch_id,
        population,
        sum(abs(share_pct - expected_pct)) as total_deviation_pct
    from compared
    group by branch_id, population
)

select
    compared.branch_id,
    compared.population,
    compared.digit,
    cast(compared.item_count as bigint) as item_count,
    cast(compared.population_count as bigint) as population_count,
    cast(compared.share_pct as decimal(38, 4)) as share_pct,
    compared.expected_pct,
    cast(compared.share_pct - compared.expected_pct as decimal(38, 4)) as difference_pct,
    -- Nine digits: the mean is above the limit where the sum is above nine times the limit.
    deviating.total_deviation_pct <= 9 * largest.limit_value as conforms
from compared
inner join deviating
    on
        compared.branch_id = deviating.branch_id
        and compared.population = deviating.population
{{ join_audit_limit('largest', 'benford', 'largest_deviation_pct', 'compared') }}
{{ join_audit_limit('minimum', 'benford', 'minimum_count', 'compared') }}
where compared.population_count >= cast(minimum.limit_value as bigint)
