select
    kind,
    branch_a,
    role_a,
    code_a,
    branch_b,
    role_b,
    code_b,
    rule,
    confidence,
    decision,
    reason
from {{ source('lake', 'golden_pair') }}
