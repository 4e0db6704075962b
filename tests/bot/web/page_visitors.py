"""Whoever may come to a page: each a role, how they stand to p6, and what has become of their session since."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.web import sessions
from flows.engine.events import AlertKind
from flows.people import Address, Person, PersonId, Role
from flows.rules.access import Actor, Relation
from flows.rules.alerts import Alert
from handlers import leaving
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.page_world import SUBJECT, Restored
from tests.bot.web.program import MORNING
from tests.bot.web.staff_login import log_in

TODAY: Final = MORNING.date()
ONE_DAY: Final = timedelta(days=1)
PIN: Final = "4071"
Prepare = Callable[[UnitOfWork], object]
After = Callable[[Browser, Restored], Awaitable[object]]


def person(uow: UnitOfWork, handle: str) -> Person:
    """Somebody of this world."""
    found = uow.people.by_handle(handle)
    assert found is not None, handle
    return found


def _nothing(_: UnitOfWork) -> None:
    """The world is as it is."""


async def _nothing_more(_: Browser, __: Restored) -> None:
    """The session is as it was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who comes. `prepare` changes the world before they enter, `after` what becomes of their session then."""

    handle: str = ""
    actor: Actor
    relation: Relation = Relation.NO_ONE
    prepare: Prepare = _nothing
    after: After = _nothing_more
    second_factor: bool = False

    @property
    def owns_subject(self) -> bool:
        """Whether it is all about themselves."""
        return self.handle == SUBJECT


def _leave(day: date) -> Prepare:
    def work(uow: UnitOfWork) -> None:
        c1, c2 = person(uow, "c1"), person(uow, "c2")
        uow.people.set_substitute(c2.id, c1.id)
        uow.people.add_leave(c2.id, day, day)

    return work


def _nobody_stands_in(uow: UnitOfWork) -> None:
    uow.people.add_leave(person(uow, "c2").id, TODAY, TODAY)


def _same_programme(uow: UnitOfWork) -> None:
    uow.people.assign(person(uow, "p5").id, person(uow, "c1").id)


def _formerly(uow: UnitOfWork) -> None:
    p6, c1, c2 = (person(uow, handle).id for handle in (SUBJECT, "c1", "c2"))
    uow.people.assign(p6, c1)
    uow.people.assign(p6, c2)


def _told(handle: str, kind: AlertKind = AlertKind.MESSAGE) -> Prepare:
    def work(uow: UnitOfWork) -> None:
        p6, to = person(uow, SUBJECT), person(uow, handle)
        uow.guard.hears(p6.id, MORNING)
        alert = Alert(id=uow.new_id(), subject=p6.id, kind=kind, to=to.id, raised_at=MORNING, words="Hallo")
        uow.alerts.add(alert)

    return work


def _blocked(uow: UnitOfWork) -> None:
    uow.people.update(replace(person(uow, SUBJECT), contact_blocked=True))


def _of_age(uow: UnitOfWork) -> None:
    uow.people.update(replace(person(uow, SUBJECT), born=TODAY.replace(year=TODAY.year - 18)))


def _contact(uow: UnitOfWork) -> None:
    b1 = person(uow, "b1")
    uow.people.add_address(Address(id=uow.new_id(), person=b1.id, channel=sessions.CHANNEL, external="b1"))


def _new_caseworker(uow: UnitOfWork) -> None:
    made = Person(id=PersonId(uow.new_id()), handle="c9", role=Role.CASEWORKER, name="Neu", language="de", group="A")
    uow.people.add(made)


async def _left(_: Browser, program: Restored) -> None:
    program.write(lambda uow: leaving.leave(uow, person(uow, "c1"), program.clock.now()))


async def _logged_out(browser: Browser, _: Restored) -> None:
    kept = dict(browser.cookies)
    form = browser.fields((await browser.get(f"{browser.home}/away")).text)
    assert 303 == (await browser.post(f"{browser.home}/out", data=form)).status_code
    browser.cookies.update(kept)


async def _idle(_: Browser, program: Restored) -> None:
    program.clock.time += timedelta(minutes=31)


async def _old(_: Browser, program: Restored) -> None:
    program.clock.time += timedelta(days=90)


async def _forged(browser: Browser, _: Restored) -> None:
    for cookie in browser.cookies.jar:
        if "lotse-staff-" in cookie.name and cookie.value:
            cookie.value = cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B")


async def _demoted(_: Browser, program: Restored) -> None:
    with closing(sqlite3.connect(program.file)) as database, database:
        database.execute("UPDATE people SET role = 'caseworker' WHERE handle = 'k1'")


async def _locked(browser: Browser, _: Restored) -> None:
    form = browser.fields((await browser.get(f"{browser.home}/pin")).text)
    address = f"{browser.home}/pin"
    assert 200 == (await browser.post(address, data={**form, "do": "choose", "pin": PIN, "again": PIN})).status_code
    assert 303 == (await browser.post(address, data={**form, "do": "lock"})).status_code


VISITORS: Final = {
    "nobody": Visitor(actor=Actor.ANONYMOUS),
    "participant": Visitor(handle=SUBJECT, actor=Actor.PARTICIPANT, relation=Relation.SELF),
    "participant, locked": Visitor(handle=SUBJECT, actor=Actor.PARTICIPANT, relation=Relation.SELF, after=_locked),
    "participant, old cookie": Visitor(handle=SUBJECT, actor=Actor.PARTICIPANT, after=_old),
    "another participant": Visitor(handle="p1", actor=Actor.PARTICIPANT, relation=Relation.OTHER_PROGRAMME),
    "guardian": Visitor(handle="g1", actor=Actor.GUARDIAN, relation=Relation.WARD),
    "guardian, contact blocked": Visitor(
        handle="g1", actor=Actor.GUARDIAN, relation=Relation.OTHER_PROGRAMME, prepare=_blocked
    ),
    "guardian, of age now": Visitor(
        handle="g1", actor=Actor.GUARDIAN, relation=Relation.OTHER_PROGRAMME, prepare=_of_age
    ),
    "contact": Visitor(handle="b1", actor=Actor.CONTACT, relation=Relation.OTHER_PROGRAMME, prepare=_contact),
    "caseworker": Visitor(handle="c2", actor=Actor.CASEWORKER, relation=Relation.ASSIGNED),
    "caseworker, second factor": Visitor(
        handle="c2", actor=Actor.CASEWORKER, relation=Relation.ASSIGNED, second_factor=True
    ),
    "caseworker of others": Visitor(handle="c1", actor=Actor.CASEWORKER, relation=Relation.OTHER_PROGRAMME),
    "colleague": Visitor(
        handle="c1", actor=Actor.CASEWORKER, relation=Relation.SAME_PROGRAMME, prepare=_same_programme
    ),
    "caseworker of nobody": Visitor(
        handle="c9", actor=Actor.CASEWORKER, relation=Relation.OTHER_PROGRAMME, prepare=_new_caseworker
    ),
    "former caseworker": Visitor(
        handle="c1", actor=Actor.CASEWORKER, relation=Relation.FORMERLY_ASSIGNED, prepare=_formerly
    ),
    "told": Visitor(handle="c1", actor=Actor.CASEWORKER, relation=Relation.TOLD, prepare=_told("c1")),
    "stand-in": Visitor(
        handle="c1", actor=Actor.SUBSTITUTE, relation=Relation.SUBSTITUTE_ACTIVE, prepare=_leave(TODAY)
    ),
    "stand-in, not yet": Visitor(
        handle="c1", actor=Actor.SUBSTITUTE, relation=Relation.SUBSTITUTE_NOT_YET, prepare=_leave(TODAY + ONE_DAY)
    ),
    "stand-in, ended": Visitor(
        handle="c1", actor=Actor.SUBSTITUTE, relation=Relation.SUBSTITUTE_EXPIRED, prepare=_leave(TODAY - ONE_DAY)
    ),
    "coordinator": Visitor(handle="k1", actor=Actor.COORDINATOR, relation=Relation.SAME_PROGRAMME),
    "coordinator standing in": Visitor(
        handle="k1", actor=Actor.COORDINATOR, relation=Relation.SUBSTITUTE_ACTIVE, prepare=_nobody_stands_in
    ),
    "coordinator told": Visitor(
        handle="k1", actor=Actor.COORDINATOR, relation=Relation.TOLD, prepare=_told("k1")
    ),
    "coordinator, now a caseworker": Visitor(
        handle="k1", actor=Actor.CASEWORKER, relation=Relation.OTHER_PROGRAMME, after=_demoted
    ),
    "protection": Visitor(handle="v1", actor=Actor.PROTECTION, relation=Relation.SAME_PROGRAMME),
    "protection told": Visitor(
        handle="v1", actor=Actor.PROTECTION, relation=Relation.TOLD, prepare=_told("v1", AlertKind.VIOLENCE)
    ),
    "officer": Visitor(handle="d1", actor=Actor.DPO, relation=Relation.SAME_PROGRAMME),
    "left": Visitor(handle="c1", actor=Actor.ANONYMOUS, after=_left),
    "logged out": Visitor(handle="c2", actor=Actor.ANONYMOUS, after=_logged_out),
    "idle": Visitor(handle="c2", actor=Actor.ANONYMOUS, after=_idle),
    "old cookie": Visitor(handle="c2", actor=Actor.ANONYMOUS, after=_old),
    "forged cookie": Visitor(handle="c2", actor=Actor.ANONYMOUS, after=_forged),
}  # fmt: skip
"""By name, as `page_matrix.toml` calls them. Whoever interprets or administers has no role, and no page."""


async def enter(visitor: Visitor, browser: Browser, program: Restored) -> None:
    """Come in by the demo's link, or by password and second factor; then what became of the session."""
    if visitor.second_factor:
        browser.home = await log_in(browser, program, visitor.handle)
    else:
        await browser.enter(program.link(visitor.handle))
    await visitor.after(browser, program)
