"""What is said about attendance: the sheet to staff, the statement of a month to the person (F35, F36, R27)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from flows.dialogues.answer_words import lines
from flows.engine.answers import Words
from flows.engine.attendance_events import MonthDoubted
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Level, Text, Value
from flows.rules.attendance import Conflict, Day, Marked, State
from flows.rules.month import Hindrance, Word
from flows.rules.presence_hours import TooMuch

STATES: Final[Mapping[State, Text]] = {
    State.PLANNED: Text("planned"),
    State.PRESENT: Text("there"),
    State.EXCUSED: Text("excused"),
    State.OPEN: Text("open"),
    State.UNEXCUSED: Text("unexcused"),
    State.CANCELLED: Text("called off"),
}
"""As staff read it."""
OWN_STATES: Final[Mapping[State, Text]] = {
    State.PLANNED: Text("still to come"),
    State.PRESENT: Text("you were there"),
    State.EXCUSED: Text("you were excused"),
    State.OPEN: Text("not clear yet"),
    State.UNEXCUSED: Text("not excused"),
    State.CANCELLED: Text("called off by us"),
}
"""As the person reads it."""
CONFLICTS: Final[Mapping[Conflict, Text]] = {
    Conflict.PRESENT_DESPITE_REPORT: Text("present despite a report"),
    Conflict.EXCUSED_BUT_MISSING: Text("excused, but marked as missing"),
    Conflict.MARKS_DIFFER: Text("the mark of an appointment says something else"),
}
HINDRANCES: Final[Mapping[Hindrance, Text]] = {
    Hindrance.OPEN_DAYS: Text("days are still open"),
    Hindrance.NOT_SHOWN: Text("not shown to the person yet"),
    Hindrance.SILENT: Text("shown, no answer yet"),
    Hindrance.OBJECTED: Text("the person says that something is wrong"),
}
READY: Final = Text("ready")
WARNINGS: Final[Mapping[TooMuch, Text]] = {
    TooMuch.TOO_LONG: Text("{name}: that is more than the hours a day may have. Noted all the same; please look."),
    TooMuch.BREAKS_SHORT: Text("{name} is under 18: the breaks are too short. Noted all the same; please look."),
    TooMuch.BACKWARDS: Text("The end lies before the begin. Write it like this: Zeit NAME 20.11. 8:30-15:00"),
}
CHOICES: Final[Mapping[Marked, Text]] = {
    Marked.PRESENT: Text("Was there"),
    Marked.MISSING: Text("Was not there"),
    Marked.EXCUSED: Text("Excused"),
    Marked.UNEXCUSED: Text("Unexcused"),
    Marked.CANCELLED: Text("Called off by us"),
}
DECIDABLE: Final = tuple(one for one in CHOICES if one is not Marked.MISSING)
"""What a day can be after the lock: something that is no longer open."""
MONTHS: Final = (
    Text("January"),
    Text("February"),
    Text("March"),
    Text("April"),
    Text("May"),
    Text("June"),
    Text("July"),
    Text("August"),
    Text("September"),
    Text("October"),
    Text("November"),
    Text("December"),
)
ALL_SO: Final = Text("All as it stands here")
ONE_OTHER: Final = Text("Change one")
TALKED: Final = Text("Talked about it")
IS_RIGHT: Final = Text("Yes, that is right")
IS_WRONG: Final = Text("Something is wrong")
THANKS: Final = Text("Thank you. Then it goes out like this.")
WHICH_DAY: Final = Text("I did not find this day. Write it like this: Anwesenheit 20.11.")
NOT_KEPT: Final = Text("This programme keeps no attendance here.")
STILL_TO_COME: Final = Text("This day is still to come. It can be confirmed on the day itself.")


def name_of(month: date) -> Text:
    """A month by its name and year."""
    return Text("{month} {year}", {"month": MONTHS[month.month - 1], "year": str(month.year)})


def locked(month: date) -> Text:
    """Why a change is refused, and what can be done instead."""
    return Text(
        "{month} is locked: it cannot be changed any more. What is to be said to it becomes a signed note. "
        "Write: Nachtrag NAME 20.11.: what is right",
        {"month": name_of(month)},
    )


def none_planned(day: date) -> Text:
    """There is no sheet of that day."""
    return Text("{day}: nobody is planned. Who takes part is known from the first day of participation.", {"day": day})


def line_of(name: str, day: Day) -> Text:
    """One person on the sheet."""
    values: dict[str, Value] = {"person": name, "state": STATES[day.state]}
    if day.conflicts:
        conflicts = tuple(CONFLICTS[one] for one in day.conflicts)
        return Text("{person}: {state}. Please look: {conflicts}", {**values, "conflicts": conflicts})
    return Text("{person}: {state}", values)


def group_name(group: str) -> Text:
    """What a group is called."""
    return Text("Group {group}", {"group": group}) if group else Text("Without a group")


def sheet(group: str, on: date, rows: Sequence[tuple[str, Day]]) -> Said:
    """A group's sheet of one day, to be confirmed as a whole or changed one by one."""
    head = Text("{day}, {group}", {"day": on, "group": group_name(group)})
    value = f"{on.isoformat()};{group}"
    ways = (Button(ALL_SO, "sheet_ok", value), Button(ONE_OTHER, "sheet_pick", value))
    return Said(lines((head, *(line_of(name, day) for name, day in rows))), ways, Level.L4)


def choices(person: int, day: Day) -> Said:
    """What one person's day may be."""
    value = f"{person};{day.day.isoformat()}"
    ways = tuple(Button(label, "sheet_mark", f"{value};{marked}") for marked, label in CHOICES.items())
    text = Text("{name}, {day}: {state}. What is right?", {"day": day.day, "state": STATES[day.state]})
    return Said(text, ways, Level.L4)


def deciding(person: int, day: Day) -> Said:
    """What a day was that was open at the lock: whoever chooses signs it (ADR 34)."""
    value = f"{person};{day.day.isoformat()}"
    ways = tuple(Button(CHOICES[one], "sheet_mark", f"{value};{one}") for one in DECIDABLE)
    text = Text(
        "{name}, {day}: open, and {month} is locked. What you choose is signed with your name. What is right?",
        {"day": day.day, "month": name_of(day.day.replace(day=1))},
    )
    return Said(text, ways, Level.L4)


def statement(month: date, days: Sequence[Day], fingerprint: str, *, changed: bool) -> Said:
    """The person's own month, before anybody else gets it: what stands, and two ways to answer (R27)."""
    value = f"{month.isoformat()};{fingerprint}"
    ways = (Button(IS_RIGHT, "month_right", value), Button(IS_WRONG, "month_wrong", value))
    return Said(lines(tuple(_statement(month, days, changed=changed))), ways)


def _statement(month: date, days: Sequence[Day], *, changed: bool) -> Iterator[Text]:
    named: dict[str, Value] = {"month": name_of(month)}
    yield (
        Text("Your {month} has changed. Please look again.", named)
        if changed
        else Text("Your {month}: this is written down. Is it right?", named)
    )
    yield Text("Days on which you were there: {n}", {"n": sum(day.state is State.PRESENT for day in days)})
    for day in days:
        if day.state is not State.PRESENT:
            yield Text("{day}: {state}", {"day": day.day, "state": OWN_STATES[day.state]})


def _doubted(view: View) -> Done:
    month = date.fromisoformat(view.text("month"))
    told = MonthDoubted(month=month, days=view.text("days"), words=view.text("words"))
    return Done((told,))


DOUBT = Flow(
    name="month_wrong",
    version=1,
    start="words",
    nodes={
        "words": Ask(
            prompt=lambda _: Text("What is wrong? Write the day, and what is right."),
            parse=Words(),
            save="words",
            then=goto("tell"),
        ),
        "tell": Do(run=_doubted, then=goto(END)),
    },
)
"""The person says what is wrong in their month; it goes to the caseworker and is kept."""
SAID: Final[Mapping[Word, Text]] = {
    Word.SHOWN: Text("shown"),
    Word.RIGHT: Text("right, says the person"),
    Word.WRONG: Text("wrong, says the person"),
    Word.DISCUSSED: Text("talked about"),
    Word.NOTE: Text("signed note"),
    Word.DECIDED: Text("decided after the lock"),
}
