"""What staff read in the morning: the day in order, who is absent, what is left open, and ways on (F27)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flows.dialogues.answer_words import lines
from flows.dialogues.meetings import STAFF_KINDS
from flows.engine.events import Said
from flows.engine.messages import Button, Level, Text, Value, counted
from flows.rules.appointments import Answer, Appointment, Mark

ASK: Final = Text("What is today?")
NOTHING: Final = Text("Nothing is planned for today, and nothing is open.")
MARKS: Final = Button(Text("Was there, or not?"), "marks")
PROOFS: Final = Button(Text("Open proofs"), "proofs")
DATES: Final = Button(Text("My appointments"), "appointments")
CALLS: Final = Button(Text("Whom to call today"), "calls")
OPEN_ALERTS: Final = Button(Text("What is open?"), "open_more", "0")

ANSWERS: Final = {
    Answer.OPEN: Text("no answer"),
    Answer.CONFIRMED: Text("comes"),
    Answer.DECLINED: Text("does not come"),
    Answer.MOVE_REQUESTED: Text("wants another time"),
}
LATE: Final = Text("comes later")
ABSENT: Final = Text("reported absent")
MARKED: Final = {
    Mark.ATTENDED: Text("is there"),
    Mark.MISSED: Text("was not there"),
    Mark.UNEXCUSED: Text("was not there"),
    Mark.EXCUSED: Text("excused"),
    Mark.CANCELLED_BY_CARRIER: Text("called off"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """One appointment of the day: when (local), who is invited with what they have said, how many names are not shown.

    `language` is the interpreter's, by its own name; "" without one.
    """

    appointment: Appointment
    starts: datetime
    people: tuple[tuple[str, Text], ...]
    others: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A day of one member of staff. `absent`: who, and until when (None: not known); `on_leave` is known until when."""

    day: date
    dates: tuple[Date, ...] = ()
    absent: tuple[tuple[str, date | None], ...] = ()
    on_leave: tuple[tuple[str, date], ...] = ()
    marks: int = 0
    proofs: int = 0
    alerts: int = 0
    calls: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to say."""
        return not any((self.dates, self.absent, self.on_leave, self.marks, self.proofs, self.alerts, self.calls))


def line_of(date_: Date) -> Text:
    """When, how, where, and with whom; what each has said stands behind the name."""
    appointment = date_.appointment
    values: dict[str, Value] = {
        "clock": date_.starts.timetz().replace(tzinfo=None),
        "kind": STAFF_KINDS[appointment.kind],
        "people": tuple(_names(date_)),
    }
    if appointment.kind.has_place:
        return Text("{clock} {kind}, {place}: {people}", {**values, "place": appointment.place})
    return Text("{clock} {kind}: {people}", values)


def _names(date_: Date) -> Iterator[Text]:
    for name, said in date_.people:
        yield Text("{person} ({answer})", {"person": name, "answer": said})
    if date_.others:
        yield counted("{n} more person", "{n} more people", date_.others)


def own_line(appointment: Appointment, starts: datetime, names: Sequence[str]) -> Text:
    """A word before an appointment to whoever it is with; `starts` on their clock."""
    values: dict[str, Value] = {
        "clock": starts.timetz().replace(tzinfo=None),
        "kind": STAFF_KINDS[appointment.kind],
        "people": tuple(Text("{person}", {"person": name}) for name in names),
    }
    if appointment.kind.has_place:
        return Text("Soon, {clock}: {kind}, {place}, with {people}", {**values, "place": appointment.place})
    return Text("Soon, {clock}: {kind} with {people}", values)


def interpreter_line(language: str) -> Text:
    """That somebody interprets."""
    return Text("With an interpreter: {language}", {"language": language})


def absent_line(name: str, last_day: date | None) -> Text:
    """Who is reported absent, and until when; never why."""
    if last_day is None:
        return Text("{person} is absent, until when is not known", {"person": name})
    return Text("{person} is absent until {day}", {"person": name, "day": last_day})


def leave_line(name: str, last_day: date) -> Text:
    """Who has leave, and until when."""
    return Text("{person} has leave until {day}", {"person": name, "day": last_day})


def away_lines(sheet: Sheet) -> Iterator[Text]:
    """Who does not come today at all: reported absent first, then who has leave."""
    yield from (absent_line(*one) for one in sheet.absent)
    yield from (leave_line(*one) for one in sheet.on_leave)


def open_lines(sheet: Sheet) -> Iterator[Text]:
    """What is left open, each with its number; what there is none of is left out."""
    if sheet.marks:
        yield counted("{n} mark is missing", "{n} marks are missing", sheet.marks)
    if sheet.proofs:
        yield counted("{n} proof is open", "{n} proofs are open", sheet.proofs)
    if sheet.alerts:
        yield counted("{n} alert is open", "{n} alerts are open", sheet.alerts)
    if sheet.calls:
        yield counted("{n} person is to be called", "{n} people are to be called", sheet.calls)


def _all_lines(sheet: Sheet) -> Iterator[Text]:
    if sheet.dates:
        values: dict[str, Value] = {"day": sheet.day}
        yield counted("{day}: {n} appointment", "{day}: {n} appointments", len(sheet.dates), values)
    else:
        yield Text("{day}: no appointments", {"day": sheet.day})
    for one in sheet.dates:
        yield line_of(one)
        if one.language:
            yield interpreter_line(one.language)
    yield from away_lines(sheet)
    yield from open_lines(sheet)


def say(sheet: Sheet, further: Iterable[Button] = ()) -> Said:
    """The sheet as one message, with the ways on that lead anywhere today."""
    if sheet.is_empty:
        return Said(NOTHING, level=Level.L4)
    return Said(lines(_all_lines(sheet)), (*ways(sheet), *further), Level.L4)


def ways(sheet: Sheet) -> Sequence[Button]:
    """A button for each part of the sheet that there is more to be seen of."""
    offered = (
        (DATES, sheet.dates),
        (MARKS, sheet.marks),
        (PROOFS, sheet.proofs),
        (CALLS, sheet.calls),
        (OPEN_ALERTS, sheet.alerts),
    )
    return tuple(button for button, there in offered if there)
