{# The end of control: assets and liabilities leave at their last closing rate with goodwill, fair value steps and
   the group's journals on them; non-controlling interests leave; the holder's investment, which its own books took
   off, comes back; what is left turns the holder's own gain into the group's (IFRS 10.B98). Then the owners'
   translation differences pass through the result, those of others do not (IAS 21.48-48B). #}
with sale as (
    select
        acquired_branch_id,
        {{ month_of('event_date') }} as group_period,
        max(event_code) as event_code
    from {{ ref('fct_acquisition_event') }}
    where event_kind = 'disposal'
    group by acquired_branch_id, {{ month_of('event_date') }}
),

ended as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        spell.exit_period,
        spell.entry_period,
        greatest(spell.last_period, spell.exit_period) as last_period,
        coalesce(sale.event_code, spell.branch_id) as source_reference,
        case when sale.event_code is null then 'rule' else 'acquisition_event' end as source_kind
    from {{ ref('int_capital_spell') }} as spell
    left join sale
        on
            spell.branch_id = sale.acquired_branch_id
            and spell.exit_period = sale.group_period
    where
        spell.method = 'full'
        and spell.exit_period <= spell.last_data_period
        and spell.first_data_period <= spell.last_period
),

account as (
    select
        code,
        statement = 'balance_sheet' and account_type <> 'equity' as is_leaving
    from {{ ref('group_account') }}
),

posted as (
    select
        unit_id,
        'translated' as stage,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        amount_functional,
        amount_group
    from {{ ref('int_capital_base') }}
    union all
    select
        unit_id,
        'adjusted' as stage,
        branch_id,
        coalesce(partner_branch_id, '') as partner_branch_id,
        group_period,
        group_account_code,
        amount_functional,
        amount_group
    from {{ ref('int_adjustment') }}
    {% for model in ['acquisition', 'contribution', 'dividend', 'nci', 'goodwill', 'step', 'interest'] -%}
    union all
    select
        unit_id,
        'eliminated' as stage,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        amount_functional,
        amount_group
    from {{ ref('int_capital_' ~ model) }}
    {% endfor %}
),

leaving as (
    select
        ended.unit_id,
        ended.branch_id as ended_branch_id,
        ended.spell_number,
        posted.stage,
        posted.branch_id,
        posted.partner_branch_id,
        posted.group_account_code,
        sum(posted.amount_functional) as amount_functional,
        sum(posted.amount_group) as amount_group
    from ended
    inner join posted
        on
            ended.unit_id = posted.unit_id
            and posted.group_period between ended.entry_period and ended.last_period
            and (
                ended.branch_id = posted.branch_id
                or (ended.branch_id = posted.partner_branch_id and posted.stage = 'eliminated')
            )
    inner join account on posted.group_account_code = account.code
    where
        (
            ended.branch_id = posted.branch_id
            and (
                (account.is_leaving and (posted.stage <> 'eliminated' or posted.partner_branch_id = ''))
                or (posted.group_account_code in ('2500', '2900') and posted.partner_branch_id = '')
            )
        )
        or (
            ended.branch_id = posted.partner_branch_id
            and posted.stage = 'eliminated'
            and posted.group_account_code in ('1180', '2900')
        )
    group by
        ended.unit_id,
        ended.branch_id,
        ended.spell_number,
        posted.stage,
        posted.branch_id,
        posted.partner_branch_id,
        posted.group_account_code
),

-- Translation differences: what is left on 2500 of the branch, in every stage.
recycled as (
    select
        unit_id,
        ended_branch_id,
        spell_number,
        sum(amount_group) as amount_group
    from leaving
    where group_account_code = '2500'
    group by unit_id, ended_branch_id, spell_number
),

posting as (
    select
        unit_id,
        ended_branch_id,
        spell_number,
        stage,
        branch_id,
        partner_branch_id,
        group_account_code,
        'deconsolidation' as movement_type,
        'deconsolidation' as rule,
        -amount_functional as amount_functional,
        -amount_group as amount_group
    from leaving
    where group_account_code <> '2500'
    union all
    select
        unit_id,
        ended_branch_id,
        spell_number,
        'eliminated' as stage,
        ended_branch_id as branch_id,
        '' as partner_branch_id,
        '7400' as group_account_code,
        'deconsolidation' as movement_type,
        'deconsolidation' as rule,
        cast(null as decimal(20, 4)) as amount_functional,
        sum(amount_group) as amount_group
    from leaving
    where group_account_code <> '2500'
    group by unit_id, ended_branch_id, spell_number
    union all
    select
        unit_id,
        ended_branch_id,
        spell_number,
        'eliminated' as stage,
        ended_branch_id as branch_id,
        '' as partner_branch_id,
        '2500' as group_account_code,
        'reclassification' as movement_type,
        'cta_recycled' as rule,
        cast(null as decimal(20, 4)) as amount_functional,
        -amount_group as amount_group
    from recycled
    union all
    select
        unit_id,
        ended_branch_id,
        spell_number,
        'eliminated' as stage,
        ended_branch_id as branch_id,
        '' as partner_branch_id,
        '7400' as group_account_code,
        'reclassification' as movement_type,
        'cta_recycled' as rule,
        cast(null as decimal(20, 4)) as amount_functional,
        amount_group
    from recycled
)

select
    posting.unit_id,
    posting.stage,
    posting.branch_id,
    posting.partner_branch_id,
    ended.exit_period as group_period,
    posting.group_account_code,
    posting.movement_type,
    posting.rule,
    {{ money('posting.amount_functional') }} as amount_functional,
    {{ money('posting.amount_group') }} as amount_group,
    ended.source_kind,
    ended.source_reference
from posting
inner join ended
    on
        posting.unit_id = ended.unit_id
        and posting.ended_branch_id = ended.branch_id
        and posting.spell_number = ended.spell_number
where posting.amount_group <> 0
