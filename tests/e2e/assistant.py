"""The real assistant in a process of its own, with the demo world in a folder that is thrown away."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


class Assistant:
    """Starts with `start`, ends with `stop` or, as a power cut would, with `kill`; the database stays."""

    def __init__(self, folder: Path) -> None:
        """Not running yet."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "assistant.log"
        self._environment = {
            **os.environ,
            "LOTSE_SERVER__PORT": str(self.port),
            "LOTSE_DATABASE__URL": f"sqlite:///{folder / 'db' / 'lotse.db'}",
            "LOTSE_DATABASE__KEY_FILE": str(folder / "keys" / "master.key"),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._given: set[str] = set()

    def start(self) -> None:
        """Start and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "demo"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            assert self._process.poll() is None, self._log.read_text("utf-8")
            assert time.monotonic() < deadline, self._log.read_text("utf-8")
            time.sleep(0.05)

    def stop(self) -> int:
        """Stop as an operator does; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """End without a warning."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)

    def link(self, handle: str) -> str:
        """A login link: the one printed at the start if it is still new, else one from the command line."""
        for link in re.findall(rf"^ ?{handle} .*(http://\S+)", self.log(), re.MULTILINE):
            if link not in self._given:
                self._given.add(link)
                return str(link)
        return self.new_link(handle)

    def new_link(self, handle: str) -> str:
        """A new login link, from the command line while the assistant runs."""
        asked = subprocess.run(
            [sys.executable, "-m", "bot", "login-link", handle],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(r"http://\S+", asked.stdout)
        assert found is not None, asked.stdout
        return found[0]

    def log(self) -> str:
        """Everything the process has written."""
        return self._log.read_text("utf-8")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False
