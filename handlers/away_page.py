"""Being away, on a page: the same as the line in the chat, by the same handlers; and for whom one stands in (F42)."""

from dataclasses import dataclass
from datetime import date

from flows.people import Person, Role
from flows.rules.access import Operation
from handlers import access, staff_leave
from handlers.on_page import PageOccasion
from handlers.staff_leave import LONGEST, STANDING_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayPage:
    """What is known of the reader's absence. `spans`: first and last day, None: until they are back."""

    spans: tuple[tuple[date, date | None], ...]
    away_now: bool
    stand_in: Person | None
    colleagues: tuple[Person, ...]
    covers: tuple[Person, ...]


def look(occasion: PageOccasion) -> AwayPage:
    """The days that are not over yet, the stand-in, who could be one, and whom the reader stands in for today."""
    reader, people = occasion.reader, occasion.uow.people
    today = occasion.local(reader).date()
    spans = people.leaves_from(reader.id, today)
    return AwayPage(
        spans=tuple((first, None if last == date.max else last) for first, last in spans),
        away_now=people.is_away(reader.id, today),
        stand_in=people.substitute_of(reader.id),
        colleagues=tuple(_colleagues(occasion)),
        covers=tuple(one for one in people.all(Role.CASEWORKER) if _is_covered(occasion, one, today)),
    )


def _colleagues(occasion: PageOccasion) -> list[Person]:
    people = occasion.uow.people
    known = [one for role in STANDING_IN for one in people.all(role)]
    return [one for one in known if one.id != occasion.reader.id and not people.has_left(one.id)]


def _is_covered(occasion: PageOccasion, colleague: Person, today: date) -> bool:
    people = occasion.uow.people
    stand_in = people.substitute_of(colleague.id)
    return stand_in is not None and stand_in.id == occasion.reader.id and people.is_away(colleague.id, today)


def enter(occasion: PageOccasion, first: date, last: date | None) -> bool:
    """The reader is away on these days; False for days that make no span, or one that is too long."""
    until = date.max if last is None else last
    today = occasion.local(occasion.reader).date()
    if until < first or first < today or (last is not None and last - first > LONGEST):
        return False
    staff_leave.enter(occasion, occasion.reader, first, until)
    staff_leave.confirm(occasion, occasion.reader, first, until)
    return True


def end(occasion: PageOccasion) -> None:
    """The reader is here again."""
    staff_leave.come_back(occasion, occasion.reader)


def name(occasion: PageOccasion, handle: str) -> bool:
    """Who stands in for the reader; False for whoever cannot."""
    chosen = next((one for one in _colleagues(occasion) if one.handle == handle), None)
    if chosen is None:
        return False
    staff_leave.name_stand_in(occasion, occasion.reader, chosen)
    return True


def may(person: Person) -> bool:
    """Whether the table lets somebody in this role say when they are away."""
    return access.may_own(person, Operation.KEEP_OWN_LEAVE)
