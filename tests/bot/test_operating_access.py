"""Access at the command line: the log, the concept, somebody who leaves, and seats."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from bot import control
from bot.operating.access_concept import ACTORS, OPERATIONS, RELATIONS, as_markdown, concept
from bot.web import login
from flows.engine.events import AlertKind
from flows.rules.access import POLICY, Actor, Operation, Relation
from handlers import alerts
from handlers.alerts import News
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.operator import NOW, Operator


def tell_about(uow: UnitOfWork, handle: str) -> None:
    """Staff hear something about somebody."""
    person = uow.people.by_handle(handle)
    assert person is not None
    occasion = Occasion(uow=uow, now=NOW, cause="test")
    alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, words="Kanarienvogel"))


def test_the_log_names_handles_and_the_look_is_an_entry_itself(operator: Operator) -> None:
    """Who read what and when, never content; the second look shows the first one."""
    with operator.opened() as store:
        store.submit(partial(tell_about, handle="p1")).result()
    (entry,) = operator.read("access", "log", "p1")
    assert {"at": "2026-11-20T07:40:00+00:00", "who": "c1", "what": "read_alert", "refused": False} == entry
    first, second = operator.read("access", "log", "p1", "--by", "d1")
    assert ("d1", "read_access_log") == (first["who"], first["what"])
    assert entry == second
    said = operator.said("access", "log", "p1")
    assert "Kanarienvogel" not in said
    assert "Weber" not in said
    assert "nobody" in operator.said("access", "log", "p2")


def test_whose_log_and_for_whom_has_to_be_somebody(operator: Operator) -> None:
    """Unknown handles, and people who are no data-protection officer, are refused with the way out."""
    assert "nobody with the handle" in operator.refused("access", "log", "p99")
    assert "--by" in operator.refused("access", "log", "p1", "--by", "c1")


def test_the_log_is_part_of_the_chain(operator: Operator) -> None:
    """An entry that somebody changed past the program is found."""
    with operator.opened() as store:
        store.submit(partial(tell_about, handle="p1")).result()
    assert "whole" in operator.said("audit", "verify")
    operator.look("DROP TRIGGER access_log_no_update")
    operator.look("UPDATE access_log SET at = at + 1")
    assert "access_log row" in operator.run("audit", "verify").stderr


def test_the_concept_names_every_operation_role_and_relation(operator: Operator) -> None:
    """It is made from the table that is enforced: each rule is a row, with its reason."""
    assert (set(Actor), set(Relation), set(Operation)) == (set(ACTORS), set(RELATIONS), set(OPERATIONS))
    said = operator.said("access", "concept")
    for name, _ in (*ACTORS.values(), *RELATIONS.values()):
        assert f"| {name} |" in said
    for operation, rule in POLICY.items():
        assert f"| {OPERATIONS[operation]} |" in said
        assert rule.reason in said


def test_the_concept_follows_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the table does not allow any more is not in the paper any more."""
    row = next(line for line in as_markdown(concept("X", 10)).splitlines() if OPERATIONS[Operation.INVITE] in line)
    assert "Fachkraft (zugeordnet)" in row
    monkeypatch.delitem(POLICY, Operation.INVITE)
    assert OPERATIONS[Operation.INVITE] not in as_markdown(concept("X", 10))


def test_the_concept_is_a_page_to_print(operator: Operator) -> None:
    """It needs nothing else, and overwrites nothing."""
    file = operator.folder / "konzept.html"
    operator.said("access", "concept", "--html", file)
    page = file.read_text("utf-8")
    assert page.count("<tr>") == len(ACTORS) + len(RELATIONS) + len(OPERATIONS) + 3
    assert "src=" not in page
    assert "exists already" in operator.refused("access", "concept", "--html", file)


def test_who_leaves_has_no_session_link_or_address(operator: Operator) -> None:
    """All of it ends in one unit; the participants to be assigned anew are named."""
    with operator.opened() as store:
        store.submit(partial(let_in, handle="c1")).result()
    done = operator.read("staff", "leave", "c1")
    assert {"who": "c1", "sessions": 1, "participants": ["p1", "p2", "p3", "p4", "p0"], "missing": ""} == done
    assert [(1,)] == operator.look("SELECT revoked FROM web_sessions")
    assert [] == operator.look("SELECT * FROM login_links")
    with operator.opened() as store, store.read() as uow:
        c1 = uow.people.by_handle("c1")
        assert c1 is not None
        assert [] == uow.people.addresses(c1.id)
    assert "works here no more" in operator.refused("login-link", "c1")
    assert "left before" in operator.refused("staff", "leave", "c1")
    assert "not of the staff" in operator.refused("staff", "leave", "p1")
    assert "nobody with the handle" in operator.refused("staff", "leave", "c99")


def let_in(uow: UnitOfWork, handle: str) -> None:
    """Somebody has a session and a login link."""
    from bot.web import sessions
    from bot.web.settings import WebSettings

    person = uow.people.by_handle(handle)
    assert person is not None
    sessions.begin(uow, person, WebSettings(), NOW)
    login.make_link(uow, person.id, now=NOW, lifetime=timedelta(hours=1))


def test_a_task_that_is_nobodys_any_more_is_named(operator: Operator) -> None:
    """The only protection person leaves: it is done, and said."""
    ran = operator.run("staff", "leave", "v1")
    assert 0 == ran.exit_code
    assert "nobody is told about violence any more" in ran.stderr


def test_a_seat_may_do_what_the_table_says(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """An auditor verifies the chain and changes nothing."""
    monkeypatch.setenv("LOTSE_ACCESS__SEAT", "auditor")
    assert "whole" in operator.said("audit", "verify")
    assert "access.seat" in operator.refused("staff", "leave", "c1")
    assert "access.seat" in operator.refused("outbox", "list")


def test_a_seat_that_there_is_not_is_named(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting and what would be right."""
    monkeypatch.setenv("LOTSE_ACCESS__SEAT", "boss")
    assert "access.seat" in operator.refused("outbox", "list")


def test_nothing_is_asked_of_an_assistant_that_does_not_run(operator: Operator) -> None:
    """At rest the database is worked on directly."""
    assert asyncio.run(control.ask(operator.settings, "staff-leave", "c1")) is None
