"""How staff tell the dates of somebody's participation: whose, which, on what day, right? (F66)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from flows.dialogues.staff import lacks, name_of, people, person_by_name
from flows.engine.answers import FAR, Choice, Day
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Text, Value
from flows.engine.nudge_events import DateTold
from flows.engine.replies import Reply
from flows.people import PersonId
from flows.rules.participations import Point

NAMES: Final[Mapping[str, Text]] = {
    Point.ENTRY: Text("First day"),
    Point.LAST_DAY: Text("Planned last day"),
    Point.EXIT: Text("Actual last day"),
    Point.PLACED: Text("Work or training begins"),
    Point.ASSIGNED: Text("Assignment"),
    Point.PLACE: Text("Place in a company found"),
    Point.REDUCED: Text("Fewer hours asked for"),
    Point.JOB: Text("Job after the programme"),
}
"""What staff read, in the order offered."""
WORDS: Final[Mapping[str, str]] = {
    "eintritt": Point.ENTRY,
    "erster tag": Point.ENTRY,
    "entry": Point.ENTRY,
    "first day": Point.ENTRY,
    "geplanter letzter tag": Point.LAST_DAY,
    "geplantes ende": Point.LAST_DAY,
    "planned last day": Point.LAST_DAY,
    "austritt": Point.EXIT,
    "letzter tag": Point.EXIT,
    "exit": Point.EXIT,
    "last day": Point.EXIT,
    "vermittlung": Point.PLACED,
    "arbeitsbeginn": Point.PLACED,
    "placement": Point.PLACED,
    "zuweisung": Point.ASSIGNED,
    "assignment": Point.ASSIGNED,
    "platz": Point.PLACE,
    "verkürzung": Point.REDUCED,
    "stellenbeginn": Point.JOB,
}
"""How a line names a date, in German or English."""
NONE: Final = "none"
EARLIEST, LATEST = timedelta(days=3 * 366), timedelta(days=4 * 366)


def name(what: str, phases: Sequence[tuple[str, str]]) -> Value:
    """What a date is called."""
    if what in NAMES:
        return NAMES[what]
    return Text("End: {phase}", {"phase": next((called for end, called in phases if end == what), what)})


def _kinds(view: View) -> Sequence[Button]:
    phases = tuple(Button(Text("End: {phase}", {"phase": called}), "date", end) for end, called in view.facts.phases)
    named = [Button(text, "date", what) for what, text in NAMES.items()]
    return (*named[:4], *phases, *named[4:])


def _kind_in_words(reply: Reply, view: View) -> str | None:
    words = reply.text.casefold().strip(" .!?")
    named = {called.casefold(): end for end, called in view.facts.phases}
    return named.get(words) or WORDS.get(words)


def _days(view: View) -> Sequence[Button]:
    today = view.now.date()
    days = (today, view.facts.calendar.nth_working_day(today + timedelta(days=1), 1))
    named = (Button(Text("{day}", {"day": day}), "day", day.isoformat()) for day in days)
    return (*named, Button(Text("Another day"), "other"))


def _summary(view: View) -> Text:
    values: dict[str, Value] = {
        "person": name_of(view),
        "what": name(view.text("what"), view.facts.phases),
        "day": date.fromisoformat(view.text("day")),
    }
    return Text("{person}, {what}: {day}. Right?", values)


def _confirm(_: View) -> Sequence[Button]:
    return (
        Button(Text("Enter it"), "confirm", "yes"),
        Button(Text("Take this date away"), "forget_date", NONE),
        Button(Text("Leave it"), "no", "no"),
    )


def _yes_in_words(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _enter(view: View) -> Done:
    sure = view.text("sure")
    if sure == "no":
        return Done((Said(Text("All right, nothing is entered.")),))
    day = None if sure == NONE else date.fromisoformat(view.text("day"))
    return Done((DateTold(who=PersonId(int(view.text("person"))), what=view.text("what"), day=day),))


FLOW = Flow(
    name="staff_dates",
    version=1,
    start="person",
    nodes={
        "person": Ask(
            prompt=lambda _: Text("Whose dates?"),
            parse=Choice(people, person_by_name),
            save="person",
            then=goto("what"),
            only_if=lacks("person"),
        ),
        "what": Ask(
            prompt=lambda view: Text("{person}: which date?", {"person": name_of(view)}),
            parse=Choice(_kinds, _kind_in_words),
            save="what",
            then=goto("day"),
            only_if=lacks("what"),
        ),
        "day": Ask(
            prompt=lambda _: Text("On which day?"),
            parse=Day(_days, lambda view: view.now.date() - EARLIEST, lambda view: view.now.date() + LATEST, FAR),
            save="day",
            then=goto("sure"),
            only_if=lacks("day"),
        ),
        "sure": Ask(
            prompt=_summary,
            parse=Choice(_confirm, _yes_in_words),
            save="sure",
            then=goto("enter"),
        ),
        "enter": Do(run=_enter, then=goto(END)),
    },
)
