"""Gathers what is known of a person's absences, so that `flows/rules/excuses.py` can say what stands of a day."""

from datetime import date

from flows.people import PersonId
from flows.rules.excuses import Known
from flows.rules.leave import granted
from flows.rules.verdicts import standing_verdict
from handlers import uncovered_days
from handlers.occasion import Occasion


def known_of(occasion: Occasion, person: PersonId, since: date) -> Known:
    """Reports, certificates and granted leave from `since` on, with what was decided about reports as they are now."""
    reports = tuple(occasion.uow.absences.of(person, since=since))
    rulings = occasion.uow.verdicts.of(person)
    stands = ((report.id, standing_verdict(report, rulings)) for report in reports)
    rule = occasion.uow.profile.evidence_rule
    return Known(
        reports=reports,
        verdicts={id_: verdict for id_, verdict in stands if verdict is not None},
        certificates=uncovered_days.spans_of(occasion.uow, person, since),
        leave=granted(occasion.uow.leaves.of(person)) if occasion.uow.profile.leave is not None else (),
        proof_from=rule.proof_from or 1,
        decided=rule.is_decided,
        counts={one.reason: one.counts for one in occasion.uow.profile.own_reasons if one.counts},
    )
