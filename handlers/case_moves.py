"""What goes along when somebody gets another caseworker: everything that is not settled yet (F44, R57).

Open alerts, what was seen and not decided, appointments, what waits to be sent. Tasks, proofs, reports and timers
belong to the person: whoever is responsible when they are asked for, or fire, has them.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from flows.engine.events import HandedOver, Said
from flows.engine.messages import Button, Haste, Level, MessageClass, Text, Value
from flows.people import Person, PersonId
from flows.rules.alerts import Alert
from flows.rules.appointments import Appointment
from flows.rules.ladder import PROTECTED
from handlers import absences, alert_cards, appointments, day_sheets, rewording, strikes, undecided
from handlers.occasion import Occasion, Sending

REASON: Final = "handed over"


def move(occasion: Occasion, participant: Person, to: Person, by: Person) -> None:
    """From now on `to` looks after the participant; everybody concerned is told. The participant is locked."""
    people = occasion.uow.people
    before = people.caseworker_of(participant.id)
    people.assign(participant.id, to.id)
    occasion.forget_responsible(participant)
    occasion.record(HandedOver(who=participant.id, to=to.id), participant.id)
    alerts = _open_alerts(occasion, participant)
    dates, clashes = _move_appointments(occasion, participant, before, to)
    if before is not None:
        _move_messages(occasion, participant, before, to)
        rewording.of_case(occasion, participant, before, to)
    _tell_new(occasion, participant, to, (len(alerts), dates, clashes))
    for alert in alerts:
        _move_alert(occasion, alert, before, to)
    undecided.raise_again(occasion, participant)
    _tell_others(occasion, participant, to, {one.id: one for one in (before, by) if one is not None}.values())
    _tell_person(occasion, participant, to, by)


def _open_alerts(occasion: Occasion, participant: Person) -> list[Alert]:
    """What nobody has seen yet; violence stays where it is (R59)."""
    about = occasion.uow.alerts.about(participant.id)
    unseen = [alert for alert in about if alert.acknowledged_by is None]
    return [alert for alert in reversed(unseen) if alert.kind not in PROTECTED]


def _move_alert(occasion: Occasion, alert: Alert, before: Person | None, to: Person) -> None:
    """The former caseworker and their stand-in have it no more; the new one, and whoever is there for them, have it."""
    uow = occasion.uow
    for holder in _former(occasion, before, to):
        uow.alerts.let_go(alert.id, holder)
    moved = replace(alert, to=to.id)
    uow.alerts.change(moved)
    card = alert_cards.card_of(occasion, moved)
    responsible = occasion.responsible(card.subject)
    for one in {each.id: each for each in (to, responsible) if each is not None}.values():
        uow.alerts.add_holder(alert.id, one.id)
        alert_cards.show(occasion, card, one, Text("Open since before: {alert}", {"alert": card.says}))


def _former(occasion: Occasion, before: Person | None, to: Person) -> set[PersonId]:
    """Whoever had it until now, and whoever stood in for them."""
    stand_in = None if before is None else occasion.uow.people.substitute_of(before.id)
    return {one.id for one in (before, stand_in) if one is not None} - {to.id}


def _move_appointments(
    occasion: Occasion, participant: Person, before: Person | None, to: Person
) -> tuple[int, list[Appointment]]:
    """Dates of the participant alone go along, those of groups stay. How many, and which meet another of `to`'s."""
    moved, clashes = 0, []
    known = occasion.uow.appointments
    for appointment, _ in known.of(participant.id, occasion.now):
        alone = len(known.invited(appointment.id)) == 1
        if appointment.cancelled or before is None or appointment.organiser != before.id or not alone:
            continue
        if appointments.collides(occasion, to.id, appointment.starts, appointment.minutes, appointment.id):
            clashes.append(appointment)
        known.hand_to(appointment.id, to.id)
        moved += 1
    return moved, clashes


def _move_messages(occasion: Occasion, participant: Person, before: Person, to: Person) -> None:
    """What waits for the former ones about the participant goes to the new one; alerts are shown anew anyway."""
    outbox, reader = occasion.uow.outbox, occasion.responsible(participant)
    waiting = [message for one in _former(occasion, before, to) for message in outbox.pending_for(one)]
    for message in sorted(waiting, key=lambda one: one.id):
        if message.subject != participant.id or message.ping:
            continue
        outbox.mark_suppressed(message.id, REASON, occasion.now)
        is_alert = message.dedupe.startswith(f"{alert_cards.PREFIX}:")
        if reader is not None and not is_alert and message.question.conversation is None:
            about = Sending(message_class=message.message_class, subject=participant, lasting=True)
            buttons = tuple(
                Button(Text("{words}", {"words": one.label}), one.action, one.value) for one in message.buttons
            )
            occasion.say(reader, Said(Text("{words}", {"words": message.text}), buttons, Level.L4), about)


def _tell_new(occasion: Occasion, participant: Person, to: Person, came: tuple[int, int, list[Appointment]]) -> None:
    alerts, dates, clashes = came
    about = Sending(message_class=MessageClass.ALERT, subject=participant, lasting=True)
    tasks = sum(task.said is not None for task in occasion.uow.tasks.open_of(participant.id))
    proofs = sum(map(day_sheets.proof_is_open, absences.of_person(occasion, participant)))
    values: dict[str, Value] = {"alerts": alerts, "dates": dates, "tasks": tasks, "proofs": proofs}
    text = Text(
        "You look after {name} from now on. Open alerts: {alerts}. Appointments: {dates}. Tasks: {tasks}. "
        "Open proofs: {proofs}.",
        values,
    )
    occasion.say(to, Said(text, level=Level.L4), about)
    for appointment in clashes:
        off = Button(Text("Call it off"), "call_off", f"{appointment.id}:{appointment.revision}")
        clash = Text("You have something else at the same time: {name}, {at}.", {"at": appointment.starts})
        occasion.say(to, Said(clash, (off,), Level.L4), about)


def _tell_others(occasion: Occasion, participant: Person, to: Person, others: Iterable[Person]) -> None:
    text = Text("{person} looks after {name} from now on.", {"person": to.name})
    for other in others:
        if other.id != to.id and not occasion.uow.people.has_left(other.id):
            occasion.say(
                other, Said(text, level=Level.L4), Sending(message_class=MessageClass.ALERT, subject=participant)
            )


def _tell_person(occasion: Occasion, participant: Person, to: Person, by: Person) -> None:
    """The participant hears the new name with the direct line, never who it was before; not at night."""
    line = Text("From now on {person} is here for you. Phone: {phone}.", {"person": to.name, "phone": to.phone})
    name_only = Text("From now on {person} is here for you.", {"person": to.name})
    sending = Sending(purpose="C1", quiet=True, haste=Haste.NEWS)
    if occasion.say(participant, Said(line if to.phone else name_only), sending):
        strikes.tell_successor_reads(occasion, participant, to)
    else:
        untold = Text("{name} gets no messages here. Please say yourself who is there now.")
        occasion.say(by, Said(untold), Sending(subject=participant))
