"""People are found by words of their names, and nobody's name stands anywhere in clear."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.people import PersonId
from flows.rules.names import words_of
from storage import rotation
from storage.names import OF
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World, open_store, person, sqlite_of


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Müller", "MUELLER"),
        ("Muller", "Müller"),
        ("Mu\u0308ller", "Müller"),
        ("GROß", "gross"),
        ("Özdemir", "Oezdemir"),
        ("Łukasz", "lukasz"),
        ("Søren", "Soeren"),
        ("Zoë", "zoe"),
        ("أحمد", "احمد"),
        ("Ганна", "ГАННА"),
        ("O'Neill", "o neill"),
        ("Anna-Lena", "Lena Anna"),
    ],
)
def test_all_spellings_of_a_name_are_one(written: str, stored: str) -> None:
    """Whoever searches need not know how it was typed in."""
    assert words_of(written) == words_of(stored)


@pytest.mark.parametrize("text", ["", " ", "...", "\u202e", "'-'"])
def test_what_has_no_word_names_nobody(text: str) -> None:
    """Blanks and signs are no name."""
    assert frozenset() == words_of(text)


def found(store: Store, text: str) -> dict[PersonId, int]:
    """Who is found by this."""
    with store.read() as uow:
        return dict(uow.people.named(text))


def test_whole_words_find_people(store: Store, world: World) -> None:
    """One word finds, two count more, half a word finds nobody."""
    assert {world.anna.id: 1} == found(store, "Wo ist anna?")
    assert {world.anna.id: 2} == found(store, "QUITTENBAUM, Anna")
    assert {} == found(store, "Quitten")
    assert {} == found(store, "")


def test_the_index_follows_a_new_name(store: Store, world: World) -> None:
    """Whoever marries is found by the new name, and not by the old one any more."""
    store.submit(lambda uow: uow.people.update(replace(world.anna, name="Anna Schlehe"))).result()
    assert {world.anna.id: 1} == found(store, "Schlehe")
    assert {} == found(store, "Quittenbaum")


def test_whoever_is_erased_is_found_by_no_name(store: Store, world: World) -> None:
    """The index forgets one person and keeps the others."""
    store.submit(lambda uow: uow.people.forget_name(world.bilal.id)).result()
    assert {} == found(store, "Bilal")
    assert {world.anna.id: 1} == found(store, "Anna")


def test_after_a_rotation_everybody_is_found_by_a_new_hash(store: Store, world: World) -> None:
    """What the earlier key of names has hashed is gone."""
    before = hashes(store)
    rotation.rotate(store, None, lambda: NOW.replace(year=2036), lambda *_: None)
    assert {world.anna.id: 2} == found(store, "anna quittenbaum")
    assert len(before) == len(hashes(store))
    assert set() == before & hashes(store)


def hashes(store: Store) -> set[bytes]:
    """What the index holds."""
    with store.read() as uow:
        return {bytes(row[0]) for one in uow.people.all() for row in uow._db.rows(OF, person=one.id)}


@pytest.mark.file
def test_a_database_from_before_the_index_is_indexed_when_it_is_opened(
    database: Path, settings: StoreSettings, store: Store, world: World
) -> None:
    """Nobody has to do anything, and whoever has no word in the name stops nobody."""
    store.submit(lambda uow: person(uow, "p9", "…")).result()
    sqlite_of(store).execute("DELETE FROM name_index")
    store.close()
    assert database.exists()
    again = open_store(settings)
    assert {world.bilal.id: 1} == found(again, "Bilal")
    again.close()


def test_no_name_stands_in_the_index(store: Store, world: World) -> None:
    """Sixteen bytes of a keyed hash for each word."""
    assert {16} == {len(one) for one in hashes(store)}
    assert not any(word in one for one in hashes(store) for word in (b"anna", b"Anna", world.anna.name.encode()))


def test_a_name_of_a_unit_that_failed_finds_nobody(store: Store, world: World) -> None:
    """The index is part of the unit of work."""

    def fail(uow: UnitOfWork) -> None:
        uow.people.update(replace(world.anna, name="Anna Schlehe"))
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        store.submit(fail).result()
    assert {} == found(store, "Schlehe")
    assert {world.anna.id: 1} == found(store, "Quittenbaum")
