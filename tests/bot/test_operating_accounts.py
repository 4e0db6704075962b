"""Accounts of staff at the command line: a link that is printed once, and what is refused with the way out."""

import pytest

from tests.bot.operator import Operator


def test_a_link_is_printed_for_one_person(operator: Operator) -> None:
    """It says how long it works; nothing of it lies readable in the database."""
    made = operator.read("staff", "account", "c1", "--user-name", "m.albers")
    assert "c1" == made["who"]
    token = made["link"].rpartition("/")[2]
    assert "/account/" in made["link"]
    assert token.encode() not in operator.database.read_bytes()
    said = operator.said("staff", "account", "c1")
    assert "works once" in said
    assert token not in said


def test_what_cannot_be_is_refused_with_the_way_out(operator: Operator) -> None:
    """Nobody, a participant, a name that is none; codes are printed for the demo's staff alone."""
    assert "nobody with the handle 'c9'" in operator.refused("staff", "account", "c9")
    assert "accounts are for staff" in operator.refused("staff", "account", "p1")
    assert "--user-name" in operator.refused("staff", "account", "c1", "--user-name", "Frau Albers")
    assert "demo's staff only" in operator.refused("staff", "code", "p1")


def test_who_has_left_gets_no_link(operator: Operator) -> None:
    """Leaving ends the account, and no new one is made."""
    operator.said("staff", "account", "c2")
    operator.said("staff", "leave", "c2")
    assert "works here no more" in operator.refused("staff", "account", "c2")
    assert [] == operator.look("SELECT person FROM accounts")


def test_the_app_of_the_demo_is_printed(operator: Operator) -> None:
    """Six digits, for trying it out."""
    code = operator.said("staff", "code", "c1").strip()
    assert (6, True) == (len(code), code.isdigit())


def test_a_role_is_given_at_the_server(operator: Operator) -> None:
    """Whoever looks after people hands them over first; then the role is another one, and the chain says so."""
    assert "hand them over first" in operator.refused("staff", "role", "c2", "protection")
    ran = operator.run("staff", "role", "v1", "dpo")
    assert "v1: dpo from now on" in ran.stdout
    assert "nobody is told about violence any more" in ran.stderr
    assert [("dpo",)] == operator.look("SELECT role FROM people WHERE handle = 'v1'")
    roles = {one["who"]: one["role"] for one in operator.read("staff", "list")}
    assert {"d1": "dpo", "v1": "dpo", "k1": "coordinator"}.items() <= roles.items()
    with operator.opened() as store, store.read() as uow:
        kept = [one.fields for one in uow.events.after(0) if one.name == "AccountKept"]
    assert [("role", "dpo", None)] == [(one["what"], one["value"], one["by"]) for one in kept]


def test_a_role_that_cannot_be_is_refused(operator: Operator) -> None:
    """No such role, one that is no staff's, the same again, nobody, a participant, somebody who has left."""
    assert "there is no role 'king' for staff; there are: caseworker" in operator.refused("staff", "role", "k1", "king")
    assert "there is no role 'guardian'" in operator.refused("staff", "role", "k1", "guardian")
    assert "has this role already" in operator.refused("staff", "role", "k1", "coordinator")
    assert "nobody of the staff with the handle 'c9'" in operator.refused("staff", "role", "c9", "dpo")
    assert "nobody of the staff with the handle 'p1'" in operator.refused("staff", "role", "p1", "dpo")
    operator.said("staff", "leave", "k1")
    assert "nobody of the staff with the handle 'k1'" in operator.refused("staff", "role", "k1", "dpo")


NEW = ("--name", "Herr Neu", "--role", "caseworker", "--phone", "0221/4710-107")


def test_somebody_new_is_added_bound_and_gets_a_link(operator: Operator) -> None:
    """Handle, role and line are kept, name and line sealed; then the declaration, then the link, as it says."""
    said = operator.said("staff", "add", "c3", *NEW, "--group", " Werkstatt  Nord ")
    assert "c3: caseworker from now on, direct line 0221 4710107" in said
    assert "python -m bot staff account c3" in said
    for sealed in ("Herr Neu", "0221 4710107", "Werkstatt Nord"):
        assert sealed.encode() not in operator.database.read_bytes()
    operator.said("staff", "secrecy", "c3", "--date", "2026-11-20")
    assert "/account/" in operator.read("staff", "account", "c3", "--user-name", "h.neu")["link"]
    with operator.opened() as store, store.read() as uow:
        person = uow.people.by_handle("c3")
        assert person is not None
        assert ("Herr Neu", "0221 4710107", "Werkstatt Nord") == (person.name, person.phone, person.group)
        kept = [one.fields for one in uow.events.after(0) if one.name == "AccountKept"]
    assert [("added", "caseworker", None)] == [(one["what"], one["value"], one["by"]) for one in kept]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("c1", *NEW), "HANDLE: c1 is somebody's already, or was; c3 is free"),
        (("Frau Neu", *NEW), "HANDLE: 'Frau Neu' cannot be one; take a letter and digits, as in c3"),
        (("c3", *NEW, "--name", " "), "--name: 2 to 80 characters"),
        (("c3", *NEW, "--phone", "intern"), "--phone: 'intern' cannot be called"),
        (("c3", *NEW, "--phone", "101"), "as in --phone '0221 4710 101'"),
        (("c3", *NEW, "--role", "king"), "--role: there is no role 'king' for staff; there are: caseworker"),
        (("c3", *NEW, "--role", "participant"), "--role: there is no role 'participant'"),
    ],
)
def test_who_cannot_be_added_is_refused_with_the_way_out(words: tuple[str, ...], said: str, operator: Operator) -> None:
    """Nobody is kept, and the argument that was wrong is named."""
    before = operator.look("SELECT handle FROM people")
    assert said in operator.refused("staff", "add", *words)
    assert before == operator.look("SELECT handle FROM people")


def test_a_handle_is_not_given_again(operator: Operator) -> None:
    """Whoever has left stands in the log by their handle: it stays theirs."""
    operator.said("staff", "leave", "c2")
    assert "HANDLE: c2 is somebody's already, or was" in operator.refused("staff", "add", "c2", *NEW)
