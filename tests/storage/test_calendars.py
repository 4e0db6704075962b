"""What keeps staff busy, the names of files, series, interpreters, and addresses of calendars."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.profile import load_profile
from flows.rules.appointments import Appointment, Kind
from flows.rules.hours import Span
from flows.rules.imports import Row
from handlers import imports
from storage.busy import Subscription
from storage.errors import Conflict
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault
from tests.storage.conftest import MASTER, NOW, World, populate

TEN = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def add(store: Store, world: World, source: str = "", **more: object) -> Appointment:
    """An appointment with Clara."""

    def work(uow: UnitOfWork) -> Appointment:
        id_ = uow.new_id()
        known = {"id": id_, "handle": str(id_), "organiser": world.clara.id, "kind": Kind.VIDEO, "starts": TEN}
        appointment = Appointment(**{**known, "minutes": 60, **more})  # type: ignore[arg-type]  # named by the test
        uow.appointments.add(appointment, NOW, source)
        uow.appointments.invite(id_, world.anna.id)
        return appointment

    return store.submit(work).result()


def test_everything_about_an_appointment_survives_sealing(store: Store, world: World) -> None:
    """Link, interpreter, series and revision of a file come back, by number and by the name in the file."""
    held = add(
        store,
        world,
        "csv:1",
        link="https://x.example",
        interpreter="ar",
        interpreter_name="Y. B.",
        interpreter_contact="1",
        sequence=4,
        series=7,
        way="left",
        place="P",
    )
    with store.read() as uow:
        assert held == uow.appointments.get(held.id) == uow.appointments.by_source("csv:1")
        assert uow.appointments.by_source("csv:2") is None


def test_a_name_of_a_file_is_taken_once(store: Store, world: World) -> None:
    """The database refuses the second; dates without a file are never in each other's way."""
    add(store, world, "csv:1")
    add(store, world)
    add(store, world)
    with pytest.raises(Conflict):
        add(store, world, "csv:1")


def test_what_is_taken_is_told_without_opening_anything(store: Store, world: World) -> None:
    """Of staff and of the invited; what was called off takes no time."""
    held = add(store, world)
    add(store, world, starts=TEN + HOUR, cancelled=True)
    with store.read() as uow:
        span = Span(TEN, TEN + HOUR)
        assert [span] == uow.appointments.taken(world.clara.id, NOW, TEN + WEEK)
        assert [(world.anna.id, span)] == uow.appointments.taken_of([world.anna.id, world.bilal.id], NOW, TEN + WEEK)
        assert [] == uow.appointments.taken(world.clara.id, NOW, held.starts)


def test_an_interpreter_is_found_however_the_name_is_written(store: Store, world: World) -> None:
    """Capitals and blanks make no difference; nobody is found for no name."""
    held = add(store, world, interpreter="ar", interpreter_name="Yusuf  Beispiel")
    add(store, world)
    with store.read() as uow:
        assert [held.id] == [id_ for id_, _ in uow.appointments.interpreted("yusuf beispiel ", NOW, TEN + WEEK)]
        assert [] == uow.appointments.interpreted("", NOW, TEN + WEEK)


def test_the_rest_of_a_series_is_what_still_takes_place(store: Store, world: World) -> None:
    """In order, from a moment on, without what was called off."""
    dates = [add(store, world, starts=TEN + WEEK * n, series=7, cancelled=n == 2) for n in range(4)]
    add(store, world, starts=TEN + WEEK)
    with store.read() as uow:
        assert [dates[1].id, dates[3].id] == [one.id for one in uow.appointments.of_series(7, TEN + HOUR)]


def test_busy_times_are_replaced_as_a_whole(store: Store, world: World) -> None:
    """Another person's stay."""
    first, second = Span(TEN, TEN + HOUR), Span(TEN + WEEK, TEN + WEEK + HOUR)
    store.submit(lambda uow: uow.busy.replace(world.clara.id, [first])).result()
    store.submit(lambda uow: uow.busy.replace(world.anna.id, [first])).result()
    store.submit(lambda uow: uow.busy.replace(world.clara.id, [second, first])).result()
    with store.read() as uow:
        assert [first, second] == uow.busy.of(world.clara.id, NOW, TEN + WEEK * 2)
        assert [first] == uow.busy.of(world.clara.id, NOW, TEN + WEEK)
        assert [first] == uow.busy.of(world.anna.id, NOW, TEN + WEEK)


def test_how_a_subscription_fares_is_kept_once(store: Store, world: World) -> None:
    """The newest state replaces the one before."""
    broken = Subscription(person=world.clara.id, looked=NOW, fetched=TEN, fault="the server answers 503", etag='"1"')
    whole = Subscription(person=world.clara.id, looked=TEN, fetched=TEN, modified="x")
    store.submit(lambda uow: uow.busy.note(broken)).result()
    store.submit(lambda uow: uow.busy.note(whole)).result()
    with store.read() as uow:
        assert whole == uow.busy.state(world.clara.id)
        assert uow.busy.state(world.anna.id) is None


def test_one_address_of_a_calendar_is_good_at_a_time(store: Store, world: World) -> None:
    """A new one ends the one before; an ended one is nobody's."""
    first, second = bytes(32), bytes([1]) * 32
    store.submit(lambda uow: uow.feeds.add(first, world.clara.id, NOW)).result()
    store.submit(lambda uow: uow.feeds.add(second, world.clara.id, NOW + HOUR)).result()
    with store.read() as uow:
        assert (None, world.clara.id) == (uow.feeds.person(first), uow.feeds.person(second))
        assert NOW + HOUR == uow.feeds.since(world.clara.id)
    assert store.submit(lambda uow: uow.feeds.end_all(world.clara.id, NOW)).result()
    assert not store.submit(lambda uow: uow.feeds.end_all(world.clara.id, NOW)).result()
    with store.read() as uow:
        assert (None, None) == (uow.feeds.person(second), uow.feeds.since(world.clara.id))


@pytest.fixture
def programme(settings: StoreSettings) -> Iterator[Store]:
    """A store under the profile of the demo, with the small world in it."""
    opened = Store.open(settings, vault=Vault(MASTER, "lotse"), profile=load_profile("demo"))
    opened.submit(populate).result()
    yield opened
    opened.close()


def test_an_import_is_one_unit_of_work_on_both_databases(programme: Store) -> None:
    """All dates or none; the same file again finds each of them; what it no longer holds of a series is called off."""
    rows = [
        Row(
            line=n + 2,
            source=f"ics:course:{n}",
            people=("p1",),
            organiser="c1",
            starts=TEN + WEEK * n,
            minutes=45,
            series="ics:course",
            whole=True,
        )
        for n in range(3)
    ]

    def take(*some: Row) -> tuple[int, int, int, int]:
        report = programme.submit(partial(imports.carry_out, rows=some, now=NOW)).result()
        return (report.new, report.cancelled, report.unchanged, len(report.faults))

    strange = Row(line=9, source="x", people=("p9",), organiser="c1", starts=TEN, minutes=45)
    assert (0, 0, 0, 1) == take(*rows, strange)
    assert (3, 0, 0, 0) == take(*rows)
    assert (0, 0, 3, 0) == take(*rows)
    assert (0, 1, 2, 0) == take(rows[0], rows[2])
