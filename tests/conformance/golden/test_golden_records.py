"""Records that are one party or product, by hand, and what must hold of any records. Not here: measuring."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.conformance.golden.clusters import cluster
from pipelines.conformance.golden.identifiers import bank_key, gtin_key, tax_key, wrong_identifiers
from pipelines.conformance.golden.identities import Identities, assign, remembered
from pipelines.conformance.golden.naming import company_name
from pipelines.conformance.golden.pairs import certain_pairs
from pipelines.conformance.golden.records import Pair, Record, RecordKey

# DE VAT numbers, ISO 7064 mod 11,10: 136695976 is the usual published example; 111111125 by hand, p = 10:
# digit 1 → s 1, p 2; 3, 6; 7, 3; 4, 8; 9, 7; 8, 5; 6, 1; digit 2 → s 3, p 6; so the check digit is 11 - 6 = 5.
GOOD, OTHER, WRONG = "DE136695976", "DE111111125", "DE136695977"
A, B, C = (RecordKey(branch, "customer", "1") for branch in ("de01", "fr01", "no01"))


def party(key: RecordKey, name: str = "Muster", **said: str) -> Record:
    return Record(key, name, country="DE", **said)


def test_a_tax_id_is_a_key_only_with_its_check_digit() -> None:
    assert tax_key(party(A, tax_id="DE 136 695 976")) == "DE:vat:136695976"
    assert tax_key(party(A, tax_id=WRONG)) is None
    assert tax_key(Record(A, "Muster", country="NO", tax_id="988 077 917 MVA")) == "NO:orgnr:988077917"


@pytest.mark.parametrize(
    ("country", "written", "key"),
    [
        # France: the SIREN is the VAT number's last nine digits; (12 + 3 × (732829320 mod 97)) mod 97 =
        # (12 + 3 × 43) mod 97 = 141 - 97 = 44. The SIRET is the SIREN and five digits of the establishment.
        ("FR", "FR44732829320", "FR:siren:732829320"),
        ("FR", "732 829 320", "FR:siren:732829320"),
        ("FR", "732 829 320 00074", "FR:siren:732829320"),
        ("FR", "FR45732829320", None),
        # Sweden: the organisation number and 01.
        ("SE", "SE556012579001", "SE:orgnr:5560125790"),
        ("SE", "556012-5790", "SE:orgnr:5560125790"),
        ("SE", "556012-5791", None),
        ("CH", "CHE-116.281.710 MWST", "CH:uid:CHE116281710"),
        ("CH", "CHE-116.281.710", "CH:uid:CHE116281710"),
        ("GR", "EL094259216", "GR:vat:094259216"),
        ("GB", "401 4123 78", "GB:vat:401412378"),
        ("US", "36-6204878", "US:ein:366204878"),
        ("CN", "91330200148062310J", "CN:vat:91330200148062310J"),
        ("CN", "91330200148062310K", None),
        ("XX", "123", None),
    ],
)
def test_a_company_has_one_key_however_its_number_is_written(country: str, written: str, key: str | None) -> None:
    assert tax_key(Record(A, "Muster", country=country, tax_id=written)) == key


def test_a_gtin_is_a_key_of_fourteen_digits_only_with_its_check_digit() -> None:
    # 2 0 0 0 0 5 1 5 0 0 0 1 with weights 1,3,1,3,…: 2 + 5×3 + 1 + 5×3 + 1×3 = 36; 40 - 36 = 4 is the last digit.
    # 4 0 0 6 3 8 1 3 3 3 9 3: 4 + 0 + 0 + 6×3 + 3 + 8×3 + 1 + 3×3 + 3 + 3×3 + 9 + 3×3 = 89; 90 - 89 = 1.
    product = RecordKey("de01", "product", "1")
    assert gtin_key(Record(product, "Bolt", gtin="4006381333931")) == "04006381333931"
    assert gtin_key(Record(product, "Bolt", gtin="4006381333932")) is None


def test_a_number_that_a_company_gives_out_for_itself_is_valid_and_names_nothing_elsewhere() -> None:
    # 2 0 0 0 0 5 1 5 0 0 0 1 with weights 1,3,1,3,…: 2 + 5×3 + 1 + 5×3 + 1×3 = 36; 40 - 36 = 4 is the last digit.
    own, wrong = (Record(RecordKey("de01", "product", "1"), "Bolt", gtin=f"200005150001{last}") for last in "45")
    assert gtin_key(own) is None
    assert list(wrong_identifiers(own)) == []
    assert [one.field for one in wrong_identifiers(wrong)] == ["gtin"]
    # GTIN-8: 9 6 3 8 5 0 7: 27 + 6 + 9 + 8 + 15 + 0 + 21 = 86, so 4.
    # A shop's own: 2 0 0 0 0 0 0 weighs 6, so 4.
    assert gtin_key(Record(RecordKey("de01", "product", "2"), "Nut", gtin="96385074")) == "00000096385074"
    assert gtin_key(Record(RecordKey("de01", "product", "2"), "Nut", gtin="20000004")) is None


def test_two_records_of_the_same_branch_of_the_group_are_one_party() -> None:
    found = certain_pairs([party(A, "Muster", partner_branch_id="no01"), party(B, "Oslo", partner_branch_id="no01")])
    assert [(one.rule, one.state) for one in found] == [("group_branch", "match")]


def test_an_account_that_looks_like_an_iban_must_be_one() -> None:
    assert bank_key(party(A, bank_account="DE89 3704 0044 0532 0130 00")) == "DE89370400440532013000"
    assert bank_key(party(A, bank_account="DE88 3704 0044 0532 0130 00")) is None


def test_legal_forms_and_ways_to_write_umlauts_are_no_difference() -> None:
    assert company_name("Müller & Söhne GmbH & Co. KG") == company_name("Mueller und Soehne")
    assert company_name("上海贸易有限公司") == company_name("上海贸易(集团)")


def test_the_same_tax_id_is_one_party_and_a_shared_account_only_with_like_names() -> None:
    iban = "DE89370400440532013000"
    pairs = certain_pairs([party(A, tax_id=GOOD), party(B, "Atlas", tax_id=GOOD)])
    assert [(one.left, one.right, one.rule) for one in pairs] == [(A, B, "tax_id")]
    assert not certain_pairs([party(A, "Muster AG", bank_account=iban), party(B, "Quick Foods", bank_account=iban)])
    assert certain_pairs([party(A, "Muster AG", bank_account=iban), party(B, "Muster GmbH", bank_account=iban)])


def test_likeness_never_bridges_two_tax_ids() -> None:
    records = [party(A, tax_id=GOOD), party(B), party(C, tax_id=OTHER)]
    found = cluster(records, [Pair(A, B, "likeness", 0.99, "match"), Pair(B, C, "likeness", 0.98, "match")])
    assert found.members == ((A, B), (C,))
    assert [one.state for one in found.pairs] == ["match", "contradicted"]


def test_what_people_said_is_different_is_never_joined_even_through_a_third() -> None:
    pairs = [
        Pair(A, C, "reviewed", 1.0, "rejected"),
        Pair(A, B, "bank_account", 0.98, "match"),
        Pair(B, C, "likeness", 0.97, "match"),
    ]
    assert cluster([party(A), party(B), party(C)], pairs).members == ((A, B), (C,))


def test_a_merged_id_is_superseded_and_a_split_leaves_the_id_with_the_most() -> None:
    nothing = Identities("party", {}, {})
    first = assign(nothing, [(A,), (B,), (C,)])
    assert first.ids == {A: "P000001", B: "P000002", C: "P000003"}
    log = [first.as_event("party") or {}]
    second = assign(remembered("party", log), [(A, B), (C,)])
    assert second.ids == {A: "P000001", B: "P000001", C: "P000003"}
    assert second.superseded == {"P000002": "P000001"}
    log.append(second.as_event("party") or {})
    assert assign(remembered("party", log), [(A, B), (C,)]).as_event("party") is None
    assert assign(remembered("party", log), [(A,), (B,), (C,)]).ids == {A: "P000001", B: "P000004", C: "P000003"}


KEYS = [RecordKey(f"b{number}", "customer", "1") for number in range(6)]
RECORDS = st.lists(st.sampled_from(["", GOOD, OTHER, WRONG]), min_size=6, max_size=6).map(
    lambda ids: [party(key, tax_id=tax) for key, tax in zip(KEYS, ids, strict=True)]
)
PAIRS = st.lists(
    st.builds(
        lambda ends, rule, share: Pair(ends[0], ends[1], rule, share / 100, "match"),
        st.sampled_from([(a, b) for a in KEYS for b in KEYS if a < b]),
        st.sampled_from(["registration_id", "bank_account", "likeness"]),
        st.integers(90, 100),
    ),
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(RECORDS, PAIRS, st.randoms(use_true_random=False))
def test_no_group_holds_two_tax_ids_and_order_of_input_does_not_matter(
    records: list[Record], pairs: list[Pair], shuffled: object
) -> None:
    found = cluster(records, pairs)
    tax = {one.key: tax_key(one) for one in records}
    assert sorted(key for group in found.members for key in group) == sorted(KEYS)
    for group in found.members:
        assert len({tax[key] for key in group} - {None}) <= 1
    shuffled.shuffle(records)  # type: ignore[attr-defined]
    shuffled.shuffle(pairs)  # type: ignore[attr-defined]
    assert cluster(records, pairs) == found


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), min_size=2, max_size=4))
def test_ids_are_stable_over_nights(nights: list[list[int]]) -> None:
    log: list[dict[str, object]] = []
    for labels in nights:
        groups = [[key for key, own in zip(KEYS, labels, strict=True) if own == one] for one in set(labels)]
        found = assign(remembered("party", log), groups)
        assert len(set(found.ids.values())) == len(groups)
        event = found.as_event("party")
        log += [event] if event else []
        again = assign(remembered("party", log), reversed(groups))
        assert again.ids == found.ids and again.as_event("party") is None
        assert not set(remembered("party", log).superseded) & set(found.ids.values())
