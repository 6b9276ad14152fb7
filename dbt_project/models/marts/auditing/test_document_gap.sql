with neighbour as (
    select
        branch_id,
        document_kind,
        series_context,
        number_prefix,
        running_number,
        document_number,
        last_date,
        lead(running_number) over series as next_number,
        lead(document_number) over series as next_document_number,
        lead(first_date) over series as next_date
    from {{ ref('int_numbered_document') }}
    window series as (
        partition by branch_id, document_kind, series_context, number_prefix order by running_number
    )
)

select
    neighbour.branch_id,
    neighbour.document_kind,
    neighbour.series_context,
    neighbour.number_prefix,
    neighbour.document_number as before_gap,
    neighbour.next_document_number as after_gap,
    neighbour.running_number + 1 as first_missing_number,
    neighbour.next_number - 1 as last_missing_number,
    neighbour.next_number - neighbour.running_number - 1 as missing_count,
    neighbour.last_date as date_before_gap,
    neighbour.next_date as date_after_gap
from neighbour
{{ join_audit_limit('gap', 'document_gap', 'largest_gap', 'neighbour') }}
where neighbour.next_number - neighbour.running_number - 1 between 1 and cast(gap.limit_value as bigint)
