"""Alerts: what somebody of the staff must know is raised, and ends when one of them has seen it (F42)."""

from dataclasses import dataclass
from typing import Final

from flows.engine.events import AlertAcknowledged, AlertKind, AlertRaised, Said
from flows.engine.messages import Button, Level, MessageClass, Text
from flows.people import Person, PersonId, Role
from flows.rules.absence import Absence
from flows.rules.access import Operation
from flows.rules.alerts import Alert
from flows.rules.grounds import Ground
from flows.rules.ladder import URGENT, named
from handlers import access, alert_cards, digests, escalating, joining
from handlers.occasion import Occasion, Sending

UNTOLD: Final = frozenset(
    {
        AlertKind.WITHDRAWAL,
        AlertKind.UNDELIVERABLE,
        AlertKind.NO_ANSWER,
        AlertKind.DEADLINE,
        AlertKind.OUTSIDE_READS,
    }
)
"""Of these the person is not told that somebody has seen them: they did not say anything."""
WISHES: Final = frozenset({AlertKind.LEAVE, AlertKind.MOVE})
"""These ask for something that is decided: seen is not granted."""


BY_ANSWER: Final = frozenset({AlertKind.MESSAGE, AlertKind.COMPLAINT})
"""Who answers these has seen them."""


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


def raise_alert(occasion: Occasion, subject: Person, news: News) -> None:
    """Let the responsible person know at once, and begin to count the time until somebody has seen it.

    What can wait comes with the next digest. Of a flood of the same kind the first are told, the others joined.
    """
    if not joining.join(occasion, subject, _alert(occasion, subject, subject, news)):
        _raise(occasion, subject, news)


def _raise(occasion: Occasion, subject: Person, news: News) -> None:
    """Where there is nobody for it, it waits in the subject's own name, which shows it to nobody, until there is."""
    first = escalating.first_to_know(occasion, subject, news.kind)
    for to in first or [subject]:
        alert = _alert(occasion, subject, to, news)
        occasion.uow.alerts.add(alert)
        occasion.record(AlertRaised(who=subject.id, kind=named(news.kind), to=to.id), subject.id)
        if escalating.ladder(occasion).is_gathered(news.kind):
            digests.gather(occasion, to)
        else:
            card = alert_cards.Card(alert, subject, news.absence, occasion.uow.profile.own_reasons)
            alert_cards.show(occasion, card, to, card.says)
        escalating.plan(occasion, alert)
    escalating.call_for_protection(occasion, news.kind)


def _alert(occasion: Occasion, subject: Person, to: Person, news: News) -> Alert:
    return Alert(
        id=occasion.uow.new_id(),
        subject=subject.id,
        kind=news.kind,
        to=to.id,
        raised_at=occasion.now,
        absence=news.absence.id if news.absence else None,
        words=news.words,
        text=news.text,
        buttons=news.buttons,
    )


def acknowledge(occasion: Occasion, alert_id: int, by: Person) -> None:
    """Somebody has seen it: no more escalation, and the person is told. What was joined to it meanwhile stays open."""
    alert = occasion.uow.alerts.get(alert_id)
    subject = occasion.uow.people.get(alert.subject)
    if alert.acknowledged_by is not None:
        occasion.say(by, Said(_already(occasion, alert, by)), Sending(subject=subject))
        return
    _settle(occasion, alert, by, subject)
    if alert.kind in URGENT and subject.held_since is not None:
        release = Button(Text("Messages again"), "release", str(subject.id))
        held = Text("Automatic messages to {name} rest. Tap here when they may begin again.")
        occasion.say(by, Said(held, (release,)), Sending(subject=subject, lasting=True))
    _tell_who_asked(occasion, alert, by, subject)
    _tell_person(occasion, alert, by, subject)


def answered(occasion: Occasion, subject: Person, by: Person) -> None:
    """Whoever answers has seen what they answer: it is not passed on any more, and what was joined to it is shown.

    What has ways on of its own (a wish to move, a request for leave) is settled by these alone.
    """
    for alert in occasion.uow.alerts.held(subject.id, by.id):
        if alert.kind in BY_ANSWER and alert.acknowledged_by is None and not alert.buttons:
            _settle(occasion, alert, by, subject)


def _settle(occasion: Occasion, alert: Alert, by: Person, subject: Person) -> None:
    occasion.uow.alerts.acknowledge(alert.id, by.id, occasion.now)
    occasion.record(AlertAcknowledged(who=subject.id, kind=named(alert.kind), by=by.id), subject.id)
    if alert.joined:
        joining.forget(occasion, alert)
        words = "\n".join(filter(None, alert.waiting))
        _raise(occasion, subject, News(kind=alert.kind, text=alert_cards.more_of_it(alert), words=words))


def _already(occasion: Occasion, alert: Alert, by: Person) -> Text:
    if alert.acknowledged_by == by.id or alert.acknowledged_by is None:
        return Text("You have already marked this as seen.")
    return Text("{person} has already seen this.", {"person": occasion.uow.people.get(alert.acknowledged_by).name})


def _tell_who_asked(occasion: Occasion, alert: Alert, by: Person, subject: Person) -> None:
    """Whoever asked somebody to take it over hears that they have, and they that it is theirs (F42)."""
    hold = next((one for one in occasion.uow.alerts.holds(alert.id) if one.person == by.id), None)
    if hold is None or hold.handed_by is None:
        return
    asked = occasion.uow.people.get(hold.handed_by)
    about = Sending(message_class=MessageClass.ALERT, subject=subject)
    occasion.say(asked, Said(Text("{person} has taken it over: {name}.", {"person": by.name}), level=Level.L4), about)
    mine = Text("You have taken it over from {person}: {name}.", {"person": asked.name})
    occasion.say(by, Said(mine, level=Level.L4), Sending(subject=subject))


def _tell_person(occasion: Occasion, alert: Alert, by: Person, subject: Person) -> None:
    urgent = alert.kind in URGENT
    if alert.kind in UNTOLD:
        return
    if not urgent and "C1" not in occasion.uow.consents.effective(subject.id, occasion.now):
        return
    told = Text("{person} has seen your report and knows about it.", {"person": by.name})
    if alert.kind in WISHES:
        told = Text("{person} has seen your wish.", {"person": by.name})
    if alert.kind is AlertKind.INTAKE:
        told = Text("{person} has seen your answers and reads them.", {"person": by.name})
    if urgent or alert.kind in BY_ANSWER:
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
    return (int(parts[1]), int(parts[2])) if parts[0] == alert_cards.PREFIX else None


def undeliverable(occasion: Occasion, subject_id: PersonId, to: PersonId, dedupe: str) -> None:
    """A message could not be delivered: an alert goes on to the next person, anything else raises one."""
    written_for = alert_of(dedupe)
    if written_for is not None:
        escalating.passes_on(occasion, *written_for)
        return
    if digests.is_digest(dedupe):
        digests.undeliverable(occasion, to)
        return
    unreached = occasion.uow.people.get(to)
    if unreached.role is Role.PARTICIPANT and subject_id == to and not _is_known_unreached(occasion, to):
        raise_alert(occasion, unreached, News(kind=AlertKind.UNDELIVERABLE))


def _is_known_unreached(occasion: Occasion, person: PersonId) -> bool:
    """Whether somebody has been asked to call already and has not seen it yet: one alert for all lost messages."""
    about = occasion.uow.alerts.about(person)
    return any(alert.kind is AlertKind.UNDELIVERABLE and alert.acknowledged_by is None for alert in about)
