"""Many people outside the own list, read by one of the staff or tried to: an alert to the officer alone (PRIVACY.md).

It looks at one member of staff, never at how much anybody reads beside others. However long it goes on, it is one alert
a day; where nobody else is there for it, coordinators hear that something waits, not what.
"""

from datetime import timedelta
from typing import Final

from flows.engine.alert_kinds import AlertKind
from flows.engine.duties import OutsideReadsNoticed
from flows.engine.events import AlertRaised
from flows.engine.messages import Text
from flows.people import Person, Role
from flows.rules.alerts import Alert
from handlers import alert_cards, escalating
from handlers.access import DAY, READS_OUTSIDE
from handlers.occasion import Occasion

TIMER: Final = READS_OUTSIDE
KIND: Final = AlertKind.OUTSIDE_READS


def look(occasion: Occasion, reader: Person, _: int, __: str) -> None:
    """Somebody has reached the profile's limit, or had a day ago: tell the officer if it is so now and not told yet."""
    uow = occasion.uow
    count = uow.access_log.outside_since(reader.id, occasion.now - DAY)
    if count < uow.profile.outside_reads or _was_told(occasion, reader):
        return
    occasion.record(OutsideReadsNoticed(who=reader.id, count=count), reader.id)
    for officer in escalating.first_to_know(occasion, reader, KIND):
        _raise(occasion, reader, officer, count)
    if reader.role is not Role.DPO:
        escalating.call_for_the_only_ones(occasion, reader, KIND)
    uow.timers.add(TIMER, occasion.now + DAY + timedelta(seconds=1), reader.id, reader.id, "")


def _was_told(occasion: Occasion, reader: Person) -> bool:
    """Whether there has been one within a day."""
    since = occasion.now - DAY
    return any(one.kind is KIND and one.raised_at > since for one in occasion.uow.alerts.about(reader.id))


def _raise(occasion: Occasion, reader: Person, officer: Person, count: int) -> None:
    said = Text(
        "Access alarm for {person}. People outside the own list within 24 hours: {n}. Please look into it.",
        {"person": reader.name, "n": count},
    )
    alert = Alert(
        id=occasion.uow.new_id(), subject=reader.id, kind=KIND, to=officer.id, raised_at=occasion.now, text=said
    )
    occasion.uow.alerts.add(alert)
    occasion.record(AlertRaised(who=reader.id, kind=KIND, to=officer.id), reader.id)
    alert_cards.show(occasion, alert_cards.Card(alert, reader, None), officer, said)
    escalating.plan(occasion, alert)
