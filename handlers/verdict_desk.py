"""What staff do about undecided reasons: press a button under a report, or ask for the list (F33)."""

import re
from typing import Final

from flows.dialogues import verdict as dialogue
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.messages import Level, Text
from flows.engine.run import start
from flows.engine.verdict_events import VerdictGiven
from flows.people import Person
from flows.rules.absence import Absence
from flows.rules.access import Operation
from flows.rules.excuses import Verdict
from flows.rules.verdicts import bar, is_open
from handlers import absences, access, alert_cards, verdict_ways, verdicts
from handlers.apply import apply_turn
from handlers.facts import gather
from handlers.occasion import Occasion, Sending
from storage.buttons import StoredButton

DECISIONS: Final = re.compile(r"(?:/decisions|(?:offene )?entscheidungen|(?:open )?decisions)", re.IGNORECASE)
NOTHING: Final = Text("Nothing waits for your decision.")
MOST_SHOWN: Final = 10
OF_ACTION: Final = {action: verdict for verdict, (_, action) in verdict_ways.LABELS.items()}


def knows(button: StoredButton) -> bool:
    """Whether a press decides about a report."""
    return button.value.startswith(f"{verdict_ways.PREFIX}:") and button.question.conversation is None


def asks(button: StoredButton) -> bool:
    """Whether words have to follow, so that another open question is left."""
    return button.action in {"ask", "decline"}


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Decide, ask for the words first, or confirm that somebody was absent without an important reason."""
    _, number, seen = button.value.split(":")
    report = occasion.uow.absences.get(int(number))
    subject = occasion.uow.people.get(report.person)
    if not access.allows(occasion, by, Operation.DECIDE_ABSENCE, subject):
        return
    if button.action not in OF_ACTION:
        verdicts.confirm_unexcused(occasion, by, report, int(seen))
        return
    verdict = OF_ACTION[button.action]
    if verdict is Verdict.RECOGNISED or bar(report, verdict) is not None:
        given = VerdictGiven(who=subject.id, absence=report.id, seen=int(seen), verdict=verdict, words="")
        verdicts.decide(occasion, by, given)
        return
    _ask_for_words(occasion, by, subject, {"absence": number, "seen": seen, "verdict": verdict.value})


def _ask_for_words(occasion: Occasion, by: Person, subject: Person, known: dict[str, Json]) -> None:
    answers: dict[str, Json] = {"person": str(subject.id), "name": subject.name, **known}
    turn = start(dialogue.GIVE, now=occasion.local(by), facts=gather(occasion, by), answers=answers)
    apply_turn(occasion, by, None, turn)


def hear(occasion: Occasion, by: Person, text: str) -> bool:
    """Show what waits for a decision to whoever asks for it; False for any other line."""
    if DECISIONS.fullmatch(" ".join(text.split()).rstrip(".!?")) is None:
        return False
    waiting = [(report, person) for person in _readable(occasion, by) for report in _open_of(occasion, person)]
    for report, person in sorted(waiting, key=lambda one: (one[0].first_day, one[0].id))[:MOST_SHOWN]:
        said = Said(
            alert_cards.absence_text(report, occasion.uow.profile.own_reasons),
            verdict_ways.of(occasion, report),
            Level.L4,
        )
        occasion.say(by, said, Sending(subject=person, lasting=True))
        access.note_read(occasion, by, Operation.SEE_UNDECIDED, person)
    if not waiting:
        occasion.say(by, Said(NOTHING))
    elif len(waiting) > MOST_SHOWN:
        rest = len(waiting) - MOST_SHOWN
        more = Text(
            "More reports that wait for a decision: {n}. Write “decisions” again when these are done.", {"n": rest}
        )
        occasion.say(by, Said(more))
    return True


def _readable(occasion: Occasion, by: Person) -> list[Person]:
    return [one for one in access.within_reach(occasion, by) if access.may(occasion, by, Operation.SEE_UNDECIDED, one)]


def _open_of(occasion: Occasion, person: Person) -> list[Absence]:
    if not occasion.uow.profile.evidence_rule.is_decided:
        return []
    rulings = occasion.uow.verdicts.of(person.id)
    return [one for one in absences.of_person(occasion, person) if is_open(one, rulings)]
