"""Staff accounts in the database: what opens one lies sealed, steps work once, codes are taken once."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from flows.people import Role
from storage.account_tables import accounts
from storage.accounts import Account, SecurityKey
from storage.errors import StorageError
from storage.statements import Statement
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

LATER = NOW + timedelta(minutes=5)
TOKEN, OTHER = b"t" * 32, b"o" * 32
CANARY = "Kanarienvogel"


def account_of(world: World) -> Account:
    """An account with everything in it."""
    return Account(
        person=world.clara.id,
        user_name="clara",
        password=f"argon2 {CANARY}",
        secret=f"base32 {CANARY}",
        keys=(SecurityKey("aa", "bb", 3),),
        recovery=("one", "two"),
    )


def test_an_account_comes_back_as_it_was_kept(store: Store, world: World) -> None:
    """Found by person and by name, changed in place."""
    made = account_of(world)
    store.submit(lambda uow: uow.accounts.save(made)).result()
    with store.read() as uow:
        assert made == uow.accounts.find(world.clara.id)
        assert world.clara.id == uow.accounts.named("clara")
        assert uow.accounts.named("c.mirabelle") is None
        assert uow.accounts.find(world.anna.id) is None
    changed = replace(made, user_name="c.mirabelle", recovery=("two",)).with_count("aa", 4)
    store.submit(lambda uow: uow.accounts.save(changed)).result()
    with store.read() as uow:
        assert changed == uow.accounts.find(world.clara.id)
        assert uow.accounts.named("clara") is None


def test_nothing_of_it_is_readable(store: Store, world: World) -> None:
    """Neither name, password nor secret stands in the row."""
    store.submit(lambda uow: uow.accounts.save(account_of(world))).result()
    with store.read() as uow:
        (row,) = uow._db.rows(Statement(sa.select(accounts)))
    told = b" ".join(bytes(part) if isinstance(part, bytes | memoryview) else str(part).encode() for part in row)
    assert CANARY.encode() not in told
    assert b"clara" not in told


def test_a_name_is_one_persons(store: Store, world: World) -> None:
    """The database itself refuses a second account of the name."""
    store.submit(lambda uow: uow.accounts.save(account_of(world))).result()
    second = Account(person=world.anna.id, user_name="clara")
    with pytest.raises(StorageError):
        store.submit(lambda uow: uow.accounts.save(second)).result()


def test_a_code_is_taken_once(store: Store, world: World) -> None:
    """Neither the same interval nor an earlier one again, whoever asks; a later one is."""

    def take(uow: UnitOfWork) -> list[bool]:
        uow.accounts.save(account_of(world))
        return [uow.accounts.take_step(world.clara.id, step) for step in (7, 7, 6, 8)]

    assert [True, False, False, True] == store.submit(take).result()


def test_a_step_is_taken_once_in_its_time_for_its_purpose(store: Store, world: World) -> None:
    """Looking takes nothing; a step of another purpose, or too late, is none."""

    def walk(uow: UnitOfWork) -> list[object]:
        uow.accounts.begin_step(TOKEN, world.clara.id, "login", LATER, NOW)
        uow.accounts.challenge(TOKEN, "login", b"sign this", NOW)
        return [
            uow.accounts.step(TOKEN, "login", NOW),
            uow.accounts.step(TOKEN, "link", NOW),
            uow.accounts.step(OTHER, "login", NOW),
            uow.accounts.step(TOKEN, "login", LATER),
            uow.accounts.end_step(TOKEN, "login", NOW),
            uow.accounts.end_step(TOKEN, "login", NOW),
        ]

    assert [(world.clara.id, b"sign this"), None, None, None, True, False] == store.submit(walk).result()


def test_what_is_dropped_leaves_nothing(store: Store, world: World) -> None:
    """Account and steps go together; steps whose time is over go with the next one."""

    def walk(uow: UnitOfWork) -> list[object]:
        uow.accounts.save(account_of(world))
        uow.accounts.begin_step(OTHER, world.anna.id, "link", NOW, NOW - timedelta(days=1))
        uow.accounts.begin_step(TOKEN, world.clara.id, "login", LATER, NOW)
        gone = uow.accounts.step(OTHER, "link", NOW - timedelta(hours=1))
        uow.accounts.drop(world.clara.id)
        return [gone, uow.accounts.find(world.clara.id), uow.accounts.step(TOKEN, "login", NOW)]

    assert [None, None, None] == store.submit(walk).result()


def test_when_a_link_was_made_and_a_reset_is_kept_with_the_account(store: Store, world: World) -> None:
    """Both come back as they went in; an account that knows neither has none."""
    plain, later = account_of(world), NOW + timedelta(hours=2)
    store.submit(lambda uow: uow.accounts.save(plain)).result()
    known = store.submit(lambda uow: uow.accounts.find(plain.person)).result()
    assert known is not None
    assert (None, None) == (known.offered, known.reset)
    store.submit(lambda uow: uow.accounts.save(replace(plain, offered=NOW, reset=later))).result()
    known = store.submit(lambda uow: uow.accounts.find(plain.person)).result()
    assert known is not None
    assert (NOW, later) == (known.offered, known.reset)


def test_somebody_has_another_role_and_those_who_left_are_still_known(store: Store, world: World) -> None:
    """Found under the new role alone; after leaving, with the moment, and no more among those who work here."""

    def work(uow: UnitOfWork) -> None:
        uow.people.give_role(world.clara.id, Role.COORDINATOR)
        assert Role.COORDINATOR is uow.people.get(world.clara.id).role
        assert world.clara.id not in {one.id for one in uow.people.all(Role.CASEWORKER)}
        assert [] == uow.people.departed(Role.COORDINATOR)
        uow.people.depart(world.clara.id, NOW, NOW.date())
        ((left, at),) = uow.people.departed(Role.COORDINATOR)
        assert (world.clara.id, NOW) == (left.id, at)
        assert [] == uow.people.departed(Role.CASEWORKER)
        assert world.clara.id not in {one.id for one in uow.people.all(Role.COORDINATOR)}

    store.submit(work).result()
