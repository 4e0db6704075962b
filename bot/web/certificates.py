"""The page where a sick note is sent, one's own or a ward's: a photo or a file, the right sheet shown; no scripts."""

import hashlib
from secrets import token_hex
from typing import Final

from flows.dialogues.certificate import PROBLEMS_WITH_FILES
from flows.engine.messages import Text
from flows.people import PersonId, Role
from flows.rules.access import Operation, Relation, permits
from handlers import access, certificate_senders, certificates
from handlers.occasion import Occasion
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.errors import StorageError
from storage.uow import UnitOfWork

from bot.channels import Inbound, InboundKind
from bot.pictures.checking import Checked
from bot.web import desk as desks
from bot.web.chat import as_id, stay_open, wait_for_answer
from bot.web.desk import Desk
from bot.web.errors import Refused
from bot.web.sessions import Kind, Visit
from bot.web.uploads import MOST_FILES, Upload, read_upload

PAGE: Final = f"{Kind.PARTICIPANT.path}/{{slot}}/certificate"
FOR_WARD: Final = f"{PAGE}/ward"
CHOOSE: Final = Text("Please choose one of the answers.")


def routes() -> list[Route]:
    """The page, one's own and a guardian's, and where its form goes."""
    ends = (("GET", show), ("POST", take))
    return [Route(path, end, methods=[how]) for path in (PAGE, FOR_WARD) for how, end in ends]


async def show(request: Request) -> Response:
    """Which sheet, how to take the photo, what happens to it."""
    desk, visit = await _visit(request)
    await stay_open(request, desk, visit)
    return await _page(desk, visit)


async def take(request: Request) -> Response:
    """Look at what was sent; kept is only what came out of that as a picture. The same form sent twice counts once."""
    desk, visit = await _visit(request)
    if desk.checking.is_full:
        raise HTTPException(503)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    desk.checking.waiting += 1
    try:
        upload = await read_upload(request)
        if not visit.is_own_form(upload.get("csrf")):
            raise HTTPException(403)
        await stay_open(request, desk, visit)
        checked = await desk.checking.look(upload.files, MOST_FILES)
    finally:
        desk.checking.waiting -= 1
    if checked.problem is not None:
        return await _page(desk, visit, PROBLEMS_WITH_FILES[checked.problem.value])
    if _is_guardian(visit) and upload.get("ward") not in await _wards(desk, visit):
        return await _page(desk, visit, CHOOSE)
    return await _keep(desk, visit, upload, checked)


async def _keep(desk: Desk, visit: Visit, upload: Upload, checked: Checked) -> Response:
    now, inbound = desk.program.clock.now(), _inbound(visit, upload, checked)
    ward = PersonId(int(upload.get("ward"))) if _is_guardian(visit) else None
    with desk.channel.listen(visit.external, visit.claim.slot) as bell:
        try:
            kept = await desk.program.run(lambda uow: certificates.receive(uow, inbound, checked.pages, now, ward))
        except StorageError as error:
            raise Refused(503, visit=visit) from error
        if not kept:
            return await _page(desk, visit)
        desk.channel.ring(visit.external)
        await wait_for_answer(desk, visit, bell, as_id(upload.get("after")))
    return RedirectResponse(f"{visit.home}#newest", status_code=303)


def _inbound(visit: Visit, upload: Upload, checked: Checked) -> Inbound:
    """The upload as an update without its content; its id names this session and this form."""
    said = upload.get("once") or hashlib.sha256(b"".join(checked.pages)).hexdigest()
    return Inbound(
        channel="web",
        external_id=f"{visit.claim.slot}:{visit.sign(f'certificate:{said}')}",
        sender=visit.external,
        kind=InboundKind.FILE,
    )


async def _page(desk: Desk, visit: Visit, problem: Text | None = None) -> Response:
    now, reader = desk.program.clock.now(), desk.reader(visit)
    wards = await _wards(desk, visit)
    agreed = bool(wards) or await desk.read(lambda uow: certificate_senders.may_send(uow, visit.person, now))
    hours = await desk.read(lambda uow: int(uow.profile.keep_pictures.total_seconds() // 3600))
    return desk.page(
        "certificate.html",
        reader,
        status=200 if problem is None else 422,
        visit=visit,
        agreed=agreed,
        wards=wards,
        hours=hours,
        once=token_hex(16),
        problem="" if problem is None else reader.say(problem),
    )


async def _visit(request: Request) -> tuple[Desk, Visit]:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.PARTICIPANT)
    own = access.may_own(visit.person, Operation.SEND_CERTIFICATE)
    beside = permits(visit.person.role, Operation.SEND_FOR_WARD, Relation)
    if not (beside if request.url.path.endswith("/ward") else own):
        raise HTTPException(404)
    return desk, visit


def _is_guardian(visit: Visit) -> bool:
    return visit.person.role is Role.GUARDIAN


async def _wards(desk: Desk, visit: Visit) -> dict[str, str]:
    """For whom a guardian may send one now: the names, by what the form says; none for anybody else."""

    def find(uow: UnitOfWork) -> dict[str, str]:
        occasion = Occasion(uow=uow, now=desk.program.clock.now(), cause="page")
        wards = certificate_senders.ready(occasion, certificate_senders.wards_of(occasion, visit.person))
        return {str(one.id): one.name for one in wards}

    return await desk.read(find) if _is_guardian(visit) else {}
