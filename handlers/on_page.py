"""What staff are told on a page of the console instead of in their chat: the same handlers, read where they look.

Whoever is before the page is answered there. Everybody else is told as ever, and so is a question that a conversation
asks: it is answered in the chat, where the page then leads.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flows.engine.events import Said
from flows.engine.messages import NO_QUESTION, Text
from flows.people import Person
from handlers import staff
from handlers.occasion import REPLY, Occasion, Sending
from locales.catalog import render
from storage.buttons import StoredButton
from storage.uow import UnitOfWork

CAUSE = "page"


@dataclass(frozen=True, slots=True)
class Way:
    """A way on under something told: its words, and what it stands for."""

    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """One thing as the page says it, in the reader's language; `about` is whom it is about, if it is anybody.

    `page`: where it is done, if it has a page of its own; the path below the reader's home.
    """

    text: str
    ways: tuple[Way, ...] = ()
    about: Person | None = None
    words: tuple[str, ...] = ()
    page: str = ""


@dataclass(slots=True, kw_only=True)
class PageOccasion(Occasion):
    """An occasion at a page: `told` is what its reader is told, `leads_to_chat` whether the rest is asked there."""

    reader: Person
    told: list[Told] = field(default_factory=list)
    leads_to_chat: bool = False

    def say(self, to: Person, said: Said, sending: Sending = REPLY) -> bool:
        """Tell the reader here, anybody else as ever."""
        if to.id != self.reader.id or sending.turn is not None:
            self.leads_to_chat |= to.id == self.reader.id
            return Occasion.say(self, to, said, sending)
        about = sending.subject
        ways = tuple(Way(self.put(one.label, about), one.action, one.value) for one in said.buttons)
        self.told.append(Told(self.put(said.text, about), ways, about))
        return True

    def say_words(self, to: Person, words: str, sending: Sending) -> None:
        """Somebody's own words stand below what they belong to."""
        if to.id != self.reader.id or not self.told:
            Occasion.say_words(self, to, words, sending)
            return
        last = self.told.pop()
        self.told.append(Told(last.text, last.ways, last.about, (*last.words, words)))

    def put(self, text: Text, about: Person | None = None) -> str:
        """A text in the reader's words; `about` is whom it names."""
        reader = self.reader
        return render(text, reader.language, formal=reader.formal, params=self._params(reader, about, self.now))

    def only(self, work: Callable[[], object]) -> list[Told]:
        """What `work` tells the reader; it stands nowhere else."""
        before, self.told = self.told, []
        work()
        found, self.told = self.told, before
        return found


def occasion_of(uow: UnitOfWork, reader: Person, now: datetime) -> PageOccasion:
    """Somebody looks at a page, or does something there."""
    return PageOccasion(uow=uow, now=now, cause=f"{CAUSE}:{uow.new_id()}", channel="web", reader=reader)


def press(occasion: PageOccasion, way: Way) -> bool:
    """Do what a way on stands for, as a press in the chat does; False for what is no such way."""
    stored = StoredButton(
        handle="",
        person=occasion.reader.id,
        outbox_id=0,
        position=0,
        label="",
        action=way.action,
        value=way.value,
        question=NO_QUESTION,
        used_at=None,
    )
    if not staff.knows(stored):
        return False
    occasion.uow.people.lock(occasion.reader.id)
    staff.press(occasion, occasion.reader, stored)
    return True
