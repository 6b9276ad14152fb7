"""Lets the tests of this folder import their shop, and gives each a workspace of its own."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from shop import LEDGER, Shop

from pipelines.night import inputs


@pytest.fixture(autouse=True)
def code_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights of one test are nights of one program, also while somebody edits the code beside it."""
    monkeypatch.setattr(inputs, "_CODE", ())


@pytest.fixture
def open_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Shop]:
    """A workspace whose one branch is configured so."""

    def _open(defs: str) -> Shop:
        monkeypatch.setenv("TIEOUT_WORKSPACE", str(tmp_path))
        return Shop(tmp_path, defs)

    return _open


@pytest.fixture
def shop(open_shop: Callable[[str], Shop]) -> Shop:
    """A branch that sends ledgers as CSV, and whose January is in force."""
    shop = open_shop(LEDGER)
    shop.send("ledger_good.csv", shop.csv(shop.entry("G1", text="good")))
    assert shop.night().status == "ok"
    return shop
