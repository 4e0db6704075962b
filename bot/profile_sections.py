"""The sections of a programme's profile (`bot/profiles/*.toml`): which keys there are, and what may stand in them."""

from collections.abc import Mapping
from datetime import date, time
from typing import Final, Literal, Self

from flows.dialogues.words import OFFICES
from flows.engine.events import Reason
from flows.engine.messages import MessageClass
from flows.rules.consent import QUIET, Form
from flows.rules.profile import EvidenceRule, Reach
from flows.rules.purposes import PURPOSES
from flows.rules.reach import MAIL
from locales.publishing import NOTICES
from pydantic import Field, field_validator, model_validator

from bot.profile_alerts import Gathered
from bot.profile_attendance import Kept
from bot.profile_broadcasts import Broadcasts
from bot.profile_deadlines import Due
from bot.profile_intake import Intake, Retention
from bot.profile_leave import Leave
from bot.profile_meetings import Meetings
from bot.profile_processors import Duties, Processor, problem
from bot.profile_reasons import Own, wrong_codes
from bot.profile_staff_day import Day
from bot.profile_works_council import WorksCouncil
from bot.section import Section

LONGEST_ESCALATION: Final = 30 * 24 * 60
LONGEST_WAIT: Final = 7 * 24 * 60
LONGEST_QUIET: Final = 365
LONGEST_SILENCE: Final = 400
OTHERWISE: Final = "default"
REACHED_BY: Final = Reach().order
"""The channels that can say that there is something to read."""
OFF: Final = "off"


class Programme(Section):
    """Basis, form of address, Land, and the programme's own free days (R30).

    `legal_basis` says in words on what the programme rests; nothing is done without one.
    """

    legal_basis: str = Field(min_length=10)
    statutory: bool
    formal: bool
    land: str
    own_free_days: tuple[str, ...] = ()

    @field_validator("own_free_days")
    @classmethod
    def _names_days_of_every_year(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for day in value:
            try:
                date.fromisoformat(f"2025-{day}")
            except ValueError:
                raise ValueError(f"{day!r} is no day of every year; write month and day as in 12-24") from None
        return value


class Carrier(Section):
    """Who answers for it, and how they are reached."""

    name: str
    address: str
    phone: str
    mail: str
    officer: str


class Absence(Section):
    """Reasons, proof, and who else must be told (R2, R7 to R16, R20a)."""

    evidence_rule: EvidenceRule
    reasons: tuple[Reason, ...] = Field(min_length=1)
    proof_reminder_at: time
    keep_pictures_hours: int = Field(default=72, ge=1, le=72)
    must_tell: dict[str, tuple[str, ...]]
    own: dict[str, Own] = Field(default_factory=dict)

    @field_validator("reasons")
    @classmethod
    def _are_standard(cls, value: tuple[Reason, ...]) -> tuple[Reason, ...]:
        unknown = sorted(set(value) - set(Reason))
        if unknown:
            raise ValueError(
                f"there is no reason {', '.join(unknown)}; one of your own is written as [absence.own.{unknown[0]}]"
            )
        return value

    @field_validator("own")
    @classmethod
    def _have_codes(cls, value: dict[str, Own]) -> dict[str, Own]:
        if problem := wrong_codes([*value]):
            raise ValueError(problem)
        return value

    @field_validator("must_tell")
    @classmethod
    def _names_offices(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        unknown = {office for offices in value.values() for office in offices} - OFFICES.keys()
        if unknown:
            raise ValueError(f"there is no office {', '.join(sorted(unknown))}; there are: {', '.join(OFFICES)}")
        return value


class Contact(Section):
    """When nobody is written to unasked, and when somebody silent is asked whether they are still reached (F8)."""

    quiet_from: time
    quiet_until: time
    ask_after_days: int = Field(default=90, ge=1, le=LONGEST_SILENCE)
    silent_after_days: int = Field(default=14, ge=1, le=LONGEST_SILENCE)


class Office(Section):
    """When staff can be reached (R52)."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must lie before closes")
        return self


class Steps(Section):
    """How much open office time passes before an unseen alert goes on, and until it is said again after that."""

    substitute_minutes: int = Field(ge=1, le=LONGEST_ESCALATION)
    coordinator_minutes: int = Field(ge=1, le=LONGEST_ESCALATION)
    crisis_substitute_minutes: int = Field(ge=1, le=LONGEST_ESCALATION)
    crisis_coordinator_minutes: int = Field(ge=1, le=LONGEST_ESCALATION)
    again_minutes: int = Field(default=480, ge=10, le=LONGEST_ESCALATION)
    crisis_again_minutes: int = Field(default=60, ge=10, le=LONGEST_ESCALATION)
    crisis_at_any_hour: bool = False

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        for first, then in (
            ("substitute_minutes", "coordinator_minutes"),
            ("crisis_substitute_minutes", "crisis_coordinator_minutes"),
        ):
            if getattr(self, first) > getattr(self, then):
                raise ValueError(f"{then} must not be less than {first}")
        return self


class Decision(Section):
    """Who of the carrier has decided that Telegram may be used, and on which day."""

    by: str = Field(min_length=1)
    date: date


class Channels(Section):
    """What the channels that others run may carry (PRIVACY.md, "Content levels"); off unless said otherwise."""

    telegram_level: Literal["off", "L0", "L1", "L2"] = "off"
    telegram_staff_level: Literal["off", "L0"] = "off"
    telegram_decision: Decision | None = None
    push_level: Literal["off", "L0", "L1"] = "off"
    sms_level: Literal["off", "L0", "L1"] = "off"
    mail_level: Literal["off", "L2"] = "off"

    @property
    def permitted(self) -> Mapping[str, str]:
        """The level of every channel that is on."""
        levels = {
            "telegram": self.telegram_level,
            "telegram_staff": self.telegram_staff_level,
            "push": self.push_level,
            "sms": self.sms_level,
            "mail": self.mail_level,
        }
        return {channel: level for channel, level in levels.items() if level != OFF}

    @property
    def lacks_decision(self) -> bool:
        """Whether Telegram is on and nobody has said who decided that."""
        return self.telegram_decision is None and not self.permitted.keys().isdisjoint({"telegram", "telegram_staff"})


class Reaching(Section):
    """In which order people are told that there is something to read, and how long each step is given (F81a)."""

    order: tuple[str, ...] = REACHED_BY
    wait_minutes: dict[str, int] = Field(default_factory=dict)

    @field_validator("order")
    @classmethod
    def _names_channels_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := sorted(set(value) - set(REACHED_BY)):
            raise ValueError(f"nobody is reached by {', '.join(wrong)}; there are: {', '.join(REACHED_BY)}")
        if len(set(value)) < len(value):
            raise ValueError("a channel stands in it twice; name each once")
        return value

    @field_validator("wait_minutes")
    @classmethod
    def _waits_a_while(cls, value: dict[str, int]) -> dict[str, int]:
        known = (*(each.value for each in MessageClass), OTHERWISE)
        if wrong := sorted(value.keys() - set(known)):
            raise ValueError(f"there is no class {', '.join(wrong)}; there are: {', '.join(known)}")
        if wrong := sorted(name for name, minutes in value.items() if not 1 <= minutes <= LONGEST_WAIT):
            raise ValueError(f"{', '.join(wrong)}: from 1 to {LONGEST_WAIT} minutes (a week)")
        return value


class Words(Section):
    """What must not show on a locked phone, beside what holds for everybody (`locales/revealing.toml`)."""

    programme: tuple[str, ...]
    carrier: tuple[str, ...]
    employer: tuple[str, ...] = ()
    offence: tuple[str, ...] = ()
    illness: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every word of every kind."""
        return tuple(word for words in self.model_dump().values() for word in words)

    @field_validator("*")
    @classmethod
    def _are_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            if not any(char.isalpha() for char in word):
                raise ValueError(f"{word!r} is no word")
        return value


class Lint(Section):
    """What the lock-screen lint looks for."""

    words: Words


class Consent(Section):
    """How consent is asked for (F10, F11): purposes at the start in order, others when they are needed, the form."""

    at_start: tuple[str, ...]
    when_needed: tuple[str, ...] = ()
    form: Form
    forms: dict[str, Form] = Field(default_factory=dict)
    electronic_agreed: str = ""
    quiet_days: int = Field(default=QUIET.days, ge=1, le=LONGEST_QUIET)
    retention_days: int = Field(ge=1)

    @field_validator("at_start", "when_needed")
    @classmethod
    def _has_texts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [code for code in value if code not in NOTICES or PURPOSES[code].per_document]:
            asked = ", ".join(code for code in NOTICES if not PURPOSES[code].per_document)
            raise ValueError(f"{', '.join(wrong)} cannot be asked here; there are texts for: {asked}")
        if len(set(value)) < len(value):
            raise ValueError("a purpose stands in it twice; name each once")
        return value

    @field_validator("forms")
    @classmethod
    def _names_purposes(cls, value: dict[str, Form]) -> dict[str, Form]:
        if wrong := sorted(value.keys() - PURPOSES.keys()):
            raise ValueError(f"there is no purpose {', '.join(wrong)}; there are: {', '.join(PURPOSES)}")
        return value

    @model_validator(mode="after")
    def _asks_once(self) -> Self:
        if twice := sorted(set(self.at_start) & set(self.when_needed)):
            raise ValueError(f"when_needed: {', '.join(twice)} is asked at the start already; name it in one of both")
        return self

    @model_validator(mode="after")
    def _says_who_agreed(self) -> Self:
        if Form.ELECTRONIC in {self.form, *self.forms.values()} and not self.electronic_agreed.strip():
            raise ValueError(
                'electronic_agreed is empty: say who has agreed that a tap is enough, or write form = "written"'
            )
        return self


class File(Section):
    """The whole file."""

    programme: Programme
    carrier: Carrier
    absence: Absence
    contact: Contact
    office: Office
    escalation: Steps
    digest: Gathered = Gathered()
    channels: Channels = Channels()
    reach: Reaching = Reaching()
    consent: Consent
    meetings: Meetings = Meetings()
    day: Day = Day()
    deadlines: Due = Due()
    attendance: Kept | None = None
    leave: Leave | None = None
    broadcasts: Broadcasts = Broadcasts()
    lint: Lint
    retention: Retention
    intake: Intake | None = None
    processors: dict[str, Processor] = Field(default_factory=dict)
    duties: Duties = Duties()
    works_council: WorksCouncil | None = None

    @field_validator("processors")
    @classmethod
    def _runs_channels(cls, value: dict[str, Processor]) -> dict[str, Processor]:
        there_are = (*REACHED_BY, MAIL)
        if wrong := sorted(value.keys() - set(there_are)):
            raise ValueError(f"there is no channel {', '.join(wrong)}; there are: {', '.join(there_are)}")
        return value

    @model_validator(mode="after")
    def _gathers_in_office_hours(self) -> Self:
        if wrong := self.digest.closed_at(self.office.opens, self.office.closes):
            raise ValueError(f"digest.at: the office is closed at {wrong[0]:%H:%M}; see office.opens and office.closes")
        return self

    @property
    def kept_off(self) -> Mapping[str, str]:
        """The channels that are on by their level and stay off because of their provider, with the reason."""
        problems = {channel: problem(self.processors, channel) for channel in self.channels.permitted}
        return {channel: reason for channel, reason in problems.items() if reason}

    @model_validator(mode="after")
    def _is_planned_in_phases_that_exist(self) -> Self:
        named = () if self.attendance is None else self.attendance.own_place_phases
        known = [part.key for part in self.deadlines.phases]
        if wrong := [one for one in named if one not in known]:
            raise ValueError(
                f"attendance.own_place_phases: there is no phase {wrong[0]!r}; there are: {', '.join(known) or 'none'}"
            )
        return self

    @model_validator(mode="after")
    def _uses_what_is_on(self) -> Self:
        unused = [channel for channel in self.channels.permitted if channel not in (*self.reach.order, MAIL)]
        if unused:
            raise ValueError(f"reach.order does not name {', '.join(unused)}, which is on: add it, or switch it off")
        return self
