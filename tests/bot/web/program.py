"""A small program behind the pages: the real store and the demo world, but nobody who thinks about answers."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.channels import Inbound, InboundKind, Level, Outgoing, OutgoingButton
from bot.channels.web import WebChannel
from bot.demo import load_world
from bot.profile import load_profile
from bot.web.login import make_link
from flows.engine.messages import MessageClass
from flows.people import Person
from flows.rules.profile import Profile
from storage.outbox import Claimed
from storage.schema import migrate
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault

T = TypeVar("T")
MORNING = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)
STANDING = "@"


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """It begins on a Monday morning."""
        self.time = MORNING

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.time


class SmallProgram:
    """Takes in what people say, and says what a test tells it to say. `heard` holds every update once."""

    def __init__(self, folder: Path, url: str = "", profile: Profile | None = None) -> None:
        """A new database with the demo world in `folder`, or on the server at `url`; without `profile` the demo one."""
        url = url or f"sqlite:///{folder / 'db' / 'lotse.db'}"
        migrate(url)
        profile = profile or load_profile("demo")
        self.store = Store.open(StoreSettings(url=url), vault=Vault(bytes(32), "demo"), profile=profile)
        self.clock = HandClock()
        self.channel = WebChannel()
        self.heard: list[Inbound] = []
        self.broken: Exception | None = None
        self.write(lambda uow: load_world(uow, MORNING, channels=["web"]))

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """One unit of work, waited for."""
        return self.store.submit(work).result()

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """One unit of work, awaited."""
        return await asyncio.wrap_future(self.store.submit(work))

    async def receive(self, inbound: Inbound) -> str | None:
        """Store it; a tap is shown by its handle."""
        if self.broken is not None:
            raise self.broken
        if await self.run(lambda uow: self._accept(uow, inbound)):
            self.heard.append(inbound)
        return None

    def person(self, handle: str) -> Person:
        """Somebody of the demo world."""
        person = self.write(lambda uow: uow.people.by_handle(handle))
        assert person is not None
        return person

    def link(self, handle: str, *, lifetime: timedelta = timedelta(hours=24)) -> str:
        """The path of a new login link."""
        person = self.person(handle).id
        token = self.write(lambda uow: make_link(uow, person, now=self.clock.now(), lifetime=lifetime))
        return f"/l/{token}"

    def say(self, handle: str, text: str, *buttons: OutgoingButton) -> int:
        """Write a message to somebody and mark it as sent, as delivery does; its outbox id."""
        person = self.person(handle)

        def write(uow: UnitOfWork) -> int:
            address = next(a.id for a in uow.people.addresses(person.id) if a.channel == "web")
            now, id_ = self.clock.now(), uow.new_id()
            message = Outgoing(
                id=id_,
                to=person.id,
                subject=person.id,
                channel="web",
                address=address,
                text=text,
                language=person.language,
                level=Level.L3,
                message_class=MessageClass.REPLY,
                dedupe=str(id_),
                cause="test",
                buttons=buttons,
                created=now,
                not_before=now,
            )
            uow.outbox.add(message)
            return id_

        id_ = self.write(write)
        for claimed in self.write(lambda uow: uow.outbox.claim(self.clock.now(), timedelta(minutes=1), 10)):
            self.write(partial(self._mark, claimed))
        return id_

    def _mark(self, claimed: Claimed, uow: UnitOfWork) -> bool:
        return uow.outbox.mark_sent(claimed.message.id, claimed.lease, None, self.clock.now())

    def handles(self, message: int) -> list[str]:
        """What a press on each of the message's buttons sends back."""
        return self.write(lambda uow: [button.handle for button in uow.outbox.get(message).buttons])

    def use(self, handle: str, who: str) -> None:
        """A button is used up."""
        person = self.person(who)

        def press(uow: UnitOfWork) -> None:
            button = uow.buttons.find(handle, person.id)
            assert button is not None
            uow.buttons.use(button, self.clock.now())

        self.write(press)

    def _accept(self, uow: UnitOfWork, inbound: Inbound) -> bool:
        found = uow.people.find(inbound.channel, inbound.sender)
        assert found is not None
        id_ = uow.inbox.accept(inbound, found[0].id, self.clock.now())
        if id_ is not None and inbound.kind is InboundKind.TAP and not inbound.tap.startswith(STANDING):
            uow.inbox.set_text(id_, found[0].id, f"tapped {inbound.tap}")
        return id_ is not None
