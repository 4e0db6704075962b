"""What staff say about leave: why they decline, what they want to know, from when somebody has extra leave (R44)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from flows.dialogues.staff import lacks, name_of, people, person_by_name
from flows.engine.answers import FAR, Choice, Day, Words
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.leave_events import ExtraLeaveTold, LeaveAnswered
from flows.engine.messages import Button, Text, Value
from flows.engine.replies import Reply
from flows.people import PersonId
from flows.rules.leave import DEGREE, has_extra

LONGEST: Final = 300
EARLIEST, LATEST = timedelta(days=3 * 366), timedelta(days=2 * 366)
NONE: Final = "none"
DECLINE: Final = "decline"


def _why(view: View) -> Text:
    if view.text("what") == DECLINE:
        return Text("Why can the leave not be granted? {person} reads your words.", {"person": view.text("name")})
    return Text("What would you like to know? {person} reads your words.", {"person": view.text("name")})


def _answer(view: View) -> Done:
    declined = view.text("what") == DECLINE
    number = int(view.text("request") or 0)
    return Done((LeaveAnswered(request=number, declined=declined, words=view.text("words")),))


ANSWER = Flow(
    name="staff_leave",
    version=1,
    start="words",
    nodes={
        "words": Ask(prompt=_why, parse=Words(longest=LONGEST), save="words", then=goto("answer")),
        "answer": Do(run=_answer, then=goto(END)),
    },
)


def _days(view: View) -> Sequence[Button]:
    today = view.now.date()
    return (Button(Text("{day}", {"day": today}), "day", today.isoformat()), Button(Text("Another day"), "other"))


def _sure_prompt(view: View) -> Text:
    values: dict[str, Value] = {
        "person": name_of(view),
        "day": date.fromisoformat(view.text("day")),
        "degree": DEGREE,
    }
    return Text(
        "{person}, extra leave from {day}: is a degree of disability of at least {degree} recognised? Equal status "
        "gives none. Only this day is kept.",
        values,
    )


def _ways(_: View) -> Sequence[Button]:
    return (
        Button(Text("Yes, enter it"), "confirm", "yes"),
        Button(Text("Take the extra leave away"), "forget_extra", NONE),
        Button(Text("No"), "no", "no"),
    )


def _in_words(reply: Reply, _: View) -> str | None:
    """Yes or no, or the degree itself, of which only what follows from it is kept."""
    if reply.reading.number is not None:
        return "yes" if has_extra(reply.reading.number) else "no"
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _enter(view: View) -> Done:
    sure = view.text("sure")
    if sure == "no":
        return Done((Said(Text("All right, nothing is entered.")),))
    since = None if sure == NONE else date.fromisoformat(view.text("day"))
    return Done((ExtraLeaveTold(who=PersonId(int(view.text("person"))), since=since),))


EXTRA = Flow(
    name="staff_extra_leave",
    version=1,
    start="person",
    nodes={
        "person": Ask(
            prompt=lambda _: Text("Whose extra leave?"),
            parse=Choice(people, person_by_name),
            save="person",
            then=goto("day"),
            only_if=lacks("person"),
        ),
        "day": Ask(
            prompt=lambda view: Text("{person}: from which day on?", {"person": name_of(view)}),
            parse=Day(_days, lambda view: view.now.date() - EARLIEST, lambda view: view.now.date() + LATEST, FAR),
            save="day",
            then=goto("sure"),
            only_if=lacks("day"),
        ),
        "sure": Ask(prompt=_sure_prompt, parse=Choice(_ways, _in_words), save="sure", then=goto("enter")),
        "enter": Do(run=_enter, then=goto(END)),
    },
)
