"""The door for people: every update of every channel comes in here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.dialogues.levels import UNREADABLE
from flows.engine.events import AlertKind, CrisisKind, Said
from flows.engine.messages import Inbound, InboundKind, Text
from flows.engine.replies import ACTION_COMMANDS, Intent, Reading, Reply
from flows.people import Address, Person, PersonId, Place
from flows.rules.access import Operation
from flows.rules.profile import THIRD_PARTY
from handlers import (
    abroad,
    absences,
    access,
    alerts,
    arriving,
    awaiting,
    consenting,
    invitations,
    linking,
    participants,
    staff,
    strangers,
)
from handlers.apply import menu_of
from handlers.occasion import Occasion
from handlers.own_reasons import with_own
from handlers.understanding import FACTS, LONGEST, clean, facts_in_button, read, reply_to
from storage.buttons import StoredButton
from storage.uow import UnitOfWork

_CLOCK = ZoneInfo("Europe/Berlin")
"""By which it is today for nearly everybody; for others what was asked ahead is asked again."""

STANDING = "@"
"""A press that begins with this names an action itself: the bar of the chat page, a channel's command."""


def look_ahead(uow: UnitOfWork, inbound: Inbound, now: datetime) -> Iterator[None]:
    """What `receive` will ask, in steps: the next step needs the answers to the one before, and opens no seal."""
    today = now.astimezone(_CLOCK).date()
    uow.people.find_ahead(inbound.channel, inbound.sender)
    yield
    person = uow.people.found_ahead(inbound.channel, inbound.sender)
    if person is None:
        return
    uow.look_ahead(person, today)
    absences.look_ahead(uow, person, today)


def receive(uow: UnitOfWork, inbound: Inbound, now: datetime) -> str | None:
    """Handle one update: once, however often it is delivered. A text is the answer to a stranger."""
    known = uow.people.find(inbound.channel, inbound.sender, lock=True)
    if known is None:
        may_arrive = access.may_anybody(Operation.ARRIVE)
        taken = linking.link(uow, inbound, now) or (may_arrive and invitations.arrive(uow, inbound, now))
        return None if taken else strangers.answer()
    person, address = known
    if not access.may_own(person, Operation.CHAT):
        return strangers.answer()
    awaits = awaiting.holds(uow, person, address, now)
    if awaits and awaiting.hear(uow, inbound, person, address, now):
        return None
    invitation = uow.invitations.at(address.id) if address.ended and not awaits else None
    if invitation is not None:
        return arriving.hear(uow, invitation, inbound, address, now)
    words = _words(inbound)
    text = "" if inbound.kind is InboundKind.TAP else words[:LONGEST]
    kept = Inbound(
        channel=inbound.channel,
        external_id=inbound.external_id,
        sender=inbound.sender,
        kind=inbound.kind,
        text=text,
        tap=inbound.tap,
        platform_id=inbound.platform_id,
        edited=inbound.edited,
    )
    entry = uow.inbox.accept(kept, person.id, now)
    if entry is None:
        return None
    if address.ended and not awaits:
        uow.people.reopen_address(address.id)
    occasion = _occasion(uow, now, entry, address)
    if inbound.kind is InboundKind.TAP:
        _press(occasion, person, inbound.tap, entry)
    elif inbound.kind is InboundKind.OTHER:
        occasion.say(person, Said(UNREADABLE, menu_of(occasion, person)))
        abroad.take_away(occasion, person, inbound, address)
    else:
        _read(occasion, person, inbound, words)
    return None


def _words(inbound: Inbound) -> str:
    """The words as plain text. Of what cannot be read nothing is kept; a code that was used before says nothing."""
    if inbound.kind is InboundKind.OTHER:
        return ""
    words = clean(inbound.text)
    return "" if inbound.channel in THIRD_PARTY and linking.code_in(words) else words


def _read(occasion: Occasion, person: Person, inbound: Inbound, words: str) -> None:
    reply = _reply(occasion, person, inbound, words)
    if len(words) > LONGEST and reply.reading.crisis is None:
        occasion.say(person, Said(Text("This is too long for one message. Please send it in parts.")))
    else:
        _hear(occasion, person, reply)
    if occasion.here is not None and abroad.says_too_much(inbound, reply):
        abroad.take_away(occasion, person, inbound, occasion.here)


def _occasion(uow: UnitOfWork, now: datetime, entry: int, address: Address) -> Occasion:
    """Who wrote is answered where they wrote from."""
    reached: dict[PersonId, Place | None] = {address.person: address}
    return Occasion(uow=uow, now=now, cause=f"in:{entry}", channel=address.channel, reached=reached, here=address)


def _reply(occasion: Occasion, person: Person, inbound: Inbound, words: str) -> Reply:
    """What was written; of a message that is too long its beginning or end, whichever has crisis words."""
    today = occasion.local(person).date()
    parts = dict.fromkeys((words[:LONGEST], words[-LONGEST:]))
    replies = [reply_to(inbound, part, person, today) for part in parts]
    reply = next((reply for reply in replies if reply.reading.crisis is not None), replies[0])
    own = occasion.uow.profile.own_reasons
    return replace(reply, reading=with_own(reply.reading, reply.text, person.language, own)) if own else reply


def rescue(uow: UnitOfWork, inbound: Inbound, now: datetime) -> None:
    """An update that could not be handled because of a fault of ours: a person gets the words, nothing is lost."""
    known = uow.people.find(inbound.channel, inbound.sender)
    if known is None:
        return
    person, address = known
    words = clean(inbound.text)[:LONGEST]
    kept = replace(inbound, text=words, file_name="")
    entry = uow.inbox.accept(kept, person.id, now)
    if entry is None:
        return
    occasion = _occasion(uow, now, entry, address)
    occasion.say(person, Said(Text("Sorry, something went wrong here. Your message is kept and a person looks at it.")))
    if not person.role.is_staff:
        text = Text("The assistant could not handle a message from {name}. Please get in touch.")
        kind = _kind_of(words, person, occasion.local(person).date())
        alerts.raise_alert(occasion, person, alerts.News(kind=kind, text=text, words=words))


def _kind_of(words: str, person: Person, today: date) -> AlertKind:
    """Whom words must reach that could not be handled: violence and complaints go past the own caseworker even then."""
    try:
        reading = read(words, person.language, today)
    except Exception:  # noqa: BLE001 - reading may be the very fault; then the words reach the caseworker
        return AlertKind.MESSAGE
    if reading.crisis is None:
        return AlertKind.COMPLAINT if Intent.COMPLAINT in reading.intents else AlertKind.MESSAGE
    return AlertKind.VIOLENCE if reading.crisis is CrisisKind.VIOLENCE else AlertKind.CRISIS


def _hear(occasion: Occasion, person: Person, reply: Reply) -> None:
    if person.role.is_staff:
        staff.hear(occasion, person, reply)
    else:
        participants.hear(occasion, person, reply)
        if reply.reading.crisis is None:
            consenting.ask_in_passing(occasion, person)


def _press(occasion: Occasion, person: Person, handle: str, entry: int) -> None:
    if handle.startswith(STANDING):
        action, _, value = handle[1:].partition(":")
        known = action in ACTION_COMMANDS
        _hear(occasion, person, Reply(action=action, value=value, standing=True) if known else Reply())
        return
    button = occasion.uow.buttons.find(handle, person.id)
    if button is None:
        occasion.say(person, Said(Text("This button is no longer valid."), menu_of(occasion, person)))
        return
    occasion.uow.inbox.set_text(entry, person.id, button.label)
    problem = _spent(occasion, button)
    if problem is not None:
        staff_again = person.role.is_staff and button.action == "seen"
        if staff_again:
            staff.press(occasion, person, button)
        else:
            occasion.say(person, Said(problem, menu_of(occasion, person)))
        return
    occasion.uow.buttons.use(button, occasion.now)
    if person.role.is_staff and staff.knows(button):
        staff.press(occasion, person, button)
        return
    standing = button.question.conversation is None
    reading = facts_in_button(button.value) if standing and button.value.count("|") == FACTS - 1 else Reading()
    reply = Reply(action=button.action, value=button.value, reading=reading, standing=standing)
    _hear(occasion, person, reply)


def _spent(occasion: Occasion, button: StoredButton) -> Text | None:
    """Why this button has no effect any more, or None."""
    if button.used_at is not None:
        return Text("You have already tapped this. It counts once. Is there anything else?")
    question = button.question
    if question.until is not None and question.until <= occasion.now:
        return Text("This button is too old. What would you like to do now?")
    if question.conversation is None:
        return None
    stored = occasion.uow.conversations.get(question.conversation)
    if not stored.conversation.status.is_open or stored.conversation.turn != question.turn:
        return Text("This question is already answered. What would you like to do now?")
    return None
