"""The dbt unit tests and data tests ran, all of them: a project that lost them would be green without this."""

from __future__ import annotations

from collections import Counter
from typing import Any


def test_dbt_unit_tests_and_data_tests_ran_and_passed(built: Any) -> None:
    kinds = Counter((str(result.node.resource_type), str(result.status)) for result in built.results)
    assert kinds["unit_test", "pass"] >= 10
    assert kinds["test", "pass"] >= 30
    assert not [key for key in kinds if key[1] not in {"pass", "success"}]
