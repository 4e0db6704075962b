"""What somebody has seen and not decided yet is not lost when another caseworker comes: it is shown anew (F44)."""

from collections.abc import Iterator

from flows.engine.alert_kinds import AlertKind
from flows.people import Person
from flows.rules.alerts import Alert
from flows.rules.appointments import Answer
from flows.rules.intake import State
from flows.rules.leave import LeaveState
from handlers import alerts, leave_desk
from handlers.alerts import News
from handlers.occasion import Occasion


def raise_again(occasion: Occasion, participant: Person) -> int:
    """Raise what was seen and still waits for a decision, oldest first, for whoever is responsible; how much it was.

    Of one request one card comes, however often it was shown; one that nobody has seen yet goes along as it is.
    """
    about = occasion.uow.alerts.about(participant.id)
    known = [_named(alert) for alert in about if alert.acknowledged_by is None]
    found = []
    for alert in about:
        if alert.acknowledged_by is not None and _named(alert) not in known and _waits(occasion, participant, alert):
            known.append(_named(alert))
            found.append(alert)
    for alert in reversed(found):
        news = News(kind=alert.kind, text=alert.text, words=alert.words, buttons=alert.buttons)
        alerts.raise_alert(occasion, participant, news)
    return len(found)


def _named(alert: Alert) -> tuple[AlertKind, tuple[str, ...]]:
    """What tells one request from another: its kind, and what its buttons stand for."""
    return alert.kind, tuple(button.value for button in alert.buttons)


def _waits(occasion: Occasion, participant: Person, alert: Alert) -> bool:
    if alert.kind is AlertKind.INTAKE:
        intake = occasion.uow.intakes.of(participant.id)
        return intake is not None and intake.state in {State.SUBMITTED, State.ASKED}
    if alert.kind is AlertKind.LEAVE:
        waiting = (one for one in occasion.uow.leaves.of(participant.id) if one.state is LeaveState.REQUESTED)
        return any(alert.buttons == leave_desk.ways(leave) for leave in waiting)
    values = {button.value for button in alert.buttons}
    return alert.kind is AlertKind.MOVE and bool(values) and not values.isdisjoint(_wished(occasion, participant))


def _wished(occasion: Occasion, participant: Person) -> Iterator[str]:
    """What the buttons stand for under a wish for another time that nobody has answered."""
    for appointment, invitee in occasion.uow.appointments.of(participant.id, occasion.now):
        if invitee.answer is Answer.MOVE_REQUESTED and not appointment.cancelled:
            yield f"{invitee.id}:{appointment.revision}"
