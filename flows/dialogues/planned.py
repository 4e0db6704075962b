"""What is about to be entered, in one sentence, and whatever speaks against it, with the ways out (F21, F24)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta

from flows.dialogues.interpreting import interpreter_of
from flows.dialogues.staff import name_of
from flows.engine.flow import Facts, View
from flows.engine.messages import Button, Text, Value, counted
from flows.people import PersonId
from flows.rules.appointments import overlaps, weekly
from flows.rules.hours import Span

WHOLE_GROUP = "group"
ENTER_ALL_THE_SAME = Button(Text("Enter it all the same"), "confirm", "yes")
ENTER = Button(Text("Enter it"), "confirm", "yes")
WEEKLY = Button(Text("Every week"), "weekly", "weekly")
LEAVE_OUT = Button(Text("Leave these dates out"), "without", "without")
ANOTHER_TIME = Button(Text("Another time"), "again", "again")
INTERPRETER = Button(Text("With interpreter"), "interpret", "interpret")
LEAVE = Button(Text("Leave it"), "no", "no")


def is_group(view: View) -> bool:
    """Whether a whole group is invited."""
    return view.text("person") == WHOLE_GROUP or bool(view.text("group"))


def members(view: View) -> tuple[PersonId, ...]:
    """Whom it is with: the people of the group who are within reach, or the one person."""
    if is_group(view):
        return next((people for name, people in view.facts.groups if name == view.text("group")), ())
    return (PersonId(int(view.text("person"))),)


def _with(view: View) -> Value:
    if not is_group(view):
        return name_of(view)
    named: dict[str, Value] = {"group": view.text("group")}
    return counted("group {group}, {n} person", "group {group}, {n} people", len(members(view)), named)


def starts(view: View) -> datetime:
    """When the first date begins, on the clock of whoever plans."""
    return datetime.combine(
        datetime.fromisoformat(view.text("day")).date(), time.fromisoformat(view.text("time")), view.now.tzinfo
    )


def minutes(view: View) -> int:
    """How long it takes."""
    return int(str(view.answers["minutes"]))


def _series(view: View) -> tuple[list[datetime], list[datetime]]:
    weeks = view.answers.get("weeks")
    return weekly(starts(view), int(str(weeks)), view.facts.calendar) if weeks else ([], [])


def later(view: View) -> list[datetime]:
    """The further dates of a series, without those that were to be left out."""
    spared = view.answers.get("without")
    known = set(map(str, spared)) if isinstance(spared, list) else set()
    return [one for one in _series(view)[0] if one.isoformat() not in known]


def colliding(view: View) -> list[datetime]:
    """The further dates of a series that something speaks against."""
    return [one for one in later(view) if next(_clashes(view, one), None) is not None]


def _clashes(view: View, at: datetime) -> Iterator[Text]:
    """What is taken at that time: of whoever plans, of the invited, of the interpreter."""
    facts, long = view.facts, minutes(view)
    own = next(overlaps(at, long, facts.busy), None)
    if own is not None:
        yield Text("You have something else from {from_} to {until}.", _clock(own, at))
    for person in members(view):
        if any(overlaps(at, long, _spans(facts.engaged, person))):
            name = next((name for known, name in facts.people if known == person), "")
            yield Text("{person} has another appointment at that time.", {"person": name})
    interpreter = interpreter_of(view).name
    if interpreter and any(overlaps(at, long, _spans(facts.interpreting, interpreter))):
        yield Text("{person} interprets somewhere else at that time.", {"person": interpreter})


def _spans(known: Iterable[tuple[object, Span]], whose: object) -> Iterator[Span]:
    return (span for who, span in known if who == whose)


def _clock(span: Span, at: datetime) -> dict[str, Value]:
    begins, ends = span.starts.astimezone(at.tzinfo), span.ends.astimezone(at.tzinfo)
    whole = begins.date() < at.date() or ends.date() > at.date()
    return {"from_": begins if whole else begins.timetz(), "until": ends if whole else ends.timetz()}


def against(view: View) -> Text | None:
    """The first thing that speaks against this time; None if nothing does."""
    at = starts(view)
    clash = next(_clashes(view, at), None)
    if clash is not None:
        return clash
    if not view.facts.calendar.is_working_day(at.date()):
        return Text("That is no working day.")
    return None if _is_within_hours(view.facts, at, minutes(view)) else Text("That is outside your hours.")


def _is_within_hours(facts: Facts, at: datetime, long: int) -> bool:
    ends = at + timedelta(minutes=long)
    same_day = ends.date() == at.date()
    windows = facts.calendar.windows(at.date()) if facts.calendar.hours is not None else ((time.min, time.max),)
    return any(opens <= at.time() and ends.time() <= closes for opens, closes in windows) and same_day


def summary(view: View) -> Text:
    """What is about to be entered, and whatever speaks against it."""
    values: dict[str, Value] = {"at": starts(view), "person": _with(view), "n": minutes(view)}
    if view.answers.get("weeks"):
        return _summary_of_series(view, values)
    reason = against(view)
    if reason is not None:
        values["against"] = reason
        return Text("{at}, {n} minutes, {person}. {against} Enter it all the same?", values)
    return Text("{at}, {n} minutes, {person}. Is that right?", values)


def _summary_of_series(view: View, values: dict[str, Value]) -> Text:
    dates, clashing = later(view), colliding(view)
    values |= {"last": (dates[-1] if dates else starts(view)).date(), "count": len(dates) + 1}
    if clashing:
        values["days"] = _days(clashing)
        return Text(
            "{at}, {n} minutes, {person}, every week until {last}: {count} dates. Something else is on: {days}. "
            "Enter them all the same?",
            values,
        )
    left = [one for one in _series(view)[0] if one not in dates] + _series(view)[1]
    if left:
        values["days"] = _days(sorted(left))
        return Text(
            "{at}, {n} minutes, {person}, every week until {last}: {count} dates. Left out: {days}. Right?", values
        )
    return Text("{at}, {n} minutes, {person}, every week until {last}: {count} dates. Right?", values)


def _days(moments: Sequence[datetime]) -> tuple[Text, ...]:
    return tuple(Text("{day}", {"day": moment.date()}) for moment in moments)


def ways(view: View) -> Sequence[Button]:
    """What can be said to the summary: five at most."""
    if view.answers.get("weeks"):
        return (ENTER_ALL_THE_SAME, LEAVE_OUT, LEAVE) if colliding(view) else (ENTER, LEAVE)
    if against(view) is not None:
        return (ENTER_ALL_THE_SAME, ANOTHER_TIME, WEEKLY, LEAVE)
    interpreter = () if view.text("interpreter") else (INTERPRETER,)
    return (ENTER, WEEKLY, *interpreter, LEAVE)
