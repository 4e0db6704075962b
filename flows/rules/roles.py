"""In which role somebody acts, and how they stand to the person concerned (PRIVACY.md, "Access")."""

from enum import StrEnum


class Actor(StrEnum):
    """In which role somebody acts. A substitute is a caseworker, seen by those who are not the own ones."""

    ANONYMOUS = "anonymous"
    PARTICIPANT = "participant"
    GUARDIAN = "guardian"
    CONTACT = "contact"
    CASEWORKER = "caseworker"
    SUBSTITUTE = "substitute"
    COORDINATOR = "coordinator"
    PROTECTION = "protection"
    DPO = "dpo"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Relation(StrEnum):
    """How the person acting stands to the person concerned, at the instant of acting; several may hold at once.

    `TOLD`: an alert went to them first. `HANDED`: one was handed on to them, because nobody had looked.
    `NO_ONE`: nobody's content is concerned, handles at most.
    """

    SELF = "self"
    WARD = "ward"
    ASSIGNED = "assigned"
    FORMERLY_ASSIGNED = "formerly_assigned"
    SUBSTITUTE_ACTIVE = "substitute_active"
    SUBSTITUTE_NOT_YET = "substitute_not_yet"
    SUBSTITUTE_EXPIRED = "substitute_expired"
    TOLD = "told"
    HANDED = "handed"
    SAME_PROGRAMME = "same_programme"
    OTHER_PROGRAMME = "other_programme"
    OTHER_CARRIER = "other_carrier"
    NO_ONE = "no_one"
