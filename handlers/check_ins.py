"""Nudges to participants: how it goes at work, what comes next, a kind word after silence (F40, R54, R60)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from flows.dialogues import check_in
from flows.dialogues.registry import find
from flows.engine.conversation import Status
from flows.engine.events import AlertKind, Relayed, Said
from flows.engine.messages import Button, MessageClass, Text, Value
from flows.engine.nudge_events import CheckedIn
from flows.engine.run import start
from flows.people import Person
from flows.rules.deadlines import Occurrence, Row, Way
from handlers import alerts, inbox
from handlers.alerts import News
from handlers.facts import gather
from handlers.occasion import Occasion, Sending

TALK: Final = Button(Text("Write to {caseworker}"), "ask")
CALL: Final = Button(Text("Please call me"), "call")
ALL_WELL: Final = Button(Text("All is well"), "well")


def say(occasion: Occasion, person: Person, one: Occurrence, until: datetime) -> bool:
    """Say it, with ways to answer. False: it was said before, or nothing reaches the person."""
    sending = Sending(
        message_class=MessageClass.REMINDER,
        purpose="C1",
        lasting=True,
        urgent=one.row.way is Way.FIRST_DAY,
        expires=until.astimezone(UTC),
        dedupe=f"nudge:{person.id}:{one.name}",
    )
    if one.row.way is Way.CHECK_IN:
        return _ask_how_it_goes(occasion, person, sending)
    return occasion.say(person, Said(_text(one, person), _ways(occasion, person, one.row)), sending)


def _text(one: Occurrence, person: Person) -> Text:
    row = one.row
    if row.words:
        words = row.words.get(person.language) or row.words.get(person.language.partition("-")[0])
        return Text("{words}", {"words": words}) if words else Text("A day to think of: {due}.", {"due": one.due})
    values: dict[str, Value] = {"anchor": one.anchor}
    return Text(row.text.key, values)


def _ways(occasion: Occasion, person: Person, row: Row) -> tuple[Button, ...]:
    if row.way is Way.FIRST_DAY:
        day = occasion.local(person).date().isoformat()
        late = Button(Text("I am late"), "late")
        ill = Button(Text("I am ill"), "ill", f"illness|{day}|{day}")
        return (late, ill, Button(Text("I cannot come"), "cannot", f"|{day}|{day}"), CALL)
    return (ALL_WELL, TALK, CALL) if row.key == "silence" else (TALK, CALL)


def _ask_how_it_goes(occasion: Occasion, person: Person, sending: Sending) -> bool:
    """Begin the question; one that was open gives way, a long one waits."""
    current = occasion.uow.conversations.current(person.id)
    if current is not None:
        flow = find(current.conversation.flow, occasion.uow.profile)
        status = Status.PAUSED if flow is not None and flow.keeps else Status.CANCELLED
        left = replace(current.conversation, status=status, turn=current.conversation.turn + 1)
        occasion.uow.conversations.save(current.id, person.id, left, occasion.now)
    turn = start(check_in.FLOW, now=occasion.local(person), facts=gather(occasion, person))
    stored = occasion.uow.conversations.add(person.id, turn.conversation, occasion.now)
    bound = replace(sending, turn=(stored, turn.conversation.turn))
    asked = [occasion.say(person, said, bound) for said in turn.events if isinstance(said, Said)]
    return all(asked)


def keep(occasion: Occasion, person: Person, told: CheckedIn) -> None:
    """What follows: "well" is noted, "so so" is an alert with ways on, other words go to the caseworker as they are."""
    thanks = Text("Thank you. {caseworker} gets the message.")
    match told.answer:
        case check_in.WELL:
            occasion.say(person, Said(Text("That is good to hear. All the best!")))
            alerts.note(occasion, person, Text("{name} answers about work: it goes well."))
        case check_in.SO_SO:
            occasion.say(
                person, Said(Text("Thank you for saying so. What would help? You can write it."), (TALK, CALL))
            )
            text = Text("{name} answers about work: so so. Please get in touch.")
            alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, text=text))
        case _:
            inbox.relay(occasion, person, Relayed(told.words))
            occasion.say(person, Said(thanks))
