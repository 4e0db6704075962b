"""Dates of participations, tasks and own reminders come back as they were kept, on both databases, and sealed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flows.rules.own_reminders import OwnReminder
from flows.rules.participations import Participation, Point, change
from flows.rules.tasks import Task, TaskState, Tick
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

TOLD = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_dates_come_back_with_their_history(store: Store, world: World) -> None:
    """What was told, corrected and taken away, who appeared, and by whom it was said."""

    def work(uow: UnitOfWork) -> Participation:
        known = Participation(id=uow.new_id(), person=world.anna.id)
        for what, day in ((Point.ENTRY, date(2026, 12, 1)), (Point.ENTRY, date(2026, 12, 2)), (Point.EXIT, None)):
            known = change(known, what, day, TOLD, world.anna.id)
        known = change(known, Point.PLACED, date(2027, 1, 4), TOLD, None)
        uow.participations.add(known, NOW)
        changed = replace(known, appeared={date(2026, 12, 2): True})
        uow.participations.save(changed, NOW)
        return changed

    kept = store.submit(work).result()
    with store.read() as uow:
        assert kept == uow.participations.of(world.anna.id)
        assert [kept] == uow.participations.all()
    assert (3, 3) == (kept.revision, len(kept.history))


def test_a_task_comes_back_with_whoever_has_done_it(store: Store, world: World) -> None:
    """Open ones are found apart from those that are done."""

    def work(uow: UnitOfWork) -> Task:
        task = Task(
            id=uow.new_id(),
            person=world.anna.id,
            row="contacts",
            n="2026-W48",
            anchor=date(2026, 11, 23),
            due=date(2026, 11, 26),
            told=TOLD,
        )
        uow.tasks.add(task)
        assert [task] == uow.tasks.open_of(world.anna.id)
        done = replace(
            task,
            state=TaskState.DONE,
            said=TOLD,
            alerts=(7, 8),
            ticks={"person": Tick(world.anna.id, TOLD)},
            done_by=world.anna.id,
            done_at=TOLD + timedelta(hours=1),
        )
        uow.tasks.save(done)
        return done

    done = store.submit(work).result()
    with store.read() as uow:
        assert [] == uow.tasks.open_of(world.anna.id)
        assert [done] == uow.tasks.of(world.anna.id)
        assert done == uow.tasks.get(done.id)
        assert uow.tasks.get(done.id + 1) is None


def test_an_own_reminder_that_is_dropped_is_gone(store: Store, world: World) -> None:
    """The next one comes first; nothing of a dropped one is left."""

    def work(uow: UnitOfWork) -> list[OwnReminder]:
        uow.guard.hears(world.anna.id, NOW)
        made = [
            OwnReminder(id=uow.new_id(), person=world.anna.id, due=NOW + timedelta(days=days), words=f"Zahnweh {days}")
            for days in (2, 1)
        ]
        for one in made:
            uow.own_reminders.add(one, NOW)
        return made

    later, sooner = store.submit(work).result()
    with store.read() as uow:
        uow.guard.hears(world.anna.id, NOW)
        assert [sooner, later] == uow.own_reminders.of(world.anna.id)
        assert sooner == uow.own_reminders.get(sooner.id)
    store.submit(lambda uow: uow.own_reminders.drop(sooner.id)).result()
    with store.read() as uow:
        assert [later.id] == uow.own_reminders.ids(world.anna.id)
        assert uow.own_reminders.get(sooner.id) is None
