"""Who hears of an alert first, who next and when, and which can wait for a digest: one table for all kinds (F42, R52).

A new kind of alert is a new row. The spans are the profile's; they count open office time unless it says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from flows.engine.events import AlertKind
from flows.people import Role
from flows.rules.calendar import ONE_DAY, WorkCalendar
from flows.rules.profile import Escalation, Profile


class Rung(StrEnum):
    """Who is told: whoever is responsible that day, their stand-in, the coordinator; or one role alone (`ALONE`)."""

    RESPONSIBLE = "responsible"
    SUBSTITUTE = "substitute"
    COORDINATOR = "coordinator"
    PROTECTION = "protection"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`first` hears of it; when a span is over unseen, the next of `rungs`; the last of them again and again.

    `urgent`: at once at any hour, by the spans for a crisis, never put off and never gathered.
    """

    first: Rung = Rung.RESPONSIBLE
    rungs: tuple[Rung, ...] = (Rung.SUBSTITUTE, Rung.COORDINATOR)
    urgent: bool = False


USUAL: Final = Rule()
ALONE: Final[Mapping[Rung, Role]] = {Rung.PROTECTION: Role.PROTECTION, Rung.OFFICER: Role.DPO}
"""Whoever stands here hears of it alone, first and ever after."""
_PROTECTED: Final = (Rung.PROTECTION, Rung.PROTECTION)
RULES: Final[Mapping[AlertKind, Rule]] = {
    AlertKind.INTAKE: USUAL,
    AlertKind.ABSENCE: USUAL,
    AlertKind.LATENESS: USUAL,
    AlertKind.WITHDRAWAL: USUAL,
    AlertKind.NO_ANSWER: USUAL,
    AlertKind.UNDELIVERABLE: USUAL,
    AlertKind.NO_SHOW: USUAL,
    AlertKind.PROOF_MISSING: USUAL,
    AlertKind.DEADLINE: USUAL,
    AlertKind.LEAVE: USUAL,
    AlertKind.MOVE: USUAL,
    AlertKind.MESSAGE: USUAL,
    AlertKind.COMPLAINT: Rule(first=Rung.PROTECTION, rungs=_PROTECTED),
    AlertKind.CRISIS: Rule(urgent=True),
    AlertKind.VIOLENCE: Rule(first=Rung.PROTECTION, rungs=_PROTECTED, urgent=True),
    AlertKind.OUTSIDE_READS: Rule(first=Rung.OFFICER, rungs=(Rung.OFFICER, Rung.OFFICER)),
}
"""Every kind by name (R59: violence and complaints go past the own caseworker, and to nobody else)."""
URGENT: Final = frozenset(kind for kind, rule in RULES.items() if rule.urgent)
PROTECTED: Final = frozenset(kind for kind, rule in RULES.items() if rule.first is Rung.PROTECTION)
KEPT: Final[Mapping[AlertKind, Role]] = {kind: ALONE[rule.first] for kind, rule in RULES.items() if rule.first in ALONE}
"""What goes to this role alone and stays there."""
AT_ONCE: Final = URGENT | frozenset(KEPT)
"""What no digest gathers."""
AFTERNOON: Final = time(14)
AN_HOUR: Final = timedelta(hours=1)


AS_MESSAGES: Final = frozenset({AlertKind.COMPLAINT, AlertKind.LEAVE, AlertKind.MOVE})


def named(kind: AlertKind) -> AlertKind:
    """What events call it (TRANSCRIPTS.md): a wish is a message, and that somebody has complained no event tells."""
    return AlertKind.MESSAGE if kind in AS_MESSAGES else kind


@dataclass(frozen=True, slots=True)
class Ladder:
    """The table with the spans of a profile and its working days. Local instants in, local instants out (aware)."""

    profile: Profile
    calendar: WorkCalendar

    def spans_of(self, kind: AlertKind) -> Escalation:
        """The spans this kind of alert goes by."""
        return self.profile.crisis_escalation if kind in URGENT else self.profile.escalation

    def is_gathered(self, kind: AlertKind) -> bool:
        """Whether it waits for the next digest."""
        digest = self.profile.digest
        return kind not in AT_ONCE and kind in digest.kinds and bool(digest.at)

    def due(self, kind: AlertKind, step: int, told: datetime, now: datetime) -> datetime:
        """When an alert that has made `step` steps makes the next one.

        The rungs are counted from when it was first `told`: nothing moves them. What is said again counts from now.
        """
        spans = self.spans_of(kind)
        rungs = (spans.substitute, spans.coordinator)
        start, span = (told, rungs[step]) if step < len(rungs) else (now, spans.again)
        if spans.any_hour:
            return (start.astimezone(UTC) + span).astimezone(start.tzinfo)
        return self.calendar.after_office_time(start, span)

    def next_look(self, now: datetime) -> datetime:
        """The next time the office opens: then it is looked who is there that day."""
        return self.calendar.next_opening(now if self._is_before_opening(now) else _midnight_after(now))

    def next_digest(self, moment: datetime) -> datetime:
        """The first time for a digest at or after this moment."""
        day = self.calendar.nth_working_day(moment.date(), 1)
        times = [datetime.combine(day, at, moment.tzinfo) for at in sorted(self.profile.digest.at)]
        return next((at for at in times if at >= moment), None) or self.next_digest(_midnight_after(times[-1]))

    def snoozes(self, now: datetime) -> tuple[datetime, ...]:
        """Until when an alert can be put off: in one hour, this afternoon, the next morning; only to office hours.

        The next morning is always there, and comes last.
        """
        hour = (now.astimezone(UTC) + AN_HOUR).astimezone(now.tzinfo).replace(second=0, microsecond=0)
        afternoon = datetime.combine(now.date(), AFTERNOON, now.tzinfo)
        opening = (self.next_look(now),) if self._is_before_opening(now) else ()
        today = [at for at in (*opening, hour, afternoon) if at > now and at.date() == now.date()]
        morning = self.calendar.next_opening(_midnight_after(now))
        return (*dict.fromkeys(at for at in today if self.calendar.is_open(at)), morning)

    def _is_before_opening(self, now: datetime) -> bool:
        return self.calendar.is_working_day(now.date()) and now.time() < self.calendar.opens


def _midnight_after(moment: datetime) -> datetime:
    return datetime.combine(moment.date() + ONE_DAY, time(), moment.tzinfo)
