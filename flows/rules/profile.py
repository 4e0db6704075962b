"""A programme's rules as data: what differs between carriers is a setting here, never a guess (RULES.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from flows.engine.events import AlertKind, Reason
from flows.engine.messages import Level
from flows.rules.appointments import Interpreter, Plan
from flows.rules.broadcasts import USUAL, BroadcastRule
from flows.rules.consent import QUIET, Form
from flows.rules.contact import Caps
from flows.rules.deadlines import Deadlines
from flows.rules.hours import Hours
from flows.rules.intake import Form as Intake
from flows.rules.leave import LeaveRule
from flows.rules.month import Attendance
from flows.rules.own_reasons import OwnReason
from flows.rules.staff_day import OFF, StaffDay


class EvidenceRule(StrEnum):
    """When illness has to be proved (R2)."""

    NONE = "none"
    OWN_WORD = "own_word"
    CERTIFICATE_DAY_1 = "certificate_day_1"
    CERTIFICATE_DAY_3 = "certificate_day_3"
    CERTIFICATE_DAY_4 = "certificate_day_4"
    NOTIFY_ONLY = "notify_only"

    @property
    def needs_proof(self) -> bool:
        """Whether an illness leaves a proof open at all."""
        return self.proof_from > 0

    @property
    def proof_from(self) -> int:
        """From which day of an illness on a sick note is needed; 0: never."""
        return _PROOF_FROM.get(self, 0)

    @property
    def is_decided(self) -> bool:
        """Whether a person recognises the other reasons (R6); not where it is enough that somebody lets us know."""
        return self is not EvidenceRule.NOTIFY_ONLY


_PROOF_FROM: Mapping[EvidenceRule, int] = {
    EvidenceRule.CERTIFICATE_DAY_1: 1,
    EvidenceRule.CERTIFICATE_DAY_3: 3,
    EvidenceRule.CERTIFICATE_DAY_4: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """How much open office time passes before an unseen alert goes to the stand-in, then to the coordinator.

    After that it is said `again` each time so much has passed. `any_hour`: there is an on-call service, nights count.
    """

    substitute: timedelta
    coordinator: timedelta
    again: timedelta = timedelta(hours=8)
    any_hour: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Alerts of these kinds wait for the next of these times of day in office hours, and come in one message (F42)."""

    kinds: frozenset[AlertKind] = frozenset({AlertKind.WITHDRAWAL, AlertKind.NO_ANSWER, AlertKind.PROOF_MISSING})
    at: tuple[time, ...] = (time(9), time(13))


THIRD_PARTY = frozenset({"telegram", "telegram_staff", "push", "sms", "mail"})
"""Channels that others run: they carry what the profile permits, and nothing where it is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """In which order somebody is told that there is something to read, and how long each step is given (F81a).

    `order` names channels; `wait` is the time after which the next one is tried, by the class of the message
    (`MessageClass` values), `default` for classes it does not name.
    """

    order: tuple[str, ...] = ("telegram", "telegram_staff", "push", "sms")
    wait: Mapping[str, timedelta] = field(default_factory=dict)
    default: timedelta = timedelta(hours=2)


REMINDERS = Plan()
ENOUGH = Caps()
GATHERED = Digest()
NO_SOURCE = Deadlines()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How consent is asked for (F10): which purposes at the start, in which order, and what makes a yes count.

    `when_needed` are asked of nobody before there is a reason: staff ask, or the person finds them (ADR 0025).
    `form` holds for every purpose that `forms` does not name. `agreed` says who has agreed that a tap is enough.
    `retention` is how long data are kept that rest on consent.
    """

    at_start: tuple[str, ...] = ()
    when_needed: tuple[str, ...] = ()
    form: Form = Form.ELECTRONIC
    forms: Mapping[str, Form] = field(default_factory=dict)
    agreed: str = ""
    quiet: timedelta = QUIET
    retention: timedelta = timedelta(days=365)

    def form_of(self, code: str) -> Form:
        """What makes a yes to this purpose count."""
        return self.forms.get(code, self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One programme. Times of day are local; `free_days` are public holidays of the Land and the profile's own (R30).

    `must_tell` lists the offices that must hear of an absence, by phase of the programme (R20a). `statutory` says that
    reports rest on statute and are passed on without consent. `levels` says what third-party channels may carry, a
    channel that is missing is off (PRIVACY.md, "Content levels"). `page` is the carrier's own fixed address.
    `revealing` are words that must not show on a locked phone, beside those that hold for everybody. `assigned_first`:
    nobody is invited before somebody looks after them (R39). `secrecy_required`: a staff account is used only after its
    declaration of secrecy was recorded (§ 203 StGB). `outside_reads`: so many people outside their own list whom one of
    the staff reads within a day, or tries to, and the data-protection officer hears of it.
    `intake` are the questions to newcomers, None: there are none. `ask_after`: how long somebody may be silent until
    they are asked whether they are still reached, `silent_after`: how long after that staff hear of it (F8).
    `plan` says when people are reminded of appointments, `caps` how much that nobody asked for they get, `places` where
    they meet, in words that may show on a locked phone; `ways` says how one gets to a place, `interpreters` who helps.
    `hours` are those of staff, by handle; whoever is not named has the office's. `deadlines` says which
    rows of the table bind it, and what they need. `staff_day` is what staff get by the clock (F27). `keep_pictures`:
    how long the picture of a certificate waits for somebody to look at it (F32). `leave` is the rule of leave, None:
    the programme knows none (F37). `attendance` None: none is kept here (F35). `mails`: the carrier has a mail server.
    `own_reasons`: reasons of absence that the programme names itself (ADR 0035).
    `broadcasts` says when a second person looks at one, and how long it can be taken back (F52). `staff_links`: a login
    link lets staff in, too, without their second factor; among invented people only.
    """

    name: str
    carrier: Mapping[str, str]
    land: str
    statutory: bool
    reasons: tuple[Reason, ...]
    evidence_rule: EvidenceRule
    must_tell: Mapping[str, tuple[str, ...]]
    free_days: frozenset[date]
    formal: bool = False
    own_reasons: tuple[OwnReason, ...] = ()
    office_opens: time = time(8)
    office_closes: time = time(16)
    quiet_from: time = time(20)
    quiet_until: time = time(8)
    proof_reminder_at: time = time(9)
    escalation: Escalation = Escalation(substitute=timedelta(hours=4), coordinator=timedelta(hours=8))
    crisis_escalation: Escalation = Escalation(
        substitute=timedelta(minutes=30), coordinator=timedelta(minutes=60), again=timedelta(minutes=60)
    )
    digest: Digest = GATHERED
    levels: Mapping[str, Level] = field(default_factory=dict)
    reach: Reach = Reach()
    page: str = ""
    revealing: tuple[str, ...] = ()
    assigned_first: bool = True
    secrecy_required: bool = False
    outside_reads: int = 10
    consent: Asking = Asking()
    intake: Intake | None = None
    ask_after: timedelta = timedelta(days=90)
    silent_after: timedelta = timedelta(days=14)
    plan: Plan = REMINDERS
    caps: Caps = ENOUGH
    places: tuple[str, ...] = ()
    staff_day: StaffDay = OFF
    keep_pictures: timedelta = timedelta(hours=72)
    ways: Mapping[str, str] = field(default_factory=dict)
    interpreters: tuple[Interpreter, ...] = ()
    hours: Mapping[str, Hours] = field(default_factory=dict)
    deadlines: Deadlines = NO_SOURCE
    attendance: Attendance | None = None
    leave: LeaveRule | None = None
    broadcasts: BroadcastRule = USUAL
    mails: bool = True
    staff_links: bool = False

    def level_of(self, channel: str) -> Level | None:
        """The most a channel may carry; None: it is off. The carrier's own channels carry everything."""
        return self.levels.get(channel) if channel in THIRD_PARTY else Level.L4
