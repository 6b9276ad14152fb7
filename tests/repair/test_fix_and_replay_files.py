"""Fix and replay where no cell can mend it: the branch sends the file again, or its folder is put right.

Whole files of all six systems are spoiled in ways that files go wrong; afterwards the lake is the one of sound files.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from defect_lakes import Frames, Side, branch_of, contracts, differing

from pipelines.branches import load_branch
from pipelines.settings import REPOSITORY
from pipelines.simulation.group import SEED, simulate

Damage = Callable[[bytes], bytes]


def cut_off(sent: bytes) -> bytes:
    """The transfer broke within a row."""
    row = sent.rfind(b"\n", 0, len(sent) * 2 // 3) + 1
    end = sent.find(b"\n", row)
    return sent[: (row + (end if end > 0 else len(sent))) // 2]


def without_a_row(sent: bytes) -> bytes:
    rows = sent.splitlines(keepends=True)
    del rows[random.Random(SEED).randrange(2, len(rows))]
    return b"".join(rows)


def rows_twice(sent: bytes) -> bytes:
    """Every row but the header comes twice."""
    head, *rows = sent.splitlines(keepends=True)
    return b"".join((head, *(row for one in rows for row in (one, one))))


def headers_alone(sent: bytes) -> bytes:
    return sent.splitlines(keepends=True)[0]


def other_delimiter(sent: bytes) -> bytes:
    return sent.replace(b";", b"#").replace(b"\t", b"#").replace(b",", b"#")


def other_encoding(sent: bytes) -> bytes:
    return sent.decode("cp1252", "replace").encode("utf-16")


def another_header(sent: bytes) -> bytes:
    """The first column got a new name."""
    return b"neu_" + sent.removeprefix(b"\xef\xbb\xbf")


# What a system sends: a small file of it, and what can go wrong with such a file. True: it must be refused whole.
WRONG: dict[tuple[str, str], dict[Damage, bool]] = {
    ("germany", "Rechnungen_202601_20260203.csv"): {
        cut_off: True, without_a_row: False, rows_twice: False, headers_alone: True, other_delimiter: True,
        other_encoding: True, another_header: True,
    },
    ("france", "factures_202601_20260203.csv"): {
        cut_off: True, without_a_row: False, rows_twice: False, headers_alone: True, other_delimiter: True,
        other_encoding: True, another_header: True,
    },
    ("china", "销售发票_202601_20260203.csv"): {
        cut_off: True, without_a_row: False, rows_twice: False, headers_alone: True, other_delimiter: True,
        other_encoding: True,
    },
    ("norway", "faktura_202601_20260203.csv"): {cut_off: True, headers_alone: False, other_delimiter: True},
    ("norway", "SAF-T Financial_900000025_20260203071500.xml"): {cut_off: True},
    ("united_kingdom", "invoices_2026-01_20260203.ndjson"): {
        cut_off: True, without_a_row: False, rows_twice: False, other_encoding: True,
    },
    ("united_states", "Atlas_Trading_2026-01_20260203.xlsx"): {cut_off: True},
}  # fmt: skip
PAYMENTS = ("germany", "Zahlungen_202601_20260203.csv")
CASES = [(branch, name, damage) for (branch, name), damages in WRONG.items() for damage in damages]


@dataclass(frozen=True)
class January:
    """What the branches' books say of a month, and a lake that took in the sound files and nothing else."""

    sent: Path
    sound: Side

    def books(self, branch: str, datasets: set[str]) -> Frames:
        return {
            place: rows for place, rows in self.sound.in_force().items() if place[1] == branch and place[0] in datasets
        }


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> January:
    root = tmp_path_factory.mktemp("january")
    simulate(root, months=1, defects=False)
    found = January(root / "deliveries", Side(root))
    for branch, name in (*WRONG, PAYMENTS):
        found.sound.land(branch, found.sent / branch / name)
    found.sound.night()
    return found


@pytest.mark.parametrize(
    ("branch", "name", "damage"), CASES, ids=lambda one: one.__name__ if callable(one) else str(one)[:12]
)
def test_the_files_own_correction_gives_the_lake_of_sound_files(
    branch: str, name: str, damage: Damage, january: January, tmp_path: Path
) -> None:
    side, right = Side(tmp_path / "side"), january.sent / branch / name
    wrong = tmp_path / name
    wrong.write_bytes(damage(right.read_bytes()))
    side.land(branch, wrong)
    (taken,) = side.night([branch])
    assert {one.status for one in taken.receipts} == ({"refused"} if WRONG[branch, name][damage] else {"accepted"})
    side.land(branch, right)
    side.night([branch])
    own = {one.dataset for one in taken.receipts}
    assert own
    assert differing(side.in_force(), january.books(branch, own)) == set()


@pytest.mark.parametrize(
    ("mistake", "instead_of"),
    [
        ("{Eingang: customer}", "{Eingang: customer, Ausgang: supplier}"),  # a word that the mapping does not know
        ("end_to_end_reference: Zahlungsnummer", "end_to_end_reference: Verwendungszweck"),  # accepted, and wrong
    ],
)
def test_a_corrected_mapping_replays_what_the_wrong_one_made(
    mistake: str, instead_of: str, january: January, tmp_path: Path
) -> None:
    folder = REPOSITORY / "pipelines" / "defs" / "branches" / "germany" / "defs.yaml"
    text = folder.read_text(encoding="utf-8")
    assert instead_of in text
    (tmp_path / "germany").mkdir()
    (tmp_path / "germany" / "defs.yaml").write_text(text.replace(instead_of, mistake), encoding="utf-8")
    wrong = load_branch(tmp_path / "germany" / "defs.yaml", contracts(), REPOSITORY / "pipelines" / "profiles")
    side = Side(tmp_path / "side")
    side.land("germany", january.sent / "germany" / PAYMENTS[1])
    side.night(["germany"], wrong)
    books = january.books("germany", {"payment"})
    assert differing(side.in_force(), books) == {("payment", "germany")}
    side.night(["germany"], branch_of("germany"))
    assert differing(side.in_force(), books) == set()
