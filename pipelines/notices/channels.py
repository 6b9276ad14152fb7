"""The two ways out: a mail server, and Slack-compatible webhooks. Whatever goes wrong is a sentence, never an error.

A server that did not answer once is not asked again in the same round, so that a night waits for it once. Not here:
what is sent (messages), and remembering it (outbox).
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from contextlib import ExitStack
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from types import TracebackType
from typing import Self

from pipelines.notice_settings import NoticeSettings, Smtp, Webhook
from pipelines.notices.harmless import one_line, slack_text
from pipelines.notices.messages import EMAIL, Message

_SLACK_LONGEST = 30_000  # characters; Slack cuts a text off at 40,000


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A webhook that sends elsewhere is not followed: the address is a secret, and a POST would become a GET."""

    def redirect_request(self, *_: object) -> None:
        return None


class Channels:
    """Open ways out for one round of sending: a context manager, whose mail connection opens with the first mail."""

    def __init__(self, settings: NoticeSettings) -> None:
        self._settings = settings
        self._hooks = {hook.name: hook for hook in settings.webhooks}
        self._open = ExitStack()
        self._mail: smtplib.SMTP | None = None
        self._broken: dict[str, str] = {}  # channel -> why it is not tried again

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def send(self, message: Message, notice: str) -> str:
        """Hand one message over. Why it was not accepted, as a sentence; empty where it was."""
        channel, _, address = message.recipient.partition(":")
        way = channel if channel == EMAIL else message.recipient
        if way in self._broken:
            return self._broken[way]
        try:
            if channel == EMAIL:
                return self._post(message, address, notice)
            return self._hook(message, address)
        except (OSError, smtplib.SMTPException, ValueError) as error:  # TLS and time-outs are OSErrors
            why = one_line(f"{type(error).__name__}: {error}")
            if not isinstance(error, (smtplib.SMTPRecipientsRefused, ValueError)):
                self._broken[way] = why
            return why

    def _post(self, message: Message, address: str, notice: str) -> str:
        smtp = self._settings.smtp
        if smtp is None:
            return "tieout.yaml names no mail server. Add notices.smtp, or the message is given up after two weeks."
        mail = _mail(message, smtp.sender, address, notice)
        if self._mail is None:
            self._mail = self._connected(smtp)
        self._mail.send_message(mail, smtp.sender, [address])
        return ""

    def _connected(self, smtp: Smtp) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=smtp.ca_file or None)
        if smtp.security == "tls":
            mail: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=smtp.timeout_seconds, context=context)
        else:
            mail = smtplib.SMTP(smtp.host, smtp.port, timeout=smtp.timeout_seconds)
        self._open.callback(mail.close)
        if smtp.security == "starttls":
            mail.starttls(context=context)
        if smtp.user:
            mail.login(smtp.user, _secret(smtp.password_env))
        return mail

    def _hook(self, message: Message, name: str) -> str:
        hook = self._hooks.get(name)
        if hook is None:
            return f"tieout.yaml names no webhook {name!r} any more."
        text = slack_text(message.subject, message.text[:_SLACK_LONGEST])
        _post_json(hook, json.dumps({"text": text}).encode())
        return ""


def _mail(message: Message, sender: str, address: str, notice: str) -> EmailMessage:
    """Headers are one line each, and an address is exactly one address: nothing of a file's name can add a header."""
    mail = EmailMessage()
    mail["Subject"] = one_line(message.subject)
    mail["From"] = Address("Tieout", addr_spec=sender)
    mail["To"] = Address(addr_spec=address)
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{notice}@{sender.rpartition('@')[2]}>"  # sent twice, it still is one message
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    for one in message.attachments:
        mail.add_attachment(one.html, subtype="html", filename=one.name)
    return mail


def _post_json(hook: Webhook, body: bytes) -> None:
    url = _secret(hook.url_env)
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"The variable {hook.url_env} holds no web address; expected https://….")
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=hook.timeout_seconds):
            return
    except urllib.error.HTTPError as error:
        raise OSError(f"The webhook {hook.name} answered {error.code} {error.reason}.") from None
    except urllib.error.URLError as error:
        raise OSError(f"The webhook {hook.name} cannot be reached: {error.reason}.") from None


def _secret(variable: str) -> str:
    value = os.environ.get(variable, "")
    if not value:
        raise ValueError(f"The environment variable {variable} is not set; expected what tieout.yaml keeps in it.")
    return value
