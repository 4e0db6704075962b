"""People and how they are reached: values that every layer above shares."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from flows.quick import quick
from flows.rules.guardians import Assessment

PersonId = NewType("PersonId", int)


class Role(StrEnum):
    """What a person is in the programme (PRODUCT.md, "People")."""

    PARTICIPANT = "participant"
    GUARDIAN = "guardian"
    CASEWORKER = "caseworker"
    COORDINATOR = "coordinator"
    DPO = "dpo"
    PROTECTION = "protection"
    CONTACT = "contact"

    @property
    def is_staff(self) -> bool:
        """Whether the role works for the carrier and logs in as staff."""
        return self in _STAFF


_STAFF = frozenset({Role.CASEWORKER, Role.COORDINATOR, Role.DPO, Role.PROTECTION})


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person as dialogues and rules see them.

    `handle` is the pseudonym shown to operators and in transcripts; `name` and `phone` are personal and sealed at rest.
    `formal` is Sie instead of Du. `zone` is an IANA name: "today" is always the person's own.
    `held_since` is set while everything automatic is held after crisis words (F45). `paused_since` is set during a
    break, `paused_until` when it ends by itself (R62). `no_reminders`: they do not want to be reminded (F15).
    `assessment`, `legal_scopes` and `contact_blocked` say who decides with them (F12). `released`: a release from
    secrecy exists; `release_ended`: when it was withdrawn.
    """

    id: PersonId
    handle: str
    role: Role
    name: str
    language: str
    formal: bool = False
    zone: str = "Europe/Berlin"
    sign: str = ""
    phone: str = ""
    born: date | None = None
    group: str = ""
    phase: str = ""
    held_since: datetime | None = None
    paused_since: datetime | None = None
    paused_until: datetime | None = None
    no_reminders: bool = False
    assessment: Assessment = Assessment.NONE
    legal_scopes: tuple[str, ...] = ()
    contact_blocked: bool = False
    released: bool = False
    release_ended: date | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person is reached on one channel, as far as a message to them needs to know; it is no secret."""

    id: int
    person: PersonId
    channel: str


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Place):
    """The same with `external`, the channel's own name for it.

    `ended`: nothing is sent there any more, because nothing arrived; whoever writes from there opens it again.
    """

    external: str
    ended: bool = False
