"""Mail servers and webhooks that fail in every way: a sentence each, no error, and what is not sent stays."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.notice_settings import NoticeSettings, Smtp, Webhook
from pipelines.notices.channels import Channels
from pipelines.notices.messages import Attachment, Message
from pipelines.notices.outbox import DUE, FAILED, SENT, deliver, pending, to_tell, write
from pipelines.notices.problems import Problem


def message(recipient: str, **said: Any) -> Message:
    usual = {"night_id": "2026-03-02.1", "night_date": "2026-03-02", "subject": "T: 1 to do", "text": "something\n"}
    return Message(recipient, **{**usual, **said})


def mail_to(port: int, security: str = "none", **said: Any) -> NoticeSettings:
    return NoticeSettings(
        smtp=Smtp("127.0.0.1", port, "tieout@example.com", security=security, timeout_seconds=1, **said)
    )


HOOK = NoticeSettings(webhooks=(Webhook("finance", "SLACK_URL", timeout_seconds=1),))


def send(settings: NoticeSettings, *messages: Message) -> list[str]:
    with Channels(settings) as channels:
        return [channels.send(one, "0123456789abcdef") for one in messages]


def test_mail_arrives_as_it_was_written_and_no_name_adds_a_header(mailbox: Any) -> None:
    hostile = message(
        "email:a@example.com",
        subject="T: 1\r\nBcc: victim@example.com\u202e",
        text=".\nŁódź 上海\n",
        attachments=(Attachment("alpha_2026-03-02.1.html", "<p>é</p>"),),
    )
    assert send(mail_to(mailbox.port), hostile) == [""]
    [mail] = mailbox.got
    assert mailbox.envelopes == [("tieout@example.com", "a@example.com")]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "T: 1  Bcc: victim@example.com\ufffd"
    assert mail["Message-ID"] == "<0123456789abcdef@example.com>"
    assert mail.get_body(("plain",)).get_content().split() == [".", "Łódź", "上海"]
    [part] = mail.iter_attachments()
    assert (part.get_filename(), part.get_content().strip()) == ("alpha_2026-03-02.1.html", "<p>é</p>")


def test_a_server_that_is_down_is_asked_once(closed_port: int) -> None:
    first, second = send(mail_to(closed_port), message("email:a@example.com"), message("email:b@example.com"))
    assert "ConnectionRefusedError" in first
    assert second == first


def test_a_server_that_says_nothing_costs_one_wait(mailbox: Any) -> None:
    mailbox.mute = True
    began = time.monotonic()
    told = send(mail_to(mailbox.port), message("email:a@example.com"), message("email:b@example.com"))
    assert all("imed out" in why for why in told)
    assert 0.9 < time.monotonic() - began < 1.9


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_without_the_wanted_security_gets_nothing(mailbox: Any, security: str) -> None:
    [why] = send(mail_to(mailbox.port, security), message("email:a@example.com"))
    assert why
    assert mailbox.got == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_a_certificate_that_nobody_vouches_for_is_refused(mailbox: Any, tmp_path: Path) -> None:
    pem, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, *named, "-keyout", str(key), "-out", str(pem)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    mailbox.tls = context
    [why] = send(mail_to(mailbox.port, "tls"), message("email:a@example.com"))
    assert "certificate verify failed" in why
    assert mailbox.got == []
    assert send(mail_to(mailbox.port, "tls", ca_file=str(pem)), message("email:a@example.com")) == [""]
    assert len(mailbox.got) == 1


def test_one_unknown_address_keeps_no_other_from_hearing(mailbox: Any) -> None:
    mailbox.refuses.add("a@example.com")
    first, second = send(mail_to(mailbox.port), message("email:a@example.com"), message("email:b@example.com"))
    assert "no such mailbox" in first
    assert second == ""
    assert [mail["To"] for mail in mailbox.got] == ["b@example.com"]


def test_a_password_that_is_not_set_is_named(mailbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAIL_PASSWORD", raising=False)
    [why] = send(mail_to(mailbox.port, user="u", password_env="MAIL_PASSWORD"), message("email:a@example.com"))
    assert "The environment variable MAIL_PASSWORD is not set" in why


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_that_refuses_is_told_without_its_address(hook: Any, status: int) -> None:
    hook.status = status
    [why] = send(HOOK, message("webhook:finance"))
    assert f"The webhook finance answered {status}" in why
    assert "secret" not in why


def test_a_webhook_that_is_down_is_told_without_its_address(closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_URL", f"http://127.0.0.1:{closed_port}/secret")
    [why] = send(HOOK, message("webhook:finance"))
    assert "The webhook finance cannot be reached" in why
    assert "secret" not in why


@pytest.mark.parametrize(("value", "sentence"), [("", "is not set"), ("file:///etc/passwd", "holds no web address")])
def test_a_webhook_needs_an_address(monkeypatch: pytest.MonkeyPatch, value: str, sentence: str) -> None:
    monkeypatch.setenv("SLACK_URL", value)
    [why] = send(HOOK, message("webhook:finance"))
    assert sentence in why


def test_what_could_not_be_sent_stays_and_what_was_sent_does_not(
    tmp_path: Path, mailbox: Any, closed_port: int
) -> None:
    lake = Lake(tmp_path)
    events = EventLog(lake.events)
    write(lake, events, [(message("email:a@example.com"), ())], {"upto": 0}, dry=False)
    with Channels(mail_to(closed_port)) as down:
        assert deliver(lake, events, pending(events), down.send) == (0, 1)
    [waiting] = pending(events)
    assert (waiting.recipient, waiting.night_date, waiting.failures) == ("email:a@example.com", date(2026, 3, 2), 1)
    with Channels(mail_to(mailbox.port)) as up:
        assert deliver(lake, events, pending(events), up.send) == (1, 0)
        assert deliver(lake, events, pending(events), up.send) == (0, 0)
    assert [event.kind for event in events.read(DUE, FAILED, SENT)] == [DUE, FAILED, SENT]
    assert len(mailbox.got) == 1


def test_a_kept_message_that_is_gone_is_a_failure(tmp_path: Path, mailbox: Any) -> None:
    lake = Lake(tmp_path)
    events = EventLog(lake.events)
    write(lake, events, [(message("email:a@example.com"), ())], {"upto": 0}, dry=False)
    for kept in (tmp_path / "notices").iterdir():
        kept.unlink()
    with Channels(mail_to(mailbox.port)) as channels:
        assert deliver(lake, events, pending(events), channels.send) == (0, 1)


def test_what_lasts_is_told_again_after_so_many_days_and_what_is_new_at_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    events = EventLog(lake.events)
    missing, held = Problem("missing", "alpha", ("k1", "k2")), Problem("held", "alpha", ("k3",))
    who = "email:a@example.com"
    assert not to_tell(events, who, [], date(2026, 3, 2), 7)
    assert to_tell(events, who, [missing], date(2026, 3, 2), 7)
    write(lake, events, [(message(who), [missing])], {"upto": 0}, dry=False)
    told = {day: to_tell(events, who, [missing], date(2026, 3, day), 7) for day in (2, 3, 8, 9)}
    assert told == {2: False, 3: False, 8: False, 9: True}
    assert to_tell(events, who, [missing, held], date(2026, 3, 2), 7)
    # One of the two datasets came: nothing new is left to say.
    assert not to_tell(events, who, [Problem("missing", "alpha", ("k2",))], date(2026, 3, 2), 7)
    assert to_tell(events, "email:b@example.com", [missing], date(2026, 3, 2), 7)
