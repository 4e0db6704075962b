"""Somebody with a good code, until they have said that the invitation is theirs: asked here, told nothing personal."""

from dataclasses import replace
from datetime import datetime

from flows.dialogues import arrival
from flows.dialogues.awaiting import names_nobody
from flows.engine.conversation import Conversation, Json, Status
from flows.engine.events import AddressLinked, AlertKind, Arrived, LanguageChosen, Said
from flows.engine.flow import Facts
from flows.engine.messages import Inbound, InboundKind, Text
from flows.engine.replies import Intent, Reply
from flows.engine.run import Turn, ask_again, resume, start
from flows.engine.wishes import Wish
from flows.people import Address, Person
from flows.rules.profile import THIRD_PARTY
from handlers import alerts, awaiting, contact_data, crisis, entry, linking
from handlers.alerts import News
from handlers.occasion import Occasion
from handlers.understanding import LONGEST, as_label, clean, reply_to
from locales.catalog import LANGUAGES, own_name, render
from storage.invitations import Invitation
from storage.uow import UnitOfWork

DEFAULT = "de"
CHANNELS = {"memory": "web"}
"""What events call a channel that stands in for another."""
HELPED = "_helped"


class Newcomer:
    """Who is asked, and how far the questions are: one update of somebody who has not said yet that it is them."""

    def __init__(self, occasion: Occasion, invitation: Invitation, person: Person, address: Address) -> None:
        """Everything is said to `address`, and to no other that the person has."""
        self.occasion, self.invitation, self.address = occasion, invitation, address
        self.left = ""
        """What a stranger is told who has said that it is not them; nothing of them is kept."""
        self._abroad = address.channel in THIRD_PARTY
        self._person = person
        self.conversation = invitation.conversation or _first(person)

    @property
    def person(self) -> Person:
        """The person, in the language chosen by now."""
        language = self.conversation.answers.get("language")
        return replace(self._person, language=str(language or self._person.language or DEFAULT))

    @property
    def facts(self) -> Facts:
        """What the questions may know: no more than the initials are made of."""
        return Facts(person=self.person, languages=tuple((code, own_name(code)) for code in LANGUAGES))

    def ask(self) -> None:
        """Put the first question, or the open one once more."""
        now = self.occasion.local(self.person)
        if self.conversation.turn == 0:
            self.take(start(arrival.FLOW, now=now, facts=self.facts, answers=self.conversation.answers))
            return
        question = ask_again(arrival.FLOW, self.conversation, now=now, facts=self.facts)
        if question is not None:
            self.say(question)

    def answer(self, reply: Reply) -> None:
        """Take one reply."""
        now = self.occasion.local(self.person)
        question = ask_again(arrival.FLOW, self.conversation, now=now, facts=self.facts)
        reply = as_label(reply, question, self.person, {})
        if reply.command is Intent.LANGUAGE and self.conversation.node != "language":
            self._change_language(reply.reading.language or reply.value)
            return
        self.take(resume(arrival.FLOW, self.conversation, reply, now=now, facts=self.facts))

    def _change_language(self, language: str) -> None:
        answers = {name: value for name, value in self.conversation.answers.items() if name != "language"}
        if language in LANGUAGES:
            self._keep(replace(self.conversation, answers={**answers, "language": language}))
        else:
            self._keep(Conversation(flow="", version=0, node="", answers=answers))
        self.ask()

    def take(self, turn: Turn) -> None:
        """Keep where the questions stand, and carry out what came of the reply."""
        before, after = self.conversation, turn.conversation
        goes_on = after.status in {Status.WAITING, Status.DONE}
        self._keep(after if goes_on else replace(before, turn=after.turn, misses=0))
        events = turn.events if goes_on else ()
        arrived = next((event for event in events if isinstance(event, Arrived)), None)
        if arrived is not None and self._abroad:
            self._arrive_abroad(arrived)
            return
        for event in events:
            self._carry_out(event)
        if after.status is Status.HANDED_OVER:
            self._get_help()
        if not goes_on:
            self.say(Said(arrival.NOT_YET))
            self.ask()

    def _arrive_abroad(self, arrived: Arrived) -> None:
        """On somebody else's channel nothing more is said than how to open the page, or good-bye."""
        uow, now = self.occasion.uow, self.occasion.now
        if not arrived.mine:
            self.left = render(arrival.NOT_MINE, self.person.language, formal=self.person.formal)
            refuse(self.occasion, self.invitation, self._person)
            return
        chosen = _note_choices(uow, self._person, arrived)
        uow.invitations.keep(self.invitation, _first(chosen))
        uow.invitations.free(self.invitation.id)
        awaiting.begin(uow, self.address, now)
        self.say(awaiting.how_to_open(uow.profile))

    def _keep(self, conversation: Conversation) -> None:
        before = self.conversation.answers.get("language")
        self.conversation = conversation
        self.occasion.uow.invitations.keep(self.invitation, conversation)
        language = conversation.answers.get("language")
        if language and language != before:
            self.occasion.record(LanguageChosen(who=self._person.id, language=str(language)), self._person.id)

    def _carry_out(self, event: object) -> None:
        match event:
            case Said():
                self.say(event)
            case Arrived(mine=True):
                accept(self.occasion.uow, self.invitation, event, self.address, self.occasion.now)
            case Arrived():
                refuse(self.occasion, self.invitation, self._person)
            case Wish.ENTER if not self._abroad:
                entry.go_on(self.occasion, self.occasion.uow.people.get(self._person.id))
            case _:
                self.say(Said(arrival.NOT_YET))

    def say(self, said: Said) -> None:
        """Say it in the language chosen; the question for it in all of them."""
        if said.text == arrival.LANGUAGE and not self.conversation.answers.get("language"):
            words = "\n".join(dict.fromkeys(render(said.text, code) for code in LANGUAGES))
            said = replace(said, text=Text("{language}", {"language": words}))
        if self._abroad and not names_nobody(said):
            said = Said(arrival.NOT_YET)
        self.occasion.say(self.person, said)

    def _get_help(self) -> None:
        """Somebody does not get further: the responsible person hears of it, once."""
        if self.conversation.answers.get(HELPED):
            return
        self._keep(replace(self.conversation, answers={**self.conversation.answers, HELPED: True}))
        text = Text("Somebody with the invitation of {name} does not get further. Please help in person.")
        alerts.raise_alert(self.occasion, self._person, News(kind=AlertKind.UNDELIVERABLE, text=text))


def _first(person: Person) -> Conversation:
    """Before the first question; who has a language and a sign is not asked for them again."""
    known: dict[str, Json] = {"language": person.language, "sign": person.sign}
    answers = {name: value for name, value in known.items() if value}
    return Conversation(flow="", version=0, node="", answers=answers)


def begin(uow: UnitOfWork, invitation: Invitation, inbound: Inbound, address: Address, now: datetime) -> None:
    """A code was sent from a new address: the questions begin."""
    newcomer = _newcomer(uow, invitation, inbound, address, now)
    if newcomer is not None:
        newcomer.ask()


def hear(uow: UnitOfWork, invitation: Invitation, inbound: Inbound, address: Address, now: datetime) -> str | None:
    """Take what somebody says who has not said yet that the invitation is theirs. Only answers are kept.

    A text is the answer to somebody who is a stranger from now on.
    """
    newcomer = _newcomer(uow, invitation, inbound, address, now)
    if newcomer is None:
        return None
    if inbound.kind is InboundKind.TAP:
        button = uow.buttons.find(inbound.tap, address.person)
        newcomer.answer(Reply(action=button.action, value=button.value) if button is not None else Reply())
    else:
        _read(newcomer, inbound)
    return newcomer.left or None


def _read(newcomer: Newcomer, inbound: Inbound) -> None:
    words = clean(inbound.text)[:LONGEST]
    reply = reply_to(inbound, words, newcomer.person, newcomer.occasion.local(newcomer.person).date())
    kind = reply.reading.crisis
    if kind is not None:
        crisis.respond(newcomer.occasion, newcomer.person, kind, words, for_other=reply.reading.for_other)
        if newcomer.address.channel in THIRD_PARTY:
            awaiting.help_abroad(newcomer.occasion, newcomer.person, inbound, newcomer.address)
    else:
        newcomer.answer(reply)


def _newcomer(
    uow: UnitOfWork, invitation: Invitation, inbound: Inbound, address: Address, now: datetime
) -> Newcomer | None:
    """Who is asked; None if the update was handled before."""
    bare = replace(inbound, text="", file_name="")
    entry = uow.inbox.accept(bare, address.person, now)
    if entry is None:
        return None
    occasion = Occasion(
        uow=uow,
        now=now,
        cause=f"in:{entry}",
        channel=address.channel,
        reached={address.person: address},
        here=address,
        only_here=address.channel in THIRD_PARTY,
    )
    return Newcomer(occasion, invitation, uow.people.get(address.person), address)


def accept(uow: UnitOfWork, invitation: Invitation, arrived: Arrived, address: Address, now: datetime) -> None:
    """It is them: from now on they are reached at this address."""
    person = uow.people.get(invitation.person)
    _note_choices(uow, person, arrived)
    uow.people.reopen_address(address.id)
    uow.invitations.settle(invitation.id, now)
    channel = CHANNELS.get(address.channel, address.channel)
    uow.events.add(AddressLinked(who=person.id, channel=channel), now, subject=person.id)
    contact_data.begin(uow, person.id, now)


def _note_choices(uow: UnitOfWork, person: Person, arrived: Arrived) -> Person:
    chosen = replace(person, language=arrived.language or person.language, sign=arrived.sign or person.sign)
    uow.people.update(chosen)
    return chosen


def refuse(occasion: Occasion, invitation: Invitation, person: Person) -> None:
    """It is somebody else: the code is burnt, the address is a stranger's again, and whoever invited has to know."""
    end(occasion.uow, invitation, occasion.now)
    text = Text("The invitation of {name} has reached somebody else. Its code works no more. Please invite anew.")
    alerts.raise_alert(occasion, person, News(kind=AlertKind.UNDELIVERABLE, text=text))


def end(uow: UnitOfWork, invitation: Invitation, now: datetime) -> None:
    """The code works no more; an address that waited for the answer is a stranger's again."""
    uow.invitations.settle(invitation.id, now)
    if invitation.address is None:
        return
    address = uow.people.address(invitation.address)
    if address.channel in THIRD_PARTY:
        awaiting.forget(uow, address, now)
    else:
        uow.people.unlink_address(invitation.address, linking.UNLINKED, now)
