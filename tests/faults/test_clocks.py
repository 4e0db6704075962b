"""Clocks that jump, nights in which they change, and hours in which the program is not there."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.conftest import NewTrial
from tests.faults.databases import count_reports, read_outbox
from tests.faults.looks import ILL, PARTICIPANTS, alerts, nothing_came_twice
from tests.faults.trial import MORNING

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.mark.parametrize("jump", [timedelta(hours=-3), timedelta(hours=3)], ids=["back", "forward"])
def test_a_clock_that_jumps_repeats_nothing(new_trial: NewTrial, jump: timedelta) -> None:
    """The machine's clock is set wrong by hours while people write; nothing is lost, repeated or out of order."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.says("p1", ILL)
    trial.jumps(MORNING + jump)
    trial.says("p1", "bis morgen")
    trial.says("p3", "Я сьогодні хвора")
    trial.jumps(MORNING + timedelta(minutes=1))
    trial.says("p5", "I am ill today")
    assert {"p1": 1, "p3": 1, "p5": 1} == count_reports(trial.database)
    assert nothing_came_twice(trial)
    assert {"sent"} == {row.status for row in read_outbox(trial.database)}
    for who in ("p1", "p3", "c1"):
        mine = [each.id for each in trial.screens.shown if each.to == who]
        assert sorted(mine) == mine


def test_a_clock_that_jumps_while_something_is_sent_leaves_it_alone(new_trial: NewTrial) -> None:
    """A lease that is over by the clock is not taken from a sender of the same process who is still at it."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.screens.weather.seconds = 1.5
    trial.ask("send", [trial.update("p1", text=ILL)])
    trial.screens.wait_for(2)
    trial.jumps(MORNING + timedelta(hours=2))
    assert {"sent"} == {row.status for row in read_outbox(trial.database)}
    assert nothing_came_twice(trial)


@pytest.mark.parametrize(
    ("friday", "sunday", "nine"),
    [
        (datetime(2028, 3, 24, 7, tzinfo=UTC), datetime(2028, 3, 26, 0, 30, tzinfo=UTC), 7),
        (datetime(2026, 10, 23, 6, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 8),
    ],
    ids=["forward", "back"],
)
def test_both_nights_when_the_clocks_change(new_trial: NewTrial, friday: datetime, sunday: datetime, nine: int) -> None:
    """Killed before and started in the night in which the clocks change: the reminders come at nine, once each."""
    trial = new_trial(now=friday)
    trial.begin()
    trial.says("p1", ILL)
    trial.taps("c1", "seen")
    before = len(trial.screens.to("p1"))
    trial.kill()
    trial.jumps_while_down(sunday)
    trial.moves(sunday + timedelta(hours=1))
    for day in (1, 2):
        morning = (sunday + timedelta(days=day)).replace(hour=nine, minute=0)
        trial.moves(morning - timedelta(minutes=1))
        assert before + day - 1 == len(trial.screens.to("p1"))
        trial.moves(morning)
        assert before + day == len(trial.screens.to("p1"))


def test_hours_of_downtime_end_without_a_burst(new_trial: NewTrial) -> None:
    """Down from noon until late the next night: the missed reminder is not sent at night, the alerts go up at once."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.says("p1", ILL)
    trial.moves(MORNING + timedelta(hours=4))
    before = trial.screens.to("p1")
    trial.kill()
    trial.jumps_while_down(datetime(2026, 11, 24, 22, 30, tzinfo=UTC))
    assert before == trial.screens.to("p1")
    assert 1 == len(alerts(trial, "c2"))
    trial.moves(datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
    assert 1 == len(trial.screens.to("p1")) - len(before)


@pytest.mark.parametrize("evening", [21, 3], ids=["before midnight", "before dawn"])
def test_days_of_downtime_end_without_a_burst(new_trial: NewTrial, evening: int) -> None:
    """Down for three days with five people ill: at night nobody but staff hears anything, by day each hears once."""
    trial = new_trial(keyed=False)
    trial.begin()
    for who in PARTICIPANTS:
        trial.says(who, ILL)
    trial.kill()
    before = {who: trial.screens.to(who) for who in PARTICIPANTS}
    night = datetime(2026, 11, 26, evening, 30, tzinfo=UTC)
    trial.jumps_while_down(night)
    trial.moves(night + timedelta(hours=2))
    assert before == {who: trial.screens.to(who) for who in PARTICIPANTS}
    trial.moves((night + timedelta(hours=9)).replace(hour=8, minute=0))
    for who in PARTICIPANTS:
        assert len(trial.screens.to(who)) - len(before[who]) <= 1
    assert nothing_came_twice(trial)
    assert "sending" not in {row.status for row in read_outbox(trial.database)}
