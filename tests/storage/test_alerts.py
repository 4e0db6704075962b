"""Alerts with everything they say, who has them and who asked whom; timers that are looked up."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.engine.events import AlertKind
from flows.engine.messages import Button, Text
from flows.people import PersonId
from flows.rules.alerts import Alert
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

MINUTE = timedelta(minutes=1)
WITH_VALUES = Text(
    "{name}: {at}, {day}, {time}, {n}, {people}, {alert}",
    {
        "name": "Anna",
        "at": datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("UTC")),
        "day": date(2026, 11, 24),
        "time": time(14),
        "n": 3,
        "people": (Text("{person}", {"person": "Bilal"}),),
        "alert": Text("{person}", {"person": "Clara"}, "many"),
    },
)


def an_alert(world: World, id_: int, **more: object) -> Alert:
    """An alert about Anna, for Clara."""
    made = Alert(id=id_, subject=world.anna.id, kind=AlertKind.MESSAGE, to=world.clara.id, raised_at=NOW)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of an alert


def test_what_an_alert_says_comes_back_whole(store: Store, world: World) -> None:
    """Text with every kind of value, buttons, and what was joined to it."""
    buttons = (Button(Text("Agree"), "confirm", "1:2"), Button(WITH_VALUES, "decline"))
    told = an_alert(world, 1, text=WITH_VALUES, buttons=buttons, joined=2, waiting=("eins", "zwei"), words="null")
    store.submit(lambda uow: uow.alerts.add(told)).result()
    with store.read() as uow:
        assert told == uow.alerts.get(1)


def test_an_alert_that_changes_goes_to_somebody_else(store: Store, world: World) -> None:
    """Whom it is for and what it says are stored; the others of its row stay."""
    store.submit(lambda uow: uow.alerts.add(an_alert(world, 1, words="eins"))).result()
    moved = an_alert(world, 1, words="eins und zwei", to=world.bilal.id)
    store.submit(lambda uow: uow.alerts.change(moved)).result()
    with store.read() as uow:
        assert moved == uow.alerts.get(1)


def test_holds_know_who_asked_and_end(store: Store, world: World) -> None:
    """Whoever was asked later by a colleague keeps the hold they had; whoever lets go has it no more."""

    def work(uow: UnitOfWork) -> None:
        uow.alerts.add(an_alert(world, 1))
        uow.alerts.add_holder(1, world.bilal.id)
        uow.alerts.add_holder(1, world.bilal.id, world.clara.id)

    store.submit(work).result()
    with store.read() as uow:
        first, asked = uow.alerts.holds(1)
    assert [(world.clara.id, None), (world.bilal.id, world.clara.id)] == [
        (hold.person, hold.handed_by) for hold in (first, asked)
    ]
    assert first.id != asked.id
    store.submit(lambda uow: uow.alerts.let_go(1, world.clara.id)).result()
    with store.read() as uow:
        assert [asked] == uow.alerts.holds(1)
        assert [] == uow.alerts.open_to(world.clara.id)


def test_what_is_unseen_is_found_by_person_and_in_all(store: Store, world: World) -> None:
    """Newest first for a person since an instant, oldest first in all; what was seen is in neither."""

    def work(uow: UnitOfWork) -> None:
        for id_, minutes in ((1, 0), (2, 5), (3, 6)):
            uow.alerts.add(an_alert(world, id_, raised_at=NOW + minutes * MINUTE))
        uow.alerts.add(an_alert(world, 4, subject=world.bilal.id, raised_at=NOW + 7 * MINUTE))
        uow.alerts.acknowledge(3, PersonId(world.clara.id), NOW)

    store.submit(work).result()
    with store.read() as uow:
        assert [2] == [alert.id for alert in uow.alerts.unseen_since(world.anna.id, NOW)]
        assert [2, 1] == [alert.id for alert in uow.alerts.unseen_since(world.anna.id, NOW - MINUTE)]
        assert [(1, NOW, 0), (2, NOW + 5 * MINUTE, 0)] == uow.alerts.unseen(2)
        assert [1, 2, 4] == [id_ for id_, _, _ in uow.alerts.unseen(9)]


def test_a_timer_is_looked_up_by_what_it_is_about(store: Store, world: World) -> None:
    """The next one of its kind that waits; none once it was cancelled."""

    def work(uow: UnitOfWork) -> None:
        for kind, minutes in (("snooze", 9), ("snooze", 4), ("alert", 1)):
            uow.timers.add(kind, NOW + minutes * MINUTE, world.anna.id, 7, "")

    store.submit(work).result()
    with store.read() as uow:
        assert NOW + 4 * MINUTE == uow.timers.when("snooze", 7)
        assert None is uow.timers.when("snooze", 8)
    store.submit(lambda uow: uow.timers.cancel("snooze", 7)).result()
    with store.read() as uow:
        assert None is uow.timers.when("snooze", 7)
        assert NOW + MINUTE == uow.timers.when("alert", 7)
