"""SIGTERM to the real server, whatever its visitors and the platform are doing: it ends in time, with 0, in order."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from bot.app import prepare
from bot.settings import Settings
from tests.faults.databases import Database, Template, breaks_in_chain, count_reports, read_outbox
from tests.faults.pages import Visitor, served, settings_at, visiting
from tests.faults.screens import Screens
from tests.faults.trial import PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

LIMIT = 10.0
ILL = "Ich bin heute krank"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server runs: an empty database, its settings, and the screens its messages appear on."""

    database: Database
    settings: Settings
    screens: Screens


@pytest.fixture
def place(template: Template, tmp_path: Path) -> Iterator[Place]:
    """A place of its own; its key lies in another folder than its file."""
    database = template.empty(tmp_path / "place")
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    settings = settings_at(database.url, keys / "master.key")
    prepare(settings)
    with Screens(tmp_path / "screens", keyed=False).listening() as screens:
        yield Place(database, settings, screens)
    database.remove()


def ends(process: ForkServerProcess) -> float:
    """SIGTERM; the seconds until it has ended with 0."""
    started = time.monotonic()
    process.terminate()
    process.join(PATIENCE)
    assert 0 == process.exitcode
    return time.monotonic() - started


def nothing(_: Visitor) -> None:
    """Nobody else is there."""


def a_stream(visitor: Visitor) -> None:
    """A live page is open."""
    visitor.listens()


def a_hanging_body(visitor: Visitor) -> None:
    """Somebody's request never ends."""
    visitor.hangs(in_headers=False)


def hanging_headers(visitor: Visitor) -> None:
    """Somebody's request has hardly begun."""
    visitor.hangs(in_headers=True)


def everything(visitor: Visitor) -> None:
    """All of it."""
    a_stream(visitor)
    a_hanging_body(visitor)
    hanging_headers(visitor)


@pytest.mark.parametrize(
    ("company", "seconds"),
    [(nothing, 1.5), (a_stream, 1.5), (a_hanging_body, 1.5), (hanging_headers, 1.5), (nothing, 60), (everything, 60)],
)
def test_sigterm_in_mid_send(place: Place, company: Callable[[Visitor], None], seconds: float) -> None:
    """Told to stop in mid-send, the server ends within ten seconds with 0; after the next start nothing is missing."""
    with served(place.settings, place.screens.address) as process, visiting(place.settings, "p1") as visitor:
        company(visitor)
        place.screens.weather.seconds = seconds
        assert 200 == visitor.says(ILL)
        place.screens.wait_for(2)
        assert ends(process) < LIMIT
    place.screens.weather.seconds = 0
    with served(place.settings, place.screens.address) as process:
        wait_until_sent(place)
        assert ends(process) < LIMIT
    ids = [each.id for each in place.screens.shown]
    assert sorted(set(ids)) == [row.id for row in read_outbox(place.database)]
    assert len(ids) == len(set(ids)) or seconds > LIMIT
    assert {"p1": 1} == count_reports(place.database)
    assert [] == place.database.problems() + breaks_in_chain(place.database)


def wait_until_sent(place: Place) -> None:
    """Until nothing is on its way any more."""
    deadline = time.monotonic() + 2 * PATIENCE
    while {row.status for row in read_outbox(place.database)} != {"sent"}:
        assert time.monotonic() < deadline, read_outbox(place.database)
        time.sleep(0.05)
