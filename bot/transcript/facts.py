"""The events a transcript may name, with their fields (TRANSCRIPTS.md, "Events by name"), and how they are compared."""

from collections.abc import Mapping

from flows.engine.events import Event

FIELDS: dict[str, tuple[str, ...]] = {
    "IntakeSubmitted": ("who",),
    "IntakeAccepted": ("who", "by"),
    "LanguageChosen": ("who", "language"),
    "AddressLinked": ("who", "channel"),
    "AddressUnlinked": ("who", "channel"),
    "ConsentShown": ("who", "purpose"),
    "ConsentAcknowledged": ("who", "purpose"),
    "ConsentGiven": ("who", "purpose"),
    "ConsentDeclined": ("who", "purpose"),
    "ConsentWithdrawn": ("who", "purpose"),
    "ReminderSent": ("who", "about"),
    "RemindersEnded": ("who",),
    "RemindersWanted": ("who",),
    "PauseBegan": ("who", "until", "by"),
    "PauseEnded": ("who",),
    "AppointmentPlanned": ("id",),
    "AppointmentConfirmed": ("who", "id"),
    "AppointmentDeclined": ("who", "id"),
    "AppointmentMoveRequested": ("who", "id"),
    "AppointmentMoved": ("id",),
    "AppointmentCancelled": ("id",),
    "AppointmentMarked": ("who", "id", "mark"),
    "AbsenceReported": ("who", "reason", "first_day", "last_day"),
    "AbsenceChanged": ("who", "reason", "first_day", "last_day"),
    "AbsenceTakenBack": ("who", "first_day"),
    "CompanyTold": ("who", "to"),
    "EarlyLeaveReported": ("who", "day"),
    "ReportTold": ("who", "first_day", "at"),
    "LatenessReported": ("who", "day"),
    "ProofRequested": ("who", "by"),
    "CertificateReceived": ("who",),
    "CertificateChecked": ("who", "first_day", "last_day", "by"),
    "CertificateDestroyed": ("who", "why"),
    "AbsenceDecided": ("who", "decision", "by"),
    "LeaveRequested": ("who", "first_day", "last_day"),
    "LeaveDecided": ("who", "decision", "by"),
    "LeaveAskedBack": ("who", "by"),
    "LeaveTakenBack": ("who", "first_day"),
    "MessageRelayed": ("who", "to"),
    "HandedOver": ("who", "to"),
    "PassageStruck": ("who", "count"),
    "ParticipationDated": ("who", "what", "day", "by"),
    "NudgeSent": ("who", "about"),
    "TaskOpened": ("who", "task"),
    "TaskDone": ("who", "task", "by"),
    "AppearanceNoted": ("who", "there", "by"),
    "StaffAway": ("who", "first_day", "last_day"),
    "StaffBack": ("who",),
    "StandInNamed": ("who", "to"),
    "AlertRaised": ("who", "kind", "to"),
    "AlertAcknowledged": ("kind", "by", "who"),
    "AlertEscalated": ("kind", "to", "who"),
    "CrisisDetected": ("who", "kind"),
    "BroadcastApproved": ("id", "by"),
    "BroadcastSent": ("id", "count"),
    "BroadcastStopped": ("id", "by"),
    "BroadcastResumed": ("id", "by"),
    "BroadcastCalledOff": ("id", "by"),
    "AttendanceMarked": ("who", "day", "mark", "by"),
    "StatementShown": ("who", "month"),
    "StatementAnswered": ("who", "month", "word", "by"),
    "AttendanceNoted": ("who", "day", "by"),
    "AttendanceDecided": ("who", "day", "mark", "by"),
    "MonthTransmitted": ("month", "by"),
    "MonthLocked": ("month",),
    "MonthExported": ("month", "people"),
    "RightRequested": ("who", "right"),
    "ParticipantErased": ("pseudonym",),
}
PERSON_FIELDS = frozenset({"who", "by", "to"})


def recorded_names() -> frozenset[str]:
    """The events this program can record by now; the others of the list belong to open features."""
    return frozenset(kind.NAME for kind in Event.__subclasses__())


def spell(value: object) -> str:
    """A field's value as the line spells it; what is not known is empty."""
    return "" if value is None else str(value)


def agrees(fields: Mapping[str, str], expected: Mapping[str, str]) -> bool:
    """Whether every expected field has its value; the others are free."""
    return all(fields.get(key) == value for key, value in expected.items())


def spell_event(name: str, fields: Mapping[str, str]) -> str:
    """An event as a transcript line, its fields in the order of the list."""
    order = FIELDS.get(name, tuple(fields))
    return " ".join([f"event {name}", *(f"{key}={fields[key]}" for key in order if key in fields)])
