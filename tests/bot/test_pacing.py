"""Pacing: never too many in any second, wherever they are counted; the more urgent first; nothing in a halt."""

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import Capabilities, Level
from bot.pacing import LAST, LONGEST_WAIT, LONGEST_WAY, Pace, Window, wait_before
from tests.channels.telegram_server.faults import busiest

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LIKE_TELEGRAM = Capabilities(level=Level.L2, max_text=4096, per_second=30, per_address=1)
PATIENCE = 30


def pace(capabilities: Capabilities = LIKE_TELEGRAM) -> Pace:
    """A channel's pace with nobody who looks."""
    return Pace(capabilities, lambda: None)


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    """Two seconds, four, eight, and never more than fifteen minutes."""
    assert [2, 4, 8] == [wait_before(attempt).total_seconds() for attempt in (1, 2, 3)]
    assert LONGEST_WAIT == wait_before(20) == wait_before(10_000)


@settings(max_examples=300, deadline=None)
@given(
    per_second=st.sampled_from([0.5, 1, 2.5, 5, 30]),
    ways=st.lists(
        st.tuples(
            st.floats(0, LONGEST_WAY - 0.01),
            st.floats(0, 1),
            st.floats(0, 0.5) | st.just(0.0),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=80,
    ),
)
def test_no_window_holds_too_many(per_second: float, ways: list[tuple[float, float, float, int]]) -> None:
    """However long messages are on their way and wherever on it they arrive, no window of arrivals is too full."""
    window, now = Window(per_second), 0.0
    open_: list[tuple[float, tuple[int, ...]]] = []
    arrivals = []
    for way, share, idle, times in ways:
        now += idle
        while True:
            wait = window.wait(now, times)
            ending = min((end for end, _ in open_), default=now + wait)
            if wait <= 0:
                break
            now = max(now, min(now + wait, ending))
            for end, tokens in sorted(open_):
                if end <= now:
                    window.end(tokens, end)
                    open_.remove((end, tokens))
        tokens = window.begin(now, times)
        arrivals += [now + share * way] * len(tokens)
        open_.append((now + way, tokens))
    assert busiest(arrivals, window.span - 1e-6) <= window.most


def test_a_window_is_used_up() -> None:
    """With messages that arrive at once nearly everything that is allowed is sent."""
    window, now, sent = Window(30), 0.0, 0
    while now < 20:
        now += window.wait(now) or 0.001
        if window.wait(now) <= 0:
            window.end(window.begin(now), now)
            sent += 1
    assert sent >= 0.99 * 30 * 20


def test_who_sent_before_counts() -> None:
    """After a restart the second is as full as the one before has left it."""
    window = Window(30)
    window.fill(30, 10.0)
    assert 1.0 == window.wait(10.0)
    assert 0.0 == window.wait(11.0)


async def test_the_most_urgent_goes_first() -> None:
    """Whoever comes later and is more urgent has the next turn; equals keep their order."""
    channel = pace(Capabilities(level=Level.L2, max_text=100, per_second=10))
    channel.fill(10)
    went: list[str] = []

    async def go(name: str, rank: int) -> None:
        channel.expect(rank)
        turn = await channel.turn(rank, None)
        assert turn is not None
        went.append(name)
        turn.end()

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        for name, rank in (("broadcast 1", 3), ("broadcast 2", 3), ("alert", 1), ("reply", 0)):
            tasks.create_task(go(name, rank))
    assert ["reply", "alert", "broadcast 1", "broadcast 2"] == went


async def test_room_is_left_for_what_is_more_urgent() -> None:
    """Waiting broadcasts take no room from replies, waiting replies take it from broadcasts."""
    channel = pace()
    full = channel.room(NOW, 50)
    assert full is not None
    for _ in range(10):
        channel.expect(LAST)
    behind = channel.room(NOW, 50)
    assert behind is not None
    assert ([full.most[0]] * LAST + [0]) == list(behind.most)
    for _ in range(10):
        channel.expect(0)
    nothing = channel.room(NOW, 50)
    assert nothing is not None
    assert not any(nothing.most)


async def test_a_channel_without_limits_has_no_room_of_its_own() -> None:
    """It is sent to as fast as it takes, unless there is a halt."""
    channel = pace(Capabilities(level=Level.L4, max_text=100))
    assert channel.room(NOW, 50) is None
    channel.stop(NOW + timedelta(seconds=5), address=7)
    room = channel.room(NOW, 50)
    assert room is not None
    assert (50, frozenset({7})) == (room.most[0], room.not_to)
    channel.stop(NOW + timedelta(seconds=5))
    stopped = channel.room(NOW, 50)
    assert stopped is not None
    assert not any(stopped.most)
    assert channel.room(NOW + timedelta(seconds=5), 50) is None


async def test_one_address_has_its_own_second() -> None:
    """The next message to an address waits a second after the last has arrived; others do not wait."""
    channel, started = pace(), asyncio.get_running_loop().time()
    instants: dict[str, float] = {}

    async def go(name: str, address: int) -> None:
        channel.expect(0)
        turn = await channel.turn(0, address)
        assert turn is not None
        instants[name] = asyncio.get_running_loop().time() - started
        turn.end()

    await go("first", 1)
    assert frozenset({1}) == channel.cooling()
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        tasks.create_task(go("second", 1))
        tasks.create_task(go("other", 2))
    assert instants["other"] < instants["second"]
    assert instants["second"] >= instants["first"] + 1


async def test_a_halt_ends_all_waiting() -> None:
    """Who waits for a turn at a halted address is told at once, and nobody else; a longer halt is not shortened."""
    channel = pace(Capabilities(level=Level.L2, max_text=100, per_second=1))
    channel.fill(1)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        turns = []
        for address in (1, 2):
            channel.expect(0)
            turns.append(tasks.create_task(channel.turn(0, address)))
        await asyncio.sleep(0)
        channel.stop(NOW + timedelta(hours=1), address=1)
        channel.stop(NOW + timedelta(minutes=1), address=1)
        assert await turns[0] is None
        assert await turns[1] is not None
    assert NOW + timedelta(hours=1) == channel.halted(1, NOW)
    assert channel.halted(2, NOW) is None


async def test_trouble_for_all_is_left_alone_longer_each_time() -> None:
    """Two seconds, then four; after something was sent it begins anew."""
    channel = pace()
    waits = [(channel.trouble(NOW) - NOW).total_seconds() for _ in range(2)]
    channel.well()
    assert [2, 4, 2] == [*waits, (channel.trouble(NOW) - NOW).total_seconds()]
