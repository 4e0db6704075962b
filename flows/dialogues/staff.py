"""What staff do in the chat: write to a person, and record a report that came by phone or from others (R20b)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flows.dialogues import absence
from flows.dialogues.wordings import Wording
from flows.dialogues.words import STAFF_REASONS
from flows.engine.answers import DATE_HINTS, Choice, Day
from flows.engine.events import AbsenceReported, Reason, Relayed, Said
from flows.engine.flow import END, Ask, Do, Done, Facts, Flow, Test, View, goto
from flows.engine.messages import Button, Text, Value
from flows.engine.replies import DateProblem, Reply
from flows.people import PersonId
from flows.rules.absence import Source, Told, settle
from flows.rules.names import words_of

SOURCES = {
    Source.PHONE: Text("By phone"),
    Source.IN_PERSON: Text("In person"),
    Source.OTHERS: Text("From parents or others"),
}


ADDRESSING = words_of("an für zu bitte frau herr herrn to for please mr ms mrs")
"""Words that stand beside a name and say nothing."""


def people(view: View) -> Sequence[Button]:
    """Everybody within reach, by name."""
    return tuple(
        Button(Text("{person}", {"person": name}), "person", str(person)) for person, name in view.facts.people
    )


def person_in_words(text: str, facts: Facts) -> str | None:
    """Who is meant, when exactly one of the people is named."""
    words = words_of(text)
    hits = {str(person): len(words & words_of(name)) for person, name in facts.people}
    best = max(hits.values(), default=0)
    named = [person for person, hit in hits.items() if hit == best > 0]
    return named[0] if len(named) == 1 else None


def person_by_name(reply: Reply, view: View) -> str | None:
    """Whom the words name."""
    return person_in_words(reply.text, view.facts)


def person_by_name_alone(reply: Reply, view: View) -> str | None:
    """Whom the words name, if they say nothing else: "Jonas is ill" tells something new, it does not address him."""
    named = person_in_words(reply.text, view.facts)
    name = next((name for person, name in view.facts.people if str(person) == named), "")
    return None if words_of(reply.text) - words_of(name) - ADDRESSING else named


def lacks(name: str) -> Test:
    """Whether an answer is still missing."""
    return lambda view: not view.text(name)


def _subject(view: View) -> PersonId:
    return PersonId(int(view.text("person")))


def name_of(view: View) -> str:
    """The name of the person chosen."""
    known = (name for person, name in view.facts.people if str(person) == view.text("person"))
    return next(known, view.text("name"))


def _send(view: View) -> Done:
    if not view.text("person"):
        return Done((Said(Text("I have passed it on to nobody.")),))
    chosen = view.answers.get("words")
    if isinstance(chosen, dict):
        return Done((Relayed("", _subject(view), wording=str(chosen["wording"])),))
    return Done((Relayed(view.text("words"), _subject(view)),))


WRITE = Flow(
    name="staff_write",
    version=1,
    start="person",
    nodes={
        "person": Ask(
            prompt=lambda _: Text("To whom shall I pass this on?"),
            parse=Choice(people, person_by_name_alone),
            save="person",
            then=goto("words"),
            only_if=lacks("person"),
            optional=True,
            skip=Text("To nobody"),
        ),
        "words": Ask(
            prompt=lambda view: Text("What shall I pass on to {person}?", {"person": name_of(view)}),
            parse=Wording(),
            save="words",
            then=goto("send"),
            only_if=lambda view: bool(view.text("person")) and not view.answers.get("words"),
        ),
        "send": Do(run=_send, then=goto(END)),
    },
)


def _reasons(view: View) -> Sequence[Button]:
    return tuple(
        Button(text, absence.ACTIONS.get(reason, reason.value), reason.value)
        for reason, text in STAFF_REASONS.items()
        if reason in view.facts.reasons
    )


def _sources(_: View) -> Sequence[Button]:
    return tuple(Button(text, source.value, source.value) for source, text in SOURCES.items())


def _record(view: View) -> Done:
    first = date.fromisoformat(view.text("first_day"))
    told = Told(_subject(view), Reason(view.text("reason")), first)
    theirs = tuple(one for one in view.facts.absences if one.person == told.who)
    events = tuple(
        replace(event, source=view.text("source")) if isinstance(event, AbsenceReported) else event
        for event in settle(told, theirs, view.now.date())
    )
    values: dict[str, Value] = {"person": name_of(view), "day": first}
    if not events:
        return Done((Said(Text("{person} is already reported absent for {day}.", values)),))
    return Done((*events, Said(Text("Recorded: {person}, absent from {day}.", values))))


RECORD = Flow(
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
        "record": Do(run=_record, then=goto(END)),
    },
)
