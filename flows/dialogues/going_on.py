"""What somebody reads whose illness goes on: kind words, who else must hear, and another sick note (R3, R5, R20a)."""

from collections.abc import Iterator
from datetime import date, timedelta

from flows.dialogues.certificate import PHOTO
from flows.dialogues.words import OFFICES
from flows.engine.events import AbsenceChanged, AbsenceReported, Reason, Said
from flows.engine.flow import Facts
from flows.engine.messages import Level, Text
from flows.rules.grounds import SICK_NOTES, TALK


def answer(longer: AbsenceReported | AbsenceChanged, further: date, facts: Facts) -> tuple[Said, ...]:
    """The answer to "I am still ill", `further` is the first of the days that have come to it."""
    return tuple(_sentences(longer, further, facts))


def _sentences(longer: AbsenceReported | AbsenceChanged, further: date, facts: Facts) -> Iterator[Said]:
    yield Said(_kind_words(longer), level=Level.L4)
    offices = tuple(OFFICES[office] for office in facts.must_tell)
    if offices:
        yield Said(Text("Please also tell {offices} yourself today.", {"offices": offices}))
    if longer.reason is Reason.ILLNESS and _needs_note(longer, facts.proof_from):
        yield Said(
            Text(
                "For the days from {day} on you need a new sick note. Please show it to {caseworker}.",
                {"day": max(further, longer.first_day + timedelta(days=facts.proof_from - 1))},
            ),
            (PHOTO,) if {TALK, SICK_NOTES} <= facts.consents else (),
        )


def _needs_note(longer: AbsenceReported | AbsenceChanged, proof_from: int) -> bool:
    needed = longer.first_day + timedelta(days=proof_from - 1)
    return proof_from > 0 and (longer.last_day is None or longer.last_day >= needed)


def _kind_words(longer: AbsenceReported | AbsenceChanged) -> Text:
    if longer.reason is not Reason.ILLNESS:
        if longer.last_day is None:
            return Text("All the best! You stay reported absent. {caseworker} gets the message now.")
        return Text(
            "All the best! You stay reported absent: from {first} until {last}. {caseworker} gets the message now.",
            {"first": longer.first_day, "last": longer.last_day},
        )
    if longer.last_day is None:
        return Text("Get well soon! You stay reported ill. {caseworker} gets the message now.")
    return Text(
        "Get well soon! You stay reported ill: from {first} until {last}. {caseworker} gets the message now.",
        {"first": longer.first_day, "last": longer.last_day},
    )
