""" "Call me", and "I want to talk to somebody": reached from everywhere, one card however often it is asked (F48).

A wish that nobody has seen yet is not doubled: its card says how often and when last, and comes once more.
"""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Final

from flows.dialogues.consent import LATER
from flows.engine.events import AlertKind, Said
from flows.engine.messages import Text, Value
from flows.people import Person
from flows.rules.alerts import Alert
from handlers import alert_cards, alerts, escalating, reading_times
from handlers.alerts import News
from handlers.occasion import Occasion
from handlers.reading_times import Reading

TIMER: Final = "call_again"
COMES_AGAIN: Final = timedelta(hours=1)
"""So long a card rests before it comes once more with what has been added; not before the office opens."""
WISH: Final = Text("{name} asks for a call.")
WISHES: Final = Text("{name} asks for a call. Asked {n} times, last: {at}.", LATER)
ASKED: Final = Text("I have asked {caseworker} to call you. You can also call: {phone}.")
ASKED_LATER: Final = Text("I have asked {person} to call you. That can be from {opens} on.", LATER)
AGAIN: Final = Text(
    "{person} knows that you want a call: you asked before, {since}. I have added that you asked again.", LATER
)
DIRECTLY: Final = Text("You can also call: {phone}.")
FROM: Final = Text("The call can come from {opens} on.", LATER)


def ask(occasion: Occasion, person: Person) -> None:
    """Somebody is to call; the answer says who, and when that can be (R52)."""
    reading = reading_times.first(occasion, person)
    waiting = _waiting(occasion, person)
    if waiting is None:
        alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, text=WISH))
        occasion.say(person, Said(_answer(reading)))
        return
    _count(occasion, waiting)
    if reading is not None:
        since = waiting.raised_at.astimezone(occasion.local(person).tzinfo)
        occasion.say(person, Said(Text(AGAIN.key, {"person": reading.reader.name, "since": since})))
    occasion.say(person, Said(_when(reading)))


def _answer(reading: Reading | None) -> Text:
    if reading is None or reading.now:
        return ASKED
    return Text(ASKED_LATER.key, {"person": reading.reader.name, "opens": reading.at})


def _when(reading: Reading | None) -> Text:
    return DIRECTLY if reading is None or reading.now else Text(FROM.key, {"opens": reading.at})


def _waiting(occasion: Occasion, person: Person) -> Alert | None:
    """The wish of this person that nobody has seen yet."""
    keys = {WISH.key, WISHES.key}
    about = (one for one in occasion.uow.alerts.about(person.id) if one.acknowledged_by is None)
    return next((one for one in about if one.text is not None and one.text.key in keys), None)


def _count(occasion: Occasion, alert: Alert) -> None:
    told = 1 if alert.text is None else alert.text.params.get("n", 1)
    n = told + 1 if isinstance(told, int) else 2
    local = occasion.local(occasion.uow.people.get(alert.to))
    occasion.uow.alerts.change(replace(alert, text=Text(WISHES.key, {"n": n, "at": local})))
    if occasion.uow.timers.when(TIMER, alert.id) is None:
        at = occasion.calendar.next_opening(local + COMES_AGAIN)
        occasion.uow.timers.add(TIMER, at.astimezone(UTC), alert.subject, alert.id, "")


def tell(occasion: Occasion, alert_id: int) -> None:
    """The card once more, as it is by now, to everybody who has it and is there; to nobody once it was seen."""
    alert = occasion.uow.alerts.get(alert_id)
    if alert.acknowledged_by is not None:
        return
    card = alert_cards.card_of(occasion, alert)
    for to in map(occasion.uow.people.get, occasion.uow.alerts.holders(alert.id)):
        if not escalating.is_absent(occasion, to):
            alert_cards.show(occasion, card, to, card.says)


def ask_to_talk(occasion: Occasion, person: Person) -> None:
    """ "I want to talk to my caseworker"."""
    reading = reading_times.first(occasion, person)
    alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE))
    told = Text("I have told {caseworker} that you want to talk. You can also call: {phone}.")
    if reading is not None and not reading.now:
        later: dict[str, Value] = {"person": reading.reader.name, "opens": reading.at}
        told = Text("I have told {person} that you want to talk. {person} reads it from {opens} on.", later)
    occasion.say(person, Said(told))
