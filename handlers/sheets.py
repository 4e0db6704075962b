"""The sheet of a group and day in the chat: confirmed by one tap, changed one by one, hours by a line (F35, R31)."""

import re
from datetime import date, time
from functools import partial
from typing import Final

from flows.dialogues import attendance as says
from flows.dialogues.staff import person_in_words
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.messages import Button, Level, Text, Value
from flows.people import Person, PersonId, Role
from flows.rules.access import Operation, permits
from flows.rules.attendance import Day, Hours, Marked, proposal
from flows.rules.presence_hours import TooMuch, is_young, warnings
from flows.rules.roles import Relation
from handlers import access, attendance, open_days
from handlers.attendance import MonthIsLocked
from handlers.inviting import WHO
from handlers.occasion import Occasion, Sending
from storage.buttons import StoredButton

ACTIONS: Final = frozenset({"sheet_ok", "sheet_pick", "sheet_one", "sheet_mark"})
SHEET: Final = re.compile(r"(?:/attendance|anwesenheit|attendance)(?:\s+(\S.*))?", re.IGNORECASE)
TIMES: Final = re.compile(
    r"(?:/hours|zeit|hours)\s+(\S.*?)\s+(\S+)\s+(\d{1,2}:\d{2})\s*(?:-|–|bis|to)\s*(\d{1,2}:\d{2})"
    r"(?:\s+(?:pausen?|breaks?)\s+(\d{1,3}(?:\s*\+\s*\d{1,3})*))?",
    re.IGNORECASE,
)
DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?|(\d{4})-(\d{2})-(\d{2})")
NEAR: Final = {"heute": 0, "today": 0, "gestern": 1, "yesterday": 1}
LONGEST_BACK: Final = 366
Row = tuple[Person, Day]


def may_have_one(person: Person) -> bool:
    """Whether the table lets somebody in this role keep anybody's attendance at all."""
    return permits(person.role, Operation.KEEP_ATTENDANCE, Relation)


def knows(action: str) -> bool:
    """Whether a button under a sheet says this."""
    return action in ACTIONS


def read_day(words: str, today: date) -> date | None:
    """The day that a line names, at most a year back; without a year the last one there was. None: it is none."""
    if words.casefold() in NEAR:
        return date.fromordinal(today.toordinal() - NEAR[words.casefold()])
    found = DAY.fullmatch(words)
    if found is None:
        return None
    day, month, year, *iso = found.groups()
    try:
        if iso[0]:
            named = date(int(iso[0]), int(iso[1]), int(iso[2]))
        elif year:
            named = date(int(year), int(month), int(day))
        else:
            named = date(today.year, int(month), int(day))
            if (named - today).days > LONGEST_BACK // 4:
                named = date(today.year - 1, int(month), int(day))
    except ValueError:
        return None
    return named if (today - named).days <= LONGEST_BACK else None


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Show sheets or note hours, as one line asks for; False for any other line."""
    words = " ".join(text.split()).rstrip("!?")
    times, asked = TIMES.fullmatch(words), SHEET.fullmatch(words)
    if times is None and asked is None:
        return False
    if not may_have_one(by):
        access.refuse(occasion, by)
    elif attendance.rule_of(occasion.uow) is None:
        occasion.say(by, Said(says.NOT_KEPT))
    elif times is not None:
        _note_hours(occasion, by, facts, times)
    elif asked is not None:
        day = read_day(asked[1] or "heute", occasion.local(by).date())
        if day is None:
            occasion.say(by, Said(says.WHICH_DAY))
        else:
            show(occasion, by, day)
    return True


def show(occasion: Occasion, by: Person, day: date) -> None:
    """One message for each group that this person keeps."""
    groups = gather(occasion, by, day)
    if not groups:
        occasion.say(by, Said(says.none_planned(day)))
    for group, rows in groups.items():
        _show_group(occasion, by, (group, day), rows)


def _show_group(occasion: Occasion, by: Person, which: tuple[str, date], rows: list[Row]) -> None:
    group, day = which
    said = says.sheet(group, day, [(person.name, one) for person, one in rows])
    occasion.say(by, said, Sending(lasting=True))
    note(occasion, by, rows)


def note(occasion: Occasion, by: Person, rows: list[Row]) -> None:
    """Everybody on the sheet may see that it was read."""
    for person, _ in rows:
        access.note_read(occasion, by, Operation.KEEP_ATTENDANCE, person)


def gather(occasion: Occasion, by: Person, day: date) -> dict[str, list[Row]]:
    """Everybody this person keeps who is planned on that day or has a mark, by group and name."""
    found: dict[str, list[Row]] = {}
    for group, people in people_kept(occasion, by).items():
        rows = [(person, attendance.day_on(occasion, person, day)) for person in people]
        known = [(person, one) for person, one in rows if one is not None]
        if known:
            found[group] = known
    return found


def people_kept(occasion: Occasion, by: Person) -> dict[str, list[Person]]:
    """Whose attendance this person keeps today, by group and name."""
    reach = {one.id: one for one in (*access.within_reach(occasion, by), *_of_absent_colleagues(occasion, by))}
    kept = (one for one in reach.values() if access.may(occasion, by, Operation.KEEP_ATTENDANCE, one))
    found: dict[str, list[Person]] = {}
    for person in sorted(kept, key=lambda one: (one.group, one.name)):
        found.setdefault(person.group, []).append(person)
    return found


def _of_absent_colleagues(occasion: Occasion, by: Person) -> list[Person]:
    """Whom a coordinator may have to look after today."""
    if by.role is not Role.COORDINATOR:
        return []
    people = occasion.uow.people
    away = (one for one in people.all(Role.CASEWORKER) if people.is_away(one.id, occasion.local(one).date()))
    return [each for one in away for each in people.participants_of(one.id)]


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Do what a button under a sheet says; the table is asked about every person."""
    if button.action in {"sheet_ok", "sheet_pick"}:
        told, _, group = button.value.partition(";")
        day = date.fromisoformat(told)
        rows = gather(occasion, by, day).get(group, [])
        if not rows:
            access.refuse(occasion, by)
        elif button.action == "sheet_ok":
            confirm(occasion, by, (group, day))
        else:
            _pick(occasion, by, rows)
        return
    told_person, told_day, *marked = button.value.split(";")
    person, day = occasion.uow.people.get(PersonId(int(told_person))), date.fromisoformat(told_day)
    if not access.allows(occasion, by, Operation.KEEP_ATTENDANCE, person):
        return
    occasion.uow.people.lock(person.id)
    if marked:
        change(occasion, by, person, (day, Marked(marked[0])))
        return
    known = attendance.day_on(occasion, person, day)
    if known is not None:
        asked = says.deciding if open_days.can_be_decided(occasion, person, day) else says.choices
        occasion.say(by, asked(person.id, known), Sending(subject=person, lasting=True))
        access.note_read(occasion, by, Operation.KEEP_ATTENDANCE, person)


def _pick(occasion: Occasion, by: Person, rows: list[Row]) -> None:
    ways = tuple(
        Button(Text("{person}", {"person": person.name}), "sheet_one", f"{person.id};{one.day.isoformat()}")
        for person, one in rows
    )
    occasion.say(by, Said(Text("Whose day is different?"), ways, Level.L4), Sending(lasting=True))
    note(occasion, by, rows)


def confirm(occasion: Occasion, by: Person, which: tuple[str, date]) -> bool:
    """The whole sheet is as it stands: whoever has no mark yet gets one. Conflicts stay for a person to look at.

    False: the month is locked.
    """
    group, day = which
    if day > occasion.local(by).date():
        occasion.say(by, Said(says.STILL_TO_COME))
        return True
    for person, _ in sorted(gather(occasion, by, day).get(group, []), key=lambda row: row[0].id):
        occasion.uow.people.lock(person.id)
    rows = gather(occasion, by, day).get(group, [])
    new = 0
    try:
        for person, one in rows:
            if one.mark is None and not one.conflicts:
                new += attendance.mark(occasion, by, person, day, (proposal(one), None))
    except MonthIsLocked as locked:
        refuse_locked(occasion, by, locked.month)
        return False
    occasion.say(by, Said(_confirmed(occasion, rows, day, new)))
    for person, one in rows:
        if one.conflicts:
            text = Text(
                "{name}: please look: {conflicts}", {"conflicts": tuple(says.CONFLICTS[each] for each in one.conflicts)}
            )
            occasion.say(
                by, Said(text, says.choices(person.id, one).buttons, Level.L4), Sending(subject=person, lasting=True)
            )
    return True


def _confirmed(occasion: Occasion, rows: list[Row], day: date, new: int) -> Text:
    marks = [one.mark for _, one in rows if one.mark is not None]
    if new or not marks:
        return Text("Confirmed: {day}. New marks: {n}.", {"day": day, "n": new})
    newest = max(marks, key=lambda one: one.at)
    who = occasion.uow.people.get(newest.by).name
    return Text("Nothing new: {person} has already confirmed this: {at}.", {"person": who, "at": newest.at})


def change(occasion: Occasion, by: Person, person: Person, said: tuple[date, Marked]) -> bool:
    """One person's day is something else; the mark before stays in the history. False: the month is locked.

    A day that was open at the lock is decided instead (ADR 34).
    """
    day, marked = said
    about = Sending(subject=person)
    if day > occasion.local(by).date() and marked is not Marked.CANCELLED:
        occasion.say(by, Said(says.STILL_TO_COME))
        return True
    try:
        changed = attendance.mark(occasion, by, person, day, (marked, None))
    except MonthIsLocked as locked:
        if marked in says.DECIDABLE and open_days.can_be_decided(occasion, person, day):
            open_days.decide(occasion, by, person, said)
            return True
        refuse_locked(occasion, by, locked.month)
        return False
    values: dict[str, Value] = {"day": day, "mark": says.CHOICES[marked]}
    text = (
        Text("Noted: {name}, {day}: {mark}.", values)
        if changed
        else Text("It stands so already: {name}, {day}.", {"day": day})
    )
    occasion.say(by, Said(text, level=Level.L4), about)
    return True


def refuse_locked(occasion: Occasion, by: Person, month: date) -> None:
    """The month is locked: what can be done instead is said with it."""
    occasion.say(by, Said(says.locked(month)))


def _note_hours(occasion: Occasion, by: Person, facts: Facts, told: "re.Match[str]") -> None:
    named = person_in_words(told[1], facts)
    day = read_day(told[2], occasion.local(by).date())
    hours = _hours(told[3], told[4], told[5])
    if named is None or day is None or hours is None:
        wrong = WHO if named is None else says.WHICH_DAY if day is None else says.WARNINGS[TooMuch.BACKWARDS]
        occasion.say(by, Said(wrong))
        return
    person = occasion.uow.people.get(PersonId(int(named)))
    if not access.allows(occasion, by, Operation.KEEP_ATTENDANCE, person):
        return
    _keep_hours(occasion, by, person, (day, hours))


def _hours(came: str, left: str, breaks: str | None) -> Hours | None:
    try:
        first, last = (time.fromisoformat(f"{each:0>5}") for each in (came, left))
    except ValueError:
        return None
    minutes = tuple(int(one) for one in re.findall(r"\d+", breaks or ""))
    return Hours(came=first, left=last, breaks=minutes) if first < last else None


def _keep_hours(occasion: Occasion, by: Person, person: Person, told: tuple[date, Hours]) -> None:
    (day, hours), rule = told, attendance.rule_of(occasion.uow)
    occasion.uow.people.lock(person.id)
    try:
        attendance.mark(occasion, by, person, day, (Marked.PRESENT, hours))
    except MonthIsLocked as locked:
        refuse_locked(occasion, by, locked.month)
        return
    about = partial(occasion.say, by, sending=Sending(subject=person))
    values: dict[str, Value] = {"day": day, "came": hours.came, "left": hours.left}
    about(Said(Text("Noted: {name}, {day}, {came} to {left}.", values), level=Level.L4))
    for each in warnings(hours, rule.limits, young=is_young(person.born, day)) if rule is not None else ():
        about(Said(says.WARNINGS[each], level=Level.L4))
