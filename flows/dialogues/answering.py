"""Words after a reminder that say neither yes nor no: asked by buttons, never taken for either (F22, F23)."""

from datetime import date, datetime, time

from flows.dialogues import lateness, meetings
from flows.engine.answers import PICK, Choice
from flows.engine.conversation import Json
from flows.engine.events import Relayed, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.meetings import AnswerWanted
from flows.engine.messages import Button, Text, Value
from flows.engine.replies import Reply
from flows.rules.appointments import Kind

COME, CANNOT, MOVE, LATE, TODAY, PASS_ON = "come", "cannot", "move", "late", "today", "pass_on"
PASS_IT_ON = Button(Text("Pass it on to {caseworker}"), "pass_on", PASS_ON)


def known(details: Text, kind: Kind, starts: datetime) -> dict[str, Json]:
    """What the dialogue has to know about the appointment, from the sentence that names it; `starts` on their clock."""
    place = details.params.get("place", "")
    until = details.params.get("until")
    return {
        "meet_until": until.isoformat() if isinstance(until, time) else "",
        "meet_kind": kind.value,
        "meet_at": starts.isoformat(),
        "meet_with": str(details.params["person"]),
        "meet_place": str(place.params["place"]) if isinstance(place, Text) else str(place),
        "said_at_home": isinstance(place, Text),
    }


def _at(view: View) -> datetime:
    return datetime.fromisoformat(view.text("meet_at"))


def _details(view: View) -> Text:
    """The sentence with time, place and person; a place that may say too much is said at home only."""
    place = view.text("meet_place")
    shown: Value = Text("{place}", {"place": place}) if view.answers.get("said_at_home") else place
    values: dict[str, Value] = {"at": _at(view), "person": view.text("meet_with")}
    if view.text("meet_until"):
        values["until"] = time.fromisoformat(view.text("meet_until"))
    kind = Kind(view.text("meet_kind"))
    return meetings.where(kind, {**values, "place": shown} if kind.has_place else values)


def _is_late(view: View) -> bool:
    return view.text("about") == LATE


def _prompt(view: View) -> Text:
    if _is_late(view):
        return Text("Do you mean today, or {at}?", {"at": _at(view)})
    return Text("I am not sure what you mean. {details}", {"details": _details(view)})


def _ways(view: View) -> tuple[Button, ...]:
    if _is_late(view):
        today = Button(Text("Today, {day}", {"day": view.now.date()}), "today", TODAY)
        then = Button(Text("{at}", {"at": _at(view)}), "late", LATE)
        return (today, then, Button(meetings.MOVE, "move", MOVE), PASS_IT_ON)
    return (
        Button(meetings.COMES, "come", COME),
        Button(Text("I cannot come"), "cannot", CANNOT),
        Button(meetings.MOVE, "move", MOVE),
        Button(Text("I come later"), "late", LATE),
        PASS_IT_ON,
    )


def _in_words(reply: Reply, view: View) -> str | None:
    """A plain answer to the question just put; what is no plain answer stays in doubt."""
    reading = reply.reading
    if _is_late(view):
        days: dict[date, str] = {_at(view).date(): LATE, view.now.date(): TODAY}
        day = reading.day or reading.first_day
        return None if day is None else days.get(day)
    if reading.coming or reading.yes:
        return COME
    return CANNOT if reading.yes is False else None


def _settle(view: View) -> Done:
    words, what = view.text("words"), view.text("what")
    if what == PASS_ON:
        return Done((Relayed(words), Said(Text("I have passed it on to {caseworker}. The answer comes here."))))
    if what == TODAY:
        return lateness.record(view)
    return Done((AnswerWanted(invitee=int(view.text("invitee") or 0), what=what, words=words),))


FLOW = Flow(
    name="answering",
    version=1,
    start="what",
    nodes={
        "what": Ask(prompt=_prompt, parse=Choice(_ways, _in_words), save="what", then=goto("settle"), help=PICK),
        "settle": Do(run=_settle, then=goto(END)),
    },
)
