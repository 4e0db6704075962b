"""Proof of every consent of one person, to be read, printed and handed on by the officer; no name stands in it."""

from typing import Final

from flows.engine.messages import Text
from flows.rules.consent import Party
from flows.rules.receipts import write_receipt
from handlers import consent_proofs, notices, on_page
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from storage.audit_proof import name_of

from bot.web import desk as desks
from bot.web.consents import HOW, IN_WORDS, STATES
from bot.web.console import audit, rooms
from bot.web.numbers import number_of

HOME: Final = f"{audit.HOME}/consents"
SIDES: Final = {
    (Party.PERSON,): Text("the person"),
    (Party.GUARDIAN,): Text("a guardian"),
}
BOTH: Final = Text("both sides at once")


def routes() -> list[Route]:
    """All of somebody's, and the receipt of one as data."""
    return [
        Route(HOME, show, methods=["GET"]),
        Route(f"{HOME}/{{record}}.json", give_receipt, methods=["GET"]),
    ]


async def show(request: Request) -> Response:
    """`?of=`: of whom. Each record with its text, its sides, its place in the chain, and whether that holds."""
    desk, visit = desks.of(request), await rooms.visit_of(request, audit.may)
    auditor, handle, now = audit.auditor_of(request), _handle(request), desk.program.clock.now()
    person = await desk.program.run(
        lambda uow: consent_proofs.ask_for(on_page.occasion_of(uow, visit.person, now), visit.person, handle)
    )
    proven = [] if person is None else await desk.read(lambda uow: consent_proofs.prove(uow, person))
    public, reader = None if auditor is None else auditor.public, desk.reader(visit)
    return desk.page(
        "console/proofs.html", reader, visit=visit, handle=handle, known=person is not None, proven=proven,
        states=STATES, how=HOW, in_words=IN_WORDS, sides=SIDES, both=BOTH, now=now, carrier=desk.carrier,
        title_of=lambda code: notices.title_of(code, reader.language), name_of=name_of,
        fits=lambda root: audit.fits(root, public),
    )  # fmt: skip


async def give_receipt(request: Request) -> Response:
    """One receipt in the fields of ISO/IEC TS 27560, as the person has it on their own page."""
    desk, visit = desks.of(request), await rooms.visit_of(request, audit.may)
    record, now = number_of(request, "record"), desk.program.clock.now()
    person = await desk.program.run(
        lambda uow: consent_proofs.ask_for(on_page.occasion_of(uow, visit.person, now), visit.person, _handle(request))
    )
    if person is None:
        raise HTTPException(404)
    receipt = await desk.read(lambda uow: consent_proofs.receipt_of(uow, person, record))
    if receipt is None:
        raise HTTPException(404)
    named = {"Content-Disposition": f'attachment; filename="receipt-{record}.json"'}
    return Response(write_receipt(receipt), media_type="application/json", headers=named)


def _handle(request: Request) -> str:
    return request.query_params.get("of", "").strip()[:64]
