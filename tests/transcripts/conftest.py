"""Collects every transcript of this folder as a test, named by its title."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.transcript.lines import Script, Unreadable
from bot.transcript.reader import read_script
from bot.transcript.stage import perform_script


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
        yield TranscriptItem.from_parent(self, name=script.title or self.path.stem, script=script)


class TranscriptItem(pytest.Item):
    """Runs a transcript in a world of its own and fails with every difference."""

    def __init__(self, *, script: Script, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]  # pytest types its own hook so
        self.script = script

    def runtest(self) -> None:
        """Run it."""
        _, differences = perform_script(self.script)
        if differences:
            pytest.fail("\n".join(f"{self.path.name}, {difference}" for difference in differences), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands and what it is called."""
        return self.path, 0, self.name
