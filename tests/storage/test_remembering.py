"""What a unit of work asks twice, and when the answer has to be asked for again."""

from dataclasses import replace

import pytest

from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import person


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, store: Store) -> list[str]:
    """The tables of the queries that reach the database, from now on."""
    reached: list[str] = []
    rows = type(store._driver).rows

    def noting(driver: object, statement: object, /, **params: object) -> object:
        reached.append(statement.sqlite.split("FROM ")[1].split()[0])  # type: ignore[attr-defined]  # a Statement
        return rows(driver, statement, **params)  # type: ignore[arg-type]  # as above

    monkeypatch.setattr(type(store._driver), "rows", noting)
    return reached


def test_a_question_is_asked_once(store: Store, asked: list[str]) -> None:
    """However often a handler looks a person up, the database is asked once."""

    def look_up(uow: UnitOfWork) -> bool:
        someone = person(uow, "p1", "Amira")
        asked.clear()
        return uow.people.get(someone.id) is uow.people.get(someone.id)

    assert store.submit(look_up).result()
    assert ["people"] == asked


def test_what_was_changed_is_asked_for_again(store: Store) -> None:
    """After a change the new state is read, never the remembered one."""

    def rename(uow: UnitOfWork) -> tuple[str, str]:
        someone = person(uow, "p1", "Amira")
        before = uow.people.get(someone.id)
        uow.people.update(replace(someone, name="Amira Haddad"))
        return before.name, uow.people.get(someone.id).name

    assert ("Amira", "Amira Haddad") == store.submit(rename).result()


def test_nothing_is_remembered_into_the_next_unit(store: Store) -> None:
    """Each unit of work sees what the one before it has kept."""
    someone = store.submit(lambda uow: person(uow, "p1", "Amira")).result()
    store.submit(lambda uow: uow.people.get(someone.id)).result()
    store.submit(lambda uow: uow.people.update(replace(someone, name="Rana"))).result()
    assert "Rana" == store.submit(lambda uow: uow.people.get(someone.id)).result().name
