"""The program in a process of its own, so that it can be killed: one line of JSON in, one line out, until the end.

The first line is an `Opening`, every other one a command; the answer is the news, or what failed. End of input stops
the program gracefully.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import TextIO

from bot.transcript.local import LocalWorld
from bot.transcript.outside import Outside, StandIns
from bot.transcript.wire import decode, encode
from bot.transcript.world import Opening


def _in_memory(_: Opening) -> Outside:
    return StandIns()


def serve(source: Iterator[str], sink: TextIO, outside: Callable[[Opening], Outside] = _in_memory) -> None:
    """Answer every line of `source` on `sink`."""
    world = None
    try:
        for line in source:
            try:
                message = decode(line)
                if world is None:
                    world = LocalWorld(message, outside(message))
                    answer = encode(world.news())
                else:
                    answer = encode(world.do(message))
            except Exception as failure:  # noqa: BLE001 - whatever failed is told to the transcript
                traceback.print_exception(failure, file=sys.stderr)
                answer = json.dumps({"failed": f"{type(failure).__name__}: {failure}"})
            sink.write(f"{answer}\n")
            sink.flush()
    finally:
        if world is not None:
            world.close()


def main(outside: Callable[[Opening], Outside] = _in_memory) -> None:
    """Serve the pipe; whatever else the program prints goes to standard error."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as pipe:
        os.dup2(2, 1)
        serve(sys.stdin, pipe, outside)


if __name__ == "__main__":
    main()
