"""Staff are away: one line in their chat, so that nothing waits for them and somebody stands in (F42).

"Away 3 to 7 December", "away until Friday", "away until further notice", "back", "stand-in Demir".
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from flows.dialogues.consent import LATER
from flows.engine.events import Said
from flows.engine.messages import MessageClass, Text
from flows.engine.nudge_events import StaffAway, StaffBack, StandInNamed
from flows.people import Person, Role
from flows.rules.access import Operation
from flows.rules.names import words_of
from handlers import access, escalating, rewording
from handlers.occasion import Occasion, Sending
from handlers.understanding import read
from storage.uow import UnitOfWork

AWAY: Final = re.compile(
    r"(?:/away|abwesend|abwesenheit|away|(?:ich bin|i am|i'm)\s+(?:\w+\s+)?"
    r"(?:abwesend|nicht da|im urlaub|krank|away|on leave|ill|sick))"
    r"(?P<days>(?:[\s:,]+.*)?)",
    re.IGNORECASE | re.DOTALL,
)
BACK: Final = re.compile(
    r"(?:/back|(?:ich bin\s+)?wieder da|(?:i am\s+|i'm\s+)?back(?:\s+again)?)[\s.!]*", re.IGNORECASE
)
STAND_IN: Final = re.compile(r"(?:/standin|vertretung|stand-?in)[\s:,]+(?:ist\s+|is\s+)?(?P<name>\S.*)", re.IGNORECASE)
FOR_GOOD: Final = re.compile(r"\b(?:bis auf weiteres|until further notice)\b", re.IGNORECASE)
STANDING_IN: Final = (Role.CASEWORKER, Role.COORDINATOR)
ABOUT_WORK: Final = Sending(message_class=MessageClass.ALERT)
LONGEST: Final = timedelta(days=400)
LEAD: Final = {"de": "ich bin krank ", "de@simple": "ich bin krank "}
LEAD_ELSE: Final = "I am ill "

WHEN: Final = Text(
    "From when until when are you away? For example: away 3 December to 7 December. Or: away until Friday."
)
TOO_LONG: Final = Text("That is more than 400 days. Please check the dates, or write: away until further notice.")
NOT_AWAY: Final = Text("You are not noted as away today.")
IS_BACK: Final = Text("Good to have you back. From today on it comes to you again.")
NO_SUCH: Final = Text("I find no colleague of this name, or more than one. Please write: stand-in, and the full name.")
NAMED: Final = Text("Noted: {colleague} stands in for you when you are away.", LATER)
OPEN: Final = Text("Noted: you are away from {first} until you write “back”.", LATER)
CLOSED: Final = Text("Noted: you are away from {first} to {last}.", LATER)
COVERED: Final = Text("{colleague} gets what comes, and what nobody has seen yet.", LATER)
UNCOVERED: Final = Text("Nobody stands in for you on that day. Please name somebody: stand-in, and the name.")
TO_COVER: Final = Text("{colleague} is away from {first} to {last}. You stand in.", LATER)
TO_COVER_OPEN: Final = Text("{colleague} is away from {first} on, until further notice. You stand in.", LATER)


def hear(occasion: Occasion, by: Person, text: str) -> bool:
    """Do what the line says about the writer's own absence; False for any other line."""
    words = " ".join(text.split())
    for pattern, act in _LINES:
        if (found := pattern.fullmatch(words)) is None:
            continue
        if access.may_own(by, Operation.KEEP_OWN_LEAVE):
            act(occasion, by, found)
        else:
            access.refuse(occasion, by)
        return True
    return False


def _go(occasion: Occasion, by: Person, found: re.Match[str]) -> None:
    today = occasion.local(by).date()
    reading = read(LEAD.get(by.language, LEAD_ELSE) + found["days"], by.language, today)
    for_good = FOR_GOOD.search(found["days"]) is not None
    first = reading.first_day or today
    last = date.max if for_good else reading.last_day or reading.first_day
    if reading.date_problem is not None or last is None or last < first:
        occasion.say(by, Said(WHEN))
    elif not for_good and last - first > LONGEST:
        occasion.say(by, Said(TOO_LONG))
    else:
        enter(occasion, by, first, last)
        confirm(occasion, by, first, last)


def enter(occasion: Occasion, person: Person, first: date, last: date) -> None:
    """Somebody of the staff is away on these days, `date.max`: until they are back; what is open goes on at once."""
    people = occasion.uow.people
    people.add_leave(person.id, first, last)
    occasion.record(StaffAway(who=person.id, first_day=first, last_day=None if last == date.max else last), person.id)
    rewording.while_away(occasion, person, first, last)
    stand_in = _stand_in(occasion, person, first)
    if stand_in is not None:
        text, known = _spanned(TO_COVER, TO_COVER_OPEN, first, last), {"colleague": person.name}
        occasion.say(stand_in, Said(Text(text.key, {**text.params, **known})), ABOUT_WORK)
    if escalating.is_absent(occasion, person):
        for alert in occasion.uow.alerts.open_to(person.id):
            escalating.look(occasion, alert)


def confirm(occasion: Occasion, by: Person, first: date, last: date) -> None:
    """Say back which days these are, and who gets what comes."""
    stand_in = _stand_in(occasion, by, first)
    occasion.say(by, Said(_spanned(CLOSED, OPEN, first, last)))
    covered = UNCOVERED if stand_in is None else Text(COVERED.key, {"colleague": stand_in.name})
    occasion.say(by, Said(covered))


def _spanned(closed: Text, open_: Text, first: date, last: date) -> Text:
    if last == date.max:
        return Text(open_.key, {"first": first})
    return Text(closed.key, {"first": first, "last": last})


def _stand_in(occasion: Occasion, person: Person, day: date) -> Person | None:
    """Who is there on that day instead: the named stand-in, else a coordinator."""
    people = occasion.uow.people
    able = (people.substitute_of(person.id), *people.all(Role.COORDINATOR))
    return next(
        (
            one
            for one in able
            if one and one.id != person.id and not people.is_away(one.id, day) and not people.has_left(one.id)
        ),
        None,
    )


def _come_back(occasion: Occasion, by: Person, _: re.Match[str]) -> None:
    come_back(occasion, by)


def come_back(occasion: Occasion, by: Person) -> None:
    """Somebody says that they are here again, and reads what that means."""
    if end(occasion, by):
        occasion.say(by, Said(IS_BACK))
    else:
        occasion.say(by, Said(NOT_AWAY))


def end(occasion: Occasion, person: Person) -> bool:
    """Somebody of the staff is here again, from today on; False if they were not away."""
    if not occasion.uow.people.end_leave(person.id, occasion.local(person).date()):
        return False
    occasion.record(StaffBack(who=person.id), person.id)
    return True


def _name(occasion: Occasion, by: Person, found: re.Match[str]) -> None:
    people, meant = occasion.uow.people, words_of(found["name"])
    colleagues = [one for role in STANDING_IN for one in people.all(role) if one.id != by.id]
    hits = {one.id: len(meant & words_of(one.name)) for one in colleagues if not people.has_left(one.id)}
    best = [one for one in colleagues if hits.get(one.id, 0) == max(hits.values(), default=0) > 0]
    if len(best) != 1:
        occasion.say(by, Said(NO_SUCH))
        return
    name_stand_in(occasion, by, best[0])
    occasion.say(by, Said(Text(NAMED.key, {"colleague": best[0].name})))


def name_stand_in(occasion: Occasion, person: Person, stand_in: Person) -> None:
    """Who stands in whenever somebody of the staff is away."""
    occasion.uow.people.set_substitute(person.id, stand_in.id)
    occasion.record(StandInNamed(who=person.id, to=stand_in.id), person.id)


def occasion_of(uow: UnitOfWork, now: datetime) -> Occasion:
    """The occasion of an operator's command."""
    return Occasion(uow=uow, now=now, cause="staff-away")


_LINES: Final[tuple[tuple[re.Pattern[str], Callable[[Occasion, Person, re.Match[str]], None]], ...]] = (
    (STAND_IN, _name),
    (BACK, _come_back),
    (AWAY, _go),
)
