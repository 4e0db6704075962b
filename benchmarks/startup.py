"""B9: how soon the program is ready, and what it takes when nothing happens."""

import http.client
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import memory
from benchmarks.runs import Stopwatch, Unlike
from benchmarks.sizes import Sizes
from benchmarks.table import Row, in_megabytes

NAMES = ("B9",)
ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds until `/readyz` said yes, bytes in memory some seconds later."""

    seconds: float
    memory: int


def measure(names: frozenset[str], sizes: Sizes, rounds: int, folder: Path) -> list[Row]:
    """The rows of B9; both are reported, the goals are not gates."""
    del names
    starts = [_start(folder / "startup", sizes.idle_seconds) for _ in range(rounds)]
    ready = statistics.median(start.seconds for start in starts)
    idle = statistics.median(start.memory for start in starts)
    return [
        Row(number="B9", measure="python -m bot run: start to ready", ours=f"{ready:.2f} s", goal="1 s"),
        Row(number="", measure="memory when idle", ours=in_megabytes(int(idle)), goal="100 MB"),
    ]


def _start(folder: Path, idle_seconds: float) -> Start:
    shutil.rmtree(folder, ignore_errors=True)
    port = _free_port()
    environment = {
        **os.environ,
        "LOTSE_SERVER__PORT": str(port),
        "LOTSE_DATABASE__URL": f"sqlite:///{folder}/db/lotse.db",
        "LOTSE_DATABASE__KEY_FILE": f"{folder}/keys/master.key",
    }
    bot = [sys.executable, "-m", "bot"]
    subprocess.run([*bot, "migrate"], cwd=ROOT, env=environment, check=True, capture_output=True)
    watch = Stopwatch()
    with subprocess.Popen([*bot, "run"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            while not _is_ready(port):
                if process.poll() is not None or watch.seconds > PATIENCE_SECONDS:
                    raise Unlike(f"the assistant did not become ready within {PATIENCE_SECONDS} s")
                time.sleep(PAUSE_SECONDS)
            seconds = watch.seconds
            time.sleep(idle_seconds)
            return Start(seconds, memory(process.pid))
        finally:
            process.send_signal(signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
