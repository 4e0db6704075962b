"""Killed while sending to Telegram, which knows no keys: alerts come again and say so, the rest is held and listed."""

import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import build
from bot.clock import SetClock
from flows.engine.messages import MessageClass, OutboxStatus
from tests.channels.telegram_server.process import Remote, running_service
from tests.faults.bots import NOON, TEXT, Life, Post, live, settings_in, write
from tests.faults.databases import SqliteDatabase, read_outbox
from tests.faults.points import AGAIN
from tests.faults.trial import CONTEXT, PATIENCE
from tests.faults.tripwire import Place, places_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

POSTS = (
    Post("p1", MessageClass.ALERT),
    Post("p2", MessageClass.REMINDER),
    Post("p3", MessageClass.REPLY),
    Post("p5", MessageClass.BROADCAST),
)
KINDS = ("claim", "send", "mark", "commit")
FIRST = frozenset(Place(f"{when} {kind}") for when in ("before", "after") for kind in KINDS)
"""No life that sends anything can do without these. How often it claims and marks depends on what meets what."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What a life of the program passed, up to its own end or until it was killed."""

    passed: list[str]
    killed: bool


@pytest.fixture(scope="module")
def service() -> Iterator[Remote]:
    """The service, which outlives the program."""
    with running_service() as running:
        yield running


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a message of each class in its outbox."""
    folder = tmp_path_factory.mktemp("world") / "it"
    write(folder, POSTS)
    return folder


def test_killed_at_any_place_nothing_is_doubled_unsaid(service: Remote, world: Path, tmp_path: Path) -> None:
    """At each place of claiming, sending and marking: each message arrives once, or again as an alert, or is listed."""
    shutil.copytree(world, tmp_path / "whole")
    passed = _live(tmp_path / "whole", _bot(service, 0), service).passed
    problems, uncertain, killed = _wrong(tmp_path / "whole", service, 0), 0, set[Place]()
    for number, place in enumerate(_first_and_last(passed), 1):
        folder, token = tmp_path / str(number), _bot(service, number)
        shutil.copytree(world, folder)
        if _live(folder, token, service, place).killed:
            killed.add(place)
        held = _in_flight(folder)
        _live(folder, token, service)
        problems += [f"{place}: {one}" for one in _wrong(folder, service, number)]
        listed = _listed(folder)
        uncertain += listed
        if listed > held:
            problems.append(f"{place}: {listed} uncertain, {held} were in flight")
    assert [] == problems
    assert uncertain > 0
    assert FIRST <= killed


def _first_and_last(passed: Sequence[str]) -> list[Place]:
    """Of each kind of place the first passing, in every life, and the last of this life, if another one has it, too."""
    lasts = {place.name: place for place in places_in(passed)}
    return sorted(FIRST) + sorted({lasts[first.name] for first in FIRST if first.name in lasts} - FIRST)


def _bot(service: Remote, number: int) -> str:
    """The token of a bot of its own for each run; everybody has started it."""
    token: str = service.do("bot", username=_name(number))["token"]
    for post in POSTS:
        service.do("start", user=post.chat, bot=_name(number))
    return token


def _name(number: int) -> str:
    return f"faults_{number}_bot"


def _live(folder: Path, token: str, service: Remote, end_at: Place | None = None) -> Lived:
    """Let the program live until all is done, or until it is killed at a place, if it comes there."""
    ours, theirs = CONTEXT.Pipe()
    life = Life(folder=folder, token=token, service=service.base, end_at=end_at)
    process = CONTEXT.Process(target=live, args=(life, theirs))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), "the program does not come to its end"
        passed: list[str] = ours.recv()
        process.join(PATIENCE)
        killed = process.exitcode == -signal.SIGKILL
        assert process.exitcode == 0 or (killed and places_in(passed)[-1] == end_at)
        return Lived(passed, killed=killed)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _wrong(folder: Path, service: Remote, number: int) -> list[str]:
    """What people should not see, or the database should not say."""
    statuses = _statuses(folder)
    found = [(post.kind, statuses[post.kind], _seen(service, post, number)) for post in POSTS]
    return [
        f"{kind.value} is {status.value}, seen: {seen}"
        for kind, status, seen in found
        if not _is_fine(kind, status, seen)
    ]


def _is_fine(kind: MessageClass, status: OutboxStatus, seen: Sequence[str]) -> bool:
    announced = sum(text.startswith(AGAIN) for text in seen)
    if kind is MessageClass.ALERT:
        return status is OutboxStatus.SENT and len(seen) >= 1 >= len(seen) - announced
    if status is OutboxStatus.SENT:
        return len(seen) == 1 and not announced
    return status is OutboxStatus.UNCERTAIN and len(seen) <= 1 and not announced


def _seen(service: Remote, post: Post, number: int) -> list[str]:
    screen = service.do("screen", user=post.chat, bot=_name(number))
    return [each["text"] for each in screen if TEXT in each["text"]]


def _statuses(folder: Path) -> dict[MessageClass, OutboxStatus]:
    rows = read_outbox(SqliteDatabase(folder / "db" / "lotse.db"))
    return {MessageClass(row.message_class): OutboxStatus(row.status) for row in rows}


def _in_flight(folder: Path) -> int:
    return sum(each is OutboxStatus.SENDING for each in _statuses(folder).values())


def _listed(folder: Path) -> int:
    """How many messages operators are shown as uncertain."""
    app = build(settings_in(folder), clock=SetClock(NOON), channels=[])
    try:
        with app.store.read() as uow:
            return len(uow.overview.messages(OutboxStatus.UNCERTAIN))
    finally:
        app.store.close()
