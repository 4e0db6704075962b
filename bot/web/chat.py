"""The chat page: reading it and saying something, with and without JavaScript."""

import asyncio
import unicodedata
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from secrets import token_hex
from typing import Any

from flows.engine.messages import Text
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from storage.errors import StorageError

from bot.channels import Inbound, InboundKind
from bot.channels.web import Bell
from bot.web import desk as desks
from bot.web.connecting import is_offered
from bot.web.desk import Desk
from bot.web.errors import Refused
from bot.web.fetching import note_fetched
from bot.web.forms import Form, read_form
from bot.web.history import Entry, open_answers, read_history, since
from bot.web.lock import Lock, may_reset, veiled
from bot.web.numbers import number_in
from bot.web.sessions import Kind, Visit
from bot.web.words import Reader

STALE = timedelta(seconds=20)
_SHOWN = 60
_SHOWN_LOCKED = 10
_MAX_HANDLES = 200


def routes() -> list[Route]:
    """The pages of both kinds of sessions."""
    return [route for kind in Kind for route in _routes(kind)]


def _routes(kind: Kind) -> list[Route]:
    async def read(request: Request) -> Response:
        return await show_chat(request, kind)

    async def write(request: Request) -> Response:
        return await take_in(request, kind)

    async def answers(request: Request) -> Response:
        return await show_open_answers(request, kind)

    home = f"{kind.path}/{{slot}}"
    return [
        Route(home, read, methods=["GET"]),
        Route(f"{home}/send", write, methods=["POST"]),
        Route(f"{home}/answers", answers, methods=["POST"]),
    ]


async def show_chat(request: Request, kind: Kind) -> Response:
    """The page with the newest messages; `?from=ID` begins earlier."""
    return await _chat_page(request, await desks.of(request).visit(request, kind))


async def _chat_page(request: Request, visit: Visit, draft: str = "") -> Response:
    desk = desks.of(request)
    if visit.is_locked:
        return await show_locked(desk, visit, draft=draft)
    await stay_open(request, desk, visit)
    reader, now = desk.reader(visit), desk.program.clock.now()
    entries = await desk.read(lambda uow: read_history(uow, visit.person, now=now))
    await note_fetched(desk, visit, entries)
    shown, earlier = _newest(entries, request.query_params.get("from", ""))
    return desk.page(
        "chat.html",
        reader,
        visit=visit,
        entries=dated(shown, reader),
        newest=entries[-1].id if entries else 0,
        asking=next((entry.id for entry in reversed(shown) if entry.answers), 0),
        earlier=earlier,
        once=token_hex(16),
        telegram=is_offered(desk, visit.claim.kind),
        locks=_seconds_until_locked(desk, visit),
        other_visits=len(await desk.visits(request)) > 1,
        draft=draft,
        lent_seconds=desk.settings.lent_idle_minutes * 60,
    )


def _seconds_until_locked(desk: Desk, visit: Visit) -> int:
    """When a page without scripts looks again and finds itself locked; 0: it never locks."""
    return int(desk.settings.pin_idle.total_seconds()) + 1 if visit.session.unlocked is not None else 0


async def show_locked(desk: Desk, visit: Visit, problem: Text | None = None, draft: str = "") -> Response:
    """The page of a locked session: neutral words, the times of everything else, and a place for the PIN."""
    reader, now = desk.reader(visit), desk.program.clock.now()
    entries = await desk.read(lambda uow: read_history(uow, visit.person, now=now))
    shown, _ = _newest(veiled(entry for entry in entries if not entry.own), "")
    return desk.page(
        "locked.html",
        reader,
        visit=visit,
        entries=dated(shown[-_SHOWN_LOCKED:], reader),
        unchosen=visit.lock is Lock.UNCHOSEN,
        may_reset=may_reset(visit.session, now),
        problem="" if problem is None else reader.say(problem),
        draft=draft,
    )


async def stay_open(request: Request, desk: Desk, visit: Visit) -> None:
    """Somebody does something on the page: it stays open. What scripts do by themselves does not count."""
    by_hand = request.method == "POST" or request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    now, used = desk.program.clock.now(), visit.session.unlocked
    if by_hand and used is not None and now - used > STALE:
        since = now - desk.settings.pin_idle
        with suppress(StorageError):  # what is there can still be read
            await desk.program.run(lambda uow: uow.sessions.stay_unlocked(visit.claim.slot, since, now))


async def take_in(request: Request, kind: Kind) -> Response:
    """What the person wrote, tapped or attached. The same form sent twice counts once."""
    desk = desks.of(request)
    visit = await _visit_or_draft(request, kind)
    form = await read_form(request, desk.settings)
    text = form.get("text").replace("\r\n", "\n")
    if not visit.is_own_form(form.get("csrf")):
        raise Refused(403, draft=text, visit=visit)
    if not desk.messages.allows(visit.claim.slot):
        raise Refused(429, draft=text, visit=visit)
    if len(text) > desk.settings.max_text:
        raise Refused(413, draft=text, visit=visit)
    inbound = _inbound(visit, form, text)
    await stay_open(request, desk, visit)
    wants_page = "application/json" not in request.headers.get("accept", "")
    with desk.channel.listen(visit.external, visit.claim.slot) as bell:
        if inbound is not None:
            await _receive(desk, visit, inbound)
        if not wants_page:
            return JSONResponse(await news(desk, visit, form.get("after")))
        if inbound is not None and not visit.is_locked:
            await wait_for_answer(desk, visit, bell, as_id(form.get("after")))
    if form.get("tap") and text:
        return await _chat_page(request, await desk.visit(request, kind), draft=text)
    return RedirectResponse(f"{visit.home}#newest", status_code=303)


async def show_open_answers(request: Request, kind: Kind) -> Response:
    """Which of the buttons on a page (`handles`, separated by blanks) still do something."""
    desk = desks.of(request)
    visit = await desk.visit(request, kind)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    handles, now = form.get("handles").split()[:_MAX_HANDLES], desk.program.clock.now()
    still_open = await desk.read(lambda uow: open_answers(uow, visit.person, handles, now))
    return JSONResponse({"open": sorted(still_open)})


async def news(desk: Desk, visit: Visit, after: str) -> dict[str, Any]:
    """The entries after an id, as the page's script takes them in; it passes over what it shows already."""
    if visit.is_locked:
        return {"entries": [], "locked": True}
    now, begin = desk.program.clock.now(), since(desk.program.store, as_id(after))
    entries = await desk.read(lambda uow: read_history(uow, visit.person, after=begin, now=now))
    await note_fetched(desk, visit, entries)
    return {"entries": [as_json(desk, visit, entry) for entry in entries]}


def as_json(desk: Desk, visit: Visit, entry: Entry) -> dict[str, str]:
    """One entry for the script: ids are text, because JavaScript's numbers are too short for them."""
    reader = desk.reader(visit)
    local = reader.local(entry.at)
    return {
        "id": str(entry.id),
        "day": local.date().isoformat(),
        "divider": desk.render("day.html", reader, day=local.date()),
        "html": desk.render("entry.html", reader, entry=entry, unfolded=True, visit=visit),
    }


def as_id(text: str) -> int:
    """An entry's id as a browser gives it back; 0, before everything, for what is none."""
    return number_in(text) or 0


def dated(entries: list[Entry], reader: Reader) -> list[tuple[Any, Entry]]:
    """Each entry with the day that begins with it, or None."""
    days = [reader.local(entry.at).date() for entry in entries]
    begins = [None, *days]
    return [
        (day if day != before else None, entry) for (before, day), entry in zip(pairwise(begins), entries, strict=True)
    ]


def _newest(entries: list[Entry], first: str) -> tuple[list[Entry], int | None]:
    """The part to show, and where the page of earlier ones would begin (None: there are none)."""
    begin = max(0, len(entries) - _SHOWN)
    if wanted := as_id(first):
        begin = min(begin, next((i for i, entry in enumerate(entries) if entry.id >= wanted), begin))
    return entries[begin:], entries[max(0, begin - _SHOWN)].id if begin else None


async def _visit_or_draft(request: Request, kind: Kind) -> Visit:
    """The visit; without one the words come back on the page that says so."""
    try:
        return await desks.of(request).visit(request, kind)
    except HTTPException as error:
        settings = desks.of(request).settings.model_copy(update={"max_file_bytes": 0})
        form = await read_form(request, settings)
        raise Refused(error.status_code, draft=form.get("text")) from error


def _inbound(visit: Visit, form: Form, text: str) -> Inbound | None:
    """The form as an update; None when nothing was said. Its id names this session, this form and these words."""
    tap, file_name = form.get("tap"), form.file_name
    if tap:
        kind, text, file_name = InboundKind.TAP, "", None
    elif file_name:
        kind = InboundKind.FILE
    elif _is_something(text):
        kind = InboundKind.TEXT
    else:
        return None
    said = "\0".join((kind, form.get("once"), tap, file_name or "", text))
    return Inbound(
        channel="web",
        external_id=f"{visit.claim.slot}:{visit.sign(said)}",
        sender=visit.external,
        kind=kind,
        text=text,
        tap=tap,
        file_name=file_name or "",
    )


def _is_something(text: str) -> bool:
    """Whether anything visible was written."""
    return any(unicodedata.category(char) not in {"Cc", "Cf", "Zs", "Zl", "Zp"} for char in text)


async def _receive(desk: Desk, visit: Visit, inbound: Inbound) -> None:
    try:
        await desk.program.receive(inbound)
    except StorageError as error:
        raise Refused(503, draft=inbound.text, visit=visit) from error
    desk.channel.ring(visit.external)


async def wait_for_answer(desk: Desk, visit: Visit, bell: Bell, after: int) -> None:
    """Without JavaScript the next page should already hold the answer: give delivery a moment."""
    now = desk.program.clock.now()
    try:
        async with asyncio.timeout(desk.settings.answer_wait_seconds):
            while not bell.closed:
                entries = await desk.read(lambda uow: read_history(uow, visit.person, after=after, now=now))
                if entries and not entries[-1].own:
                    return
                await bell.wait(desk.settings.answer_wait_seconds)
    except TimeoutError:
        return
