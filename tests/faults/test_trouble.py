"""Trouble that kills nobody: channels, clocks, databases and impatient people."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels import Inbound
from tests.faults.conftest import NewTrial
from tests.faults.databases import SqliteDatabase, count_received, count_reports, read_outbox
from tests.faults.points import AGAIN
from tests.faults.trial import MORNING, Trial

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

PARTICIPANTS = ("p1", "p2", "p3", "p4", "p5")
ILL = "Ich bin heute krank"


def statuses(trial: Trial, who: str) -> list[str]:
    """What became of the messages to somebody."""
    return [row.status for row in read_outbox(trial.database) if row.to == who]


def alerts(trial: Trial, who: str) -> list[str]:
    """Which alerts somebody sees."""
    ids = {row.id for row in read_outbox(trial.database) if row.message_class == "alert"}
    return [each.text for each in trial.screens.shown if each.to == who and each.id in ids]


@contextmanager
def locked(trial: Trial) -> Iterator[None]:
    """Another program holds the database."""
    assert isinstance(trial.database, SqliteDatabase)
    with closing(sqlite3.connect(trial.database.path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


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
    ids = [each.id for each in trial.screens.shown]
    assert len(ids) == len(set(ids))
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
    ids = [each.id for each in trial.screens.shown]
    assert len(ids) == len(set(ids))


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
        time.sleep(6)
    trial.jumps(MORNING)
    assert {"sent"} == {row.status for row in read_outbox(trial.database)}
    ids = [each.id for each in trial.screens.shown]
    assert len(ids) == len(set(ids))


def test_a_reminder_that_meets_a_busy_database_comes_later(new_trial: NewTrial) -> None:
    """A timer that cannot be fired because the database is busy is not put aside."""
    trial = new_trial()
    trial.begin()
    trial.says("p1", ILL)
    before = len(trial.screens.to("p1"))
    with locked(trial):
        trial.ask("tick", datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
        time.sleep(6)
    trial.jumps(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    assert before + 1 == len(trial.screens.to("p1"))


def test_a_full_disk_refuses_and_recovers(new_trial: NewTrial) -> None:
    """Without room nothing is acknowledged; with room again what comes back is served, and the file is sound."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.ask("fill", 0)
    updates: list[Inbound] = []
    while len(trial.diary.refused) < 3:
        updates.append(trial.update(PARTICIPANTS[len(updates) % 5], text=ILL))
        trial.ask("send", updates[-1:])
        trial.wait_for("acknowledged", "refused")
    assert {"DiskFull"} == {why for _, why in trial.diary.refused}
    trial.ask("fill", 1_000_000)
    trial.deliver(*updates)
    assert len(updates) == count_received(trial.database)
    assert dict.fromkeys((each.sender for each in updates), 1) == count_reports(trial.database)
    assert [] == trial.database.problems()
    assert 0 == trial.ends()


def test_a_read_only_database_refuses_and_recovers(new_trial: NewTrial) -> None:
    """While nothing can be written nothing is acknowledged and nothing is sent; then work goes on."""
    trial = new_trial(keyed=False)
    trial.begin()
    trial.ask("write-protect", True)
    update = trial.update("p1", text=ILL)
    trial.ask("send", [update])
    assert (update.external_id, "ReadOnly") == trial.wait_for("refused")
    trial.ask("write-protect", False)
    trial.deliver(update)
    assert {"p1": 1} == count_reports(trial.database)


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
    ids = [each.id for each in trial.screens.shown]
    assert len(ids) == len(set(ids))


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
    assert {"sent", "uncertain"} == {row.status for row in read_outbox(trial.database)}
    assert [False, True] == [text.startswith(AGAIN) for text in alerts(trial, "c1")]
