"""Killed while sending to Telegram, which knows no keys: alerts come again and say so, the rest is held and listed."""

import shutil
import signal
from collections.abc import Iterator, Sequence
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

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

POSTS = (
    Post("p1", MessageClass.ALERT),
    Post("p2", MessageClass.REMINDER),
    Post("p3", MessageClass.REPLY),
    Post("p5", MessageClass.BROADCAST),
)
KINDS = ("claim", "send", "mark", "commit")


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
    passed = _die(world, tmp_path / "whole", _bot(service, 0), service, 0)
    problems = _wrong(tmp_path / "whole", service, 0)
    places = _first_and_last(passed)
    assert {f"{when} {kind}" for when in ("before", "after") for kind in KINDS} <= set(passed)
    uncertain, killed = 0, set()
    for number, end_at in enumerate(places, 1):
        folder, token = tmp_path / str(number), _bot(service, number)
        [place] = _die(world, folder, token, service, end_at)[-1:]
        held = _in_flight(folder)
        killed.add(place)
        _live_on(folder, token, service)
        problems += [f"{place} ({end_at}): {one}" for one in _wrong(folder, service, number)]
        listed = _listed(folder)
        uncertain += listed
        if listed > held:
            problems.append(f"{place}: {listed} uncertain, {held} were in flight")
    assert [] == problems
    assert uncertain > 0
    assert {f"{when} {kind}" for when in ("before", "after") for kind in KINDS} <= killed


def _first_and_last(passed: Sequence[str]) -> list[int]:
    """Of each kind of place the first one that is passed and the last, counted from 1."""
    numbers: dict[str, list[int]] = {}
    for number, place in enumerate(passed, start=1):
        if place.split()[1] in KINDS:
            numbers.setdefault(place, []).append(number)
    return sorted({number for each in numbers.values() for number in (each[0], each[-1])})


def _bot(service: Remote, number: int) -> str:
    """The token of a bot of its own for each run; everybody has started it."""
    token: str = service.do("bot", username=_name(number))["token"]
    for post in POSTS:
        service.do("start", user=post.chat, bot=_name(number))
    return token


def _name(number: int) -> str:
    return f"faults_{number}_bot"


def _die(world: Path, folder: Path, token: str, service: Remote, end_at: int) -> list[str]:
    """Let the program live on a copy of the world until it is killed at a place (0: until all is done)."""
    shutil.copytree(world, folder)
    return _run(Life(folder=folder, token=token, service=service.base, end_at=end_at))


def _live_on(folder: Path, token: str, service: Remote) -> None:
    _run(Life(folder=folder, token=token, service=service.base))


def _run(life: Life) -> list[str]:
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=live, args=(life, theirs))
    process.start()
    theirs.close()
    try:
        process.join(PATIENCE)
        assert process.exitcode == 0 or (life.end_at and process.exitcode == -signal.SIGKILL)
        told: list[str] = ours.recv()
        return told
    finally:
        process.kill()
        process.join()
        process.close()


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
