"""Crisis words: help at once, an honest word on when a person reads it, an urgent alert (F45, F47).

No score is kept. Everything automatic is held for the person until somebody of the staff lets it begin again.
"""

from dataclasses import replace

from flows.engine.events import AlertKind, CrisisDetected, CrisisKind, Said
from flows.engine.messages import Button, Level, Text, Value
from flows.people import Person, Role
from flows.rules.ladder import URGENT
from handlers import alerts, reading_times
from handlers.alerts import News
from handlers.occasion import Occasion, Sending
from locales.helplines import helplines

DANGER = {
    CrisisKind.SELF_HARM: Text(
        "Good that you write this. You are not alone, and you matter. Are you in danger now? Then call 112."
    ),
    CrisisKind.VIOLENCE: Text(
        "Good that you write this. Nobody may hurt you. Are you in danger now? Then call 110 or 112."
    ),
    CrisisKind.ASK: Text("That sounds very hard. Good that you write this. Are you in danger now? Then call 112."),
}
FOR_OTHER = Text("Good that you write this and look after somebody. Is somebody in danger now? Then call 112.")
CALL = Button(Text("Please call me"), "call")


def respond(occasion: Occasion, person: Person, kind: CrisisKind, words: str, *, for_other: bool) -> None:
    """Help, hold, and let the right person know: violence goes past the own caseworker."""
    occasion.record(CrisisDetected(who=person.id, kind=kind), person.id)
    violence = kind is CrisisKind.VIOLENCE
    occasion.say(person, Said(FOR_OTHER if for_other else DANGER[kind], level=Level.L4))
    lines = helplines(person.language, occasion.local(person), violence=violence)
    occasion.say(
        person,
        Said(Text("These people listen to you, free of charge: {helplines}", {"helplines": lines}), level=Level.L4),
    )
    _say_when(occasion, person, violence=violence)
    if person.role is Role.PARTICIPANT and person.held_since is None:
        occasion.uow.people.update(replace(person, held_since=occasion.now))
    alerts.raise_alert(occasion, person, News(kind=AlertKind.VIOLENCE if violence else AlertKind.CRISIS, words=words))


def _say_when(occasion: Occasion, person: Person, *, violence: bool) -> None:
    reading = reading_times.first(occasion, person, AlertKind.VIOLENCE if violence else AlertKind.CRISIS)
    if reading is None:
        return
    values: dict[str, Value] = {"person": reading.reader.name, "opens": reading.at}
    if violence:
        only = Text("Only {person} gets your message, nobody else.", values)
        occasion.say(person, Said(only, level=Level.L4))
    office = occasion.calendar.is_open(occasion.local(reading.reader))
    if reading.now or occasion.uow.profile.crisis_escalation.any_hour or (office and not violence):
        when = Text("I am a program. {person} gets your message now and should read it within the next hour.", values)
    elif office:
        when = Text(
            "I am a program. {person} gets your message, but is not here now. It may be read only at {opens}.", values
        )
    else:
        when = Text(
            "I am a program. {person} gets your message, but our office is closed and nobody is on call. "
            "It may be read only at {opens}.",
            values,
        )
    occasion.say(person, Said(when, () if violence else (CALL,), Level.L4))


def pass_on(occasion: Occasion, person: Person, words: str) -> None:
    """What somebody in a crisis writes next goes to whoever got the first words, without asking."""
    kinds = (alert.kind for alert in occasion.uow.alerts.about(person.id) if alert.kind in URGENT)
    kind = next(kinds, AlertKind.CRISIS)
    text = Text("URGENT: {name} writes more. The words follow.")
    alerts.raise_alert(occasion, person, News(kind=kind, text=text, words=words))
    occasion.say(person, Said(Text("I pass on everything you write. In danger, call 112."), (CALL,), Level.L4))


def release(occasion: Occasion, person: Person, by: Person) -> None:
    """A person of the staff lets automatic messages begin again."""
    if person.held_since is None:
        occasion.say(by, Said(Text("Messages to {name} are not held.")), Sending(subject=person))
        return
    occasion.uow.people.update(replace(person, held_since=None))
    occasion.say(by, Said(Text("Automatic messages to {name} begin again.")), Sending(subject=person))
