"""PostgreSQL alone: the server restarts in mid-transaction, processes share it, and one of them dies or sleeps."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.conftest import NewTrial
from tests.faults.databases import Template, breaks_in_chain, count_received, count_reports, read_outbox
from tests.faults.looks import ILL, PARTICIPANTS, alerts, nothing_came_twice
from tests.faults.points import AGAIN, SEED
from tests.faults.trial import Trial, open_trial
from tests.postgres import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.parametrize("template", ["postgresql"], indirect=True, scope="session"),
]

ROUNDS = 8
LATER = 45
"""Seconds of the program's clock until a lease is over."""

AT_ONCE = 20
"""Seconds that others may take on a busy machine while somebody's lease still runs: far less than a lease."""


@pytest.mark.parametrize(("mode", "waits"), [("immediate", 10), ("fast", 10), ("immediate", 0)])
def test_a_server_that_restarts_in_mid_transaction(
    new_trial: NewTrial, server: Server, mode: str, waits: float
) -> None:
    """The server goes and comes while people write, waited for or not: nothing is lost, nothing comes twice."""
    trial, chance = new_trial(waits_for_server=waits), random.Random(SEED)
    trial.begin()
    updates = [trial.update(who, text=ILL) for _ in range(ROUNDS) for who in PARTICIPANTS]
    for first in range(0, len(updates), len(PARTICIPANTS)):
        trial.ask("send", updates[first : first + len(PARTICIPANTS)])
        time.sleep(chance.uniform(0.0, 0.03))
        server.restart(mode)
    for _ in updates:
        trial.wait_for("acknowledged", "refused")
    trial.deliver(*updates)
    trial.persist(trial.outwait_leases)
    assert len(updates) == count_received(trial.database) == len(trial.diary.acknowledged)
    assert dict.fromkeys(PARTICIPANTS, 1) == count_reports(trial.database)
    assert {"sent"} == {row.status for row in read_outbox(trial.database)}
    assert nothing_came_twice(trial)
    assert 0 == trial.ends()
    assert [] == trial.database.problems() + breaks_in_chain(trial.database)


@pytest.fixture
def two(template: Template, tmp_path: Path) -> Iterator[tuple[Trial, Trial]]:
    """Two programs on one database, whose platform knows no keys."""
    with ExitStack() as stack:
        first = stack.enter_context(open_trial(template, tmp_path / "first", keyed=False))
        second = stack.enter_context(open_trial(template, tmp_path / "second", keyed=False))
        second.joins(first)
        yield first, second


def test_who_dies_holds_up_nobody_else(two: tuple[Trial, Trial]) -> None:
    """One of two is killed in mid-send: the other serves everybody else at once, and the rest within a minute."""
    first, second = two
    first.begin()
    first.screens.weather.seconds = 2
    first.ask("send", [first.update("p1", text=ILL)])
    first.screens.wait_for(2)
    first.screens.weather.seconds = 0
    second.begin()
    first.kill()
    started = time.monotonic()
    second.says("p5", "I am ill today")
    second.taps("c2", "seen")
    assert time.monotonic() - started < AT_ONCE
    assert second.outwait_leases() <= LATER
    rows = read_outbox(second.database)
    assert {"p1": 1, "p5": 1} == count_reports(second.database)
    assert first.diary.in_flight > 0
    assert {"sent", "uncertain"} >= {row.status for row in rows}
    assert sum(row.status == "uncertain" for row in rows) <= first.diary.in_flight
    assert all(row.status == "sent" for row in rows if row.message_class == "alert")


def test_who_sleeps_beyond_its_lease_does_no_harm_when_it_wakes(two: tuple[Trial, Trial]) -> None:
    """One of two is stopped in mid-send; the other repeats the alert and says so; who wakes sends nothing again."""
    first, second = two
    first.begin()
    second.begin()
    first.screens.weather.seconds = 0.5
    first.ask("send", [first.update("p1", text=ILL)])
    first.screens.wait_for(2)
    assert first.process is not None
    assert first.process.pid is not None
    os.kill(first.process.pid, signal.SIGSTOP)
    first.screens.weather.seconds = 0
    second.says("p5", "I am ill today")
    second.outwait_leases()
    os.kill(first.process.pid, signal.SIGCONT)
    first.wait_for("acknowledged")
    first.jumps(second.start.now)
    second.jumps(second.start.now)
    assert "sending" not in {row.status for row in read_outbox(first.database)}
    texts = Counter(each.id for each in first.screens.shown if not each.text.startswith(AGAIN))
    assert {1} == set(texts.values())
    assert len(alerts(first, "c1")) <= 2
    assert {"p1": 1, "p5": 1} == count_reports(first.database)
    assert 0 == first.ends()
    assert 0 == second.ends()
    assert [] == first.database.problems() + breaks_in_chain(first.database)
