"""How staff plan an appointment in the chat: by tapping, in under a minute; nothing is guessed (F21, R53, R56)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from flows.dialogues.meetings import STAFF_KINDS
from flows.dialogues.staff import lacks, name_of, people, person_by_name
from flows.engine.answers import OVER, Choice, Day, Number, Words
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.meetings import MeetingWanted
from flows.engine.messages import Button, Text, Value, counted
from flows.engine.replies import Reply
from flows.people import PersonId
from flows.rules.appointments import Kind, overlaps

LENGTHS = (30, 45, 60, 90)
SHORTEST, LONGEST = 10, 480
DAYS_OFFERED = 4
FARTHEST = timedelta(days=366)
NO_INTERPRETER = "none"
OTHER = "other"
LONGEST_PLACE = 80


def _kinds(_: View) -> Sequence[Button]:
    return tuple(Button(text, kind.value, kind.value) for kind, text in STAFF_KINDS.items() if kind is not Kind.GROUP)


def _days(view: View) -> Sequence[Button]:
    day, offered = view.now.date(), []
    for _ in range(DAYS_OFFERED):
        day = view.facts.calendar.nth_working_day(day + timedelta(days=1), 1)
        offered.append(Button(Text("{day}", {"day": day}), "day", day.isoformat()))
    return (*offered, Button(Text("Another day"), OTHER))


def _day(view: View) -> date:
    return date.fromisoformat(view.text("day"))


def _today(view: View) -> date:
    return view.now.date()


def _farthest(view: View) -> date:
    return view.now.date() + FARTHEST


def _clocks(view: View) -> Sequence[Button]:
    """The free beginnings of that day, by the hour first."""
    free = [moment for moment in view.facts.free_times if moment.date() == _day(view)]
    return tuple(
        Button(Text("{at}", {"at": moment.timetz().replace(tzinfo=None)}), "time", moment.strftime("%H:%M"))
        for moment in sorted(free, key=lambda moment: (moment.minute != 0, moment))
    )


def _clock_in_words(reply: Reply, view: View) -> str | None:
    """A time that was written; one that has passed, or that the clock leaps over, is no time."""
    clock = reply.reading.clock
    if clock is None:
        return None
    moment = datetime.combine(_day(view), clock, view.now.tzinfo)
    return clock.isoformat("minutes") if moment > view.now and exists(moment) else None


def exists(moment: datetime) -> bool:
    """Whether a local time is on the clock that day: one hour is left out when summer time begins."""
    zone = moment.tzinfo
    return moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None)


def _lengths(_: View) -> Sequence[Button]:
    return tuple(Button(counted("{n} minute", "{n} minutes", n), "minutes", str(n)) for n in LENGTHS)


def _places(view: View) -> Sequence[Button]:
    named = (Button(Text("{place}", {"place": place}), "place", place) for place in view.facts.places)
    return (*named, Button(Text("Another place"), OTHER, OTHER))


def _needs_place(view: View) -> bool:
    return not view.text("place") and Kind(view.text("kind")).has_place


def _languages(view: View) -> Sequence[Button]:
    others = [(code, name) for code, name in view.facts.languages if not code.startswith("de")]
    named = tuple(Button(Text("{language}", {"language": name}), "interpreter", code) for code, name in others)
    return (Button(Text("No interpreter"), "no", NO_INTERPRETER), *named)


def _may_need_interpreter(view: View) -> bool:
    return not view.text("interpreter") and view.text("person") in view.facts.speak_other


def _starts(view: View) -> datetime:
    return datetime.combine(_day(view), time.fromisoformat(view.text("time")), view.now.tzinfo)


def _summary(view: View) -> Text:
    """What is about to be entered, and whatever speaks against it."""
    minutes = int(str(view.answers["minutes"]))
    values: dict[str, Value] = {"at": _starts(view), "person": name_of(view), "n": minutes}
    clash = next(overlaps(_starts(view), minutes, view.facts.busy), None)
    if clash is not None:
        values["other"] = clash.starts
        return Text("{at}, {n} minutes, {person}. Something else begins at {other}. Enter it all the same?", values)
    if not view.facts.calendar.is_working_day(_day(view)):
        return Text("{at}, {n} minutes, {person}. That is no working day. Enter it all the same?", values)
    return Text("{at}, {n} minutes, {person}. Is that right?", values)


def _confirm(_: View) -> Sequence[Button]:
    return (Button(Text("Enter it"), "confirm", "yes"), Button(Text("Leave it"), "no", "no"))


def _yes_in_words(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _enter(view: View) -> Done:
    if view.text("sure") != "yes":
        return Done((Said(Text("All right, nothing is entered.")),))
    interpreter = view.text("interpreter")
    wanted = MeetingWanted(
        people=(PersonId(int(view.text("person"))),),
        kind=Kind(view.text("kind")),
        starts=_starts(view),
        minutes=int(str(view.answers["minutes"])),
        place=view.text("other_place") or view.text("place"),
        interpreter="" if interpreter == NO_INTERPRETER else interpreter,
    )
    return Done((wanted,))


FLOW = Flow(
    name="staff_plan",
    version=1,
    start="person",
    nodes={
        "person": Ask(
            prompt=lambda _: Text("With whom is the appointment?"),
            parse=Choice(people, person_by_name),
            save="person",
            then=goto("kind"),
            only_if=lacks("person"),
        ),
        "kind": Ask(
            prompt=lambda _: Text("How do you meet?"),
            parse=Choice(_kinds),
            save="kind",
            then=goto("day"),
            only_if=lacks("kind"),
        ),
        "day": Ask(
            prompt=lambda _: Text("On which day?"),
            parse=Day(_days, _today, _farthest, OVER),
            save="day",
            then=goto("time"),
            only_if=lacks("day"),
        ),
        "time": Ask(
            prompt=lambda view: Text(
                "At what time on {day}? Tap, or write it, for example 10:30.", {"day": _day(view)}
            ),
            parse=Choice(_clocks, _clock_in_words),
            save="time",
            then=goto("minutes"),
            only_if=lacks("time"),
        ),
        "minutes": Ask(
            prompt=lambda _: Text("How long?"),
            parse=Number(SHORTEST, LONGEST, _lengths),
            save="minutes",
            then=goto("place"),
            only_if=lambda view: not view.answers.get("minutes"),
        ),
        "place": Ask(
            prompt=lambda _: Text("Where?"),
            parse=Choice(_places),
            save="place",
            then=goto("other_place"),
            only_if=_needs_place,
        ),
        "other_place": Ask(
            prompt=lambda _: Text("Which place? Please write it in neutral words."),
            parse=Words(longest=LONGEST_PLACE),
            save="other_place",
            then=goto("interpreter"),
            only_if=lambda view: view.text("place") == OTHER,
        ),
        "interpreter": Ask(
            prompt=lambda view: Text("Does {person} need an interpreter?", {"person": name_of(view)}),
            parse=Choice(_languages),
            save="interpreter",
            then=goto("sure"),
            only_if=_may_need_interpreter,
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
