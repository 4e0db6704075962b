"""The first page of the console: the whole day of one member of staff, each line with its next step (F27, F84).

Nothing is gathered here that the chat would not show: the same handlers are asked, and each note who was read about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from flows.dialogues import day_sheet
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply
from flows.rules.access import Operation, Relation, permits
from flows.rules.appointments import Answer
from flows.rules.ladder import URGENT
from handlers import alert_cards, broadcast_approval, day_sheets, phone_list, tasks
from handlers.on_page import PageOccasion, Told


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the day: its title, what stands in it, and what is said where there is nothing.

    `page` is where there is more of it; `urgent`: it stands first, and is framed.
    """

    title: Text
    lines: tuple[Told, ...]
    nothing: Text
    page: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DayPage:
    """The day: the sheet it is made from, its parts in the order in which they are read, and what was the newest."""

    sheet: day_sheet.Sheet
    sections: tuple[Section, ...]
    seen: str


def gather(occasion: PageOccasion) -> DayPage:
    """Everything of today that is the reader's to know; whoever is named may see that it was read."""
    reader = occasion.reader
    day = day_sheets.gather(occasion, reader)
    day_sheets.note(occasion, reader, day)
    return DayPage(day.sheet, (*_sections(occasion, day.sheet),), newest(occasion))


def _sections(occasion: PageOccasion, sheet: day_sheet.Sheet) -> Iterator[Section]:
    urgent, others = (tuple(_alerts(occasion, urgent=one)) for one in (True, False))
    marks, proofs = _led(occasion, day_sheet.MARKS, sheet.marks), _led(occasion, day_sheet.PROOFS, sheet.proofs)
    yield Section(Text("Urgent"), urgent, Text("Nothing is urgent."), "/alerts", urgent=bool(urgent))
    if checks := tuple(broadcast_approval.to_check(occasion)):
        yield Section(broadcast_approval.TITLE, checks, broadcast_approval.TITLE)
    yield Section(Text("Alerts and messages"), others, Text("No alert is open."), "/alerts")
    yield Section(Text("Reported absent"), _absent(occasion, sheet), Text("Nobody is reported absent."))
    yield Section(Text("Appointments"), _dates(occasion, sheet), Text("No appointments today."), "/calendar")
    yield Section(Text("No answer"), _silent(occasion, sheet), Text("Everybody who is invited today has answered."))
    yield Section(day_sheet.MARKS.label, marks, Text("No mark is missing."), "/attendance")
    yield Section(day_sheet.PROOFS.label, proofs, Text("No proof is open."), "/certificates")
    yield Section(tasks.SHOW.label, _tasks(occasion), Text("No task is open."))
    yield Section(phone_list.PHONE_LIST, _calls(occasion, sheet), Text("Nobody is to be called today."), "/calls")


def newest(occasion: PageOccasion) -> str:
    """A sign that changes when another alert is open with the reader; nothing is read for it but that."""
    held = [one.id for one in occasion.uow.alerts.open_to(occasion.reader.id)]
    return f"{len(held)}-{max(held, default=0)}"


def alerts_of(occasion: PageOccasion) -> list[Told]:
    """Every open alert that the reader has, what is urgent first, each with its words and its ways on."""
    return [*_alerts(occasion, urgent=True), *_alerts(occasion, urgent=False)]


def _alerts(occasion: PageOccasion, *, urgent: bool) -> Iterator[Told]:
    reader = occasion.reader
    for one in occasion.uow.alerts.open_to(reader.id):
        if (one.kind in URGENT) == urgent:
            card = alert_cards.card_of(occasion, one)
            yield from occasion.only(partial(alert_cards.show, occasion, card, reader, card.says))


def _absent(occasion: PageOccasion, sheet: day_sheet.Sheet) -> tuple[Told, ...]:
    return tuple(Told(occasion.put(line)) for line in day_sheet.away_lines(sheet))


def _dates(occasion: PageOccasion, sheet: day_sheet.Sheet) -> tuple[Told, ...]:
    return tuple(
        Told(
            occasion.put(day_sheet.line_of(one)),
            words=(occasion.put(day_sheet.interpreter_line(one.language)),) if one.language else (),
        )
        for one in sheet.dates
    )


def _silent(occasion: PageOccasion, sheet: day_sheet.Sheet) -> tuple[Told, ...]:
    """Whoever is invited today and has said nothing yet."""
    nothing = day_sheet.ANSWERS[Answer.OPEN]
    found = ((one.starts, name) for one in sheet.dates for name, said in one.people if said == nothing)
    lines = (Text("{person}: {at}", {"person": name, "at": starts}) for starts, name in found)
    return tuple(Told(occasion.put(line)) for line in lines)


def _led(occasion: PageOccasion, button: Button, count: int) -> tuple[Told, ...]:
    """What a tap under the day sheet leads to, one line each."""
    if not count:
        return ()
    pressed = Reply(action=button.action)
    return tuple(occasion.only(partial(day_sheets.hear, occasion, occasion.reader, pressed)))


def _tasks(occasion: PageOccasion) -> tuple[Told, ...]:
    if not permits(occasion.reader.role, Operation.READ_TASKS, Relation):
        return ()
    return tuple(one for one in occasion.only(partial(tasks.show, occasion, occasion.reader)) if one.ways)


def _calls(occasion: PageOccasion, sheet: day_sheet.Sheet) -> tuple[Told, ...]:
    return tuple(calls_of(occasion)) if sheet.calls else ()


def calls_of(occasion: PageOccasion) -> list[Told]:
    """Whom the reader is to call, each with the number and a way to say that it is done."""
    return [one for one in occasion.only(partial(phone_list.show, occasion, occasion.reader)) if one.ways]
