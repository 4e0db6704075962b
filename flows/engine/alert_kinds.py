"""What staff are alerted of: kinds by name, for rules, records and transcripts."""

from enum import StrEnum


class AlertKind(StrEnum):
    """What an alert is about (TRANSCRIPTS.md)."""

    INTAKE = "intake"
    ABSENCE = "absence"
    LATENESS = "lateness"
    WITHDRAWAL = "withdrawal"
    NO_ANSWER = "no_answer"
    UNDELIVERABLE = "undeliverable"
    CRISIS = "crisis"
    VIOLENCE = "violence"
    NO_SHOW = "no_show"
    PROOF_MISSING = "proof_missing"
    DEADLINE = "deadline"
    LEAVE = "leave"
    MOVE = "move"
    MESSAGE = "message"
    COMPLAINT = "complaint"
    OUTSIDE_READS = "outside_reads"
