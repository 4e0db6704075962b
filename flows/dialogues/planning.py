"""How staff plan an appointment in the chat: by tapping, in under a minute; nothing is guessed (F21, R53, R56)."""

from collections.abc import Sequence
from datetime import date, timedelta

from flows.dialogues import interpreting
from flows.dialogues.clock import Clock
from flows.dialogues.interpreting import WANTED, interpreter_of, language_of, short_words
from flows.dialogues.meetings import STAFF_KINDS
from flows.dialogues.planned import (
    WHOLE_GROUP,
    colliding,
    is_group,
    later,
    members,
    minutes,
    starts,
    summary,
    ways,
)
from flows.dialogues.staff import lacks, people, person_by_name
from flows.engine.answers import OTHER_DAY_KEY, OVER, Choice, Day, Number, Words
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.meetings import MeetingWanted
from flows.engine.messages import Button, Text, counted
from flows.engine.replies import Reply
from flows.rules.appointments import Kind

LENGTHS = (30, 45, 60, 90)
SHORTEST, LONGEST = 10, 480
DAYS_OFFERED = 4
FARTHEST = timedelta(days=366)
OTHER = "other"
LONGEST_PLACE = 80
LONGEST_WAY = 250
LONGEST_LINK = 300
WITHOUT = "without"

MOST_WEEKS = 20


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


def _kinds(_: View) -> Sequence[Button]:
    return tuple(Button(text, kind.value, kind.value) for kind, text in STAFF_KINDS.items() if kind is not Kind.GROUP)


def _days(view: View) -> Sequence[Button]:
    offered = view.facts.calendar.next_days(view.now.date(), DAYS_OFFERED)
    days = (Button(Text("{day}", {"day": day}), "day", day.isoformat()) for day in offered)
    return (*days, Button(Text("Another day"), OTHER))


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


def _lengths(_: View) -> Sequence[Button]:
    return tuple(Button(counted("{n} minute", "{n} minutes", n), "minutes", str(n)) for n in LENGTHS)


def _places(view: View) -> Sequence[Button]:
    named = (Button(Text("{place}", {"place": place}), "place", place) for place in view.facts.places)
    return (*named, Button(Text("Another place"), OTHER, OTHER))


def _needs_place(view: View) -> bool:
    return not view.text("place") and _kind(view).has_place


def _kind(view: View) -> Kind:
    return Kind.GROUP if is_group(view) else Kind(view.text("kind"))


def _no_more(view: View) -> Sequence[Button]:
    del view
    return (Button(Text("Without"), "without", WITHOUT),)


def _unless_without(view: View, name: str) -> str:
    return "" if view.text(name) == WITHOUT else view.text(name)


def _after_sure(view: View) -> str:
    return {"weekly": "weeks", "without": "leave_out", "again": "forget", "interpret": "interpret"}.get(
        view.text("sure"), "enter"
    )


def _leave_out(view: View) -> Done:
    """The dates that something speaks against are none of the series."""
    spared = view.answers.get("without")
    known = spared if isinstance(spared, list) else []
    return Done(answers={"without": [*known, *(one.isoformat() for one in colliding(view))]})


def forget_time(_: View) -> Done:
    """Day and time are asked for anew."""
    return Done(answers={"day": "", "time": "", OTHER_DAY_KEY: False})


def _want_interpreter(_: View) -> Done:
    return Done(answers={"interpreter": WANTED})


def _yes_in_words(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _enter(view: View) -> Done:
    if view.text("sure") != "yes":
        return Done((Said(Text("All right, nothing is entered.")),))
    place = view.text("other_place") or view.text("place")
    interpreter = interpreter_of(view)
    wanted = MeetingWanted(
        people=members(view),
        kind=_kind(view),
        later=tuple(later(view)),
        group=view.text("group"),
        starts=starts(view),
        minutes=minutes(view),
        place=place,
        way=_unless_without(view, "way"),
        link=_unless_without(view, "link"),
        interpreter=language_of(view),
        interpreter_name=interpreter.name,
        interpreter_contact=interpreter.contact,
    )
    return Done((wanted,))


DAY = Ask(
    prompt=lambda _: Text("On which day?"),
    parse=Day(_days, _today, _farthest, OVER),
    save="day",
    then=goto("time"),
    only_if=lacks("day"),
)


def clock(then: str) -> Ask:
    """The question for the time on that day."""
    return Ask(
        prompt=lambda view: Text("At what time on {day}? Tap, or write it, for example 10:30.", {"day": _day(view)}),
        parse=Clock(_clocks, _day, once=True),
        save="time",
        then=goto(then),
        only_if=lacks("time"),
    )


FLOW = Flow(
    name="staff_plan",
    version=2,
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
            only_if=lambda view: not view.text("kind") and not is_group(view),
        ),
        "day": DAY,
        "time": clock("minutes"),
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
            then=goto("way"),
            only_if=lambda view: view.text("place") == OTHER and not view.text("other_place"),
        ),
        "way": Ask(
            prompt=lambda _: Text("How does one get there? One sentence is enough."),
            parse=Choice(_no_more, short_words(LONGEST_WAY), free=True),
            save="way",
            then=goto("link"),
            only_if=lambda view: view.text("place") == OTHER and not view.text("way"),
        ),
        "link": Ask(
            prompt=lambda _: Text("Which link or number is it? It is shown on the person’s own page only."),
            parse=Choice(_no_more, short_words(LONGEST_LINK), free=True),
            save="link",
            then=goto("interpreter"),
            only_if=lambda view: _kind(view).has_link and not view.text("link"),
        ),
        **interpreting.nodes("sure"),
        "sure": Ask(
            prompt=summary,
            parse=Choice(ways, _yes_in_words),
            save="sure",
            then=_after_sure,
        ),
        "leave_out": Do(run=_leave_out, then=goto("sure")),
        "forget": Do(run=forget_time, then=goto("day")),
        "interpret": Do(run=_want_interpreter, then=goto("interpreter")),
        "weeks": Ask(
            prompt=lambda _: Text("How many weeks altogether, the first one included?"),
            parse=Number(2, MOST_WEEKS),
            save="weeks",
            then=goto("sure"),
        ),
        "enter": Do(run=_enter, then=goto(END)),
    },
)
