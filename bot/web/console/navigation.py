"""What stands beside every page of the console: where somebody in this role can go, asked of the access table."""

from dataclasses import dataclass
from typing import Final

from flows.engine.messages import Text
from flows.people import Role
from flows.rules.access import Operation, Relation, permits

from bot.web.sessions import Visit


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the console: its path under the session, what it is called, its pictogram, what is done there."""

    path: str
    label: Text
    icon: str
    operation: Operation


PLACES: Final = (
    Place("/today", Text("Today"), "calendar-days", Operation.READ_DAY_SHEET),
    Place("/alerts", Text("Alerts"), "siren", Operation.READ_ALERT),
    Place("/people", Text("People"), "users", Operation.READ_CASE),
    Place("/calls", Text("Phone list"), "phone", Operation.SEE_PHONE_LIST),
    Place("", Text("Messages"), "message-circle", Operation.CHAT),
    Place("/attendance", Text("Attendance"), "check", Operation.KEEP_ATTENDANCE),
    Place("/month", Text("Month"), "calendar-days", Operation.KEEP_ATTENDANCE),
    Place("/certificates", Text("Sick notes"), "thermometer", Operation.READ_CERTIFICATE),
    Place("/calendar", Text("My appointments"), "clock", Operation.FETCH_CALENDAR),
    Place("/away", Text("Away"), "skip-forward", Operation.KEEP_OWN_LEAVE),
    Place("/papers", Text("Papers to sign"), "file-check", Operation.READ_PAPER),
    Place("/broadcasts", Text("Broadcasts"), "send", Operation.SEND_BROADCAST),
    Place("/figures", Text("Missed appointments"), "calendar-x", Operation.SEE_FIGURES),
    Place("/absences", Text("Rates of absence"), "calendar-sync", Operation.SEE_FIGURES),
    Place("/team", Text("Team"), "user-round", Operation.SEE_STAFF),
    Place("/audit", Text("Audit"), "eye", Operation.READ_ACCESS_LOG),
)
"""In the order in which they stand; a new page is a line here."""


def is_open_to(role: Role, place: Place) -> bool:
    """Whether the table lets somebody in this role do it towards anybody at all."""
    return permits(role, place.operation, Relation)


def places_of(visit: Visit) -> list[Place]:
    """Where this member of staff can go."""
    return [place for place in PLACES if is_open_to(visit.person.role, place)]


def first_page(visit: Visit) -> str:
    """Where a login leads: the day, or the messages for whoever has none."""
    return f"{visit.home}{places_of(visit)[0].path}"
