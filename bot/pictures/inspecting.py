"""Has files decoded by a limited process of their own, and takes back nothing but pictures encoded there.

`inspect` blocks: it belongs on a thread. Nothing is written to a disk on the way.
"""

import json
import subprocess  # nosec B404 - starts our own script, which can do nothing but decode
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Final

CHILD: Final = Path(__file__).with_name("child.py")
SECONDS: Final = 25.0
"""So long a process may take by the clock on the wall; its own limit counts only the time it works."""
MOST_ANSWERED: Final = 24 * 2**20
LONGEST_LINE: Final = 4096
JPEG: Final = b"\xff\xd8\xff"
BEGINNINGS: Final = (JPEG, b"\x89PNG\r\n\x1a\n", b"RIFF")
"""What files of an allowed kind begin with; what else there is does not reach a decoder."""
PDF: Final = b"%PDF-"
HEAD: Final = 1024


class Problem(StrEnum):
    """Why a file is not taken."""

    NOTHING = "nothing"
    TOO_MANY = "too_many"
    TOO_HEAVY = "too_heavy"
    WRONG_KIND = "wrong_kind"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    LOCKED = "locked"
    ACTIVE = "active"
    TOO_MANY_PAGES = "too_many_pages"
    SUSPICIOUS = "suspicious"
    NOT_CHECKED = "not_checked"
    """What looks for harm was not there: nothing is taken unlooked at."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What came of one file: pictures, or why not. `peak` are bytes of memory the process had taken by then."""

    pages: tuple[bytes, ...] = ()
    problem: Problem | None = None
    peak: int = 0


def may_be_taken(content: bytes) -> bool:
    """Whether it begins like a file of an allowed kind."""
    return content.startswith(BEGINNINGS) or PDF in content[:HEAD]


def inspect(files: Sequence[bytes], *, seconds: float = SECONDS) -> list[Inspected]:
    """What comes of each file, in their order. A process that is ended, or that answers oddly, has read none."""
    asked = [one for one in files if may_be_taken(one)]
    answers = iter(_ask(asked, seconds) if asked else ())
    return [next(answers) if may_be_taken(one) else Inspected(problem=Problem.WRONG_KIND) for one in files]


def _ask(files: Sequence[bytes], seconds: float) -> list[Inspected]:
    process = subprocess.Popen(  # nosec B603 - our own interpreter and script, no shell; the file comes by a pipe
        [sys.executable, "-I", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    end = threading.Timer(seconds, process.kill)
    end.start()
    try:
        with process:
            return _talk(process, files)
    except (OSError, ValueError, TypeError, KeyError):
        return [Inspected(problem=Problem.UNREADABLE)] * len(files)
    finally:
        end.cancel()


def _talk(process: "subprocess.Popen[bytes]", files: Sequence[bytes]) -> list[Inspected]:
    """Give all, then read all: it answers when it has everything. `ValueError` for an odd answer."""
    given, answer = process.stdin, process.stdout
    if given is None or answer is None:
        raise ValueError("a process without pipes")
    try:
        for one in files:
            given.write(len(one).to_bytes(8, "big"))
            given.write(one)
        given.close()
        return [_read(answer) for _ in files]
    finally:
        process.kill()


def _read(answer: IO[bytes]) -> Inspected:
    told = json.loads(answer.readline(LONGEST_LINE))
    sizes = [int(size) for size in told["sizes"]]
    if sum(sizes) > MOST_ANSWERED or any(size <= 0 for size in sizes):
        raise ValueError("more than was asked for")
    pages = tuple(answer.read(size) for size in sizes)
    if told["problem"]:
        return Inspected(problem=Problem(told["problem"]), peak=int(told["peak"]))
    if not pages or any(len(page) != size or page[:3] != JPEG for page, size in zip(pages, sizes, strict=True)):
        raise ValueError("no pictures of ours")
    return Inspected(pages, peak=int(told["peak"]))
