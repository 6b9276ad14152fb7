{# Interests that change while control stays: equity transactions (IFRS 10.23, B96). Of the non-controlling
   interests the part that changes hands moves, with its part of translation differences (IAS 21.48C); price and
   this part meet in retained earnings. Where there were none before, they begin with their share of the branch's
   net assets. #}
with recursive event as (
    select distinct
        acquired_branch_id,
        event_date
    from {{ ref('fct_acquisition_event') }}
    where event_kind in ('increase', 'decrease')
),

-- An event of the evening before a holding changes says in which month it belongs.
stretch as (
    select
        member.unit_id,
        member.branch_id,
        member.valid_from,
        member.valid_from_period,
        member.effective_pct,
        lag(member.effective_pct) over (
            partition by member.unit_id, member.branch_id, spell.spell_number order by member.valid_from
        ) as pct_before,
        {{ month_of('coalesce(event.event_date, member.valid_from)') }} as group_period,
        spell.entry_period,
        spell.last_data_period
    from {{ ref('int_unit_member') }} as member
    inner join {{ ref('int_capital_spell') }} as spell
        on
            member.unit_id = spell.unit_id
            and member.branch_id = spell.branch_id
            and member.method = spell.method
            and member.valid_from between spell.valid_from and spell.valid_to
    left join event
        on
            member.branch_id = event.acquired_branch_id
            and {{ day_before('member.valid_from') }} = event.event_date
    where
        member.method = 'full'
        and member.valid_from_period <= member.valid_to_period
),

change as (
    select
        stretch.unit_id,
        stretch.branch_id,
        stretch.group_period,
        stretch.valid_from_period,
        stretch.pct_before,
        stretch.effective_pct,
        unit.minor_factor,
        row_number() over (
            partition by stretch.unit_id, stretch.branch_id order by stretch.valid_from
        ) as change_number,
        coalesce(lag(stretch.valid_from_period) over (
            partition by stretch.unit_id, stretch.branch_id order by stretch.valid_from
        ), '') as from_period_before
    from stretch
    inner join {{ ref('int_capital_unit') }} as unit on stretch.unit_id = unit.unit_id
    where
        stretch.pct_before <> stretch.effective_pct
        and stretch.valid_from_period > stretch.entry_period
        and stretch.group_period <= stretch.last_data_period
),

posted as (
    {% for model in ['acquisition', 'contribution', 'dividend', 'nci', 'goodwill', 'step'] -%}
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        rule,
        amount_group
    from {{ ref('int_capital_' ~ model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

class as (
    select
        code,
        statement = 'balance_sheet'
        and account_type <> 'equity'
        and coalesce(intercompany_type, '') <> 'investment' as is_net_asset
    from {{ ref('group_account') }}
),

whole as (
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        amount_group
    from posted
    where group_account_code not in ('1010', '2900')
    union all
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        amount_group
    from {{ ref('int_capital_base') }}
    union all
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        amount_group
    from {{ ref('int_adjustment') }}
),

-- What others begin with where the unit had the whole: their part of net assets and of translation differences.
begun as (
    select
        change.unit_id,
        change.branch_id,
        change.change_number,
        {{ share_of(
            'sum(case when class.is_net_asset then whole.amount_group else 0 end)',
            '(change.pct_before - change.effective_pct)', 'change.minor_factor'
        ) }} as amount_group,
        {{ share_of(
            "sum(case when whole.group_account_code = '2500' then whole.amount_group else 0 end)",
            '(change.pct_before - change.effective_pct)', 'change.minor_factor'
        ) }} as translation_amount_group
    from change
    inner join whole
        on
            change.unit_id = whole.unit_id
            and change.branch_id = whole.branch_id
            and change.valid_from_period > whole.group_period
    inner join class on whole.group_account_code = class.code
    where change.pct_before = 100
    group by
        change.unit_id,
        change.branch_id,
        change.change_number,
        change.pct_before,
        change.effective_pct,
        change.minor_factor
),

-- What was posted to non-controlling interests since the change before.
since_change as (
    select
        change.unit_id,
        change.branch_id,
        change.change_number,
        sum(posted.amount_group) as amount_group,
        sum(case when posted.rule = 'nci_cta' then posted.amount_group else 0 end) as translation_amount_group
    from change
    inner join posted
        on
            change.unit_id = posted.unit_id
            and change.branch_id = posted.branch_id
            and change.valid_from_period > posted.group_period
            and change.from_period_before <= posted.group_period
    where posted.group_account_code = '2900'
    group by change.unit_id, change.branch_id, change.change_number
),

step as (
    select
        change.unit_id,
        change.branch_id,
        change.group_period,
        change.change_number,
        change.pct_before,
        change.effective_pct,
        change.minor_factor,
        {{ money('coalesce(since_change.amount_group, 0)') }} as posted_amount,
        {{ money('coalesce(since_change.translation_amount_group, 0)') }} as posted_translation_amount,
        {{ money('coalesce(begun.amount_group, 0)') }} as begun_amount,
        {{ money('coalesce(begun.translation_amount_group, 0)') }} as begun_translation_amount
    from change
    left join since_change
        on
            change.unit_id = since_change.unit_id
            and change.branch_id = since_change.branch_id
            and change.change_number = since_change.change_number
    left join begun
        on
            change.unit_id = begun.unit_id
            and change.branch_id = begun.branch_id
            and change.change_number = begun.change_number
),

-- One change after the other, for each takes its part of what the ones before it left.
moved as (
    select
        {{ interest_step('step.posted_amount', 'step.posted_translation_amount') | trim }}
    from step
    where step.change_number = 1
    union all
    select
        {{ interest_step(
            '(moved.held_amount + moved.amount_group + step.posted_amount)',
            '(moved.held_translation_amount + moved.translation_amount_group + step.posted_translation_amount)'
        ) | trim }}
    from moved
    inner join step
        on
            moved.unit_id = step.unit_id
            and moved.branch_id = step.branch_id
            and moved.change_number + 1 = step.change_number
),

-- Several changes in one month have one price: what the holder booked in that month.
changed_month as (
    select distinct
        unit_id,
        branch_id,
        group_period
    from change
),

-- What the holder's books show for it: the price of what was bought, or cost and own gain of what was sold.
booked as (
    select
        changed_month.unit_id,
        changed_month.branch_id,
        changed_month.group_period,
        base.branch_id as holder_branch_id,
        base.group_account_code,
        sum(base.amount_group) as amount_group
    from changed_month
    inner join {{ ref('int_capital_base') }} as base
        on
            changed_month.unit_id = base.unit_id
            and changed_month.branch_id = base.partner_branch_id
            and changed_month.group_period = base.group_period
            and base.movement_type <> 'opening'
    where base.account_class = 'investment' or base.group_account_code = '7400'
    group by
        changed_month.unit_id,
        changed_month.branch_id,
        changed_month.group_period,
        base.branch_id,
        base.group_account_code
),

contributed as (
    select
        unit_id,
        partner_branch_id as branch_id,
        group_period,
        branch_id as holder_branch_id,
        sum(amount_group) as amount_group
    from {{ ref('int_capital_contribution') }}
    where
        group_account_code = '1180'
        and movement_type <> 'opening'
    group by unit_id, partner_branch_id, group_period, branch_id
),

price as (
    select
        booked.unit_id,
        booked.branch_id,
        booked.group_period,
        booked.holder_branch_id,
        booked.group_account_code,
        booked.amount_group + case
            when booked.group_account_code = '7400' then 0 else coalesce(contributed.amount_group, 0)
        end as amount_group
    from booked
    left join contributed
        on
            booked.unit_id = contributed.unit_id
            and booked.branch_id = contributed.branch_id
            and booked.group_period = contributed.group_period
            and booked.holder_branch_id = contributed.holder_branch_id
),

holder_nci as (
    select
        price.unit_id,
        price.branch_id,
        price.group_period,
        price.holder_branch_id,
        {{ share_of('price.amount_group', '(100 - holding.holder_pct)', 'unit.minor_factor') }} as amount_group
    from price
    inner join {{ ref('int_capital_unit') }} as unit on price.unit_id = unit.unit_id
    inner join {{ ref('int_capital_holding') }} as holding
        on
            price.unit_id = holding.unit_id
            and price.branch_id = holding.branch_id
            and price.holder_branch_id = holding.holder_branch_id
            and price.group_period between holding.from_period and holding.to_period
    where price.group_account_code <> '7400'
),

posting as (
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        group_period,
        '2900' as group_account_code,
        'nci_change' as rule,
        amount_group,
        branch_id as source_reference
    from moved
    union all
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        group_period,
        '2500' as group_account_code,
        'nci_change_cta' as rule,
        -translation_amount_group as amount_group,
        branch_id as source_reference
    from moved
    union all
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        group_period,
        '2100' as group_account_code,
        'nci_change' as rule,
        translation_amount_group - amount_group as amount_group,
        branch_id as source_reference
    from moved
    union all
    select
        unit_id,
        holder_branch_id as branch_id,
        branch_id as partner_branch_id,
        group_period,
        group_account_code,
        'nci_change_price' as rule,
        -amount_group as amount_group,
        branch_id as source_reference
    from price
    union all
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        group_period,
        '2100' as group_account_code,
        'nci_change_price' as rule,
        amount_group,
        branch_id as source_reference
    from price
    union all
    select
        unit_id,
        holder_branch_id as branch_id,
        branch_id as partner_branch_id,
        group_period,
        '2900' as group_account_code,
        'nci_investment' as rule,
        amount_group,
        branch_id as source_reference
    from holder_nci
    union all
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        group_period,
        '2100' as group_account_code,
        'nci_investment' as rule,
        -amount_group as amount_group,
        branch_id as source_reference
    from holder_nci
)

select
    unit_id,
    'eliminated' as stage,
    branch_id,
    partner_branch_id,
    group_period,
    group_account_code,
    'nci_change' as movement_type,
    rule,
    cast(null as decimal(20, 4)) as amount_functional,
    {{ money('amount_group') }} as amount_group,
    'rule' as source_kind,
    source_reference
from posting
where amount_group <> 0
