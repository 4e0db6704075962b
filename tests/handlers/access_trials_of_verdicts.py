"""Trials of deciding about reported reasons."""

from collections.abc import Mapping
from datetime import date

from flows.engine.events import Reason
from flows.engine.verdict_events import VerdictGiven
from flows.rules.absence import Absence
from flows.rules.access import Operation, Relation
from flows.rules.excuses import Verdict
from handlers.apply import apply
from handlers.verdict_ways import value
from tests.handlers.access_people import ONE_DAY, TODAY, Stage, Trial


def _report(stage: Stage, day: date = TODAY) -> Absence:
    report = Absence(
        id=stage.uow.new_id(), person=stage.concerned.id, reason=Reason.MOVING, first_day=day, last_day=day
    )
    stage.uow.absences.add(report, stage.now)
    return report


def decide_absence(stage: Stage) -> bool:
    """Press "recognise" under a report; finish "not recognised" begun before; confirm that it was unexcused."""
    report = _report(stage)
    stage.press("accept", value(report, 0))
    recognised = bool(stage.events("AbsenceDecided"))
    other = _report(stage, TODAY - ONE_DAY)
    given = VerdictGiven(who=stage.concerned.id, absence=other.id, seen=0, verdict=Verdict.DECLINED.value, words="weil")
    if stage.me is not None:
        apply(stage.occasion, stage.me, [given])
    declined = any(one.absence == other.id for one in stage.uow.verdicts.of(stage.concerned.id))
    last = max((one.id for one in stage.uow.verdicts.of(stage.concerned.id)), default=0)
    stage.press("unexcused", value(other, last))
    effects = (recognised, declined, bool(stage.events("TaskOpened")))
    assert len(set(effects)) == 1, effects
    return recognised


def see_undecided(stage: Stage) -> bool:
    """Ask for the list while a report of the person waits for a decision."""
    _report(stage)
    stage.say("Entscheidungen")
    told = [message.text for message in stage.written() if stage.me is not None and message.to == stage.me.id]
    named = any(stage.concerned.name in text for text in told) and stage.relation is not Relation.SELF
    assert named == stage.was_read(Operation.SEE_UNDECIDED)
    return named


OF_VERDICTS: Mapping[Operation, Trial] = {
    Operation.DECIDE_ABSENCE: decide_absence,
    Operation.SEE_UNDECIDED: see_undecided,
}
