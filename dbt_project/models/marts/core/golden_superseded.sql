select
    kind,
    golden_id,
    superseded_by,
    since
from {{ source('lake', 'golden_superseded') }}
