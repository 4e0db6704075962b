"""A day that was open when its month was locked: a named person decides it afterwards, by a signed word (ADR 34)."""

from collections.abc import Iterator
from datetime import date, timedelta

from flows.dialogues import attendance as says
from flows.engine.attendance_events import AttendanceDecided
from flows.engine.events import Said
from flows.engine.messages import Level, Text, Value
from flows.people import Person
from flows.rules.attendance import Day, DayMark, Marked, Seen, State, day_of
from flows.rules.excuses import excuse_on
from flows.rules.month import UNDECIDED, Word, hindrance
from flows.rules.month import Said as Told
from handlers import attendance, statements, tasks
from handlers.excusing import known_of
from handlers.occasion import Occasion, Sending


def can_be_decided(occasion: Occasion, person: Person, day: date) -> bool:
    """Whether the day was open at the lock, and the person's month is not ready, so that it cannot have gone out."""
    uow, rule, month = occasion.uow, attendance.rule_of(occasion.uow), day.replace(day=1)
    if rule is None or not attendance.is_locked(uow, month, occasion.now):
        return False
    days = attendance.month_of(occasion, person, month)
    closed = uow.months.closed(person.id, month)
    if not any(one.day == day and one.state in UNDECIDED for one in (days if closed is None else closed)):
        return False
    said = uow.months.said_of(person.id, month)
    return hindrance(days, attendance.fingerprint(days), said, rule, occasion.now) is not None


def decide(occasion: Occasion, by: Person, person: Person, said: tuple[date, Marked]) -> None:
    """Sign what the day was; whoever decides after somebody else sees what that was. The caller locks the person.

    A certificate goes before "unexcused" here as well (R5). Then the person sees the month once more (R27).
    """
    uow, (day, marked) = occasion.uow, said
    month, about = day.replace(day=1), Sending(subject=person)
    statements.close(occasion, person, month)
    before = next(_decisions(occasion, person, day), None)
    is_now = attendance.day_on(occasion, person, day)
    stands = _stands(occasion, person, by, said)
    if stands is None or is_now is None or (stands.state, stands.excuse) == (is_now.state, is_now.excuse):
        occasion.say(by, Said(_already(occasion, day, before), level=Level.L4), about)
        return
    told = Told(
        id=uow.new_id(), person=person.id, month=month, word=Word.DECIDED, by=by.id,
        at=occasion.now if before is None else max(occasion.now, before.at + timedelta(microseconds=1)),
        day=day, stands=(stands.state, stands.excuse),
    )  # fmt: skip
    uow.months.say(told)
    occasion.record(AttendanceDecided(who=person.id, day=day, mark=marked, by=by.id), person.id)
    if stands.state is State.UNEXCUSED:
        tasks.happened(occasion, person, attendance.UNEXCUSED, day.isoformat())
    else:
        tasks.undone(occasion, person, attendance.UNEXCUSED, day.isoformat(), by)
    occasion.say(by, Said(_signed(occasion, day, stands, before), level=Level.L4), about)
    statements.show_again(occasion, person, month)


def _stands(occasion: Occasion, person: Person, by: Person, said: tuple[date, Marked]) -> Day | None:
    """What the day is with this word, beside the reports and certificates that are known now."""
    day, marked = said
    known = known_of(occasion, person.id, day.replace(day=1))
    mark = DayMark(id=0, person=person.id, day=day, marked=marked, by=by.id, at=occasion.now)
    seen = Seen(day=day, planned=True, marks=(mark,), excuse=excuse_on(day, known))
    return day_of(seen, occasion.local(person).date())


def _decisions(occasion: Occasion, person: Person, day: date) -> Iterator[Told]:
    """What was decided about the day, the newest first."""
    said = occasion.uow.months.said_of(person.id, day.replace(day=1))
    yield from (one for one in reversed(said) if one.word is Word.DECIDED and one.day == day)


def _already(occasion: Occasion, day: date, before: Told | None) -> Text:
    if before is None:
        return Text("It stands so already: {name}, {day}.", {"day": day})
    who = occasion.uow.people.get(before.by).name
    return Text("{person} has already decided this: {at}.", {"person": who, "at": before.at})


def _signed(occasion: Occasion, day: date, stands: Day, before: Told | None) -> Text:
    values: dict[str, Value] = {"day": day, "state": says.STATES[stands.state]}
    if before is None or before.stands is None:
        return Text("Signed: {name}, {day}: {state}.", values)
    who = occasion.uow.people.get(before.by).name
    more: dict[str, Value] = {"before": says.STATES[before.stands[0]], "person": who}
    return Text("Signed: {name}, {day}: {state}. Before that {person} had decided: {before}.", values | more)
