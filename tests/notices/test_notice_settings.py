"""`notices` in tieout.yaml: what may stand there, and that every mistake is said with its place and its fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import ConfigError
from pipelines.settings import Workspace

HEAD = 'group_name: "T"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n'
SMTP = "  smtp: {host: mail.example, port: 25, security: none, from: tieout@example.com}\n"


def load(folder: Path, notices: str) -> Workspace:
    (folder / "tieout.yaml").write_text(HEAD + notices)
    return Workspace.load(folder)


def test_nobody_hears_where_nothing_is_said(tmp_path: Path) -> None:
    assert not load(tmp_path, "").notices.somebody_hears


def test_all_of_it_is_read(tmp_path: Path) -> None:
    said = load(
        tmp_path,
        "notices:\n  controller: {email: c@example.com, language: de}\n  receipts: with_problems\n"
        "  remind_every_days: 7\n"
        "  smtp: {host: mail.example, from: tieout@example.com, user: u, password_env: MAIL_PASSWORD}\n"
        "  webhooks:\n    - {name: finance, url_env: SLACK_URL, teams: [finance-germany], language: de}\n",
    ).notices
    assert (said.controller, said.controller_language, said.receipts) == ("c@example.com", "de", "with_problems")
    assert said.smtp is not None
    assert (said.smtp.port, said.smtp.security, said.smtp.password_env) == (587, "starttls", "MAIL_PASSWORD")
    assert [(one.name, one.teams) for one in said.webhooks] == [("finance", ("finance-germany",))]
    assert (said.remind_every_days, said.dry_run) == (7, False)


@pytest.mark.parametrize(
    ("notices", "sentence"),
    [
        ("notices: yes please\n", "notices: found 'yes please'; expected keys"),
        ("notices:\n  webhoks: []\n", "unknown key 'webhoks'; expected one of smtp, webhooks"),
        ("notices:\n  webhoks: []\n", "Did you mean 'webhooks'?"),
        ("notices:\n  smtp: {host: m, from: nobody}\n", "notices.smtp: from is 'nobody'; expected the sender's"),
        ('notices:\n  smtp: {host: m, from: "a@b.example, c@d.example"}\n', "expected the sender's e-mail address"),
        ("notices:\n  smtp: {host: m, from: a@b.example, port: 99999}\n", "port is 99999; expected a whole number"),
        ("notices:\n  smtp: {host: m, from: a@b.example, password: hunter2}\n", "unknown key 'password'"),
        ("notices:\n  smtp: {host: m, from: a@b.example, user: u}\n", "user and password_env belong together"),
        (
            "notices:\n  smtp: {host: m, from: a@b.example, user: u, password_env: P, security: none}\n",
            "would travel in the clear",
        ),
        ("notices:\n  webhooks: [{name: x, url: 'https://hooks.example/1'}]\n", "unknown key 'url'"),
        (
            "notices:\n  webhooks: [{name: x, url_env: 'https://hooks.example/1'}]\n",
            "expected the name of an environment",
        ),
        ("notices:\n  webhooks: [{name: x, url_env: A}, {name: x, url_env: B}]\n", "the name 'x' stands twice"),
        ("notices:\n  controller: {email: c@example.com}\n", "smtp is missing"),
        (f"notices:\n{SMTP}  receipts: sometimes\n", "receipts is 'sometimes'; expected always or with_problems"),
        (f"notices:\n{SMTP}  dry_run: maybe\n", "dry_run is 'maybe'"),
        (f"notices:\n{SMTP}  remind_every_days: 0\n", "remind_every_days is 0"),
    ],
)
def test_mistakes_are_sentences(tmp_path: Path, notices: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, notices)
    assert sentence in str(error.value)
    assert str(tmp_path / "tieout.yaml") in str(error.value)
    assert "hunter2" not in str(error.value)
