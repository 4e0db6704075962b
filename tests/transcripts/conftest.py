"""Collects every transcript of this folder as a test, named by its title."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from zlib import crc32

import pytest

from bot.transcript.lines import Script, Unreadable
from bot.transcript.reader import read_script
from bot.transcript.stage import perform_script
from tests.channels.telegram_server.process import running_service
from tests.transcripts.through.stages import CHANNELS, Stage

LIMIT = re.compile(r"^# only through ([a-z ,]+): \S", re.MULTILINE)
"""A comment that says through which channels alone a transcript can run, and why."""
WEEKS_TAKE = 400
"""Seconds until a transcript is ended: some walk through months, on machines that do other things as well."""
SHARES = ("even", "odd", "all")
"""Half of the transcripts, by their names, the other half, or all."""
STAGE = pytest.StashKey[Stage]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The channel, and which of the transcripts."""
    parser.addoption("--through", choices=CHANNELS, default="memory", help="the channel transcripts run through")
    parser.addoption("--share", choices=SHARES, default="all", help="which transcripts run that more than one may take")


def stage_of(session: pytest.Session) -> Stage:
    """The stage for the channel of this run, with a Bot API server of its own if that is needed."""
    if STAGE not in session.stash:
        opened = ExitStack()
        session.config.add_cleanup(opened.close)
        channel, ports = session.config.getoption("--through"), list[int]()
        if channel == "telegram":
            service = opened.enter_context(running_service())
            ports = [service.port, service.control_port]
        session.stash[STAGE] = Stage(channel, ports)
    return session.stash[STAGE]


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Take `.chat` files."""
    return TranscriptFile.from_parent(parent, path=file_path) if file_path.suffix == ".chat" else None


class TranscriptFile(pytest.File):
    """One transcript is one test."""

    def collect(self) -> Iterator[pytest.Item]:
        """The transcript; a file that cannot be read is told with its line."""
        try:
            script = read_script(self.path)
        except Unreadable as problem:
            raise self.CollectError(f"{self.path.name}, {problem}") from problem
        if self._is_asked_for():
            yield TranscriptItem.from_parent(self, name=script.title or self.path.stem, script=script)

    def _is_asked_for(self) -> bool:
        """Whether it can run through the channel, and no other run of this kind takes it."""
        through, share = self.config.getoption("--through"), self.config.getoption("--share")
        limit = LIMIT.search(self.path.read_text("utf-8"))
        channels = CHANNELS if limit is None else limit[1].replace(",", " ").split()
        others = [channel for channel in channels if channel not in {"memory", through}]
        shared = share != "all" and bool(others)
        return through in channels and not (shared and crc32(self.path.name.encode()) % 2 != SHARES.index(share))


class TranscriptItem(pytest.Item):
    """Runs a transcript in a world of its own and fails with every difference."""

    def __init__(self, *, script: Script, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]  # pytest types its own hook so
        self.add_marker(pytest.mark.timeout(WEEKS_TAKE))
        self.script = script

    def runtest(self) -> None:
        """Run it."""
        _, differences = perform_script(self.script, open_world=stage_of(self.session))
        if differences:
            pytest.fail("\n".join(f"{self.path.name}, {difference}" for difference in differences), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands and what it is called."""
        return self.path, 0, self.name
