{# The proof of each branch's exchange differences with the sign that statements show: assets and gains are positive. #}
select
    proof.unit_id,
    proof.branch_id,
    proof.ledger,
    proof.group_period,
    rated_month.is_controlled,
    proof.functional_currency_code,
    proof.group_currency_code,
    proof.opening_rate,
    proof.average_rate,
    proof.closing_rate,
    proof.opening_net_assets_amount_functional,
    {{ money('-proof.result_amount_functional') }} as result_amount_functional,
    {{ money('-proof.equity_movement_amount_functional') }} as equity_movement_amount_functional,
    proof.closing_net_assets_amount_functional,
    {{ money('-proof.result_amount_group') }} as result_amount_group,
    {{ money('-proof.equity_movement_amount_group') }} as equity_movement_amount_group,
    proof.closing_net_assets_amount_group,
    {{ money('-proof.cta_opening_amount_group') }} as cta_opening_amount_group,
    {{ money('-proof.cta_opening_net_assets_amount_group') }} as cta_opening_net_assets_amount_group,
    {{ money('-proof.cta_result_amount_group') }} as cta_result_amount_group,
    {{ money('-proof.cta_equity_movement_amount_group') }} as cta_equity_movement_amount_group,
    {{ money('-proof.cta_rounding_amount_group') }} as cta_rounding_amount_group,
    {{ money(
        '-sum(proof.cta_opening_amount_group + proof.cta_opening_net_assets_amount_group + proof.cta_result_amount_group'
        ' + proof.cta_equity_movement_amount_group + proof.cta_rounding_amount_group) over ('
        'partition by proof.unit_id, proof.branch_id, proof.ledger order by proof.group_period asc '
        'rows between unbounded preceding and current row)'
    ) }} as cta_closing_amount_group
from {{ ref('int_translation_proof') }} as proof
inner join {{ ref('int_translation_month') }} as rated_month
    on
        proof.unit_id = rated_month.unit_id
        and proof.branch_id = rated_month.branch_id
        and proof.ledger = rated_month.ledger
        and proof.group_period = rated_month.group_period
        and proof.functional_currency_code = rated_month.functional_currency_code
where proof.functional_currency_code <> proof.group_currency_code
