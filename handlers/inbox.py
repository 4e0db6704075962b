"""Two-way messages between a participant and the people around, private numbers hidden (F43, F47, F48)."""

from datetime import timedelta
from typing import Final

from flows.dialogues.wordings import WORDINGS
from flows.engine.events import AlertKind, HandedOver, MessageRelayed, Relayed, Said
from flows.engine.messages import Level, Text, Value
from flows.people import Person, PersonId, Role
from flows.rules.grounds import Ground
from flows.rules.thread import Entry, Kind
from handlers import alerts, escalating, reading_times, rewording
from handlers.alert_cards import ANSWERED
from handlers.alerts import News
from handlers.occasion import Occasion, Sending
from locales.catalog import render

ANSWERED_WITHIN: Final = timedelta(days=3)


def relay(occasion: Occasion, sender: Person, relayed: Relayed) -> None:
    """Pass words on: from a participant to who is responsible or to the protection person, from staff to one."""
    if relayed.to is not None:
        _to_participant(occasion, sender, relayed.to, relayed)
    elif relayed.past_caseworker:
        _to_protection(occasion, sender, relayed.words)
    else:
        _to_staff(occasion, sender, relayed.words)


def _to_staff(occasion: Occasion, sender: Person, words: str) -> None:
    to = occasion.responsible(sender)
    if to is None:
        return
    occasion.record(MessageRelayed(who=sender.id, to=to.id), sender.id)
    keep(occasion, sender, sender.id, Kind.MESSAGE, words)
    text = Text("Message from {name}. The words follow.")
    alerts.raise_alert(occasion, sender, News(kind=AlertKind.MESSAGE, text=text, words=words))
    _say_when(occasion, sender, AlertKind.MESSAGE)


def _to_protection(occasion: Occasion, sender: Person, words: str) -> None:
    """To the protection person and nobody else (R59)."""
    to = next(iter(escalating.first_to_know(occasion, sender, AlertKind.COMPLAINT)), None)
    if to is not None:
        occasion.record(MessageRelayed(who=sender.id, to=to.id), sender.id)
    keep(occasion, sender, sender.id, Kind.PROTECTED, words)
    alerts.raise_alert(occasion, sender, News(kind=AlertKind.COMPLAINT, words=words))
    _say_when(occasion, sender, AlertKind.COMPLAINT)


def _say_when(occasion: Occasion, sender: Person, kind: AlertKind) -> None:
    """When nobody is there, from when on it is read; nobody is made to wait for an answer that cannot come (R52)."""
    reading = reading_times.first(occasion, sender, kind)
    if reading is None or reading.now:
        return
    values: dict[str, Value] = {"person": reading.reader.name, "opens": reading.at}
    text = Text("Our office is closed now. {person} reads it from {opens} on.", values)
    if occasion.calendar.is_open(occasion.local(reading.reader)):
        text = Text("{person} is not here now and reads it from {opens} on. You can also call us: {office}.", values)
        text = Text(text.key, {**values, "office": occasion.uow.profile.carrier.get("phone", "")})
    occasion.say(sender, Said(text))


def _to_participant(occasion: Occasion, sender: Person, to: PersonId, relayed: Relayed) -> None:
    person = occasion.uow.people.get(to)
    answers = _waits_for_answer(occasion, to)
    if not answers and "C1" not in occasion.uow.consents.effective(to, occasion.now):
        no = Said(Text("{name} does not want messages here. Please call."))
        occasion.say(sender, no, Sending(subject=person))
        return
    occasion.record(MessageRelayed(who=sender.id, to=to), to)
    kind = Kind.PROTECTED if sender.role is Role.PROTECTION else Kind.MESSAGE
    wording = WORDINGS.get(relayed.wording)
    kept = relayed.words if wording is None else render(wording, sender.language, params={})
    keep(occasion, person, sender.id, kind, kept)
    answer, news = Sending(subject=person, ground=Ground.ANSWER), Sending(subject=person, purpose="C1", quiet=True)
    sending = answer if answers else news
    occasion.say(person, Said(Text(rewording.WRITES.key, {"person": sender.name})), sending)
    if wording is None:
        occasion.say_words(person, relayed.words, sending)
    else:
        occasion.say(person, Said(wording, level=Level.L4), sending)
    occasion.say(sender, Said(Text("Passed on to {name}.")), Sending(subject=person))
    alerts.answered(occasion, person, sender)


def keep(occasion: Occasion, person: Person, by: PersonId, kind: Kind, words: str) -> None:
    """One more entry of what is written with this person, or noted about them."""
    entry = Entry(id=occasion.uow.new_id(), person=person.id, by=by, kind=kind, at=occasion.now, words=words)
    occasion.uow.thread.add(entry)


def _waits_for_answer(occasion: Occasion, person: PersonId) -> bool:
    """Whether the person wrote to us: an answer goes at once and needs no consent, anything else waits for the day."""
    since = occasion.now - ANSWERED_WITHIN
    return any(alert.kind in ANSWERED and alert.raised_at > since for alert in occasion.uow.alerts.about(person))


def hand_over(occasion: Occasion, person: Person, words: str) -> None:
    """The assistant did not get further: a person takes over, with the last words (F5)."""
    to = occasion.responsible(person)
    if to is None:
        return
    occasion.record(HandedOver(who=person.id, to=to.id), person.id)
    if words:
        keep(occasion, person, person.id, Kind.MESSAGE, words)
    text = Text("I did not get further with {name}. Please take over. The last words follow.")
    alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, text=text, words=words))
    _say_when(occasion, person, AlertKind.MESSAGE)
