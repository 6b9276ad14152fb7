{# The exchange difference is proven from its causes: what the rounded rows of a branch and month lack beside it is at
   most one minor unit a row. One row per unit and branch, and one per month that lacks more. #}
with proof as (
    select
        proof.unit_id,
        proof.branch_id,
        proof.group_period,
        proof.group_currency_code,
        currency.minor_factor,
        abs(proof.cta_rounding_amount_group) as lacking,
        proof.cta_rounding_bound_amount_group as bound
    from {{ ref('int_translation_proof') }} as proof
    left join {{ ref('currency') }} as currency on proof.group_currency_code = currency.currency_code
)

select
    'translation' as check_name,
    'branch' as scope,
    branch_id,
    unit_id || ' all months' as subject,
    group_currency_code as currency_code,
    'rounding of at most one minor unit a row' as expected,
    'at most ' || cast(max(lacking) as string) || ' in a month' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from proof
group by unit_id, branch_id, group_currency_code
having max(case when lacking > bound then 1 else 0 end) = 0
union all
select
    'translation' as check_name,
    'branch' as scope,
    branch_id,
    unit_id || ' ' || group_period as subject,
    group_currency_code as currency_code,
    'rounding of at most ' || cast(bound as string) as expected,
    cast(lacking as string) as actual,
    {{ minor_units('(lacking - bound)', 'minor_factor') }} as difference_minor,
    false as passed
from proof
where lacking > bound
