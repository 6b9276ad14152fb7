{{ config(materialized='view') }}
-- Every document number that is known to exist: posted, or refused at the door. Only those that end in digits.
with known as (
    select
        branch_id,
        'sales_invoice' as document_kind,
        '' as series_context,
        invoice_number as document_number,
        invoice_date as document_date,
        false as is_refused
    from {{ ref('fct_sales_invoice') }}
    union all
    select
        branch_id,
        'sales_invoice' as document_kind,
        '' as series_context,
        document as document_number,
        cast(null as date) as document_date,
        true as is_refused
    from {{ ref('ops_quarantine') }}
    where dataset = 'sales_invoice' and document is not null
    union all
    select
        branch_id,
        'gl_entry' as document_kind,
        ledger || ' ' || cast(fiscal_year as string) || ' ' || journal_code as series_context,
        document_number,
        min(posting_date) as document_date,
        false as is_refused
    from {{ ref('fct_gl_entry') }}
    group by branch_id, ledger, fiscal_year, journal_code, document_number
),

numbered as (
    select
        branch_id,
        document_kind,
        series_context,
        document_number,
        document_date,
        is_refused,
        {{ number_prefix('document_number') }} as number_prefix,
        {{ trailing_number('document_number') }} as running_number
    from known
)

select
    branch_id,
    document_kind,
    series_context,
    number_prefix,
    running_number,
    min(document_number) as document_number,
    min(document_date) as first_date,
    max(document_date) as last_date,
    min(case when is_refused then 1 else 0 end) = 1 as is_refused
from numbered
where running_number is not null
group by branch_id, document_kind, series_context, number_prefix, running_number
