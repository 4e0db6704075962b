"""The officer's page: whether the chain of records holds, who signed it, alarms, breaches, and who has read (F72).

Never content. What is verified is verified as by `python -m bot audit verify`, by the assistant that runs.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, cast

from flows.engine.messages import Text
from flows.people import Person, Role
from flows.rules.access import Actor, Operation, Relation, is_allowed
from flows.rules.breaches import deadline
from handlers import access, day_page, on_page
from handlers.on_page import PageOccasion, Told
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from storage.audit import Root
from storage.audit_check import ChainBroken, verify
from storage.audit_proof import Tail, name_of, tails
from storage.audit_roots import check_signature
from storage.breaches import Breach
from storage.uow import UnitOfWork

from bot.operating.access_concept import OPERATIONS
from bot.web import desk as desks
from bot.web.console import presses, rooms
from bot.web.console.presses import FIELD, Done
from bot.web.forms import read_form
from bot.web.sessions import Kind, Visit

HOME: Final = f"{Kind.STAFF.path}/{{slot}}/audit"
MOST: Final = 500
NEWEST: Final = 10
KINDS: Final = {
    "disclosed": Text("seen by somebody who may not"),
    "lost": Text("lost"),
    "changed": Text("changed by somebody who may not"),
    "unavailable": Text("out of reach for a while"),
}
"""What happened to data, as the ledger of breaches has it (`flows/rules/breaches.py`)."""


class Outcome(Protocol):
    """What a verification found (`bot/operating/auditing.py`); `fault` names the first broken link."""

    entries: int
    fault: str


class Auditing(Protocol):
    """Who verifies chain and signatures while the assistant runs."""

    @property
    def public(self) -> bytes | None:
        """The key that signs; None: there is none."""

    def verify(self) -> Awaitable[Outcome]:
        """Verify everything."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a verification; `signed`: the signatures were checked, too."""

    entries: int
    fault: str
    signed: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """One signed root: by which key, and whether its signature fits; None: that cannot be told here."""

    root: Root
    key: str
    fits: bool | None


@dataclass(frozen=True, slots=True)
class Look:
    """One entry of the access log, as the page says it."""

    at: datetime
    who: str
    what: str
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the page says without being asked about anybody."""

    signed: list[Signed]
    tails: list[Tail]
    halted: list[str]
    breaches: list[tuple[Breach, datetime]]


def routes() -> list[Route]:
    """The page; a press verifies the chain, or says that an alarm was seen."""
    return [Route(HOME, show, methods=["GET"]), Route(HOME, check, methods=["POST"])]


def may(person: Person) -> bool:
    """Whether somebody watches over data protection here."""
    return person.role is Role.DPO and is_allowed(Actor.DPO, Operation.READ_ACCESS_LOG, Relation.NO_ONE)


def auditor_of(request: Request) -> Auditing | None:
    """Who verifies for this site; None where nobody signs."""
    return cast("Auditing | None", request.app.state.auditor)


def fits(root: Root, public: bytes | None) -> bool | None:
    """Whether the holder of this key has signed the root; None without a key."""
    if public is None:
        return None
    try:
        check_signature(root, public, "")
    except ChainBroken:
        return False
    return True


async def show(request: Request) -> Response:
    """The state of everything; with a handle in `?of=` who has read about that person. The look is an entry itself."""
    return await _page(request, await rooms.visit_of(request, may))


async def check(request: Request) -> Response:
    """Walk the whole chain now, beside the work; or take what was pressed under an alarm."""
    visit = await rooms.visit_of(request, may)
    form = await read_form(request, desks.of(request).settings)
    if form.get(FIELD):
        return await _page(request, visit, done=await presses.do(request, visit, form))
    rooms.check_form(request, visit, form)
    return await _page(request, visit, checked=await _verify(request))


async def _verify(request: Request) -> Checked:
    auditor = auditor_of(request)
    if auditor is not None:
        outcome = await auditor.verify()
        return Checked(outcome.entries, outcome.fault, signed=True)
    try:
        found = await desks.of(request).read(lambda uow: verify(uow.audit, uow.audit.roots()))
    except ChainBroken as broken:
        return Checked(0, str(broken), signed=False)
    return Checked(found.entries, "", signed=False)


async def _page(
    request: Request, visit: Visit, *, checked: Checked | None = None, done: Done | None = None
) -> Response:
    desk, auditor = desks.of(request), auditor_of(request)
    now, handle = desk.program.clock.now(), request.query_params.get("of", "").strip()
    public = None if auditor is None else auditor.public
    state = await desk.read(lambda uow: _state(uow, public))
    alarms, looks = await desk.program.run(lambda uow: _asked(uow, visit, handle, now))
    return desk.page(
        "console/audit.html", desk.reader(visit), visit=visit, state=state, handle=handle, alarms=alarms, looks=looks,
        checked=checked, done=() if done is None else done.told, kinds=KINDS, now=now,
    )  # fmt: skip


def _state(uow: UnitOfWork, public: bytes | None) -> State:
    newest = sorted(uow.audit.roots(), key=lambda one: one.at, reverse=True)[:NEWEST]
    return State(
        signed=[Signed(one, name_of(one.key), fits(one, public)) for one in newest],
        tails=tails(uow.audit),
        halted=uow.halts.switched_off(),
        breaches=[(one, deadline(one.known)) for one in reversed(uow.breaches.all())],
    )


def _asked(uow: UnitOfWork, visit: Visit, handle: str, now: datetime) -> tuple[list[Told], list[Look] | None]:
    occasion = on_page.occasion_of(uow, visit.person, now)
    return day_page.alerts_of(occasion), _looks(occasion, visit, handle) if handle else None


def _looks(occasion: PageOccasion, visit: Visit, handle: str) -> list[Look] | None:
    """Who has read about whoever has this handle; None: there is nobody of that name."""
    people = occasion.uow.people
    person = people.by_handle(handle)
    if person is None:
        return None
    found = [
        Look(one.at, people.get(one.reader).handle, _called(one.operation, visit), one.refused)
        for one in occasion.uow.access_log.of(person.id, MOST)
    ]
    access.note_outside_read(occasion, visit.person, Operation.READ_ACCESS_LOG, person)
    return found


def _called(operation: Operation, visit: Visit) -> str:
    """In German as the access concept calls it; elsewhere by its name in the table."""
    german = visit.person.language.startswith("de")
    return OPERATIONS[operation] if german else operation.value.replace("_", " ")
