"""What is written between a person and the people around them comes back, each kind apart."""

from datetime import timedelta

from flows.rules.thread import Entry, Kind
from storage.store import Store
from storage.thread import Written
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World


def entries(world: World) -> list[Entry]:
    """Anna writes to Clara, Clara answers and notes something, and Anna writes to somebody else."""
    told = (
        (world.anna.id, Kind.MESSAGE, "eins"),
        (world.clara.id, Kind.MESSAGE, "zwei"),
        (world.anna.id, Kind.PROTECTED, "drei"),
        (world.clara.id, Kind.NOTE, "vier"),
    )
    return [
        Entry(id=number, person=world.anna.id, by=by, kind=kind, at=NOW + timedelta(minutes=number), words=words)
        for number, (by, kind, words) in enumerate(told, 1)
    ]


def test_each_kind_is_read_by_itself_the_latest_first(store: Store, world: World) -> None:
    """Messages, notes and what is the protection person's are told apart, whole, and no more than was asked for."""

    def work(uow: UnitOfWork) -> None:
        for entry in entries(world):
            uow.thread.add(entry)

    store.submit(work).result()
    first, second, third, fourth = entries(world)
    with store.read() as uow:
        assert [fourth, second, first] == uow.thread.of(world.anna.id, (Kind.MESSAGE, Kind.NOTE))
        assert [third] == uow.thread.of(world.anna.id, (Kind.PROTECTED,))
        assert [fourth] == uow.thread.of(world.anna.id, tuple(Kind), limit=1)
        assert [] == uow.thread.of(world.clara.id, tuple(Kind))


def test_who_wrote_last_is_nobody_who_only_noted(store: Store, world: World) -> None:
    """Neither a note nor the person's own words count; before anybody wrote it is nobody."""

    def work(uow: UnitOfWork) -> Written | None:
        before = uow.thread.last_to(world.anna.id)
        for entry in entries(world):
            uow.thread.add(entry)
        return before

    assert store.submit(work).result() is None
    with store.read() as uow:
        assert Written(world.clara.id, Kind.MESSAGE, NOW + timedelta(minutes=2)) == uow.thread.last_to(world.anna.id)


def test_what_is_struck_is_known_by_entry_and_passage(store: Store, world: World) -> None:
    """Only of whom it is about; the entry itself stays as it was written."""
    note = entries(world)[3]

    def work(uow: UnitOfWork) -> None:
        uow.thread.add(note)
        for passage in (2, 0):
            uow.thread.strike(note, passage, NOW)

    store.submit(work).result()
    with store.read() as uow:
        assert {note.id: frozenset({0, 2})} == uow.thread.struck(world.anna.id)
        assert {} == uow.thread.struck(world.clara.id)
        assert [note] == uow.thread.of(world.anna.id, (Kind.NOTE,))
