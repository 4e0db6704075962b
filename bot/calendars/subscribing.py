"""Busy times of staff from calendars elsewhere: looked at by the clock; only from and to is kept (F21, PRIVACY.md)."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import httpx
import structlog
from flows.people import Person
from flows.rules.hours import Span, merged
from storage.busy import Subscription
from storage.errors import StorageError
from storage.uow import UnitOfWork

from bot.app import App
from bot.calendar_settings import setting_of
from bot.calendars.entries import Entry, UnreadableFile
from bot.calendars.fetching import CannotFetch, Fetched, fetch, read_address
from bot.calendars.reading import horizon, read_calendar
from bot.calendars.rows import OWN_UID

MOST_SPANS: Final = 2000
log = structlog.get_logger()


class Subscriptions:
    """Looks at every subscribed calendar in turn; one that is broken keeps no other from being read."""

    def __init__(self, app: App, client: httpx.AsyncClient | None = None) -> None:
        """`client` is for tests; without one each round opens its own."""
        self._app = app
        self._client = client
        self._settings = app.settings.calendars

    async def look(self) -> None:
        """One round."""
        if not self._settings.subscriptions:
            return
        if self._client is not None:
            await self._look(self._client)
            return
        async with httpx.AsyncClient(follow_redirects=False, trust_env=False) as client:
            await self._look(client)

    async def _look(self, client: httpx.AsyncClient) -> None:
        for handle in self._settings.subscriptions:
            try:
                await self._look_at(handle, client)
            except StorageError as error:
                log.error("subscription_not_kept", setting=setting_of(handle), error=type(error).__name__)

    async def _look_at(self, handle: str, client: httpx.AsyncClient) -> None:
        now = self._app.clock.now()
        person, state = await asyncio.to_thread(self._known, handle)
        if person is None or state is None:
            log.warning("subscription_of_nobody", setting=setting_of(handle))
            return
        try:
            found = await self._fetched(handle, state, client)
            spans = None if found.data is None else await asyncio.to_thread(self._spans, found.data, person, now)
        except (CannotFetch, UnreadableFile) as problem:
            why = str(problem).splitlines()[0]
            log.warning("subscription_broken", setting=setting_of(handle), reason=why)
            await self._app.run(partial(_note_fault, person=person, why=why, now=now))
            return
        await self._app.run(partial(_keep, person=person, found=found, spans=spans, now=now))

    def _known(self, handle: str) -> tuple[Person | None, Subscription | None]:
        with self._app.store.read() as uow:
            person = uow.people.by_handle(handle)
            if person is None or not person.role.is_staff or uow.people.has_left(person.id):
                return None, None
            return person, uow.busy.state(person.id) or Subscription(person=person.id, looked=self._app.clock.now())

    async def _fetched(self, handle: str, state: Subscription, client: httpx.AsyncClient) -> Fetched:
        address = await asyncio.to_thread(read_address, self._settings.subscriptions[handle])
        known = Fetched(None) if state.fault else Fetched(None, state.etag, state.modified)
        return await fetch(address, self._settings, known, client)

    def _spans(self, data: bytes, person: Person, now: datetime) -> list[Span]:
        until = timedelta(days=self._settings.days_ahead)
        entries = read_calendar(data, person.zone, horizon(now, before=timedelta(days=1), after=until))
        return busy_in(entries, now, now + until)


def busy_in(entries: Iterable[Entry], now: datetime, until: datetime) -> list[Span]:
    """What takes up time between now and then, in as few spans as possible; our own dates are known already."""
    spans = [
        Span(one.starts, one.ends)
        for one in entries
        if not (one.cancelled or one.transparent or OWN_UID.match(one.uid))
        and one.ends > max(now, one.starts)
        and one.starts < until
    ]
    return merged(spans)[:MOST_SPANS]


def _keep(uow: UnitOfWork, person: Person, found: Fetched, spans: list[Span] | None, now: datetime) -> None:
    before = uow.busy.state(person.id)
    etag, modified = found.etag, found.modified
    if spans is None:
        etag, modified = (before.etag, before.modified) if before else ("", "")
    else:
        uow.busy.replace(person.id, spans)
    uow.busy.note(Subscription(person=person.id, looked=now, fetched=now, etag=etag, modified=modified))


def _note_fault(uow: UnitOfWork, person: Person, why: str, now: datetime) -> None:
    """What was known last stays."""
    before = uow.busy.state(person.id)
    fetched = before.fetched if before else None
    uow.busy.note(Subscription(person=person.id, looked=now, fetched=fetched, fault=why))
