"""The statement of a month: the person sees it first, says that it is right or what is wrong; the clock locks it (F36).

One timer for each person who takes part. It looks on working days from the first to the ninth whether there is
something (new) to show, and on the tenth, 0:00 in Berlin, closes the month (R23, R27).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from flows.dialogues import attendance as says
from flows.engine.attendance_events import MonthDoubted, MonthLocked, StatementAnswered, StatementShown
from flows.engine.events import AlertKind, Said
from flows.engine.messages import Button, MessageClass, Text
from flows.people import Person, Role
from flows.rules.access import Operation
from flows.rules.attendance import Day, State, month_after
from flows.rules.calendar import ONE_DAY
from flows.rules.contact import Drop, Later
from flows.rules.month import LOCK_DAY, UNDECIDED, Attendance, Word, lock_at
from flows.rules.month import Said as Told
from handlers import access, alerts, attendance
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

TIMER: Final = "statement"
AGAIN: Final = "statement_again"
"""Set when the person has to see a locked month once more, and cannot be told now."""
TALKED: Final = "month_talked"


def month_before(day: date) -> date:
    """The first day of the month before this day's."""
    return (day.replace(day=1) - ONE_DAY).replace(day=1)


def name(month: date) -> str:
    """A month in events."""
    return month.isoformat()[:7]


def unset(uow: UnitOfWork) -> Iterator[Person]:
    """Who takes part and has no timer yet: somebody from before attendance was kept here."""
    if attendance.rule_of(uow) is None:
        return
    waiting = uow.timers.waiting_for(TIMER)
    yield from (uow.people.get(one.person) for one in uow.participations.all() if one.person not in waiting)


def rule_has_changed(uow: UnitOfWork) -> bool:
    """Whether the database keeps another rule for its lock than the profile says."""
    rule = attendance.rule_of(uow)
    return rule is not None and uow.months.locks_on_tenth() != rule.locks_on_tenth


def begin(uow: UnitOfWork, now: datetime) -> None:
    """The program starts: the profile's rule is kept by the database, everybody who takes part is looked at."""
    rule = attendance.rule_of(uow)
    if rule is None:
        return
    uow.months.set_rule(locks_on_tenth=rule.locks_on_tenth)
    for person in [*unset(uow)]:
        uow.people.lock(person.id)
        plan(Occasion(uow=uow, now=now, cause="start"), person)


def plan(occasion: Occasion, person: Person) -> None:
    """Set the next look at this person's months; none where no attendance is kept or nobody takes part."""
    rule, uow = attendance.rule_of(occasion.uow), occasion.uow
    known = uow.participations.of(person.id)
    uow.timers.cancel(TIMER, person.id)
    today = occasion.local(person).date()
    if rule is None or known is None or not known.takes_part(month_before(today), date.max):
        return
    following = min(one for one in _moments(occasion, person, rule) if one > occasion.now)
    uow.timers.add(TIMER, following, person.id, person.id, "")


def _moments(occasion: Occasion, person: Person, rule: Attendance) -> Iterator[datetime]:
    """The looks at the month before this one, and the first ones after the next month has begun."""
    local = occasion.local(person)
    this = local.date().replace(day=1)
    for first in (this, month_after(this)):
        days = (first.replace(day=number) for number in range(1, LOCK_DAY))
        for day in days:
            if occasion.calendar.is_working_day(day):
                yield datetime.combine(day, rule.show_at, local.tzinfo).astimezone(UTC)
        yield lock_at(month_before(first))


def fire(occasion: Occasion, person: Person, _: int, __: str) -> None:
    """A look at the month before this one: shown to the person, or closed, as the day is."""
    uow, rule = occasion.uow, attendance.rule_of(occasion.uow)
    if rule is None or uow.people.has_left(person.id):
        return
    month = month_before(occasion.local(person).date())
    uow.attendance.see(occasion.now)
    if attendance.is_locked(uow, month, occasion.now):
        close(occasion, person, month)
    else:
        later = _show(occasion, person, month, attendance.worked_out(occasion, person, month))
        if later is not None:
            uow.timers.cancel(TIMER, person.id)
            uow.timers.add(TIMER, later.astimezone(UTC), person.id, person.id, "")
            return
    plan(occasion, person)


def close(occasion: Occasion, person: Person, month: date) -> None:
    """Keep what the month came to; the first one of whom that is kept locks it by name, too."""
    uow = occasion.uow
    if uow.months.lock(month, occasion.now, None):
        occasion.uow.events.add(MonthLocked(month=name(month)), occasion.now, subject=None)
    if uow.months.closed(person.id, month) is None:
        days = attendance.worked_out(occasion, person, month)
        if days:
            uow.months.close(person.id, month, days, occasion.now)


def show_again(occasion: Occasion, person: Person, month: date) -> None:
    """Days were decided after the lock: once none is open the person sees the month anew, or soon (R27, ADR 34)."""
    days = attendance.month_of(occasion, person, month)
    if any(day.state in UNDECIDED for day in days):
        return
    later = _show(occasion, person, month, days)
    if later is not None:
        occasion.uow.timers.cancel(AGAIN, person.id)
        occasion.uow.timers.add(AGAIN, later.astimezone(UTC), person.id, person.id, month.isoformat())


def fire_again(occasion: Occasion, person: Person, _: int, month: str) -> None:
    """It may be said by now; whoever has left is told nothing."""
    if not occasion.uow.people.has_left(person.id):
        show_again(occasion, person, date.fromisoformat(month))


def _show(occasion: Occasion, person: Person, month: date, days: tuple[Day, ...]) -> datetime | None:
    """Show the person their month once, and again if days have changed since; when to try again, if not now."""
    print_ = attendance.fingerprint(days)
    said = occasion.uow.months.said_of(person.id, month)
    if not days or any(one.days == print_ for one in said) or any(day.state is State.PLANNED for day in days):
        return None
    decided = occasion.may_reach(person)
    if isinstance(decided, Later):
        return decided.at
    if isinstance(decided, Drop):
        return None
    shown = any(one.word is Word.SHOWN for one in said)
    sending = Sending(
        message_class=MessageClass.REMINDER,
        purpose="C1",
        lasting=True,
        dedupe=f"statement:{person.id}:{name(month)}:{print_}",
    )
    if occasion.say(person, says.statement(month, days, print_, changed=shown), sending):
        _keep(occasion, person, (month, print_), (Word.SHOWN, person, ""))
        occasion.record(StatementShown(who=person.id, month=name(month)), person.id)
    return None


def _keep(occasion: Occasion, person: Person, which: tuple[date, str], said: tuple[Word, Person, str]) -> None:
    (month, days), (word, by, words) = which, said
    told = Told(
        id=occasion.uow.new_id(),
        person=person.id,
        month=month,
        word=word,
        by=by.id,
        at=occasion.now,
        days=days,
        words=words,
    )
    occasion.uow.months.say(told)


def _answered(occasion: Occasion, person: Person, which: tuple[date, str], said: tuple[Word, Person, str]) -> None:
    word, by, _ = said
    _keep(occasion, person, which, said)
    answered = StatementAnswered(who=person.id, month=name(which[0]), word=word, by=by.id)
    occasion.record(answered, person.id)


def confirm(occasion: Occasion, person: Person, value: str) -> None:
    """The person says that it is right; said twice it is kept once."""
    if not access.may_own(person, Operation.SEE_OWN_MONTH):
        access.refuse(occasion, person)
        return
    told, _, days = value.partition(";")
    month = date.fromisoformat(told)
    if attendance.fingerprint(attendance.month_of(occasion, person, month)) != days:
        _show_newest(occasion, person, month)
        return
    last = [one for one in occasion.uow.months.said_of(person.id, month) if one.days == days][-1:]
    if not last or last[0].word is not Word.RIGHT:
        _answered(occasion, person, (month, days), (Word.RIGHT, person, ""))
    occasion.say(person, Said(says.THANKS))


def _show_newest(occasion: Occasion, person: Person, month: date) -> None:
    """What the person has before them is not how it stands any more: they get it anew, and answer that."""
    days = attendance.month_of(occasion, person, month)
    print_ = attendance.fingerprint(days)
    if days:
        occasion.say(person, says.statement(month, days, print_, changed=True), Sending(lasting=True))
        _keep(occasion, person, (month, print_), (Word.SHOWN, person, ""))
        occasion.record(StatementShown(who=person.id, month=name(month)), person.id)


def doubt(occasion: Occasion, person: Person, told: MonthDoubted) -> None:
    """What is wrong goes to the caseworker in the person's own words, and is kept beside the month."""
    if not access.may_own(person, Operation.SEE_OWN_MONTH):
        access.refuse(occasion, person)
        return
    _answered(occasion, person, (told.month, told.days), (Word.WRONG, person, told.words))
    occasion.say(person, Said(Text("Thank you. {caseworker} reads it and gets in touch.")))
    text = Text("{name}: something is wrong in {month}.", {"month": says.name_of(told.month)})
    talked = Button(says.TALKED, TALKED, f"{person.id};{told.month.isoformat()}")
    news = alerts.News(kind=AlertKind.MESSAGE, text=text, words=told.words, buttons=(talked,))
    alerts.raise_alert(occasion, person, news)


def talk(occasion: Occasion, by: Person, value: str) -> None:
    """Staff record that they have talked about the month with the person: it goes out as it stands now (R27)."""
    number, _, told = value.partition(";")
    people, month = occasion.uow.people, date.fromisoformat(told)
    person = next((one for one in people.all(Role.PARTICIPANT) if str(one.id) == number), None)
    if person is None or not access.allows(occasion, by, Operation.KEEP_ATTENDANCE, person):
        return
    people.lock(person.id)
    days = attendance.month_of(occasion, person, month)
    values = {"month": says.name_of(month)}
    about = Sending(subject=person)
    print_ = attendance.fingerprint(days)
    last = [one for one in occasion.uow.months.said_of(person.id, month) if one.days == print_][-1:]
    if last and last[0].word is Word.DISCUSSED:
        who = people.get(last[0].by).name
        text = Text("{person} has already noted this: {at}.", {"person": who, "at": last[0].at})
        occasion.say(by, Said(text), about)
        return
    _answered(occasion, person, (month, print_), (Word.DISCUSSED, by, ""))
    occasion.say(by, Said(Text("Noted: you have talked about {month} with {name}.", values)), about)
