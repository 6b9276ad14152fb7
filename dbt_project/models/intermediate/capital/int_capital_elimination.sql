{# All rows that the consolidation of capital makes, as the group's fact holds them: each with its reason in a
   sentence. #}
with posting as (
    select
        unit_id,
        'translated' as stage,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        'acquisition' as movement_type,
        'entry' as rule,
        amount_functional,
        amount_group,
        'ledger' as source_kind,
        branch_id as source_reference
    from {{ ref('int_capital_entry') }}
    {% for model in [
        'acquisition', 'contribution', 'goodwill', 'step', 'dividend', 'equity_method', 'nci', 'interest', 'disposal'
    ] -%}
    union all
    select
        unit_id,
        stage,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        movement_type,
        rule,
        amount_functional,
        amount_group,
        source_kind,
        source_reference
    from {{ ref('int_capital_' ~ model) }}
    {% endfor %}
)

select
    'actual' as scenario,
    posting.unit_id,
    posting.stage,
    posting.branch_id,
    posting.partner_branch_id,
    unit.ledger,
    posting.group_period,
    posting.group_account_code,
    posting.movement_type,
    posting.rule,
    branch.functional_currency_code,
    posting.amount_functional,
    unit.currency_code as group_currency_code,
    posting.amount_group,
    case posting.rule
        when 'entry' then 'Balances of the branch on the day on which it came under control.'
        when 'investment' then 'Investment against the equity that it stands for.'
        when 'goodwill' then 'Price and non-controlling interests beyond the net assets acquired.'
        when 'bargain_purchase' then 'Net assets acquired beyond price and non-controlling interests.'
        when 'goodwill_translation' then 'Goodwill of the acquired branch at the closing rate.'
        when 'fair_value_step' then 'Fair value step of the purchase, with its deferred tax.'
        when 'fair_value_amortisation' then 'Fair value step written off over its life, deferred tax released alike.'
        when 'fair_value_translation' then 'Fair value step of the acquired branch at the closing rate.'
        when 'dividend' then 'Dividend between members of the group.'
        when 'intercompany_fx_difference' then 'Exchange difference between both sides of a dividend.'
        when 'nci_acquisition' then 'Non-controlling interests on the day of the purchase.'
        when 'nci_investment' then 'The holder''s own non-controlling interests in what the holder invested.'
        when 'nci_equity' then 'Share of non-controlling interests in capital and reserves.'
        when 'nci_result' then 'Share of non-controlling interests in the result.'
        when 'nci_oci' then 'Share of non-controlling interests in other comprehensive income.'
        when 'nci_cta' then 'Share of non-controlling interests in translation differences.'
        when 'nci_dividend' then 'Dividend paid to non-controlling interests.'
        when 'nci_change' then 'Change of interest that keeps control: an equity transaction.'
        when 'nci_change_cta' then 'Translation differences that change hands with the interest.'
        when 'nci_change_price' then 'Price of a change of interest that keeps control.'
        when 'equity_method_investment' then 'Investment in an associate, carried under the equity method.'
        when 'equity_method_result' then 'Share of an associate''s result, as far as the investment is above zero.'
        when 'equity_method_oci' then 'Share of an associate''s other comprehensive income.'
        when 'equity_method_cta' then 'Share of an associate''s translation differences.'
        when 'equity_method_equity' then 'Share of an associate''s reserves since it was acquired.'
        when 'equity_method_dividend' then 'Dividend of an associate reduces the investment.'
        when 'deconsolidation' then 'End of control: the branch''s balances leave the group.'
        when 'cta_recycled' then 'Translation differences of the owners pass through the result at the end of control.'
    end as reason,
    posting.source_kind,
    posting.source_reference,
    'rule' as made_by,
    unit.approved_by
from posting
inner join {{ ref('int_capital_unit') }} as unit on posting.unit_id = unit.unit_id
left join {{ ref('dim_branch') }} as branch on posting.branch_id = branch.branch_id
