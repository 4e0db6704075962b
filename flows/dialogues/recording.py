"""Staff, and guardians for their wards, record a report that came by phone, in person or from others (R20b).

It is recorded as soon as reason, first day and source are known; its end, and when it was told, are asked for then. The
time that counts is when it was told, not when it was typed (R1).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from flows.dialogues import absence, reason_names
from flows.dialogues.staff import lacks, name_of, people, person_by_name
from flows.engine.answers import DATE_HINTS, Choice, Day
from flows.engine.events import AbsenceChanged, AbsenceReported, Reason, Said
from flows.engine.flow import END, Answer, Ask, Do, Done, Flow, Miss, Partly, View, goto
from flows.engine.messages import Button, Text, Value
from flows.engine.replies import DateProblem, Reply
from flows.engine.report_events import ReportTold
from flows.people import PersonId
from flows.rules.absence import Source, Told, settle

SOURCES: Final = {
    Source.PHONE: Text("By phone"),
    Source.IN_PERSON: Text("In person"),
    Source.OTHERS: Text("From parents or others"),
}
NOW: Final = "now"
DAY_KEY: Final = "_told_day"
HALF_PAST_SEVEN: Final = time(7, 30)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was told: just now, or a time of day that is over, today unless another day is named."""

    free: bool = False

    def buttons(self, _: View) -> tuple[Button, ...]:
        """What fits most often."""
        return (Button(Text("Just now"), NOW, NOW),)

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The instant as an ISO string; of a day alone the time is asked for."""
        if reply.action:
            return Answer(NOW) if reply.action == NOW else Miss(_unread())
        reading = reply.reading
        if reading.date_problem is not None:
            return Miss(DATE_HINTS[reading.date_problem])
        day, clock = reading.first_day or reading.day, reading.clock
        if clock is None:
            return Miss(_unread()) if day is None else self._of_day(day, view)
        moment = datetime.combine(day or _day_told(view), clock, view.now.tzinfo)
        if moment > view.now:
            return Miss(_ahead())
        return self._of_day(moment.date(), view, Answer(moment.isoformat()))

    def _of_day(self, day: date, view: View, told: Answer | None = None) -> Answer | Partly | Miss:
        """The day can be one on which a report was told; `told` is the answer then, else its time is asked for."""
        if day > view.now.date():
            return Miss(_ahead())
        if day < absence.earliest_report(view):
            return Miss(DATE_HINTS[DateProblem.PAST])
        return Partly({DAY_KEY: day.isoformat()}) if told is None else told


def _unread() -> Text:
    return Text(
        "Please write the time at which it was told, for example {at}, or “yesterday {at}”.", {"at": HALF_PAST_SEVEN}
    )


def _ahead() -> Text:
    return Text("This time is still to come. When was it told? For example: yesterday {at}.", {"at": HALF_PAST_SEVEN})


def _day_told(view: View) -> date:
    day = view.text(DAY_KEY)
    return date.fromisoformat(day) if day else view.now.date()


def _subject(view: View) -> PersonId:
    return PersonId(int(view.text("person")))


def _reasons(view: View) -> Sequence[Button]:
    return reason_names.to_staff(view.facts)


def _sources(_: View) -> Sequence[Button]:
    return tuple(Button(text, source.value, source.value) for source, text in SOURCES.items())


def _told(view: View, last: date | None) -> Told:
    return Told(_subject(view), Reason(view.text("reason")), absence.first_day(view), last)


def _settled(view: View, told: Told) -> tuple[AbsenceReported | AbsenceChanged, ...]:
    theirs = tuple(one for one in view.facts.absences if one.person == told.who)
    return tuple(
        replace(event, source=view.text("source")) if isinstance(event, AbsenceReported) else event
        for event in settle(told, theirs, view.now.date())
    )


def _record(view: View) -> Done:
    told = _told(view, absence.last_day(view))
    events = _settled(view, told)
    values: dict[str, Value] = {"person": name_of(view), "day": told.first_day}
    if not events:
        return Done((Said(Text("{person} is already reported absent for {day}.", values)),))
    said = Said(Text("Recorded: {person}, absent from {day}.", values))
    return Done((*events, said), {"recorded": True, "first_day": events[-1].first_day.isoformat()})


def _lacks_end(view: View) -> bool:
    return bool(view.answers.get("recorded")) and absence.last_day(view) is None


def _end_prompt(view: View) -> Text:
    length = absence.length_of(view)
    if length is not None:
        return Text("Which day is the last one of the absence? Tap a day or write a date.")
    return Text("Until which day is {person} absent? Tap a day or write a date.", {"person": name_of(view)})


def _prolong(view: View) -> Done:
    until = view.text("until")
    if not until:
        return Done()
    last = date.fromisoformat(until)
    told = _told(view, last)
    values: dict[str, Value] = {"person": name_of(view), "day": told.first_day, "last": last}
    said = Text("Recorded: {person}, absent from {day} until {last}.", values)
    if last == told.first_day:
        said = Text("Recorded: {person}, absent on {day}.", {"person": name_of(view), "day": last})
    return Done((*_settled(view, told), Said(said)))


def _by_staff(view: View) -> bool:
    return bool(view.answers.get("recorded")) and view.facts.person.role.is_staff


def _told_prompt(view: View) -> Text:
    if view.text(DAY_KEY):
        return Text("At what time was it told on {day}?", {"day": _day_told(view)})
    return Text("When was this told? That time counts, not when you type it.")


def _finish(view: View) -> Done:
    told = view.text("told")
    at = datetime.fromisoformat(told) if told and told != NOW else None
    report = ReportTold(who=_subject(view), first_day=absence.first_day(view), at=at)
    if at is None:
        return Done((report,))
    return Done((Said(Text("Noted: told on {day} at {at}.", {"day": at.date(), "at": at.time()})), report))


FLOW: Final = Flow(
    name="staff_record",
    version=1,
    start="person",
    nodes={
        "person": Ask(
            prompt=lambda _: Text("Who is absent?"),
            parse=Choice(people, person_by_name),
            save="person",
            then=goto("reason"),
            only_if=lacks("person"),
        ),
        "reason": Ask(
            prompt=lambda _: Text("For which reason?"),
            parse=Choice(_reasons, absence.reason_in_words),
            save="reason",
            then=goto("day"),
            only_if=lacks("reason"),
        ),
        "day": Ask(
            prompt=lambda _: Text("From which day on?"),
            parse=Day(absence.days, absence.earliest_report, absence.latest_report, DATE_HINTS[DateProblem.PAST]),
            save="first_day",
            then=goto("source"),
            only_if=absence.needs_day,
        ),
        "source": Ask(
            prompt=lambda _: Text("How did the report come in?"),
            parse=Choice(_sources),
            save="source",
            then=goto("record"),
            only_if=lacks("source"),
        ),
        "record": Do(run=_record, then=goto("until")),
        "until": Ask(
            prompt=_end_prompt,
            parse=Day(
                absence.ends, absence.first_day, absence.latest_report, DATE_HINTS[DateProblem.REVERSED], ends=True
            ),
            save="until",
            then=goto("prolong"),
            only_if=_lacks_end,
            optional=True,
        ),
        "prolong": Do(run=_prolong, then=goto("told")),
        "told": Ask(
            prompt=_told_prompt, parse=Moment(), save="told", then=goto("finish"), only_if=_by_staff, optional=True
        ),
        "finish": Do(run=_finish, then=goto(END), only_if=_by_staff),
    },
)
