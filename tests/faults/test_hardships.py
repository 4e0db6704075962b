"""Databases in trouble: held by others, full, write-protected. Nothing is lost, and work goes on by itself."""

import time
from datetime import UTC, datetime

import pytest

from bot.channels import Inbound
from tests.faults.conftest import NewTrial
from tests.faults.databases import count_received, count_reports, read_outbox
from tests.faults.hardships import full, locked, read_only
from tests.faults.looks import ILL, PARTICIPANTS, alerts, nothing_came_twice
from tests.faults.trial import MORNING

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_a_busy_database_delays_and_loses_nothing(new_trial: NewTrial) -> None:
    """Another program holds the database: who writes meanwhile is not acknowledged, and is served at the next try."""
    trial = new_trial(keyed=False)
    trial.begin()
    update = trial.update("p1", text=ILL)
    with locked(trial):
        trial.ask("send", [update])
        assert (update.external_id, "DatabaseLocked") == trial.wait_for("refused")
    trial.deliver(update)
    assert {"p1": 1} == count_reports(trial.database)
    assert 1 == len(alerts(trial, "c1"))


def test_what_was_sent_is_written_down_after_a_busy_database(new_trial: NewTrial) -> None:
    """The database is busy right after a send: what the platform took is marked as sent later, not sent again."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.screens.weather.seconds = 0.5
    trial.ask("send", [trial.update("p1", text=ILL)])
    trial.screens.wait_for(2)
    with locked(trial):
        time.sleep(5)
    trial.jumps(MORNING)
    assert {"sent"} == {row.status for row in read_outbox(trial.database)}
    assert nothing_came_twice(trial)


def test_a_reminder_that_meets_a_busy_database_comes_later(new_trial: NewTrial) -> None:
    """A timer that cannot be fired because the database is busy is not put aside."""
    trial = new_trial()
    trial.begin()
    trial.says("p1", ILL)
    before = len(trial.screens.to("p1"))
    with locked(trial):
        trial.ask("tick", datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
        time.sleep(5)
    trial.jumps(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    assert before + 1 == len(trial.screens.to("p1"))


def test_a_full_disk_refuses_and_recovers(new_trial: NewTrial) -> None:
    """Without room nothing is acknowledged; with room again what comes back is served, and the file is sound."""
    trial = new_trial(keyed=False)
    trial.begin()
    updates: list[Inbound] = []
    with full(trial):
        while len(trial.diary.refused) < 3:
            updates.append(trial.update(PARTICIPANTS[len(updates) % 5], text=ILL))
            trial.ask("send", updates[-1:])
            trial.wait_for("acknowledged", "refused")
    assert {"DiskFull"} == {why for _, why in trial.diary.refused}
    trial.deliver(*updates)
    assert len(updates) == count_received(trial.database)
    assert dict.fromkeys((each.sender for each in updates), 1) == count_reports(trial.database)
    assert [] == trial.database.problems()
    assert 0 == trial.ends()


def test_a_read_only_database_refuses_and_recovers(new_trial: NewTrial) -> None:
    """While nothing can be written nothing is acknowledged and nothing is sent; then work goes on."""
    trial = new_trial(keyed=False)
    trial.begin()
    update = trial.update("p1", text=ILL)
    with read_only(trial):
        trial.ask("send", [update])
        assert (update.external_id, "ReadOnly") == trial.wait_for("refused")
    assert () == trial.screens.shown
    trial.deliver(update)
    assert {"p1": 1} == count_reports(trial.database)
