"""The world in a process of its own, seen from the transcript: it can be killed and started again."""

import json
import os
import subprocess  # nosec B404 - starts this program itself
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO

from bot.transcript import lines
from bot.transcript.news import News
from bot.transcript.wire import decode, encode
from bot.transcript.world import Command, Opening, WorldFailed

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ("bot.transcript.child",)
GRACE = 30
"""Seconds a program has to stop by itself."""


class ProcessWorld:
    """Starts the program, passes commands on, and knows what to tell it after a restart."""

    def __init__(self, opening: Opening, program: Sequence[str] = PROGRAM) -> None:
        """`program` is a module and its arguments: one that serves a pipe as `bot.transcript.child` does."""
        self._opening = opening
        self._program = program
        self._process = _launch(program)
        try:
            self._early = self._ask(opening)
        except BaseException:
            self.close()
            raise

    def do(self, command: Command) -> News:
        """Do one thing and run until nothing is due; what came of it, and of the start before the first."""
        early, self._early = self._early, News()
        if isinstance(command, lines.Restarts):
            return early + self._begin_again(self._opening.now, kill=True)
        if isinstance(command, lines.Sleeps):
            return early + self._begin_again(command.target, kill=False)
        if isinstance(command, lines.Moves):
            self._opening = replace(self._opening, now=command.target)
        if isinstance(command, lines.Refuses | lines.Becomes):
            self._opening = replace(self._opening, conditions=(*self._opening.conditions, command))
        return early + self._ask(command)

    def close(self) -> None:
        """Stop the program gracefully; kill it when it does not want to."""
        self._end(kill=False)

    def _begin_again(self, now: datetime, *, kill: bool) -> News:
        self._end(kill=kill)
        self._opening = replace(self._opening, now=now, fresh=False)
        self._process = _launch(self._program)
        return self._ask(self._opening)

    def _end(self, *, kill: bool) -> None:
        if kill:
            self._process.kill()
        with self._process as process:
            with suppress(BrokenPipeError):
                _pipe(process.stdin).close()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()

    def _ask(self, message: Command | Opening) -> News:
        try:
            _pipe(self._process.stdin).write(f"{encode(message)}\n")
            _pipe(self._process.stdin).flush()
            answer = _pipe(self._process.stdout).readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise WorldFailed(f"the program ended by itself (status {self._process.wait(GRACE)})")
        if failed := json.loads(answer).get("failed"):
            raise WorldFailed(failed)
        news: News = decode(answer)
        if news.happened:
            self._opening = replace(self._opening, seen=news.happened[-1].id)
        return news


def _launch(program: Sequence[str]) -> "subprocess.Popen[str]":
    """Our own interpreter with our own module, nothing a person could name."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return subprocess.Popen(  # nosec B603 - our own interpreter and module, no shell
        [sys.executable, "-m", *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise WorldFailed("the program has no pipe")
    return stream
