"""Accounts of staff at the command line: a link that is printed once, and what is refused with the way out."""

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
