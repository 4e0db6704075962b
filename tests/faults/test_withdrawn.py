"""Withdrawn, then killed: what waited, was claimed or was being tried again is never sent (F15)."""

from datetime import timedelta

import pytest

from tests.faults.conftest import NewTrial
from tests.faults.databases import read_outbox
from tests.faults.trial import MORNING, Trial
from tests.faults.tripwire import Place

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MANY = 50
SCHEDULED = "Danke, deine Krankschreibung ist da."
OPEN_HOURS = MORNING + timedelta(hours=1)
WITHDRAWALS = ("Stopp", "alles löschen")


def with_scheduled(new_trial: NewTrial) -> Trial:
    """Fifty messages to p1 are due; the platform takes nothing for them, so some were claimed and are tried again."""
    trial = new_trial()
    trial.begin()
    trial.ask("load", ("p1", MANY))
    trial.wait_for("loaded")
    trial.screens.weather.for_people["p1"] = "later"
    trial.moves(OPEN_HOURS)
    assert MANY == len(unasked(trial))
    assert {"pending"} == set(unasked(trial))
    return trial


def unasked(trial: Trial) -> list[str]:
    """What became of the scheduled messages."""
    return [row.status for row in read_outbox(trial.database) if row.message_class in {"reminder", "broadcast"}]


def nothing_scheduled_is_sent(trial: Trial) -> None:
    """Started again with a platform that takes everything, days later: none of them was shown, all are put aside."""
    trial.screens.weather.for_people.clear()
    trial.moves(OPEN_HOURS + timedelta(days=3))
    assert trial.screens.to("p1")
    assert SCHEDULED not in trial.screens.to("p1")
    assert ["suppressed"] * MANY == unasked(trial)


@pytest.mark.parametrize("words", WITHDRAWALS)
def test_fifty_scheduled_withdrawn_killed_none_sent(new_trial: NewTrial, words: str) -> None:
    """Fifty scheduled, withdrawn, SIGKILL, started again: none is sent."""
    trial = with_scheduled(new_trial)
    trial.says("p1", words)
    trial.kill()
    trial.begin()
    nothing_scheduled_is_sent(trial)


PLACES = ("before receive", "after accept", "after write", "before commit", "after commit")


@pytest.mark.parametrize("place", PLACES)
def test_killed_in_the_middle_of_withdrawing(new_trial: NewTrial, place: str) -> None:
    """Killed at some point of the withdrawal itself: once it is acknowledged, none of the fifty is sent."""
    trial = with_scheduled(new_trial)
    trial.kill()
    trial.ends_at = [Place(place, 1)]
    trial.says_at_start("p1", "Stopp")
    nothing_scheduled_is_sent(trial)


def test_a_reminder_in_a_break_is_not_sent_after_a_kill(new_trial: NewTrial) -> None:
    """The same with "no reminders": the reminders are dropped, what is none is still sent."""
    trial = with_scheduled(new_trial)
    trial.says("p1", "keine Erinnerungen mehr")
    trial.kill()
    trial.screens.weather.for_people.clear()
    trial.begin()
    trial.moves(OPEN_HOURS + timedelta(hours=2))
    assert MANY // 2 == unasked(trial).count("suppressed")
    assert MANY // 2 == trial.screens.to("p1").count(SCHEDULED)
