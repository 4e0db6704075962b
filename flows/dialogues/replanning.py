"""How staff move one date: a day, a time, and once more whether that is right (F24)."""

from datetime import datetime, timedelta

from flows.dialogues import planning
from flows.dialogues.planned import starts
from flows.engine.answers import Choice
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.meetings import NewTimeSet
from flows.engine.messages import Button, Text, Value
from flows.engine.replies import Reply
from flows.rules.appointments import overlaps

MOVE_IT = Button(Text("Move it there"), "confirm", "yes")
AGAIN = Button(Text("Another time"), "again", "again")
KEEP = Button(Text("Keep the old time"), "no", "no")


def _clashes(view: View) -> bool:
    """Whether something else takes up the time; the old time of the date itself does not."""
    others = (span for span in view.facts.busy if span.starts != _old(view))
    return any(overlaps(starts(view), int(str(view.answers.get("minutes", 0))), others))


def _old(view: View) -> datetime:
    return datetime.fromisoformat(view.text("old")) if view.text("old") else view.now


def _prompt(view: View) -> Text:
    values: dict[str, Value] = {"old": _old(view), "at": starts(view)}
    if _clashes(view):
        return Text("From {old} to {at}. You have something else at that time. Move it all the same?", values)
    if not view.facts.calendar.is_working_day(starts(view).date()):
        return Text("From {old} to {at}. That is no working day. Move it all the same?", values)
    return Text("From {old} to {at}. Is that right?", values)


def _yes_in_words(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _move(view: View) -> Done:
    if view.text("sure") != "yes":
        return Done((Said(Text("All right, everything stays as it was.")),))
    number, revision = int(view.text("appointment") or 0), int(view.text("revision") or 0)
    return Done((NewTimeSet(appointment=number, revision=revision, starts=starts(view)),))


FLOW = Flow(
    name="staff_move",
    version=1,
    start="day",
    lapses_after=timedelta(hours=20),
    nodes={
        "day": planning.DAY,
        "time": planning.clock("sure"),
        "sure": Ask(
            prompt=_prompt,
            parse=Choice(lambda _: (MOVE_IT, AGAIN, KEEP), _yes_in_words),
            save="sure",
            then=lambda view: "forget" if view.text("sure") == "again" else "move",
        ),
        "forget": Do(run=planning.forget_time, then=goto("day")),
        "move": Do(run=_move, then=goto(END)),
    },
)
