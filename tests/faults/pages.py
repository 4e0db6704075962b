"""The real server in a child process, and visitors of its pages: patient ones, open ones, and ones that hang."""

import asyncio
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from bot import serving
from bot.channels import Outgoing
from bot.channels.web import WebChannel
from bot.settings import DatabaseSettings, DeliverySettings, ServerSettings, Settings
from tests.faults.program import FaultyChannel
from tests.faults.trial import CONTEXT, PATIENCE

HIDDEN = re.compile(r'name="(csrf|once|after)" value="([^"]*)"')


class SlowWeb(WebChannel):
    """The web channel, whose sends the test can slow down and see: each goes over the screens."""

    def __init__(self, screens: Path) -> None:
        super().__init__()
        self._screens = FaultyChannel(screens, keyed=False, passing=lambda _: None)

    async def send(self, message: Outgoing, external: str) -> str:
        """Over the screens, then to the open pages."""
        await self._screens.send(message, external)
        return await super().send(message, external)


def serve(settings: Settings, screens: Path) -> None:
    """The child's life: `python -m bot demo` with the channel that can be seen."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the process ends
    serving.WebChannel = lambda: SlowWeb(screens)  # type: ignore[assignment,attr-defined]  # a channel that can be seen
    asyncio.run(serving.serve(settings, demo=True))


def settings_at(url: str, key_file: Path) -> Settings:
    """Settings with a free port; a send may take fifteen seconds, and counts as cut off after thirty."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return Settings(
        database=DatabaseSettings(url=url, key_file=key_file),
        server=ServerSettings(host="127.0.0.1", port=port),
        delivery=DeliverySettings(lease_seconds=30),
    )


@contextmanager
def visiting(settings: Settings, handle: str) -> Iterator["Visitor"]:
    """Somebody, as long as the block runs."""
    visitor = Visitor(settings, handle)
    try:
        yield visitor
    finally:
        visitor.leave()


@contextmanager
def served(settings: Settings, screens: Path) -> Iterator[ForkServerProcess]:
    """The server, ready; killed if the block has not ended it."""
    process = CONTEXT.Process(target=serve, args=(settings, screens))
    process.start()
    try:
        _wait_until_ready(settings, process)
        yield process
    finally:
        process.kill()
        process.join(PATIENCE)
        process.close()


def _wait_until_ready(settings: Settings, process: ForkServerProcess) -> None:
    while True:
        assert process.is_alive(), f"it ended with {process.exitcode}"
        try:
            if httpx.get(f"{settings.server.address}/readyz", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            process.join(0.05)


class Visitor:
    """Somebody who is signed in."""

    def __init__(self, settings: Settings, handle: str) -> None:
        """Follow a login link that an operator asked for."""
        link = asyncio.run(serving.make_link(settings, handle))
        self.settings = settings
        self.client = httpx.Client(base_url=settings.server.address, trust_env=False, timeout=PATIENCE)
        answer = self.client.post(link, data=_fields(self.client.get(link).text))
        self.home = answer.headers["location"].partition("#")[0]
        self._lines: list[socket.socket] = []
        self._ears: list[threading.Thread] = []

    def leave(self) -> None:
        """Hang up everywhere."""
        for line in self._lines:
            line.close()
        for ear in self._ears:
            ear.join(PATIENCE)
        self.client.close()

    def says(self, text: str) -> int:
        """Write, as the page's script does; the status."""
        fields = _fields(self.client.get(self.home).text)
        return self.client.post(
            f"{self.home}/send", data={**fields, "text": text}, headers={"accept": "application/json"}
        ).status_code

    def listens(self) -> None:
        """Open the live page."""
        begun = threading.Event()
        ear = threading.Thread(target=self._listen, args=(begun,), daemon=True)
        ear.start()
        self._ears.append(ear)
        assert begun.wait(PATIENCE)

    def _listen(self, begun: threading.Event) -> None:
        with self.client.stream("GET", f"{self.home}/stream") as answer:
            for _ in answer.iter_text():
                begun.set()

    def hangs(self, *, in_headers: bool) -> None:
        """Begin to send something, and never go on."""
        server = self.settings.server
        line = socket.create_connection((server.host, server.port))
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        head = f"POST {self.home}/send HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nCookie: {cookies}\r\n"
        body = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ntext=Ich"
        line.sendall((head if in_headers else head + body).encode())
        self._lines.append(line)


def _fields(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))
