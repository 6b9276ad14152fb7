"""What lies in a landing folder and is no delivery: links, pipes, copies under way; and nights that meet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from shop import Shop

from pipelines.errors import NightInProgressError
from pipelines.lake import landing
from pipelines.night.steps import open_night


def test_links_and_pipes_lead_nowhere(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    secret = shop.root / "secret.csv"
    secret.write_text(shop.csv(shop.entry("SECRET", day="2026-02-01")))
    (shop.landing / "ledger_link.csv").symlink_to(secret)
    (shop.landing / "ledger_up.csv").symlink_to("../../../secret.csv")
    (shop.landing / "folder").symlink_to(shop.root)
    os.mkfifo(shop.landing / "ledger_pipe.csv")
    Path(os.fsdecode(os.fsencode(shop.landing) + b"/ledger_\xff.csv")).write_text("x")
    shop.send("ledger_after.csv", shop.csv(shop.entry("A1", day="2026-03-01")))
    assert shop.night().status == "ok"
    assert shop.documents_in_force() == ["A1", "G1"]
    assert "ledger_link.csv is left alone: links are not followed; put the file itself there" in caplog.text
    for name in ("ledger_up.csv", "folder", "ledger_pipe.csv"):
        assert f"{name} is left alone" in caplog.text
    assert "SECRET" not in "".join(
        path.read_text("latin-1") for path in (shop.root / "data" / "lake").rglob("*") if path.is_file()
    )


@pytest.mark.parametrize(
    "name", [".ledger_1.csv", "~ledger_1.csv", "ledger_1.csv.part", "ledger_1.csv.TMP", "ledger_1.csv.crdownload"]
)
def test_copies_under_way_wait_until_they_have_their_name(shop: Shop, name: str) -> None:
    path = shop.send(name, shop.csv(shop.entry("1", day="2026-02-01"))[:90])
    assert shop.night().status == "nothing"
    path.unlink()
    shop.send("ledger_1.csv", shop.csv(shop.entry("1", day="2026-02-01")))
    assert shop.night().status == "ok"
    assert shop.documents_in_force() == ["1", "G1"]


def test_file_that_grows_while_it_is_read_waits(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shop.csv(shop.entry("1", day="2026-02-01"), shop.entry("2", day="2026-02-01"))
    path = shop.send("ledger_1.csv", whole[:120])
    archive = landing.archive

    def while_somebody_writes(*arguments: object) -> tuple[str, int]:
        done = archive(*arguments)  # type: ignore[arg-type]
        path.write_text(whole)
        return done

    monkeypatch.setattr(landing, "archive", while_somebody_writes)
    assert shop.night().status == "nothing"
    monkeypatch.setattr(landing, "archive", archive)
    assert shop.night().status == "ok"
    assert shop.documents_in_force() == ["1", "2", "G1"]


def test_half_a_copy_under_its_own_name_is_refused_and_then_corrected(shop: Shop) -> None:
    whole = shop.csv(shop.entry("1"), shop.entry("2"))
    shop.send("ledger_1.csv", whole[:-30])
    assert shop.night().status == "refused"
    assert shop.documents_in_force() == ["G1"]
    shop.send("ledger_1.csv", whole)
    assert shop.night().status == "ok"
    assert shop.documents_in_force() == ["1", "2"]


def test_second_night_at_once_is_told_who_runs(shop: Shop) -> None:
    with open_night(shop.workspace, by="the first"), pytest.raises(NightInProgressError) as caught:  # noqa: SIM117
        with open_night(shop.workspace, by="the second"):
            pass
    assert "the first" in str(caught.value)
    assert str(os.getpid()) in str(caught.value)
    assert shop.night().status == "nothing"


def test_second_night_of_another_process_is_told_too(shop: Shop) -> None:
    code = "from pipelines.cli import app; app(['run', '--date', '2026-03-02'])"
    with open_night(shop.workspace, by="the first"):
        other = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "TIEOUT_WORKSPACE": str(shop.root)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert other.returncode == 1
    assert "the first" in other.stderr
    assert "Traceback" not in other.stderr
