"""Four eyes are two people: one name, however it is typed, cannot be both maker and checker."""

from __future__ import annotations

import pytest

from pipelines.repair.records import same_person


@pytest.mark.parametrize(
    "other",
    [
        "ZOË  MÜLLER",
        " Zoë\u00a0Müller\t",
        "Zoe\u0308 Mu\u0308ller",  # the same letters, written as letter and mark
        "Zoë Mü\u00adller",  # a soft hyphen, which nobody sees
        "Zo\u200bë Müller\u200d",  # nor these
        "\ufeffZoë Müller",
        "Ｚｏë Ｍüｌｌｅｒ",  # letters of an East Asian keyboard
    ],
)
def test_one_name_is_one_person_however_it_is_typed(other: str) -> None:
    assert same_person("Zoë Müller", other)
    assert same_person(other, "Zoë Müller")


@pytest.mark.parametrize("other", ["Zoe Müller", "Zoë Möller", "Müller", "Zoë Müller jun."])
def test_another_name_is_another_person(other: str) -> None:
    assert not same_person("Zoë Müller", other)
