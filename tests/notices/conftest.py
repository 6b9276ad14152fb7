"""A mail server and a webhook on this machine, and the tiny group of `tests/night` whose nights they hear of."""

from __future__ import annotations

import importlib.util
import json
import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

NIGHT_TESTS = Path(__file__).parents[1] / "night" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("tiny_group", NIGHT_TESTS)
assert _SPEC and _SPEC.loader
tiny_group = importlib.util.module_from_spec(_SPEC)
sys.modules["tiny_group"] = tiny_group
_SPEC.loader.exec_module(tiny_group)
make_group = tiny_group.make_group
code_stands_still = tiny_group.code_stands_still


@dataclass
class MailBox:
    """What a mail server got. `refuses`: addresses that it does not know; `mute`: it never answers."""

    port: int = 0
    got: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    mute: bool = False
    tls: ssl.SSLContext | None = None  # speaks TLS from the first byte

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.got if mail["To"] == address]


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 for smtplib."""

    box: MailBox

    def setup(self) -> None:
        if self.box.tls:
            self.request = self.box.tls.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        super().setup()

    def handle(self) -> None:
        try:
            self.talk()
        except (ConnectionError, ssl.SSLError):  # the other side hung up
            return

    def talk(self) -> None:
        box, sender = self.box, ""
        if box.mute:
            self.rfile.readline()
            return
        self.say("220 local")
        to = ""
        while line := self.rfile.readline().decode(errors="replace").strip():
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                self.say("250-local\r\n250 8BITMIME")
            elif line.upper().startswith("MAIL FROM"):
                sender = line.split("<")[1].split(">")[0]
                self.say("250 ok")
            elif line.upper().startswith("RCPT TO"):
                to = line.split("<")[1].split(">")[0]
                self.say("550 no such mailbox" if to in box.refuses else "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                lines = []
                while (data := self.rfile.readline()) != b".\r\n":
                    lines.append(data[1:] if data.startswith(b"..") else data)
                box.got.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
                box.envelopes.append((sender, to))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok" if verb in {"RSET", "NOOP"} else "502 unknown")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@pytest.fixture
def mailbox() -> Iterator[MailBox]:
    box = MailBox()
    handler = type("Handler", (_Smtp,), {"box": box})
    with _Server(("127.0.0.1", 0), handler) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield box
        server.shutdown()


@dataclass
class Hook:
    """What a webhook got, and the status that it answers with."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    found = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if found.status == 200:
                found.got.append(json.loads(body))
            self.send_response(found.status)
            if found.status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}/services/T0/B0/secret"
        monkeypatch.setenv("SLACK_URL", found.url)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
