-- Each value is that of the preferred record that has one; an address is taken whole, from one record.
select
    golden_id,
    min_by(party_name, preference) filter (where party_name is not null) as party_name,
    min_by(tax_id, preference) filter (where tax_id is not null) as tax_id,
    min_by(registration_id, preference) filter (where registration_id is not null) as registration_id,
    min_by(country_code, preference) filter (where country_code is not null) as country_code,
    nullif(min_by(coalesce(address_line, ''), preference) filter (where city is not null), '') as address_line,
    nullif(min_by(coalesce(postal_code, ''), preference) filter (where city is not null), '') as postal_code,
    min_by(city, preference) filter (where city is not null) as city,
    min_by(bank_account, preference) filter (where bank_account is not null) as bank_account,
    min(partner_branch_id) as group_branch_id,
    count(partner_branch_id) > 0 as is_group_branch,
    max(case when party_type = 'customer' then 1 else 0 end) = 1 as is_customer,
    max(case when party_type = 'supplier' then 1 else 0 end) = 1 as is_supplier,
    min(case when is_inferred then 1 else 0 end) = 1 as is_inferred,
    count(*) as member_count,
    count(distinct branch_id) as branch_count
from {{ ref('int_golden_party') }}
group by golden_id
