"""The world in this process: the real program on a database of its own, with a clock and a channel that are ours."""

import asyncio
from datetime import datetime
from pathlib import Path

from flows.engine.meetings import MeetingWanted
from flows.people import Person, PersonId
from flows.rules.appointments import Kind
from handlers import appointments, consent
from handlers.occasion import Occasion
from storage.errors import StorageError, WrongKey
from storage.uow import UnitOfWork

from bot.app import App, build, prepare
from bot.channel_settings import EmailSettings
from bot.channels import Inbound
from bot.clock import SetClock
from bot.demo import load_world
from bot.settings import DatabaseSettings, DeliverySettings, ServerSettings, Settings, SettingsError
from bot.transcript import facts, lines
from bot.transcript.log import Watch
from bot.transcript.news import Happened, Heard, News
from bot.transcript.outside import Outside, StandIns
from bot.transcript.world import Command, Opening, Place, WorldFailed
from bot.web.settings import WebSettings

PATIENCE = 200
"""How often the program may find something to do at one instant before we say that it does not come to rest."""
NOT_EMPTY = "the database is not empty: name another one, or none for a temporary one"


class LocalWorld:
    """The program in this process. It can be stopped, not killed: for that it needs a process of its own."""

    def __init__(self, opening: Opening, outside: Outside | None = None) -> None:
        """Without an `outside` people are reached in memory."""
        self._clock = SetClock(opening.now)
        self._outside = outside or StandIns()
        self._seen = opening.seen
        self._heard: list[Heard] = []
        self._log = Watch()
        self._app: App = self._build(opening.place)
        self._runner = asyncio.Runner()
        try:
            self._runner.run(self._open(opening))
        except BaseException:
            self.close()
            raise

    def _build(self, place: Place) -> App:
        try:
            settings = settings_of(place)
            prepare(settings)
            return build(settings, clock=self._clock, channels=self._outside.channels(self._clock))
        except WrongKey as problem:
            raise WorldFailed(NOT_EMPTY) from problem
        except (SettingsError, StorageError) as problem:
            raise WorldFailed(str(problem)) from problem

    async def _open(self, opening: Opening) -> None:
        await self._app.start(ticking=False)
        if opening.fresh:
            await self._app.run(lambda uow: _load(uow, opening.now, self._outside.home))
        await self._outside.open(self._app, fresh=opening.fresh)
        for condition in opening.conditions:
            await self._outside.meet(condition, again=True)
        await self._settle()

    def do(self, command: Command) -> News:
        """Do one thing and run until nothing is due; what came of it, and of the start before the first."""
        self._runner.run(self._do(command))
        return self.news()

    def close(self) -> None:
        """Stop the program gracefully."""
        try:
            self._runner.run(self._stop())
        finally:
            self._runner.close()
            self._log.close()

    def news(self) -> News:
        """What has come since the last time."""
        heard, self._heard = tuple(self._heard), []
        with self._app.store.read() as uow:
            happened = self._happened(uow)
        return News(heard, happened)

    async def _stop(self) -> None:
        try:
            await self._app.stop()
        finally:
            await self._outside.close()

    async def _do(self, command: Command) -> None:
        match command:
            case Inbound():
                await self._outside.bring(command)
            case lines.Moves(target):
                await self._move(target)
            case lines.Refuses() | lines.Becomes():
                await self._outside.meet(command)
            case lines.Consents() | lines.Plans() | lines.Leaves():
                await self._app.run(lambda uow: self._note(uow, command))
            case _:
                raise WorldFailed("only a program in a process of its own is stopped or killed")
        await self._settle()

    async def _move(self, target: datetime) -> None:
        rounds = 0
        while (due := self._next_due()) is not None and due <= target:
            rounds = 0 if due > self._clock.now() else rounds + 1
            if rounds > PATIENCE:
                raise WorldFailed(f"the program does not come to rest: at {self._clock.now()} {due} is still due")
            self._clock.set(max(due, self._clock.now()))
            await self._settle()
        self._clock.set(target)

    def _next_due(self) -> datetime | None:
        """When something is to be done next; messages are taken away from messengers at their time, too."""
        with self._app.store.read() as uow:
            dues = (self._app.next_due(), uow.removals.next_due())
        return min((due for due in dues if due is not None), default=None)

    async def _settle(self) -> None:
        await self._app.settle()
        self._log.check()
        self._heard += await self._outside.hear(self._clock.now())

    def _note(self, uow: UnitOfWork, command: lines.Arranged) -> None:
        person = uow.people.by_handle(command.who)
        if person is None:
            raise WorldFailed(f"{command.who} is not in the world")
        now = self._clock.now()
        match command:
            case lines.Leaves(_, first_day, last_day):
                uow.people.add_leave(person.id, first_day, last_day)
            case lines.Plans(handle, _, starts):
                _plan(uow, handle, person, starts, now)
            case lines.Consents(_, purpose, given=True):
                consent.put(uow, person, purpose, now)
            case lines.Consents(_, purpose):
                consent.withdraw(uow, person, purpose, now)

    def _happened(self, uow: UnitOfWork) -> tuple[Happened, ...]:
        fresh = []
        for event in uow.events.after(self._seen):
            self._seen = event.id
            fields = {key: _spell(uow, key, value) for key, value in event.fields.items()}
            fresh.append(Happened(event.id, event.at, event.name, fields))
        return tuple(fresh)


PLANNER = "c1"
"""Who plans the appointments of transcripts."""
MINUTES = 45


def _plan(uow: UnitOfWork, handle: str, person: Person, starts: datetime, now: datetime) -> None:
    by = uow.people.by_handle(PLANNER)
    if by is None:
        raise WorldFailed(f"{PLANNER} is not in the world")
    place = next(iter(uow.profile.places), "")
    wanted = MeetingWanted(people=(person.id,), kind=Kind.IN_PERSON, starts=starts, minutes=MINUTES, place=place)
    appointments.plan(Occasion(uow=uow, now=now, cause=f"planned:{handle}"), wanted, by, handle)


def _load(uow: UnitOfWork, now: datetime, home: str) -> None:
    if uow.people.all():
        raise WorldFailed(NOT_EMPTY)
    load_world(uow, now, channels=(home,))


def _spell(uow: UnitOfWork, key: str, value: object) -> str:
    if key in facts.PERSON_FIELDS and isinstance(value, int):
        return uow.people.get(PersonId(value)).handle
    return facts.spell(value)


def settings_of(place: Place) -> Settings:
    """The program's settings for a run at this place."""
    return Settings(
        profile=place.profile,
        database=DatabaseSettings(url=place.database, key_file=Path(place.key_file)),
        server=ServerSettings(),
        web=WebSettings(),
        delivery=DeliverySettings(),
        email=EmailSettings(host="127.0.0.1", security="none", sender="lotse@example.org"),
    )
