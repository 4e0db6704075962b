"""The service as another process, driven from here."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0


class Refused(Exception):
    """The other process could not do what was asked; the message says why."""


class Remote:
    """The other process. `base`, `base_url` and `base_file_url` as in BotApiServer."""

    def __init__(self, port: int, control_port: int) -> None:
        """Keep the ports."""
        self.port, self.control_port = port, control_port
        self.base = f"http://127.0.0.1:{port}"
        self.base_url = f"{self.base}/bot"
        self.base_file_url = f"{self.base}/file/bot"
        self._control = f"http://127.0.0.1:{control_port}/"
        self._opener = build_opener(ProxyHandler({}))

    def do(self, what: str, /, **how: Any) -> Any:
        """Have something done; return what came of it, as JSON carries it. Raises Refused."""
        body = json.dumps({"do": what} | how).encode()
        request = Request(self._control, body, {"Content-Type": "application/json"})
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return json.load(answer)["done"]
        except HTTPError as error:
            with error:
                raise Refused(error.read().decode()) from error


@contextmanager
def running_service() -> Iterator[Remote]:
    """Start the service in a process of its own; end it afterwards."""
    command = [sys.executable, "-m", "tests.channels.telegram_server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ports = json.loads(process.stdout.readline())
            yield Remote(ports["port"], ports["control_port"])
        finally:
            process.terminate()
            process.wait()
