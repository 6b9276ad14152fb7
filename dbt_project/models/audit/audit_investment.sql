{# Shares in companies of the group stand for equity that is consolidated: what is left on their account is explained by
   no capital, purchase or event. One row per unit and holder. #}
with booked as (
    select
        unit_id,
        branch_id,
        group_currency_code,
        sum(case when stage = 'translated' then amount_group else 0 end) as held_amount,
        -sum(case when stage = 'translated' then 0 else amount_group end) as eliminated_amount
    from {{ ref('fct_group_balance') }}
    where
        scenario = 'actual'
        and stage <> 'reported'
        and group_account_code = '1180'
    group by unit_id, branch_id, group_currency_code
)

select
    'investment' as check_name,
    'branch' as scope,
    booked.branch_id,
    booked.unit_id as subject,
    booked.group_currency_code as currency_code,
    cast(booked.eliminated_amount as string) as expected,
    cast(booked.held_amount as string) as actual,
    {{ minor_units('(booked.held_amount - booked.eliminated_amount)', 'currency.minor_factor') }} as difference_minor,
    booked.held_amount = booked.eliminated_amount as passed
from booked
left join {{ ref('currency') }} as currency on booked.group_currency_code = currency.currency_code
