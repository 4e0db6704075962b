"""Staff have recorded a report: when it was told counts, and whoever may decides about it (R1, R6, R20b)."""

from dataclasses import replace
from datetime import UTC

from flows.dialogues.recording import SOURCES
from flows.engine.events import Said
from flows.engine.messages import Level, Text, Value
from flows.engine.report_events import ReportTold
from flows.people import Person
from flows.rules.absence import Absence, Source
from flows.rules.access import Operation
from handlers import absences, access, alert_cards, alerts, escalating, verdict_ways
from handlers.occasion import Occasion, Sending


def finish(occasion: Occasion, told: ReportTold, by: Person) -> None:
    """Keep when it was told, let the responsible person know how it came, and show what can be decided about it."""
    person = occasion.uow.people.get(told.who)
    report = absences.that_begins(occasion, told.who, told.first_day)
    if report is None:
        return
    if told.at is not None:
        report = _since(occasion, report, told)
    responsible = occasion.responsible(person)
    if responsible is not None and responsible.id != by.id and report.source is not Source.SELF:
        alerts.note(occasion, person, _how_it_came(occasion, report, person, by))
    ways = verdict_ways.of(occasion, report)
    if ways and access.may(occasion, by, Operation.DECIDE_ABSENCE, person):
        card = Said(alert_cards.absence_text(report, occasion.uow.profile.own_reasons), ways, Level.L4)
        occasion.say(by, card, Sending(subject=person, lasting=True))


def _since(occasion: Occasion, report: Absence, told: ReportTold) -> Absence:
    """The clock of whoever must look at it began when it was told."""
    timed = replace(report, told_at=told.at and told.at.astimezone(UTC))
    occasion.uow.absences.change(timed, occasion.now)
    occasion.record(told, told.who)
    for alert in occasion.uow.alerts.about(told.who):
        if alert.absence == report.id and alert.acknowledged_by is None:
            occasion.uow.timers.cancel(escalating.TIMER, alert.id)
            escalating.plan(occasion, alert)
    return timed


def _how_it_came(occasion: Occasion, report: Absence, person: Person, by: Person) -> Text:
    told = (report.told_at or occasion.now).astimezone(occasion.local(person).tzinfo)
    values: dict[str, Value] = {
        "person": by.name,
        "source": SOURCES[report.source],
        "day": told.date(),
        "at": told.time(),
    }
    return Text("{name}: recorded by {person}. {source}, told on {day} at {at}.", values)
