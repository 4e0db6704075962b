"""How staff plan an appointment in the chat: by tapping, in under a minute; nothing is guessed (F21, R53, R56)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.dialogues.meetings import STAFF_KINDS
from flows.dialogues.staff import lacks, name_of, people, person_by_name
from flows.engine.answers import OVER, Choice, Day, Number, Words
from flows.engine.events import Said
from flows.engine.flow import END, Answer, Ask, Do, Done, Flow, Miss, Partly, View, goto
from flows.engine.meetings import MeetingWanted
from flows.engine.messages import Button, Text, Value, counted
from flows.engine.replies import Reply
from flows.people import PersonId
from flows.rules.appointments import Kind, exists, overlaps, weekly

LENGTHS = (30, 45, 60, 90)
SHORTEST, LONGEST = 10, 480
DAYS_OFFERED = 4
FARTHEST = timedelta(days=366)
NO_INTERPRETER = "none"
OTHER = "other"
LONGEST_PLACE = 80


MOST_WEEKS = 20
WHOLE_GROUP = "group"


def _invited(view: View) -> Sequence[Button]:
    """Everybody within reach, and the groups they are in."""
    whole = (Button(Text("A whole group"), WHOLE_GROUP, WHOLE_GROUP),) if view.facts.groups else ()
    return (*people(view), *whole)


def _groups(view: View) -> Sequence[Button]:
    return tuple(Button(Text("{group}", {"group": name}), WHOLE_GROUP, name) for name, _ in view.facts.groups)


def _group_in_words(reply: Reply, view: View) -> str | None:
    words = reply.text.casefold().split()
    named = [name for name, _ in view.facts.groups if name.casefold() in words]
    return named[0] if len(named) == 1 else None


def _is_group(view: View) -> bool:
    return view.text("person") == WHOLE_GROUP or bool(view.text("group"))


def _members(view: View) -> tuple[PersonId, ...]:
    """Whom it is with: the people of the group who are within reach, or the one person."""
    if _is_group(view):
        return next((members for name, members in view.facts.groups if name == view.text("group")), ())
    return (PersonId(int(view.text("person"))),)


def _with(view: View) -> Value:
    if not _is_group(view):
        return name_of(view)
    named: dict[str, Value] = {"group": view.text("group")}
    return counted("group {group}, {n} person", "group {group}, {n} people", len(_members(view)), named)


def _later(view: View) -> list[datetime]:
    """The further dates of a series."""
    weeks = view.answers.get("weeks")
    return weekly(_starts(view), int(str(weeks)), view.facts.calendar) if weeks else []


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


@dataclass(frozen=True, slots=True)
class Beginning:
    """A time on the day that was chosen; what is over, or not on the clock, is said with the way out."""

    choice: Choice
    free: bool = False

    def buttons(self, view: View) -> tuple[Button, ...]:
        """The free times."""
        return self.choice.buttons(view)

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The time that was pressed or written."""
        clock = reply.reading.clock
        if not reply.action and clock is not None:
            moment = datetime.combine(_day(view), clock, view.now.tzinfo)
            if moment <= view.now:
                return Miss(PAST)
            if not exists(moment):
                return Miss(LEFT_OUT)
        return self.choice.read(reply, view)


PAST = Text("This time is over already. Please choose a later one.")
LEFT_OUT = Text("This time does not exist that night: clocks go forward. Please choose another one.")


def _lengths(_: View) -> Sequence[Button]:
    return tuple(Button(counted("{n} minute", "{n} minutes", n), "minutes", str(n)) for n in LENGTHS)


def _places(view: View) -> Sequence[Button]:
    named = (Button(Text("{place}", {"place": place}), "place", place) for place in view.facts.places)
    return (*named, Button(Text("Another place"), OTHER, OTHER))


def _needs_place(view: View) -> bool:
    return not view.text("place") and (_is_group(view) or Kind(view.text("kind")).has_place)


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
    values: dict[str, Value] = {"at": _starts(view), "person": _with(view), "n": minutes}
    later = _later(view)
    if later:
        values |= {"last": later[-1].date(), "count": len(later) + 1}
        return Text(
            "{at}, {n} minutes, {person}, every week until {last}: {count} dates without free days. Right?", values
        )
    clash = next(overlaps(_starts(view), minutes, view.facts.busy), None)
    if clash is not None:
        values["other"] = clash.starts
        return Text("{at}, {n} minutes, {person}. Something else begins at {other}. Enter it all the same?", values)
    if not view.facts.calendar.is_working_day(_day(view)):
        return Text("{at}, {n} minutes, {person}. That is no working day. Enter it all the same?", values)
    return Text("{at}, {n} minutes, {person}. Is that right?", values)


def _confirm(view: View) -> Sequence[Button]:
    weekly_ = () if view.answers.get("weeks") else (Button(Text("Every week"), "weekly", "weekly"),)
    return (Button(Text("Enter it"), "confirm", "yes"), *weekly_, Button(Text("Leave it"), "no", "no"))


def _after_sure(view: View) -> str:
    return "weeks" if view.text("sure") == "weekly" else "enter"


def _yes_in_words(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _enter(view: View) -> Done:
    if view.text("sure") != "yes":
        return Done((Said(Text("All right, nothing is entered.")),))
    interpreter = view.text("interpreter")
    wanted = MeetingWanted(
        people=_members(view),
        kind=Kind.GROUP if _is_group(view) else Kind(view.text("kind")),
        later=tuple(_later(view)),
        group=view.text("group"),
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
            parse=Choice(_invited, person_by_name),
            save="person",
            then=goto("group"),
            only_if=lambda view: not view.text("person") and not view.text("group"),
        ),
        "group": Ask(
            prompt=lambda _: Text("Which group?"),
            parse=Choice(_groups, _group_in_words),
            save="group",
            then=goto("kind"),
            only_if=lambda view: view.text("person") == WHOLE_GROUP and not view.text("group"),
        ),
        "kind": Ask(
            prompt=lambda _: Text("How do you meet?"),
            parse=Choice(_kinds),
            save="kind",
            then=goto("day"),
            only_if=lambda view: not view.text("kind") and not _is_group(view),
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
            parse=Beginning(Choice(_clocks, _clock_in_words)),
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
            then=_after_sure,
        ),
        "weeks": Ask(
            prompt=lambda _: Text("How many weeks altogether, the first one included?"),
            parse=Number(2, MOST_WEEKS),
            save="weeks",
            then=goto("sure"),
        ),
        "enter": Do(run=_enter, then=goto(END)),
    },
)
