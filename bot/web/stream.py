"""The live page: new entries as server-sent events, from the last one the browser has seen (Last-Event-ID).

Where several processes write, an entry may be committed after a greater one: the last minute is read again and again,
and what the page shows already is passed over, here or, after a reconnect, by its script.
"""

import json
from collections.abc import AsyncIterator
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from storage.errors import StorageError
from storage.uow import UnitOfWork

from bot.channels.web import Bell
from bot.web import desk as desks
from bot.web.chat import as_id, as_json
from bot.web.desk import Desk
from bot.web.fetching import note_fetched
from bot.web.history import Entry, read_history, since
from bot.web.lock import Lock, lock_of
from bot.web.sessions import Kind, Visit, is_open

_RETRY = "retry: 2000\n\n"
_ALIVE = ": alive\n\n"
_GONE = "event: gone\ndata:\n\n"
_LOCKED = "event: locked\ndata:\n\n"


def routes() -> list[Route]:
    """The streams of both kinds of sessions."""
    return [_route(kind) for kind in Kind]


def _route(kind: Kind) -> Route:
    async def listen(request: Request) -> Response:
        return await open_stream(request, kind)

    return Route(f"{kind.path}/{{slot}}/stream", listen, methods=["GET"])


async def open_stream(request: Request, kind: Kind) -> Response:
    """Begin to stream. An open page alone does not keep staff signed in: only doing something does."""
    desk = desks.of(request)
    visit = await desk.visit(request, kind, doing=False)
    if desk.channel.open_pages(visit.claim.slot) >= desk.settings.streams_per_session:
        raise HTTPException(429)
    after = as_id(request.headers.get("last-event-id") or request.query_params.get("after", ""))
    return StreamingResponse(
        _events(desk, visit, after), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _events(desk: Desk, visit: Visit, after: int) -> AsyncIterator[str]:
    """Entries as they appear. Reading before waiting means that nothing can fall between two looks."""
    yield _RETRY
    sent: frozenset[int] = frozenset()
    with desk.channel.listen(visit.external, visit.claim.slot) as bell:
        while not bell.closed:
            try:
                alive, found = await desk.read(partial(_look, desk, visit, after))
            except StorageError:
                return
            if alive is not _ALIVE:
                yield alive
                return
            entries = [entry for entry in found if entry.id not in sent]
            sent = frozenset(entry.id for entry in found)
            for entry in entries:
                after = max(after, entry.id)
                yield _event(desk, visit, entry, after)
            await note_fetched(desk, visit, entries)
            await _wait(bell, entries, desk.settings.stream_check_seconds)
            yield _ALIVE


def _look(desk: Desk, visit: Visit, after: int, uow: UnitOfWork) -> tuple[str, list[Entry]]:
    """What to tell the page: that all is well, with what is new, or why nothing more comes."""
    now = desk.program.clock.now()
    session = uow.sessions.find(visit.claim.slot)
    if session is None or not is_open(session, desk.settings, now):
        return _GONE, []
    if lock_of(uow, session, desk.settings, now) is not Lock.OPEN:
        return _LOCKED, []
    return _ALIVE, read_history(uow, visit.person, after=since(desk.program.store, after), now=now)


async def _wait(bell: Bell, entries: list[Entry], seconds: float) -> None:
    """Until it rings. What has appeared is not expected any more, nor what has not appeared for so long."""
    bell.expected.difference_update([entry.message for entry in entries if entry.message is not None])
    expected = frozenset(bell.expected)
    if not await bell.wait(seconds):
        bell.expected.difference_update(expected)


def _event(desk: Desk, visit: Visit, entry: Entry, newest: int) -> str:
    return f"id: {newest}\nevent: entry\ndata: {json.dumps(as_json(desk, visit, entry), ensure_ascii=False)}\n\n"
