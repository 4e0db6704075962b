"""The buttons by which staff decide about a report; they know which decision was the last when they were shown."""

from typing import Final

from flows.engine.messages import Button, Text
from flows.rules.absence import Absence
from flows.rules.excuses import Verdict
from flows.rules.verdicts import is_for_a_person, is_never_asked, newest, standing_verdict
from handlers.occasion import Occasion

PREFIX: Final = "verdict"
"""What the value of each of these buttons begins with: other buttons have the same actions."""
LABELS: Final = {
    Verdict.RECOGNISED: (Text("Recognise"), "accept"),
    Verdict.ASKED: (Text("Ask"), "ask"),
    Verdict.DECLINED: (Text("Do not recognise"), "decline"),
}
UNEXCUSED: Final = Text("Absent without an important reason")


def value(report: Absence, seen: int) -> str:
    """What a button keeps: which report, and the last decision that whoever presses it has seen."""
    return f"{PREFIX}:{report.id}:{seen}"


def of(occasion: Occasion, report: Absence, *, again: bool = False) -> tuple[Button, ...]:
    """What can be decided now; nothing more once it is recognised, unless it was decided just now (`again`)."""
    if not occasion.uow.profile.evidence_rule.is_decided or not is_for_a_person(report):
        return ()
    rulings = occasion.uow.verdicts.of(report.person)
    last, stands = newest(report, rulings), standing_verdict(report, rulings)
    if stands is Verdict.RECOGNISED and not again:
        return ()
    kept = value(report, 0 if last is None else last.id)
    unasked = {Verdict.ASKED} if is_never_asked(report) else set[Verdict]()
    left = (verdict for verdict in Verdict if verdict not in {stands, *unasked})
    return tuple(Button(*LABELS[verdict], kept) for verdict in left)
