{# Which rules of the map hold for which accounts, before the more specific one wins. Ranges compare codes of equal
   length; types are those of the branch's own chart. #}
select
    known.branch_id,
    known.account_code,
    map_rule.rule_kind,
    map_rule.kind_rank,
    map_rule.literal_length,
    map_rule.account_from,
    map_rule.account_to,
    map_rule.group_account_code,
    map_rule.valid_from_period,
    map_rule.valid_to_period,
    map_rule.note,
    map_rule.proposed_by,
    map_rule.approved_by
from {{ ref('int_account_known') }} as known
inner join {{ ref('int_account_rule') }} as map_rule
    on
        known.branch_id = map_rule.branch_id
        and (
            (
                map_rule.rule_kind in ('exact', 'range')
                and length(known.account_code) = length(map_rule.account_from)
                and known.account_code between map_rule.account_from and map_rule.account_to
            )
            or (map_rule.rule_kind = 'pattern' and known.account_code like map_rule.like_pattern escape '^')
            or (map_rule.rule_kind = 'type' and known.account_type = map_rule.account_type)
        )
