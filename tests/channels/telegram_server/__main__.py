"""The service in a process of its own: `python -m tests.channels.telegram_server --port 0 --control-port 0`.

Its first line on standard output is `{"port": …, "control_port": …}`; it ends with SIGTERM or SIGINT.
"""

import argparse
import asyncio
import json
import signal
import sys

from tests.channels.telegram_server.control import serve
from tests.channels.telegram_server.server import BotApiServer


async def run(port: int, control_port: int) -> None:
    """Serve until a signal arrives."""
    over = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, over.set)
    with BotApiServer(port=port) as server:

        def ready(control: int) -> None:
            sys.stdout.write(json.dumps({"port": server.port, "control_port": control}) + "\n")
            sys.stdout.flush()

        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(serve(server, control_port, ready))
            await over.wait()
            serving.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    asked = parser.parse_args()
    asyncio.run(run(asked.port, asked.control_port))
