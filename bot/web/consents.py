"""What somebody has agreed to, on their page: a receipt for each decision to read, print and keep; papers for staff."""

from dataclasses import dataclass

from flows.engine.messages import Text
from flows.people import Person, Role
from flows.rules.access import Operation, Relation, permits
from flows.rules.consent import State
from flows.rules.purposes import Scope
from flows.rules.receipts import NoticeShown, Receipt, write_receipt
from flows.rules.wards import guardianship_of
from handlers import access, notices, receipts, signing
from handlers.occasion import Occasion
from locales.catalog import LANGUAGES, own_name
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web import words
from bot.web.desk import Desk
from bot.web.sessions import Kind, Visit
from bot.web.words import Reader

STATES = {
    State.SHOWN: Text("shown"),
    State.DECLINED: Text("no"),
    State.ACKNOWLEDGED: Text("yes, does not count yet"),
    State.EFFECTIVE: Text("yes, counts"),
    State.WITHDRAWN: Text("taken back"),
    State.EXPIRED: Text("ended with the 18th birthday"),
    State.SUPERSEDED: Text("ended, the text has changed"),
}
HOW = {signing.ON_PAPER: Text("on paper, signed"), "button": Text("by a tap")}
IN_WORDS = Text("in the messages")
_OWN = f"{Kind.PARTICIPANT.path}/{{slot}}/consents"
_PAPERS = f"{Kind.STAFF.path}/{{slot}}/papers"


def routes() -> list[Route]:
    """The person's own receipts, and what staff print to have it signed."""
    return [
        Route(_OWN, show_list, methods=["GET"]),
        Route(f"{_OWN}/{{record}}.json", give_receipt, methods=["GET"]),
        Route(f"{_OWN}/{{record}}", show_receipt, methods=["GET"]),
        Route(_PAPERS, show_papers, methods=["GET"]),
        Route(f"{_PAPERS}/{{handle}}", show_paper, methods=["GET"]),
    ]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision with its receipt; `ward`: the name of whom it is about, for a guardian."""

    receipt: Receipt
    ward: str = ""

    def title(self, language: str) -> str:
        """What it is about."""
        title = notices.title_of(self.receipt.scope.code, language)
        return f"{self.ward}: {title}" if self.ward else title


@dataclass(frozen=True, slots=True)
class Sheet:
    """One text to be signed: in the words the person saw, and in German."""

    title: str
    texts: tuple[tuple[Reader, tuple[str, ...]], ...]
    needs_guardian: bool


async def show_list(request: Request) -> Response:
    """Every decision, newest first, each with its receipt; a guardian's with the name of whom it is about."""
    desk, visit, reader = await _visit(request, Kind.PARTICIPANT)
    made = await desk.read(lambda uow: _decided(uow, desk, visit.person))
    shown = [(each.receipt, each.title(reader.language)) for each in made]
    return desk.page("consents.html", reader, visit=visit, receipts=shown, states=STATES)


async def show_receipt(request: Request) -> Response:
    """One receipt in the person's language and in German, to be printed."""
    desk, visit, reader = await _visit(request, Kind.PARTICIPANT)
    decided = await _find(request, desk, visit)
    receipt, german = decided.receipt, words.stranger(words.DEFAULT, desk.program.clock.now())
    readers = [reader] if reader.language == german.language else [reader, german]
    texts = await desk.read(lambda uow: notices.shown_again(uow.profile, receipt.notice))
    titles = {each.language: decided.title(each.language) for each in readers}
    return desk.page(
        "receipt.html",
        reader,
        visit=visit,
        receipt=receipt,
        ward=decided.ward,
        readers=readers,
        titles=titles,
        texts=texts,
        states=STATES,
        how=HOW.get(receipt.given.evidence, IN_WORDS),
        interpreted=_interpreted(receipt),
    )


async def give_receipt(request: Request) -> Response:
    """The same as data, in the fields of ISO/IEC TS 27560."""
    desk, visit, _ = await _visit(request, Kind.PARTICIPANT)
    receipt = (await _find(request, desk, visit)).receipt
    named = {"Content-Disposition": f'attachment; filename="receipt-{receipt.record}.json"'}
    return Response(write_receipt(receipt), media_type="application/json", headers=named)


async def show_papers(request: Request) -> Response:
    """For whom a paper is to be printed, among those whom this member of staff looks after."""
    desk, visit, reader = await _visit(request, Kind.STAFF)
    people = await desk.program.run(lambda uow: signing.to_print(_occasion(uow, desk), visit.person))
    return desk.page("papers.html", reader, visit=visit, people=people)


async def show_paper(request: Request) -> Response:
    """What one person has said yes to, in their language and in German, with the place for the signature."""
    desk, visit, reader = await _visit(request, Kind.STAFF)
    handle = request.path_params["handle"]

    def find(uow: UnitOfWork) -> tuple[Person, list[Sheet]] | None:
        person = next(iter(signing.to_print(_occasion(uow, desk), visit.person, handle)), None)
        return None if person is None else (person, _sheets(uow, desk, person))

    found = await desk.program.run(find)
    if found is None:
        raise HTTPException(404)
    person, sheets = found
    return desk.page("paper.html", reader, visit=visit, person=person, sheets=sheets, carrier=desk.carrier)


def _occasion(uow: UnitOfWork, desk: Desk) -> Occasion:
    return Occasion(uow=uow, now=desk.program.clock.now(), cause="page")


def _sheets(uow: UnitOfWork, desk: Desk, person: Person) -> list[Sheet]:
    now = desk.program.clock.now()
    return [
        Sheet(
            notices.title_of(scope.code, words.DEFAULT),
            tuple(_texts(uow, desk, person, scope)),
            guardianship_of(person).needed(scope.code, now) is not None,
        )
        for scope in signing.waiting(uow, person)
    ]


def _texts(uow: UnitOfWork, desk: Desk, person: Person, scope: Scope) -> list[tuple[Reader, tuple[str, ...]]]:
    """The text the person saw, then the German one; once if they are the same."""
    now = desk.program.clock.now()
    shown = _shown(uow, person, scope)
    own = (words.stranger(shown.language, now), notices.shown_again(uow.profile, shown))
    if shown.language == words.DEFAULT:
        return [own]
    german = notices.word(uow.profile, scope.code, words.DEFAULT).shown
    return [own, (words.stranger(words.DEFAULT, now), notices.shown_again(uow.profile, german))]


def _shown(uow: UnitOfWork, person: Person, scope: Scope) -> NoticeShown:
    trail = reversed(uow.consents.trail(person.id))
    known = (each.proof.text for each in trail if each.scope == scope)
    return next(text for text in known if text is not None)


async def _visit(request: Request, kind: Kind) -> tuple[Desk, Visit, Reader]:
    desk = desks.of(request)
    visit = await desk.open_visit(request, kind)
    if kind is Kind.PARTICIPANT and not access.may_own(visit.person, Operation.READ_OWN_DATA):
        raise HTTPException(404)
    if kind is Kind.STAFF and not permits(visit.person.role, Operation.READ_PAPER, Relation):
        raise HTTPException(404)
    return desk, visit, desk.reader(visit)


def _interpreted(receipt: Receipt) -> Text:
    """The language somebody interpreted into, by its own name."""
    language = receipt.given.interpreter
    known = Text("{language}", {"language": own_name(language)}) if language in LANGUAGES else None
    return known or Text("Another language")


def _decided(uow: UnitOfWork, desk: Desk, person: Person) -> list[Decided]:
    """What somebody has decided about themselves, or beside others as their guardian."""
    if person.role is Role.GUARDIAN:
        return [
            Decided(each.receipt, each.ward.name) for each in receipts.receipts_beside(_occasion(uow, desk), person)
        ]
    return [Decided(each) for each in receipts.receipts_of(uow, person)]


async def _find(request: Request, desk: Desk, visit: Visit) -> Decided:
    record = request.path_params["record"]
    known = await desk.read(lambda uow: _decided(uow, desk, visit.person))
    found = next((each for each in known if each.receipt.record == record), None)
    if found is None:
        raise HTTPException(404)
    return found
