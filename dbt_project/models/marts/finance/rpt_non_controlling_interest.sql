{# Where non-controlling interests come from, branch by branch: every movement of their account, by cause. #}
with movement as (
    select
        unit_id,
        branch_id,
        group_period,
        group_currency_code as currency_code,
        case
            when rule in ('nci_change', 'nci_change_cta', 'nci_change_price') then 'change'
            when movement_type = 'opening' then 'brought_in'
            when movement_type = 'nci_change' then 'change'
            when movement_type = 'deconsolidation' then 'deconsolidation'
            when movement_type = 'acquisition' then 'acquisition'
            when rule = 'nci_result' then 'result'
            when rule = 'nci_oci' then 'other_comprehensive_income'
            when rule = 'nci_cta' then 'translation'
            when rule = 'nci_dividend' then 'dividend'
            else 'equity'
        end as cause,
        -amount_group as amount
    from {{ ref('fct_group_balance') }}
    where
        scenario = 'actual'
        and stage <> 'reported'
        and group_account_code = '2900'
),

month as (
    select
        unit_id,
        branch_id,
        group_period,
        currency_code,
        sum(case when cause = 'brought_in' then amount else 0 end) as brought_in_amount,
        sum(case when cause = 'acquisition' then amount else 0 end) as acquisition_amount,
        sum(case when cause = 'equity' then amount else 0 end) as equity_amount,
        sum(case when cause = 'result' then amount else 0 end) as result_amount,
        sum(case when cause = 'other_comprehensive_income' then amount else 0 end) as oci_amount,
        sum(case when cause = 'translation' then amount else 0 end) as translation_amount,
        sum(case when cause = 'dividend' then amount else 0 end) as dividend_amount,
        sum(case when cause = 'change' then amount else 0 end) as change_amount,
        sum(case when cause = 'deconsolidation' then amount else 0 end) as deconsolidation_amount,
        sum(amount) as amount
    from movement
    group by unit_id, branch_id, group_period, currency_code
),

running as (
    select
        *,
        sum(amount) over (
            partition by unit_id, branch_id
            order by group_period
            rows between unbounded preceding and current row
        ) as closing_amount
    from month
)

select
    unit_id,
    branch_id,
    group_period,
    currency_code,
    {{ money('closing_amount - amount') }} as opening_amount_group,
    {{ money('brought_in_amount') }} as brought_in_amount_group,
    {{ money('acquisition_amount') }} as acquisition_amount_group,
    {{ money('equity_amount') }} as equity_amount_group,
    {{ money('result_amount') }} as result_amount_group,
    {{ money('oci_amount') }} as other_comprehensive_income_amount_group,
    {{ money('translation_amount') }} as translation_amount_group,
    {{ money('dividend_amount') }} as dividend_amount_group,
    {{ money('change_amount') }} as change_of_interest_amount_group,
    {{ money('deconsolidation_amount') }} as deconsolidation_amount_group,
    {{ money('closing_amount') }} as closing_amount_group
from running
