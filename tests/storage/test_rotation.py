"""Keys are replaced while everything goes on, and what was sealed before opens afterwards."""

import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from flows.engine.events import AddressUnlinked
from flows.engine.messages import Inbound, InboundKind, Level, MessageClass, Outgoing
from flows.people import Person, PersonId
from flows.rules.access import Operation
from storage import copies, resealing, rotation
from storage.access_log import Access
from storage.all_tables import everything as metadata
from storage.errors import UnknownRow, VaultError, WrongKey
from storage.instants import to_micros
from storage.key_ages import key_ages
from storage.master_key import (
    begin_next,
    create_master_key,
    next_file,
    old_files,
    put_in_place,
    read_master_key,
    read_others,
)
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import LAST_VERSION, Vault
from tests.storage.conftest import MASTER, NOW, World, fresh_key, open_store, person

LATER = NOW + timedelta(days=3650)


def silent(_what: str, _done: int, _whole: int) -> None:
    """Nobody looks."""


def write(uow: UnitOfWork, world: World, text: str = "Zahnweh") -> int:
    """Something of Anna's in four tables, two of them append-only; the id of what she wrote."""
    uow.people.lock(world.anna.id)
    inbound = Inbound(channel="web", external_id=text, sender="p1", kind=InboundKind.TEXT, text=text)
    entry = uow.inbox.accept(inbound, world.anna.id, NOW)
    uow.consents.record(world.anna.id, "C1", "effective", actor=world.anna.id, now=NOW, evidence={"text": text})
    uow.events.add(AddressUnlinked(who=world.anna.id, channel=text), NOW, subject=world.anna.id)
    uow.events.add(AddressUnlinked(who=world.anna.id, channel=text), NOW, subject=None)
    id_ = uow.new_id()
    uow.outbox.add(
        Outgoing(
            id=id_,
            to=world.clara.id,
            subject=world.anna.id,
            channel="web",
            address=world.clara_web.id,
            text=text,
            language="de",
            level=Level.L3,
            message_class=MessageClass.ALERT,
            dedupe=text,
            cause="test",
            created=NOW,
            not_before=NOW,
        )
    )
    assert entry is not None
    return id_


def behind(store: Store) -> list[int]:
    """Every row that an earlier version has sealed."""
    with store.read() as uow:
        return [id_ for table in resealing.TABLES for id_ in uow.sealed_rows(table, None, after=0, limit=10_000).behind]


def read_all(uow: UnitOfWork, world: World) -> set[str]:
    """Anna's words from wherever they are."""
    uow.guard.hears(world.anna.id, NOW)
    return {
        *(row.text for row in uow.inbox.history(world.anna.id, after_id=0, limit=100)),
        *(record.evidence["text"] for record in uow.consents.trail(world.anna.id)),
        uow.people.get(world.anna.id).name,
    }


@pytest.mark.parametrize("everybody", [False, True])
def test_what_was_sealed_before_is_sealed_again_and_opens(
    store: Store, world: World, settings: StoreSettings, everybody: bool
) -> None:
    """After a rotation nothing that may be changed is under an old version, and all of it opens, append-only too."""
    id_ = store.submit(lambda uow: write(uow, world)).result()
    told: list[tuple[str, int, int]] = []
    scope = None if everybody else world.anna.id
    rotated = rotation.rotate(store, scope, lambda: LATER, lambda *step: told.append(step))
    assert 4 <= rotated.resealed
    assert 0 == rotated.unreadable
    assert [] == behind(store)
    assert any(done == whole > 0 for _, done, whole in told)
    with store.read() as uow:
        assert {"Zahnweh", world.anna.name} == read_all(uow, world)
        assert "Zahnweh" == uow.outbox.get(id_).text
        assert 2 == max(one.version for one in uow.keys.counts() if one.kind == "people")
        assert 0 == uow.keys.unfinished()
    store.submit(lambda uow: write(uow, world, "danach")).result()
    store.close()
    again = open_store(settings)
    with again.read() as uow:
        assert {"Zahnweh", "danach", world.anna.name} == read_all(uow, world)
    assert [] == behind(again)
    again.close()


def test_every_sealed_column_is_sealed_again_or_append_only() -> None:
    """A new table with something sealed takes part by itself; only what the audit chain commits to is left out."""
    sealed = {table.name for table in metadata.sorted_tables if "sealed" in table.c}
    assert sealed == set(resealing.BY_NAME) | resealing.APPEND_ONLY
    assert set() == set(resealing.BY_NAME) & resealing.APPEND_ONLY


def test_keys_are_replaced_although_somebody_has_read(store: Store, world: World) -> None:
    """Who has read what is append-only: it stays as it was sealed, opens still, and is in the way of no rotation."""
    anna = world.anna.id
    read = Access(subject=anna, reader=anna, operation=Operation.READ_ALERT, at=NOW)
    store.submit(lambda uow: uow.access_log.add(read)).result()
    rotation.rotate(store, anna, lambda: LATER, silent)
    with store.read() as uow:
        assert [read] == uow.access_log.of(anna, 10)


def test_a_rotation_that_was_cut_off_goes_on_where_it_was(store: Store, world: World) -> None:
    """Whoever has a new key does not get another, and what is left is sealed again."""
    store.submit(lambda uow: write(uow, world)).result()
    begun = store.submit(lambda uow: uow.keys.begin(rotation.EVERYBODY, LATER)).result()
    first = store.submit(lambda uow: uow.keys.renew_some(begun, LATER, after=0, limit=1)).result()
    assert first is not None
    with store.read() as uow:
        assert 1 == uow.keys.unfinished()
        assert {"Zahnweh", world.anna.name} == read_all(uow, world)
    rotation.rotate(store, None, lambda: LATER + timedelta(days=1), silent)
    with store.read() as uow:
        assert {2} == {one.version for one in uow.keys.counts() if one.kind == "people" and one.newest}
    assert [] == behind(store)


def test_traffic_goes_on_while_keys_are_replaced(store: Store, world: World) -> None:
    """What is written meanwhile is kept, opens, and is under the newest version in the end."""
    stop, texts = threading.Event(), [f"Wort {number}" for number in range(60)]

    def talk() -> None:
        for text in texts:
            store.submit(partial(write, world=world, text=text)).result()
            with store.read() as uow:
                assert text in read_all(uow, world)
        stop.set()

    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            talk()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failed.append(error)
            stop.set()

    speaker = threading.Thread(target=guarded)
    speaker.start()
    rounds = 0
    while not stop.is_set() and rounds < 20:
        rounds += 1
        at = LATER + timedelta(days=rounds)
        rotation.rotate(store, None, [at].pop, silent)
    speaker.join()
    assert [] == failed
    rotation.rotate(store, None, lambda: LATER + timedelta(days=90), silent)
    assert [] == behind(store)
    with store.read() as uow:
        assert {*texts, world.anna.name} == read_all(uow, world)


@pytest.mark.server
def test_another_process_follows_a_new_version(store: Store, other: Store, world: World) -> None:
    """It opens what it has never seen the key of, and what it still seals with the version it knows opens, too."""
    store.submit(lambda uow: write(uow, world)).result()
    with other.read() as uow:
        read_all(uow, world)
    rotation.rotate(store, None, lambda: LATER, silent)
    other.submit(lambda uow: write(uow, world, "drüben")).result()
    for one in (store, other):
        with one.read() as uow:
            assert {"Zahnweh", "drüben", world.anna.name} == read_all(uow, world)
            assert {world.anna.id: 1} == uow.people.named("Quittenbaum")


def test_nobody_seals_with_a_version_that_was_rolled_back(store: Store, world: World) -> None:
    """A unit that gives a new version and fails leaves the old one in use."""

    def fail(uow: UnitOfWork) -> None:
        uow.keys.renew(world.anna.id, to_micros(LATER), LATER)
        uow.guard.hears(world.anna.id, NOW)
        uow.inbox.history(world.anna.id, after_id=0, limit=1)
        raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        store.submit(fail).result()
    store.submit(lambda uow: write(uow, world, "danach")).result()
    with store.read() as uow:
        assert "danach" in read_all(uow, world)
        assert {1} == {one.version for one in uow.keys.counts() if one.kind == "people"}


def test_a_row_that_does_not_open_is_counted_and_stops_nothing(store: Store, world: World) -> None:
    """Damage is told as a number; everything else gets its new version."""
    store.submit(lambda uow: write(uow, world)).result()

    def damage(uow: UnitOfWork) -> int:
        uow.guard.hears(world.anna.id, NOW)
        table = resealing.BY_NAME["inbox"]
        (id_,) = (row.id for row in uow.inbox.history(world.anna.id, after_id=0, limit=1))
        row = uow._db.row(table.one, id=id_)
        assert row is not None
        return uow._db.change(table.set, id=id_, before=row[1], sealed=bytes(row[1])[:-1] + b"\0\0")

    assert 1 == store.submit(damage).result()
    rotated = rotation.rotate(store, None, lambda: LATER, silent)
    assert 1 == rotated.unreadable
    assert 1 == len(behind(store))


def test_a_key_has_no_more_versions_than_a_byte_can_name() -> None:
    """The 256th is refused, not mistaken for the first."""
    vault = Vault(MASTER, "lotse")
    assert LAST_VERSION == vault.unwrap_person_key(PersonId(1), vault.next_person_key(PersonId(1), 255)).version
    with pytest.raises(VaultError, match="255"):
        vault.next_person_key(PersonId(1), 256)


def test_an_older_version_never_takes_the_place_of_a_newer() -> None:
    """Whoever sees an earlier moment of the database does not make others seal with it."""
    vault, anna = Vault(MASTER, "lotse"), PersonId(1)
    first, second = vault.next_person_key(anna, 1), vault.next_person_key(anna, 2)
    vault.unwrap_person_key(anna, second)
    vault.unwrap_person_key(anna, first)
    key = vault.person_key(anna)
    assert key is not None
    assert 2 == key.version


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A file with the master key of the store's database."""
    path = tmp_path / "keys" / "master.key"
    create_master_key(path)
    path.write_text(MASTER.hex() + "\n", "ascii")
    return path


def opened_with(settings: StoreSettings, key_file: Path) -> Store:
    """As a start does it: the key in the file, and those beside it if need be."""
    vault = Vault(read_master_key(key_file, database=None), "lotse", others=lambda: read_others(key_file))
    return Store.open(settings, vault=vault, profile="demo")


@pytest.mark.parametrize("cut", ["made", "system", "people", "wrapped", "linked", "done"])
def test_wherever_a_rotation_of_the_master_key_is_cut_off_the_database_opens(
    settings: StoreSettings, key_file: Path, cut: str
) -> None:
    """At every step a start opens everything; going on ends it, and then the new key alone is enough."""
    store = opened_with(settings, key_file)
    world = store.submit(_people).result()
    new = begin_next(key_file, database=None)
    if cut != "made":
        store.take_master(new)
        store.submit(lambda uow: uow.rewrap_system()).result()
    if cut == "people":
        store.submit(lambda uow: uow.rewrap(after=0, limit=1)).result()
    if cut in {"wrapped", "linked", "done"}:
        rotation.rewrap(store, new, silent)
    if cut == "linked":
        key_file.with_name("master.key.old-1").hardlink_to(key_file)
    if cut == "done":
        put_in_place(key_file)
    store.close()
    again = opened_with(settings, key_file)
    with again.read() as uow:
        assert world.name == uow.people.get(world.id).name
    if next_file(key_file).exists():
        assert new == begin_next(key_file, database=None)
        rotation.rewrap(again, new, silent)
        put_in_place(key_file)
    again.close()
    assert [MASTER] == [read_master_key(file, database=None) for file in old_files(key_file)]
    alone = Store.open(settings, vault=Vault(new, "lotse"), profile="demo")
    with alone.read() as uow:
        assert world.name == uow.people.get(world.id).name
    alone.close()
    with pytest.raises(WrongKey):
        Store.open(settings, vault=Vault(MASTER, "lotse"), profile="demo")


def _people(uow: UnitOfWork) -> Person:

    person(uow, "p2", "Bilal Zwetschge")
    return person(uow, "p1", "Anna Quittenbaum")


def test_a_copy_from_before_is_wrapped_under_the_key_of_today(
    database: Path, settings: StoreSettings, store: Store, world: World, tmp_path: Path
) -> None:
    """A backup opens with the key of its time, and afterwards with the new one alone."""
    rotation.rotate(store, None, lambda: LATER, silent)
    copy = tmp_path / "copy.db"
    copies.copy_to(database, copy, lambda _done, _all: None)
    new = fresh_key()
    vault = Vault(new, "lotse", others=lambda: [MASTER])
    copies.examine(copy, vault)
    assert 6 <= copies.rewrap(copy, vault)
    assert 0 == copies.rewrap(copy, vault)
    restored = open_store(StoreSettings(url=f"sqlite:///{copy}"), master=new)
    with restored.read() as uow:
        assert world.anna.name == uow.people.get(world.anna.id).name
    restored.close()


def test_the_age_of_keys_is_known_beside_the_running_program(
    store: Store, world: World, settings: StoreSettings
) -> None:
    """The oldest key's moment, how many have none, and whether a rotation was left."""
    ages = key_ages(settings.url, settings.time_outs)
    assert ages is not None
    assert (0, 0) == (ages.unknown, ages.unfinished)
    assert ages.oldest is not None
    rotation.rotate(store, None, lambda: LATER, silent)
    store.submit(lambda uow: uow.keys.begin("all", LATER)).result()
    ages = key_ages(settings.url, settings.time_outs)
    assert ages is not None
    assert (LATER, 0, 1) == (ages.oldest, ages.unknown, ages.unfinished)


def test_who_has_no_key_gets_no_version(store: Store, world: World) -> None:
    """Nobody comes back by a rotation, and none is left unfinished."""
    with pytest.raises(UnknownRow):
        rotation.rotate(store, PersonId(999), lambda: LATER, silent)
    with store.read() as uow:
        assert 0 == uow.keys.unfinished()
        assert world.anna.name == uow.people.get(world.anna.id).name
