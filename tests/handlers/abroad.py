"""The demo world of a carrier that has switched on channels of others: everybody is at home on the web page."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.profile import load_profile
from flows.engine.events import Said
from flows.engine.messages import Inbound, InboundKind, Level, MessageClass, Text
from flows.people import Address
from flows.rules.profile import Profile, Reach
from handlers import consent, linking
from handlers import phone_list as calls
from handlers.occasion import Occasion, Sending
from storage.removals import Removal
from storage.uow import UnitOfWork
from tests.handlers.world import Arrived, World

PAGE = "https://hallo.example"
HOURS = timedelta(hours=1)
LEVELS = {"telegram": Level.L2, "telegram_staff": Level.L0, "push": Level.L1, "sms": Level.L1}


def profile_of(levels: dict[str, Level] | None = None) -> Profile:
    """The demo profile with these channels switched on."""
    waits = Reach(wait={"reminder": 2 * HOURS, "alert": HOURS}, default=HOURS)
    return replace(load_profile("demo"), levels=LEVELS if levels is None else levels, reach=waits, page=PAGE)


class Abroad(World):
    """At home everything is said; elsewhere what the profile permits. `tg-p1` is p1 on Telegram, and so on."""

    def __init__(self, database: Path, levels: dict[str, Level] | None = None) -> None:
        """Nobody has linked anything yet."""
        super().__init__(database, profile_of(levels))

    def update(self, who: str, kind: InboundKind = InboundKind.TEXT, **more: Any) -> Inbound:
        """An update from the page, or from another channel if `who` names an address there."""
        channel, _, _ = who.rpartition("-")
        names = {"": "web", "tg": "telegram", "staff": "telegram_staff"}
        self._updates += 1
        external = f"{who}-{self._updates}"
        return Inbound(channel=names[channel], external_id=external, sender=who, kind=kind, **more)

    def add(self, who: str, channel: str, *, agreed: bool = True) -> Address:
        """Link an address as if it had always been there."""
        person = self.person(who)
        prefix = {"telegram": "tg", "telegram_staff": "staff"}.get(channel, channel)

        def add(uow: UnitOfWork) -> Address:
            address = Address(id=uow.new_id(), person=person.id, channel=channel, external=f"{prefix}-{who}")
            uow.people.add_address(address)
            if agreed and "C2" not in uow.consents.effective(person.id, self.now):
                consent.give(uow, person, "C2", self.now)
            return address

        return self.write(add)

    def code(self, who: str, channel: str = "telegram") -> str:
        """A code as the page gives it."""
        person = self.person(who).id
        return self.write(lambda uow: linking.new_code(uow, person, channel, self.now))

    def unlink(self, who: str, channel: str = "telegram") -> None:
        """Disconnect on the page."""
        person = self.person(who)
        self.write(partial(linking.unlink, person=person, channel=channel, now=self.now))

    def remind(self, who: str, at: date | datetime | None = None, level: Level = Level.L3) -> list[Arrived]:
        """Somebody gets a message that nobody asked for; what arrived because of it."""
        person = self.person(who)

        def say(uow: UnitOfWork) -> None:
            occasion = Occasion(uow=uow, now=self.now, cause=f"test:{uow.new_id()}")
            text = Text("Thank you. See you later.") if level <= Level.L2 else Text("{person} writes:", {"person": "X"})
            occasion.say(person, Said(text, at=at), Sending(message_class=MessageClass.REMINDER, purpose="C1"))

        known = len(self.arrived)
        self.write(say)
        self.deliver()
        return self.arrived[known:]

    def fetch(self, who: str) -> None:
        """A device of the person shows the page."""
        person = self.person(who).id
        with self.store.read() as uow:
            newest = uow.outbox.history(person)[-1].seq
        self.write(lambda uow: uow.reaching.fetch(person, newest, self.now))

    def to_call(self) -> list[str]:
        """Who stands on the phone list."""
        with self.store.read() as uow:
            return [uow.people.get(entry.person).handle for entry in calls.waiting(uow)]

    def removals(self, hours: int = 0) -> list[Removal]:
        """What is to be taken away so many hours from now."""
        with self.store.read() as uow:
            return uow.removals.due(self.now + hours * HOURS, 100)

    def channels_of(self, who: str) -> list[str]:
        """Where the person is reached."""
        person = self.person(who).id
        with self.store.read() as uow:
            return [address.channel for address in uow.people.addresses(person)]


def seen(arrived: list[Arrived]) -> list[tuple[str, bool]]:
    """Where something arrived, and whether it was a ping."""
    return [(one.to, one.message.ping) for one in arrived]
