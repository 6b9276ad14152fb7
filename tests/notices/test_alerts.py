"""Who is told what after a night, over a real mail server and webhook of this machine. dbt is a stand-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.console.notify import run_notify
from pipelines.console.receipt import print_receipt
from pipelines.errors import PublishError, TieoutError
from pipelines.intake import taking
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.night.dbt_port import DbtOutcome, DbtRequest
from pipelines.night.driver import run_night
from pipelines.notices import outbox
from pipelines.settings import Workspace

STATUS = """
create or replace table warehouse.operations.rpt_delivery_status as
select o.branch_id, o.dataset, o.period, o.owner_team, o.due_date, d.arrived_at, d.accepted_at,
    case when d.branch_id is null then case when o.due_date < n.night_date then 'missing' else 'expected' end
        when d.delivery_date > o.due_date then 'late' else 'accepted' end as status,
    cast(coalesce(greatest(d.delivery_date - o.due_date, 0), 0) as bigint) as days_late
from lake.obligation as o cross join lake.night as n
left join (
    select s.branch_id, s.slice_period, min(d.delivery_date) as delivery_date, min(d.arrived_at) as arrived_at,
        min(d.accepted_at) as accepted_at
    from lake.slice as s inner join lake.delivery as d
        on s.branch_id = d.branch_id and d.status = 'accepted'
            and d.delivery_date > cast(s.slice_period || '-28' as date)
    group by all
) as d on o.branch_id = d.branch_id and o.period = d.slice_period
"""
OWNER = "treasury@example.com"  # of every branch of the tiny group
CONTROLLER = "controller@example.com"


class Told:
    """A tiny group whose nights are told of; its delivery status is a few lines of SQL."""

    def __init__(self, group: Any, port: int, more: str = "") -> None:
        self.group = group
        root = group.workspace.root
        text = (root / "tieout.yaml").read_text()
        (root / "tieout.yaml").write_text(
            f"{text}notices:\n  controller: {{email: {CONTROLLER}}}\n"
            f"  smtp: {{host: 127.0.0.1, port: {port}, security: none, from: tieout@example.com, timeout_seconds: 1}}\n"
            f"{more}"
        )
        self.workspace = Workspace.load(root)
        self.error: Exception | None = None

    def night(self, day: str = "2026-03-02") -> Any:
        return run_night(self.workspace, dbt=self.dbt, night_date=date.fromisoformat(day))

    def dbt(self, request: DbtRequest) -> DbtOutcome:
        if self.error:
            raise self.error
        outcome: DbtOutcome = self.group.dbt.build(request)
        with duckdb.connect(str(request.build_db)) as connection:
            connection.execute("attach '" + str(request.candidate_db) + "' as warehouse")
            connection.execute("create schema if not exists warehouse.operations")
            connection.execute(STATUS)
        return outcome

    def owner(self, branch: str, email: str, team: str = "treasury", language: str = "en") -> None:
        defs = self.workspace.branches_dir / branch / "defs.yaml"
        said = defs.read_text().replace(
            '{team: "treasury", email: "treasury@example.com"}', f"{{team: {team}, email: {email}}}"
        )
        defs.write_text(said.replace('language: "en"', f'language: "{language}"'))

    def partly(self, branch: str, day: str = "2026-03-02") -> str:
        """A file of February's 28 days whose last rate is a word; its name."""
        rates = [f"USD,EUR,2026-02-{number:02d},1.10" for number in range(1, 28)] + ["USD,EUR,2026-02-28,secret-rate"]
        path = self.workspace.landing / branch / f"rates_{day}.csv"
        path.write_text("\n".join(["from,to,day,rate", *rates]) + "\n")
        return path.name

    def events(self, *kinds: str) -> list[Any]:
        return [event.data for event in EventLog(Lake.of(self.workspace).events).read(*kinds)]


@pytest.fixture
def told(make_group: Callable[..., Any], mailbox: Any) -> Callable[..., Told]:
    """Two branches that delivered February in time, and a night that nobody had to hear of."""

    def made(more: str = "  receipts: with_problems\n", port: int = 0) -> Told:
        group = make_group("alpha", "beta")
        for branch in ("alpha", "beta"):
            group.send(branch, "2026-03-01", m2026_02="1.10")
        found = Told(group, port or mailbox.port, more)
        assert found.night().outcome == "published"
        return found

    return made


def body(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")


def test_nothing_wrong_no_message(told: Callable[..., Told], mailbox: Any) -> None:
    found = told()
    assert found.night().outcome == "nothing_new"
    assert mailbox.got == []


def test_a_refused_row_reaches_its_owner_once_and_the_controller(told: Callable[..., Told], mailbox: Any) -> None:
    found = told()
    name = found.partly("alpha")
    found.night()
    assert sorted(mail["To"] for mail in mailbox.got) == [CONTROLLER, OWNER]
    [mail] = mailbox.to(OWNER)
    text = body(mail)
    assert f"{name} (exchange rates): 1 of 29 rows were refused: no number as the branch writes them (1)." in text
    assert "What to do: See them with `tieout quarantine list --branch alpha --dataset fx_rate`" in text
    assert "secret-rate" not in text
    assert mail["Subject"] == "T: night of 2 March 2026, 1 to do"
    assert mailbox.envelopes[0][0] == "tieout@example.com"
    # The receipt of alpha is attached and written out; beta sent nothing tonight.
    assert [part.get_filename() for part in mail.iter_attachments()] == ["alpha_2026-03-02.2.html"]
    assert "row 29" in text
    # A rerun of the same night says nothing more, nor does the next one: it was told.
    found.night()
    found.night("2026-03-03")
    assert len(mailbox.got) == 2


def test_one_message_for_the_owner_of_several_branches_and_one_post(
    told: Callable[..., Told], mailbox: Any, hook: Any
) -> None:
    found = told(
        "  receipts: with_problems\n  webhooks:\n    - {name: everything, url_env: SLACK_URL}\n"
        "    - {name: others, url_env: SLACK_URL, teams: [somebody-else]}\n"
    )
    (found.workspace.landing / "alpha" / "rates_2026-03-02.csv").write_text("")
    (found.workspace.landing / "beta" / "<!channel> `x``` *notes*.txt").write_text("hello")
    found.night()
    [mail] = mailbox.to(OWNER)
    assert "Branch alpha (alpha)\n  1. rates_2026-03-02.csv was refused whole (exchange rates)." in body(mail)
    assert "Branch beta (beta)\n  1. <!channel> `x``` *notes*.txt matches no kind of file" in body(mail)
    assert mail["Subject"].endswith("2 to do")
    [post] = hook.got
    assert set(post) == {"text"}
    head, _, rest = post["text"].partition("\n```\n")
    assert head == "T: night of 2 March 2026, 2 to do"
    assert "&lt;!channel&gt; `x''' *notes*.txt matches no kind of file" in rest
    assert rest.count("```") == 1
    assert rest.endswith("\n```")


def test_each_owner_hears_of_their_own_branch_in_its_language(told: Callable[..., Told], mailbox: Any) -> None:
    found = told()
    found.owner("alpha", "anna@example.com", "finance-alpha", "de")
    found.owner("beta", "bo@example.com", "finance-beta", "no")
    found.night()
    for branch in ("alpha", "beta"):
        found.partly(branch)
    found.night()
    [anna], [bo] = mailbox.to("anna@example.com"), mailbox.to("bo@example.com")
    assert "1 von 29 Zeilen wurden abgelehnt" in body(anna)
    assert "Branch beta" not in body(anna)
    assert "1 av 29 rader ble avvist" in body(bo)
    assert anna["Subject"] == "T: Nacht vom 2. März 2026, 1 zu erledigen"


def test_what_is_missing_is_told_each_night_until_it_comes(told: Callable[..., Told], mailbox: Any) -> None:
    found = told()
    # March's rates are due on 1 April; on the 2nd they are missing, on the 3rd nothing else has happened.
    assert found.night("2026-04-01").outcome == "nothing_new"
    assert mailbox.got == []
    assert found.night("2026-04-02").outcome == "published"
    found.night("2026-04-02")
    assert found.night("2026-04-03").outcome == "nothing_new"
    texts = [body(mail) for mail in mailbox.to(OWNER)]
    assert len(texts) == 2
    assert "exchange rates for 2026-03 has not arrived: due 1 April 2026, days overdue: 1." in texts[0]
    assert "due 1 April 2026, days overdue: 2." in texts[1]
    assert "Put the file into the branch's landing folder." in texts[0]
    # Alpha's comes five days late: told so once; beta's is still missing.
    found.group.send("alpha", "2026-04-06", m2026_03="1.30")
    found.night("2026-04-06")
    last = body(mailbox.to(OWNER)[-1])
    assert "exchange rates for 2026-03 came late: due 1 April 2026, days late: 5." in last
    assert "the next one is due 1 May 2026" in last
    assert last.count("has not arrived") == 1
    found.group.send("beta", "2026-04-07", m2026_03="1.30")
    found.night("2026-04-07")
    last = body(mailbox.to(OWNER)[-1])
    assert ("days late: 6" in last, "days late: 5" in last) == (True, False)
    count = len(mailbox.got)
    found.night("2026-04-08")
    assert len(mailbox.got) == count


def test_a_held_branch_and_an_audit_warning_reach_the_owner(told: Callable[..., Told], mailbox: Any) -> None:
    found = told()
    found.group.send("alpha", "2026-03-02", m2026_01="666")
    found.night()
    text = body(mailbox.to(OWNER)[0])
    assert "Branch alpha is held on its last good night (since night 2026-03-02.2)" in text
    assert "found a rate of 666" in text
    found.night("2026-03-03")  # nothing new, still held
    assert "is held" in body(mailbox.to(OWNER)[1])


def test_a_stopped_night_and_a_failed_one_reach_the_controller_only(told: Callable[..., Told], mailbox: Any) -> None:
    found = told()
    found.group.send("alpha", "2026-03-02", m2026_01="999")
    assert found.night().outcome == "stopped"
    assert [mail["To"] for mail in mailbox.got] == [CONTROLLER]
    text = body(mailbox.got[0])
    assert "The whole group\n  1. The night was stopped by the audit" in text
    assert "worse_rate" in text
    found.error = PublishError("the disk broke")
    found.group.send("alpha", "2026-03-03", m2026_01="1.00")
    with pytest.raises(PublishError):
        found.night("2026-03-03")
    assert "The night ended with an error; readers keep the version before it. PublishError: the disk broke" in body(
        mailbox.got[-1]
    )
    # What a database says may quote a record; the night's log has it.
    for error in (
        PublishError("The warehouse could not be built: model.tieout.fct_payment: could not convert 'Kari'"),
        ZeroDivisionError("Kari"),
    ):
        found.error = error
        with pytest.raises(type(error)):
            found.night("2026-03-04")
        assert "Kari" not in body(mailbox.got[-1])
    assert "could not be built: model.tieout.fct_payment." in body(mailbox.got[-2])
    assert "ZeroDivisionError." in body(mailbox.got[-1])


def test_a_failed_branch_is_told_without_the_text_of_a_program_error(
    told: Callable[..., Told], mailbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told()

    def failing(*_: object) -> None:
        raise ZeroDivisionError("Kari Nordmann, 4711")

    found.group.send("alpha", "2026-03-02", m2026_01="1.00")
    monkeypatch.setattr(taking, "take_in", failing)
    found.night()
    text = body(mailbox.to(OWNER)[0])
    assert "Branch alpha met an error of the program and shows its last good data." in text
    assert "Kari" not in text


def test_a_server_that_is_down_fails_no_night_and_the_commands_show_and_send_what_waits(
    told: Callable[..., Told],
    mailbox: Any,
    closed_port: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = told(port=closed_port)
    name = found.partly("alpha")
    assert found.night().outcome == "published"
    assert len(found.events(outbox.FAILED)) == 2
    assert "ConnectionRefusedError" in found.events(outbox.FAILED)[0]["why"]
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(found.workspace.root))
    assert run_notify(dry_run=True) == 0
    shown = capsys.readouterr().out
    assert f"email:{OWNER}  tried 1 times" in shown
    assert "1 of 29 rows were refused" in shown
    assert run_notify(dry_run=False) == 1
    file = found.workspace.root / "tieout.yaml"
    file.write_text(file.read_text().replace(str(closed_port), str(mailbox.port)))
    assert run_notify(dry_run=False) == 0
    assert sorted(mail["To"] for mail in mailbox.got) == [CONTROLLER, OWNER]
    assert run_notify(dry_run=False) == 0
    assert len(mailbox.got) == 2
    capsys.readouterr()
    print_receipt("alpha", None)
    assert f"File: {name}" in capsys.readouterr().out
    print_receipt("alpha", "2026-03-02.1")
    assert "rates_2026-03-01.csv" in capsys.readouterr().out
    with pytest.raises(TieoutError, match=r"it delivered in 2026-03-02\.1, 2026-03-02\.2"):
        print_receipt("alpha", "2026-03-09.1")
    with pytest.raises(TieoutError, match="There is no branch 'gamma'; expected one of alpha, beta"):
        print_receipt("gamma", None)


def test_a_kill_between_sending_and_recording_sends_once_more_and_no_more(
    told: Callable[..., Told], mailbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told()
    found.partly("alpha")
    real = EventLog.append

    def killed(log: EventLog, kind: str, data: Any) -> Any:
        if kind == outbox.SENT:
            raise KeyboardInterrupt
        return real(log, kind, data)

    monkeypatch.setattr(EventLog, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        found.night()
    monkeypatch.setattr(EventLog, "append", real)
    assert len(mailbox.got) == 1
    found.night()
    found.night()
    assert len(mailbox.got) == 3  # the first of two once more, and the second
    assert len({mail["Message-ID"] for mail in mailbox.got}) == 2


def test_a_night_killed_before_it_could_tell_is_told_by_the_next(
    told: Callable[..., Told], mailbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told()
    found.partly("alpha")
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.night.telling.announce", _killed)
        with pytest.raises(KeyboardInterrupt):
            found.night()
    assert mailbox.got == []
    assert found.night().outcome == "nothing_new"
    assert "1 of 29 rows" in body(mailbox.to(OWNER)[0])


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_dry_run_writes_and_sends_nothing(told: Callable[..., Told], mailbox: Any) -> None:
    found = told("  dry_run: true\n")
    found.partly("alpha")
    found.night()
    assert found.events(outbox.DUE)
    assert mailbox.got == []
    file = found.workspace.root / "tieout.yaml"
    file.write_text(file.read_text().replace("dry_run: true", "dry_run: false"))
    found.workspace = Workspace.load(found.workspace.root)
    found.night()
    assert mailbox.got == []


def test_a_delivery_in_order_brings_its_receipt_to_its_owner_alone(told: Callable[..., Told], mailbox: Any) -> None:
    found = told("")
    mailbox.got.clear()
    path: Path = found.group.send("alpha", "2026-03-02", m2026_02="1.11")
    found.night()
    [mail] = mailbox.got
    assert mail["To"] == OWNER
    assert mail["Subject"] == "T: night of 2 March 2026, receipt"
    assert "Everything that arrived was taken in." in body(mail)
    assert path.name in body(mail)
