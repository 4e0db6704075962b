"""An alert is put off: it comes again at the time chosen, and its ladder goes on as if nothing had been said (F42)."""

from datetime import UTC, datetime
from typing import Final

from flows.engine.events import Said
from flows.engine.messages import Button, Text
from flows.people import Person, PersonId
from flows.rules.alerts import Alert, Hold
from flows.rules.calendar import ONE_DAY
from flows.rules.ladder import AN_HOUR, RULES
from handlers import alert_cards, escalating
from handlers.occasion import Occasion, Sending

TIMER: Final = "snooze"
ACTION: Final = "snooze"


def offer(occasion: Occasion, by: Person, alert: Alert) -> None:
    """Ask until when; or who else shall have it."""
    local = occasion.local(by)
    choices = [
        Button(_label(at, local), ACTION, f"{alert.id}:{int(at.timestamp())}")
        for at in escalating.ladder(occasion).snoozes(local)
    ]
    other = Button(alert_cards.PASS, "pass", str(alert.id))
    subject = occasion.uow.people.get(alert.subject)
    said = Said(Text("When shall this come again? Or shall somebody else have it?"), (*choices, other))
    occasion.say(by, said, Sending(subject=subject, lasting=True))


def _label(at: datetime, now: datetime) -> Text:
    clock = at.timetz().replace(tzinfo=None)
    if at.date() == now.date():
        in_an_hour = (at.astimezone(UTC) - now.astimezone(UTC)) <= AN_HOUR and at.minute == now.minute
        return Text("In one hour, {time}", {"time": clock}) if in_an_hour else Text("Today, {time}", {"time": clock})
    if at.date() == now.date() + ONE_DAY:
        return Text("Tomorrow, {time}", {"time": clock})
    return Text("{at}", {"at": at})


def put_off(occasion: Occasion, by: Person, alert: Alert, seconds: int) -> None:
    """Put it off until then (seconds since the epoch): the last word counts. The next person gets it as ever."""
    until, subject = datetime.fromtimestamp(seconds, UTC), occasion.uow.people.get(alert.subject)
    if until <= occasion.now:
        offer(occasion, by, alert)
        return
    hold = _hold(occasion, alert, by.id)
    if hold is None:
        return
    occasion.uow.timers.cancel(TIMER, hold.id)
    occasion.uow.timers.add(TIMER, until, alert.subject, hold.id, f"{alert.id}:{by.id}")
    zone, due = occasion.local(by).tzinfo, escalating.next_step_at(occasion, alert)
    text = Text("Put off. It comes again: {at}.", {"at": until.astimezone(zone)})
    if alert.step < len(RULES[alert.kind].rungs) and due < until:
        values = {"at": until.astimezone(zone), "due": due.astimezone(zone)}
        text = Text("Put off. It comes again: {at}. Unseen until {due}, it goes to the next person, too.", values)
    occasion.say(by, Said(text), Sending(subject=subject))


def comes_back(occasion: Occasion, alert: Alert, holder: Person) -> datetime | None:
    """When it comes again for somebody who has put it off."""
    hold = _hold(occasion, alert, holder.id)
    return None if hold is None else occasion.uow.timers.when(TIMER, hold.id)


def _hold(occasion: Occasion, alert: Alert, person: PersonId) -> Hold | None:
    return next((hold for hold in occasion.uow.alerts.holds(alert.id) if hold.person == person), None)


def come_back(occasion: Occasion, hold_id: int, guard: str) -> None:
    """It is time again: shown to whoever put it off, if they still have it; never while the office is closed.

    Whoever is away by now waits for nothing: it goes to whoever is responsible.
    """
    alert_id, _, person_id = guard.partition(":")
    alert, to = occasion.uow.alerts.get(int(alert_id)), occasion.uow.people.get(PersonId(int(person_id)))
    if alert.acknowledged_by is not None or _hold(occasion, alert, to.id) is None:
        return
    if escalating.is_absent(occasion, to):
        escalating.look(occasion, alert)
        return
    local = occasion.local(to)
    if not occasion.calendar.is_open(local):
        opens = occasion.calendar.next_opening(local).astimezone(UTC)
        occasion.uow.timers.add(TIMER, opens, alert.subject, hold_id, guard)
        return
    card = alert_cards.card_of(occasion, alert)
    alert_cards.show(occasion, card, to, Text("You wanted to see this again: {alert}", {"alert": card.says}))
