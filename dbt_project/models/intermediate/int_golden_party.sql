with party as (
    select
        branch_id,
        'customer' as party_type,
        customer_code as party_code,
        customer_name as party_name,
        tax_id,
        registration_id,
        country_code,
        address_line,
        postal_code,
        city,
        bank_account,
        partner_branch_id,
        is_inferred,
        delivery_date
    from {{ ref('dim_customer') }}
    union all
    select
        branch_id,
        'supplier' as party_type,
        supplier_code as party_code,
        supplier_name as party_name,
        tax_id,
        registration_id,
        country_code,
        address_line,
        postal_code,
        city,
        bank_account,
        partner_branch_id,
        is_inferred,
        delivery_date
    from {{ ref('dim_supplier') }}
),

member as (
    select
        branch_id,
        role,
        code,
        golden_id,
        rule,
        confidence,
        identifier_problem
    from {{ source('lake', 'golden_member') }}
    where kind = 'party'
),

-- A record that nothing was matched with is its own golden record.
identified as (
    select
        coalesce(member.golden_id, party.branch_id || '/' || party.party_type || '/' || party.party_code) as golden_id,
        party.branch_id,
        party.party_type,
        party.party_code,
        coalesce(member.rule, 'alone') as rule,
        cast(coalesce(member.confidence, 1) as decimal(5, 4)) as confidence,
        member.identifier_problem,
        party.party_name,
        party.tax_id,
        party.registration_id,
        party.country_code,
        party.address_line,
        party.postal_code,
        party.city,
        party.bank_account,
        party.partner_branch_id,
        party.is_inferred,
        party.delivery_date,
        case
            when party.is_inferred then 3
            when party.country_code = branch.country_code then 1
            else 2
        end as trust
    from party
    left join member
        on party.branch_id = member.branch_id and party.party_type = member.role and party.party_code = member.code
    left join {{ ref('dim_branch') }} as branch on party.branch_id = branch.branch_id
)

select
    golden_id,
    branch_id,
    party_type,
    party_code,
    rule,
    confidence,
    identifier_problem,
    party_name,
    tax_id,
    registration_id,
    country_code,
    address_line,
    postal_code,
    city,
    bank_account,
    partner_branch_id,
    is_inferred,
    trust,
    cast(row_number() over (
        partition by golden_id
        order by
            trust asc,
            coalesce(delivery_date, date '1900-01-01') desc,
            branch_id asc,
            party_type asc,
            party_code asc
    ) as bigint) as preference
from identified
