"""Trouble that kills nobody: channels, impatient people, and whoever stops the program."""

import time
from datetime import timedelta

import pytest

from tests.faults.conftest import NewTrial
from tests.faults.databases import count_received, count_reports, read_outbox
from tests.faults.looks import ILL, PARTICIPANTS, alerts, nothing_came_twice, statuses
from tests.faults.points import AGAIN
from tests.faults.trial import MORNING

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.mark.parametrize("order", ["in order", "reversed", "at once"])
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=1)], ids=["now", "a day later"])
def test_what_is_delivered_again_has_no_second_effect(new_trial: NewTrial, order: str, later: timedelta) -> None:
    """Updates that come again, in any order, at once, tomorrow, after a crash: nothing happens twice."""
    trial = new_trial()
    trial.begin()
    updates = [trial.update(who, text=ILL) for who in PARTICIPANTS]
    updates += [trial.update(who, text="bis morgen") for who in PARTICIPANTS]
    for update in updates:
        trial.deliver(update)
    trial.moves(MORNING + later)
    before, reports = trial.screens.shown, count_reports(trial.database)
    trial.kill()
    trial.begin()
    again = list(reversed(updates)) if order == "reversed" else updates
    for batch in [again] if order == "at once" else [[update] for update in again]:
        trial.ask("receive", [*batch, *batch])
        trial.wait_for("settled")
    assert before == trial.screens.shown
    assert dict.fromkeys(PARTICIPANTS, 1) == reports == count_reports(trial.database)
    assert len(updates) == count_received(trial.database)
    assert 0 == trial.ends()


def test_double_taps_count_once(new_trial: NewTrial) -> None:
    """The same button pressed ten times at once, each press an update of its own, acknowledges once."""
    trial = new_trial()
    trial.begin()
    trial.says("p1", ILL)
    handle = trial.screens.newest_button("c1", "seen")
    assert handle is not None
    trial.deliver(*(trial.update("c1", tap=handle) for _ in range(10)))
    assert 1 == sum("hat deine Meldung gesehen" in text for text in trial.screens.to("p1"))


def test_a_hundred_messages_at_once_are_all_answered(new_trial: NewTrial) -> None:
    """Twenty messages of each of five people arrive together; all are kept, every first report is there once."""
    trial = new_trial()
    trial.begin()
    trial.deliver(*(trial.update(who, text=ILL) for _ in range(20) for who in PARTICIPANTS))
    assert 100 == len(trial.diary.acknowledged) == count_received(trial.database)
    assert dict.fromkeys(PARTICIPANTS, 1) == count_reports(trial.database)
    assert {"sent"} == {row.status for row in read_outbox(trial.database)}


@pytest.mark.parametrize("answer", ["reset", "nonsense"])
@pytest.mark.parametrize("keyed", [True, False])
def test_a_lost_answer_doubles_nothing_unsaid(new_trial: NewTrial, answer: str, keyed: bool) -> None:
    """The platform shows a message and its answer is lost: alerts come again and say so, replies are held."""
    trial = new_trial(keyed=keyed)
    trial.begin()
    trial.screens.weather.answers = [answer] * 2
    trial.says("p1", ILL)
    trial.moves(MORNING + timedelta(minutes=5))
    first, *more = alerts(trial, "c1")
    texts = trial.screens.to("p1")
    assert len(texts) == len(set(texts))
    assert not first.startswith(AGAIN)
    if keyed:
        assert [] == more
        assert {"sent"} == {row.status for row in read_outbox(trial.database)}
    else:
        assert [True] == [text.startswith(AGAIN) for text in more]
        assert ["uncertain"] == [status for status in statuses(trial, "p1") if status != "sent"]


def test_an_outage_of_an_hour_costs_nothing_but_time(new_trial: NewTrial) -> None:
    """While the platform refuses everybody nothing is given up; afterwards everything comes, once and in order."""
    trial, quiet = new_trial(keyed=False), new_trial()
    quiet.begin()
    quiet.says("p1", ILL)
    trial.begin()
    trial.screens.weather.for_people = dict.fromkeys(("p1", "c1", "c2", "k1"), "later")
    trial.says("p1", ILL)
    trial.moves(MORNING + timedelta(hours=1))
    assert () == trial.screens.shown
    trial.screens.weather.for_people = {}
    trial.moves(MORNING + timedelta(hours=2))
    assert quiet.screens.to("p1") == trial.screens.to("p1")
    assert quiet.screens.to("c1") == trial.screens.to("c1")
    assert {"sent"} == {row.status for row in read_outbox(trial.database)}


def test_an_alert_that_waits_too_long_goes_to_one_more_person(new_trial: NewTrial) -> None:
    """When the platform asks to wait for an hour, the stand-in hears of it at once; the caseworker hears it too."""
    trial = new_trial()
    trial.begin()
    trial.screens.weather.for_people = {"c1": "later 3600"}
    trial.says("p1", ILL)
    assert 1 == len(alerts(trial, "c2"))
    trial.screens.weather.for_people = {}
    trial.moves(MORNING + timedelta(minutes=61))
    assert 1 == len(alerts(trial, "c1"))
    assert [] == alerts(trial, "k1")


@pytest.mark.parametrize("answer", ["gone", "refused", "nonsense", "later"])
def test_one_recipient_never_stops_the_rest(new_trial: NewTrial, answer: str) -> None:
    """Whoever cannot be reached, and however the channel says so, everybody else is."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.screens.weather.for_people = {"p1": answer}
    for who in PARTICIPANTS:
        trial.says(who, ILL)
    assert all(trial.screens.to(who) for who in PARTICIPANTS if who != "p1")
    assert 4 <= len(alerts(trial, "c1"))
    assert dict.fromkeys(PARTICIPANTS, 1) == count_reports(trial.database)


def test_a_hanging_recipient_holds_up_nobody_else(new_trial: NewTrial) -> None:
    """While the platform thinks for three seconds about one person's message, the alert and the others arrive."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.screens.weather.slow_for = frozenset({"p1"})
    trial.screens.weather.seconds = 3
    trial.ask("send", [trial.update("p1", text=ILL)])
    trial.wait_for("acknowledged")
    trial.ask("send", [trial.update("p3", text="Я сьогодні хвора")])
    started = time.monotonic()
    while not (trial.screens.to("p3") and len(alerts(trial, "c1")) == 2):
        assert time.monotonic() - started < 2
        time.sleep(0.02)


@pytest.mark.parametrize("keyed", [True, False])
def test_sigterm_in_mid_send_finishes_what_is_sent(new_trial: NewTrial, keyed: bool) -> None:
    """Told to stop while the platform takes its time, the program waits for it, marks it, and ends with 0."""
    trial = new_trial(keyed=keyed)
    trial.begin()
    trial.screens.weather.seconds = 2
    trial.ask("send", [trial.update("p1", text=ILL)])
    trial.screens.wait_for(2)
    started = time.monotonic()
    assert trial.terminated() == 0
    assert time.monotonic() - started < 10
    rows = read_outbox(trial.database)
    assert {"sent", "pending"} == {row.status for row in rows}
    trial.screens.weather.seconds = 0
    trial.begin()
    assert {"sent"} == {row.status for row in read_outbox(trial.database)}
    assert nothing_came_twice(trial)


def test_sigterm_ends_within_ten_seconds_whatever_the_platform_does(new_trial: NewTrial) -> None:
    """A platform that never answers does not keep the program; what it was sending is looked after later."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.screens.weather.seconds = 30
    trial.ask("send", [trial.update("p1", text=ILL)])
    trial.screens.wait_for(2)
    started = time.monotonic()
    assert trial.terminated() == 0
    assert time.monotonic() - started < 10
    trial.screens.weather.seconds = 0
    trial.begin()
    trial.outwait_leases()
    assert {"sent", "uncertain"} == {row.status for row in read_outbox(trial.database)}
    assert [False, True] == [text.startswith(AGAIN) for text in alerts(trial, "c1")]
