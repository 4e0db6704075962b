"""Alerts: who must know, who has seen it, and who is next when nobody has (F42)."""

from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from flows.dialogues.levels import SEEN
from flows.dialogues.words import STAFF_REASONS
from flows.engine.events import (
    AlertAcknowledged,
    AlertEscalated,
    AlertKind,
    AlertRaised,
    Reason,
    Said,
)
from flows.engine.messages import Button, Level, MessageClass, Text, Value
from flows.people import Person, PersonId, Role
from flows.rules.absence import Absence, Proof
from flows.rules.access import Operation
from flows.rules.alerts import Alert
from flows.rules.grounds import Ground
from handlers import access
from handlers.occasion import Occasion, Sending

TIMER = "alert"
ANSWER = Text("Answer")
PROOF_HERE = Text("Sick note is here")
WITH_INTAKE = (
    Button(Text("Accept"), "accept"),
    Button(Text("Ask back"), "ask"),
    Button(Text("Change an answer"), "correct"),
    Button(Text("Read the answers"), "answers"),
)
"""What staff can do with an intake."""
SOON = timedelta(seconds=1)
LADDER = ("substitute", "coordinator")
REPEATS = 8
URGENT = frozenset({AlertKind.CRISIS, AlertKind.VIOLENCE})
ANSWERED = frozenset({AlertKind.MESSAGE, *URGENT})

TEXTS: dict[AlertKind, Text] = {
    AlertKind.ABSENCE: Text("{name} cannot come. The reason is not known yet."),
    AlertKind.LATENESS: Text("{name} comes later today."),
    AlertKind.WITHDRAWAL: Text(
        "{name} has changed what the assistant may do. Please call when something is important."
    ),
    AlertKind.INTAKE: Text("New: {name} has answered the first questions. The answers follow."),
    AlertKind.NO_ANSWER: Text("{name} has not answered for a long time. Please get in touch."),
    AlertKind.UNDELIVERABLE: Text("A message to {name} could not be delivered. Please call."),
    AlertKind.MESSAGE: Text("{name} wants to talk to you."),
    AlertKind.NO_SHOW: Text("{name} has not appeared."),
    AlertKind.DEADLINE: Text("Something is due for {name}. Write “tasks” to see it."),
    AlertKind.CRISIS: Text(
        "URGENT: {name} has written something that sounds like a crisis. Please get in touch now. The words follow."
    ),
    AlertKind.VIOLENCE: Text(
        "URGENT: {name} writes about violence. Only you get this. Please get in touch with care. The words follow."
    ),
}


def absence_text(absence: Absence) -> Text:
    """What staff read about a report."""
    values: dict[str, Value] = {"first": absence.first_day, "reason": STAFF_REASONS[absence.reason]}
    if absence.taken_back:
        return Text("{name} comes after all. The report for {first} is taken back.", {"first": absence.first_day})
    if absence.last_day is None:
        return Text("{name} is absent from {first}: {reason}.", values)
    if absence.last_day == absence.first_day:
        return Text("{name} is absent on {first}: {reason}.", values)
    return Text("{name} is absent from {first} until {last}: {reason}.", {**values, "last": absence.last_day})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What an alert says. Without `text` it says what its kind or the absence says; `words` are the person's own.

    `buttons` are ways on that only this one has.
    """

    kind: AlertKind
    text: Text | None = None
    absence: Absence | None = None
    words: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class _Card:
    """An alert as it is shown: with the person and the report it is about."""

    alert: Alert
    subject: Person
    absence: Absence | None
    buttons: tuple[Button, ...] = ()


def raise_alert(occasion: Occasion, subject: Person, news: News) -> None:
    """Let the responsible person know at once, and begin to count the time until somebody has seen it."""
    for to in _first_to_know(occasion, subject, news.kind):
        alert = Alert(
            id=occasion.uow.new_id(),
            subject=subject.id,
            kind=news.kind,
            to=to.id,
            raised_at=occasion.now,
            absence=news.absence.id if news.absence else None,
            words=news.words,
        )
        occasion.uow.alerts.add(alert)
        occasion.record(AlertRaised(who=subject.id, kind=news.kind, to=to.id), subject.id)
        card = _Card(alert, subject, news.absence, news.buttons)
        _show(occasion, card, to, news.text or _says(card))
        _plan(occasion, alert, to)


def _first_to_know(occasion: Occasion, subject: Person, kind: AlertKind) -> list[Person]:
    if kind is AlertKind.VIOLENCE:
        return occasion.uow.people.all(Role.PROTECTION)
    responsible = occasion.responsible(subject)
    return [responsible] if responsible else []


def _card_of(occasion: Occasion, alert: Alert) -> _Card:
    """The alert with what is known now."""
    absence = None if alert.absence is None else occasion.uow.absences.get(alert.absence)
    return _Card(alert, occasion.uow.people.get(alert.subject), absence)


def _says(card: _Card) -> Text:
    return TEXTS[card.alert.kind] if card.absence is None else absence_text(card.absence)


def _show(occasion: Occasion, card: _Card, to: Person, text: Text) -> None:
    alert = card.alert
    if not access.may_be_told(to, alert):
        return
    about = Sending(
        message_class=MessageClass.ALERT,
        subject=card.subject,
        lasting=True,
        dedupe=f"alert:{alert.id}:{alert.step}:{to.id}:{occasion.cause}",
    )
    if occasion.say(to, Said(text, _ways_on(card), Level.L4), about):
        access.note_read(occasion, to, Operation.READ_ALERT, card.subject)
    if alert.words:
        occasion.say_words(to, alert.words, replace(about, dedupe=f"{about.dedupe}:words"))


def _ways_on(card: _Card) -> tuple[Button, ...]:
    alert, absence = card.alert, card.absence
    seen = Button(SEEN, "seen", str(alert.id))
    if card.buttons:
        return (*card.buttons, seen)
    if alert.kind in ANSWERED:
        return (seen, Button(ANSWER, "answer", str(alert.subject)))
    if alert.kind is AlertKind.INTAKE:
        return (*ways_with_intake(alert.subject), seen)
    if absence is None or absence.taken_back:
        return (seen,)
    if absence.reason is Reason.ILLNESS and absence.proof is Proof.OPEN:
        return (seen, Button(PROOF_HERE, "proof", str(absence.id)))
    return (seen,)


def ways_with_intake(subject: PersonId) -> tuple[Button, ...]:
    """What staff can do with the intake of this person."""
    return tuple(Button(button.label, button.action, str(subject)) for button in WITH_INTAKE)


def _plan(occasion: Occasion, alert: Alert, holder: Person) -> None:
    """Count the time until somebody has seen it, on the clock of whoever was told first."""
    profile, repeats = occasion.uow.profile, alert.kind is AlertKind.VIOLENCE
    if alert.step >= (REPEATS if repeats else len(LADDER)):
        return
    spans = profile.crisis_escalation if alert.kind in URGENT else profile.escalation
    span = spans.substitute * (alert.step + 1) if repeats else (spans.substitute, spans.coordinator)[alert.step]
    raised = alert.raised_at.astimezone(occasion.local(holder).tzinfo)
    fire_at = max(occasion.calendar.after_office_time(raised, span).astimezone(UTC), occasion.now + SOON)
    occasion.uow.timers.add(TIMER, fire_at, alert.subject, alert.id, str(alert.step))


def escalate(occasion: Occasion, alert_id: int, guard: str) -> None:
    """Nobody has looked in time: tell the next person, and keep counting."""
    alert = occasion.uow.alerts.get(alert_id)
    if alert.acknowledged_by is not None or str(alert.step) != guard:
        return
    _step(occasion, alert, patient=True)


def _step(occasion: Occasion, alert: Alert, *, patient: bool) -> None:
    stepped = replace(alert, step=alert.step + 1)
    occasion.uow.alerts.step(alert.id, stepped.step)
    ladder = _ladder(occasion, stepped)
    rungs = ladder[alert.step : alert.step + 1] if patient else ladder[alert.step :]
    to = next((person for person in rungs if person is not None), None)
    if to is not None:
        hand_on(occasion, stepped, to)
    _plan(occasion, stepped, occasion.uow.people.get(stepped.to))


def hand_on(occasion: Occasion, alert: Alert, to: Person) -> None:
    """Give an alert to one more person."""
    occasion.uow.alerts.add_holder(alert.id, to.id)
    occasion.record(AlertEscalated(who=alert.subject, kind=alert.kind, to=to.id), alert.subject)
    card = _card_of(occasion, alert)
    _show(occasion, card, to, Text("Nobody has looked at this yet: {alert}", {"alert": _says(card)}))


def give_up(occasion: Occasion, holder: Person) -> None:
    """Somebody who has left holds alerts that nobody has seen: the next person gets each of them at once."""
    for alert in occasion.uow.alerts.open_to(holder.id):
        if alert.kind is not AlertKind.VIOLENCE:
            _step(occasion, alert, patient=False)
            continue
        for to in occasion.uow.people.all(Role.PROTECTION):
            hand_on(occasion, alert, to)


def _ladder(occasion: Occasion, alert: Alert) -> list[Person | None]:
    people = occasion.uow.people
    if alert.kind is AlertKind.VIOLENCE:
        return [people.get(alert.to)] * REPEATS
    holders = set(occasion.uow.alerts.holders(alert.id)) | {alert.to}
    caseworker = people.caseworker_of(alert.subject)
    substitute = people.substitute_of(caseworker.id) if caseworker else None
    coordinator = next(iter(people.all(Role.COORDINATOR)), None)
    return [
        None if person is None or person.id in holders or people.has_left(person.id) else person
        for person in (substitute, coordinator)
    ]


def acknowledge(occasion: Occasion, alert_id: int, by: Person) -> None:
    """Somebody has seen it: no more escalation, and the person is told."""
    alert = occasion.uow.alerts.get(alert_id)
    subject = occasion.uow.people.get(alert.subject)
    if alert.acknowledged_by is not None:
        occasion.say(by, Said(_already(occasion, alert, by)), Sending(subject=subject))
        return
    occasion.uow.alerts.acknowledge(alert.id, by.id, occasion.now)
    occasion.record(AlertAcknowledged(who=subject.id, kind=alert.kind, by=by.id), subject.id)
    if alert.kind in URGENT and subject.held_since is not None:
        release = Button(Text("Messages again"), "release", str(subject.id))
        held = Text("Automatic messages to {name} rest. Tap here when they may begin again.")
        occasion.say(by, Said(held, (release,)), Sending(subject=subject, lasting=True))
    _tell_person(occasion, alert, by, subject)


def _already(occasion: Occasion, alert: Alert, by: Person) -> Text:
    if alert.acknowledged_by == by.id or alert.acknowledged_by is None:
        return Text("You have already marked this as seen.")
    return Text("{person} has already seen this.", {"person": occasion.uow.people.get(alert.acknowledged_by).name})


def _tell_person(occasion: Occasion, alert: Alert, by: Person, subject: Person) -> None:
    urgent = alert.kind in URGENT
    if alert.kind in {AlertKind.WITHDRAWAL, AlertKind.UNDELIVERABLE, AlertKind.NO_ANSWER, AlertKind.DEADLINE}:
        return
    if not urgent and "C1" not in occasion.uow.consents.effective(subject.id, occasion.now):
        return
    told = Text("{person} has seen your report and knows about it.", {"person": by.name})
    if alert.kind is AlertKind.INTAKE:
        told = Text("{person} has seen your answers and reads them.", {"person": by.name})
    if urgent or alert.kind is AlertKind.MESSAGE:
        told = Text("{person} has seen your message.", {"person": by.name})
    occasion.say(subject, Said(told), Sending(ground=Ground.HELP) if urgent else Sending(purpose="C1"))


def note(occasion: Occasion, subject: Person, text: Text) -> None:
    """A further detail for the responsible person, without an alert of its own."""
    to = occasion.responsible(subject)
    about = Sending(message_class=MessageClass.ALERT, subject=subject)
    if to is not None and occasion.say(to, Said(text, level=Level.L4), about):
        access.note_read(occasion, to, Operation.READ_ALERT, subject)


def alert_of(dedupe: str) -> tuple[int, int] | None:
    """The alert a message belongs to and the step it was written at, from its dedupe key."""
    parts = dedupe.split(":")
    return (int(parts[1]), int(parts[2])) if parts[0] == "alert" else None


def undeliverable(occasion: Occasion, subject_id: PersonId, to: PersonId, dedupe: str) -> None:
    """A message could not be delivered: an alert goes on to the next person, anything else raises one."""
    written_for = alert_of(dedupe)
    if written_for is not None:
        alert = occasion.uow.alerts.get(written_for[0])
        waits = alert.acknowledged_by is None and alert.step == written_for[1]
        if waits and alert.kind is not AlertKind.VIOLENCE:
            _step(occasion, alert, patient=False)
        return
    unreached = occasion.uow.people.get(to)
    if unreached.role is Role.PARTICIPANT and subject_id == to and not _is_known_unreached(occasion, to):
        raise_alert(occasion, unreached, News(kind=AlertKind.UNDELIVERABLE))


def _is_known_unreached(occasion: Occasion, person: PersonId) -> bool:
    """Whether somebody has been asked to call already and has not seen it yet: one alert for all lost messages."""
    about = occasion.uow.alerts.about(person)
    return any(alert.kind is AlertKind.UNDELIVERABLE and alert.acknowledged_by is None for alert in about)
