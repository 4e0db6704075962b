"""The demo world is the one TRANSCRIPTS.md describes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo import FIGURES, birthday, load_world
from bot.profile import load_profile
from flows.people import Person, Role
from storage import schema
from storage.master_key import create_master_key, read_master_key
from storage.settings import StoreSettings, database_file
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FICTITIOUS = re.compile(r"0221 4710 \d{3}")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[UnitOfWork]:
    """The demo world in a database of its own, to be read."""
    url, key_file = f"sqlite:///{tmp_path}/db/lotse.db", tmp_path / "keys" / "master.key"
    create_master_key(key_file)
    schema.migrate(url)
    vault = Vault(read_master_key(key_file, database=database_file(url)), carrier="Beispiel-Träger")
    store = Store.open(StoreSettings(url=url), vault=vault, profile=load_profile("demo"))
    store.submit(lambda uow: load_world(uow, NOW, channels=("memory", "web"))).result()
    with store.read() as uow:
        yield uow
    store.close()


def person(world: UnitOfWork, handle: str) -> Person:
    """Who has this handle."""
    found = world.people.by_handle(handle)
    assert found is not None
    return found


def test_participants_have_their_language_caseworker_and_group(world: UnitOfWork) -> None:
    """The participants p1 to p4 belong to c1 and group A, p5 and p6 to c2 and group B."""
    rows = {}
    for handle in ("p1", "p2", "p3", "p4", "p5", "p6"):
        one = person(world, handle)
        caseworker = world.people.caseworker_of(one.id)
        assert caseworker is not None
        rows[handle] = (one.language, caseworker.handle, one.group)
    assert rows == {
        "p1": ("de", "c1", "A"),
        "p2": ("ar", "c1", "A"),
        "p3": ("uk", "c1", "A"),
        "p4": ("de-simple", "c1", "A"),
        "p5": ("en", "c2", "B"),
        "p6": ("de", "c2", "B"),
    }


def test_consents_are_effective_for_p1_to_p5(world: UnitOfWork) -> None:
    """C1 and C3, and nothing for p6 and p0; no event tells of it."""
    effective = {
        handle: set(world.consents.effective(person(world, handle).id, NOW))
        for handle in FIGURES
        if handle.startswith("p")
    }
    assert effective == {**{key: {"C1", "C3"} for key in ("p1", "p2", "p3", "p4", "p5")}, "p6": set(), "p0": set()}
    assert [] == list(world.events.after(0))


def test_p6_is_fifteen_and_has_a_guardian(world: UnitOfWork) -> None:
    """Under 16 there is always a guardian."""
    ward = person(world, "p6")
    assert ward.born is not None
    assert 15 == (NOW.date() - ward.born).days // 365.25
    assert ["g1"] == [guardian.handle for guardian in world.people.guardians_of(ward.id)]


@pytest.mark.parametrize("now", [NOW, datetime(2028, 2, 29, tzinfo=UTC), datetime(2027, 7, 2, tzinfo=UTC)])
def test_an_age_holds_for_the_next_months(now: datetime) -> None:
    """Wherever a transcript's clock begins, p6 is fifteen and stays so for a while."""
    born = birthday(15, now)
    fifteenth = born.replace(year=born.year + 15)
    assert 150 < (now.date() - fifteenth).days < 200


def test_the_stand_in_and_the_roles(world: UnitOfWork) -> None:
    """Caseworker c2 stands in for c1; each role is there once or as often as the table says."""
    stand_in = world.people.substitute_of(person(world, "c1").id)
    assert stand_in is not None
    assert "c2" == stand_in.handle
    assert {"c1", "c2"} == {one.handle for one in world.people.all(Role.CASEWORKER)}
    assert ["k1", "d1", "v1", "b1", "g1"] == [
        world.people.all(role)[0].handle
        for role in (Role.COORDINATOR, Role.DPO, Role.PROTECTION, Role.CONTACT, Role.GUARDIAN)
    ]


def test_everyone_but_p0_is_reachable_and_the_mentor_by_mail_only(world: UnitOfWork) -> None:
    """An address is the handle; b1 has none in the web chat."""
    for handle in FIGURES:
        reached = {channel for channel in ("memory", "web") if world.people.find(channel, handle)}
        assert reached == {"p0": set(), "b1": {"memory"}}.get(handle, {"memory", "web"}), handle


def test_phone_numbers_belong_to_nobody() -> None:
    """Staff numbers lie in the range kept for films and plays; every caseworker has one."""
    for handle, figure in FIGURES.items():
        assert not figure.phone or FICTITIOUS.fullmatch(figure.phone), handle
        assert figure.phone or not figure.role.is_staff, handle
