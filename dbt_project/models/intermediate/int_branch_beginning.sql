{# Where the books begin, and where they begin anew otherwise than they stood: per group account, what a year opens
   with less what was carried to it. The first beginning is the opening. Result accounts begin empty, their earlier
   results being retained earnings (2100), so that closing the year makes no difference; only books that begin
   within a year open with results of that year. #}
with beginning as (
    select
        branch_id,
        ledger,
        anchor_index,
        group_period,
        group_account_code,
        is_result,
        functional_currency_code,
        opening_source,
        begins_within_year,
        sum(begun_amount_functional) as amount_functional
    from {{ ref('int_account_position') }}
    where is_beginning
    group by
        branch_id,
        ledger,
        anchor_index,
        group_period,
        group_account_code,
        is_result,
        functional_currency_code,
        opening_source,
        begins_within_year
),

-- The stretches between beginnings, in their order: the first one of books without any opening is number 0.
stretch as (
    select
        branch_id,
        ledger,
        anchor_index,
        min(period_index) as first_index,
        max(case when is_beginning then group_period end) as group_period,
        max(case when is_beginning then opening_source end) as opening_source,
        max(case when is_beginning and begins_within_year then 1 else 0 end) as begins_within_year,
        lag(anchor_index) over (partition by branch_id, ledger order by anchor_index) as previous_anchor_index
    from {{ ref('int_account_position') }}
    group by branch_id, ledger, anchor_index
),

-- What each stretch leaves to the next one.
left_over as (
    select
        branch_id,
        ledger,
        anchor_index,
        case when is_result then '2100' else group_account_code end as group_account_code,
        functional_currency_code,
        amount_functional
    from beginning
    union all
    select
        branch_id,
        ledger,
        anchor_index,
        case when is_result then '2100' else group_account_code end as group_account_code,
        functional_currency_code,
        movement_amount_functional as amount_functional
    from {{ ref('int_account_position') }}
    union all
    select
        remapped.branch_id,
        remapped.ledger,
        remapped.anchor_index,
        case when new_account.statement = 'income_statement' then '2100' else remapped.group_account_code end
            as group_account_code,
        remapped.functional_currency_code,
        remapped.amount_functional
    from {{ ref('int_account_remapping') }} as remapped
    inner join {{ ref('group_account') }} as new_account on remapped.group_account_code = new_account.code
    union all
    select
        branch_id,
        ledger,
        anchor_index,
        previous_group_account_code as group_account_code,
        functional_currency_code,
        -amount_functional as amount_functional
    from {{ ref('int_account_remapping') }}
),

difference as (
    select
        stretch.branch_id,
        stretch.ledger,
        stretch.anchor_index,
        left_over.group_account_code,
        left_over.functional_currency_code,
        -left_over.amount_functional as amount_functional
    from stretch
    inner join left_over
        on
            stretch.branch_id = left_over.branch_id
            and stretch.ledger = left_over.ledger
            and stretch.previous_anchor_index = left_over.anchor_index
    union all
    select
        branch_id,
        ledger,
        anchor_index,
        case when is_result and not begins_within_year then '2100' else group_account_code end as group_account_code,
        functional_currency_code,
        amount_functional
    from beginning
)

select
    stretch.branch_id,
    stretch.ledger,
    stretch.group_period,
    difference.group_account_code,
    case
        when stretch.previous_anchor_index is null then 'opening'
        when stretch.begins_within_year = 1 then 'normal'
        else 'opening_difference'
    end as movement_type,
    difference.functional_currency_code,
    case when stretch.opening_source = 'ledger' then 'ledger' else 'trial_balance' end as source,
    {{ money('sum(difference.amount_functional)') }} as amount_functional
from difference
inner join stretch
    on
        difference.branch_id = stretch.branch_id
        and difference.ledger = stretch.ledger
        and difference.anchor_index = stretch.anchor_index
where stretch.anchor_index > 0
group by
    stretch.branch_id,
    stretch.ledger,
    stretch.group_period,
    difference.group_account_code,
    case
        when stretch.previous_anchor_index is null then 'opening'
        when stretch.begins_within_year = 1 then 'normal'
        else 'opening_difference'
    end,
    difference.functional_currency_code,
    case when stretch.opening_source = 'ledger' then 'ledger' else 'trial_balance' end
having sum(difference.amount_functional) <> 0
