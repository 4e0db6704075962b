"""The life of a consent: asked, declined or given, withdrawn, outdated (F10 to F17; PRIVACY.md, "Consent").

Every event in every state gives a new state or a `Refusal`; nothing raises. The person and a guardian each have a side
of their own, and only what every needed side has made effective unlocks anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from flows.quick import quick
from flows.rules.guardians import Guardianship
from flows.rules.purposes import Scope

QUIET = timedelta(days=90)
"""How long nobody is asked again of Lotse's own accord after a no, be it a refusal or a withdrawal, by default."""


class State(StrEnum):
    """Where one side of a consent stands; only `effective` unlocks."""

    NOT_ASKED = "not_asked"
    SHOWN = "shown"
    DECLINED = "declined"
    ACKNOWLEDGED = "acknowledged"
    EFFECTIVE = "effective"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Form(StrEnum):
    """What makes a yes effective: the tap (a simple electronic signature), or the paper that staff recorded."""

    ELECTRONIC = "electronic"
    WRITTEN = "written"


class Party(StrEnum):
    """Whose side it is."""

    PERSON = "person"
    GUARDIAN = "guardian"


class Refusal(StrEnum):
    """Why an event changes nothing."""

    TOO_SOON = "too_soon"
    STANDS_ALREADY = "stands_already"
    NOT_SHOWN = "not_shown"
    OTHER_TEXT = "other_text"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_WRITTEN = "not_written"
    DECLINED_ALREADY = "declined_already"
    NOTHING_TO_END = "nothing_to_end"
    SAME_TEXT = "same_text"
    NO_GUARDIAN = "no_guardian"
    GUARDIAN_BLOCKED = "guardian_blocked"


@dataclass(frozen=True, slots=True)
class Notice:
    """The text somebody saw: its version, the same in all languages, and the SHA-256 of the very bytes."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens to one side of a consent. Raises ValueError for a moment without a time zone.

    `quiet` is how long nobody is asked again after a no.
    """

    at: datetime
    by: Party = Party.PERSON
    quiet: timedelta = QUIET

    def __post_init__(self) -> None:
        """Refuse a naive moment."""
        if self.at.tzinfo is None:
            raise ValueError("a moment needs its time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Step):
    """The text was shown. `wished`: the side itself asked for it."""

    notice: Notice
    form: Form
    wished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Step):
    """A yes to this text."""

    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(Step):
    """Staff have recorded the signed paper with this text."""

    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Step):
    """A no. After a yes it is a withdrawal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Step):
    """The end, from now on; possible in every state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Step):
    """The time for which it was given is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChanged(Step):
    """There is a new version of the text: what was said to an older one has to be asked anew."""

    version: int


Happening: TypeAlias = Shown | Accepted | Signed | Declined | Withdrawn | Expired | TextChanged
_ANYBODY = (Expired, TextChanged)
"""What nobody does, but time and the carrier: it happens to a guardian's side whatever its rights are."""
OPEN = frozenset({State.SHOWN, State.ACKNOWLEDGED, State.EFFECTIVE})
"""States that a new text or the end of the time put an end to."""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: its state and since when, the text it is about, how a yes counts, and until when nobody asks."""

    state: State = State.NOT_ASKED
    since: datetime | None = None
    notice: Notice | None = None
    form: Form = Form.ELECTRONIC
    quiet_until: datetime | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Both sides of one consent; a guardian's counts only while one is needed."""

    person: Side = Side()
    guardian: Side = Side()

    def side(self, party: Party) -> Side:
        """The side of one party."""
        return self.person if party is Party.PERSON else self.guardian


NEVER_ASKED = Consent()


def take(side: Side, step: Happening) -> Side | Refusal:
    """What one side becomes by a step. Total: every step in every state."""
    match step:
        case Shown():
            return _show(side, step)
        case Accepted():
            return _accept(side, step)
        case Signed():
            return _sign(side, step)
        case Declined():
            return _decline(side, step)
        case Withdrawn():
            return _end(side, step, State.WITHDRAWN)
        case Expired() | TextChanged():
            return _outdate(side, step)


def _show(side: Side, step: Shown) -> Side | Refusal:
    if side.state is State.EFFECTIVE and not _is_older(side.notice, step.notice.version):
        return Refusal.STANDS_ALREADY
    if side.quiet_until is not None and step.at < side.quiet_until and not step.wished:
        return Refusal.TOO_SOON
    return replace(side, state=State.SHOWN, since=step.at, notice=step.notice, form=step.form)


def _accept(side: Side, step: Accepted) -> Side | Refusal:
    if side.state in {State.ACKNOWLEDGED, State.EFFECTIVE}:
        return Refusal.STANDS_ALREADY
    if side.state is not State.SHOWN:
        return Refusal.NOT_SHOWN
    if side.notice != step.notice:
        return Refusal.OTHER_TEXT
    if side.form is Form.WRITTEN:
        return replace(side, state=State.ACKNOWLEDGED, since=step.at)
    return replace(side, state=State.EFFECTIVE, since=step.at, quiet_until=None)


def _sign(side: Side, step: Signed) -> Side | Refusal:
    if side.form is not Form.WRITTEN:
        return Refusal.NOT_WRITTEN
    if side.state is State.EFFECTIVE:
        return Refusal.STANDS_ALREADY
    if side.state is not State.ACKNOWLEDGED:
        return Refusal.NOT_ACKNOWLEDGED
    if side.notice != step.notice:
        return Refusal.OTHER_TEXT
    return replace(side, state=State.EFFECTIVE, since=step.at, quiet_until=None)


def _decline(side: Side, step: Declined) -> Side | Refusal:
    match side.state:
        case State.SHOWN | State.ACKNOWLEDGED:
            return _end(side, step, State.DECLINED)
        case State.EFFECTIVE:
            return _end(side, step, State.WITHDRAWN)
        case State.DECLINED:
            return Refusal.DECLINED_ALREADY
        case _:
            return Refusal.NOT_SHOWN


def _end(side: Side, step: Step, state: State) -> Side:
    return replace(side, state=state, since=step.at, quiet_until=step.at + step.quiet)


def _outdate(side: Side, step: Expired | TextChanged) -> Side | Refusal:
    if side.state not in OPEN:
        return Refusal.NOTHING_TO_END
    if isinstance(step, Expired):
        return replace(side, state=State.EXPIRED, since=step.at)
    if not _is_older(side.notice, step.version):
        return Refusal.SAME_TEXT
    return replace(side, state=State.SUPERSEDED, since=step.at)


def _is_older(notice: Notice | None, version: int) -> bool:
    return notice is None or notice.version < version


@dataclass(frozen=True, slots=True)
class Consents:
    """All consents of one person, each by what it is about; what is missing was never asked."""

    each: Mapping[Scope, Consent] = field(default_factory=dict)

    def of(self, scope: Scope) -> Consent:
        """One consent."""
        return self.each.get(scope, NEVER_ASKED)

    def settled(self, scope: Scope, guardianship: Guardianship, now: datetime) -> Consent:
        """Both sides as they stand at this moment, the 18th birthday considered."""
        return _settle(self.of(scope), guardianship, now)

    def apply(self, scope: Scope, step: Happening, guardianship: Guardianship) -> "Consents | Refusal":
        """Take a step in one consent; no other changes. A guardian without rights is refused by name."""
        if step.by is Party.GUARDIAN and not isinstance(step, _ANYBODY):
            if guardianship.blocked:
                return Refusal.GUARDIAN_BLOCKED
            if not guardianship.may_act(scope.code, step.at):
                return Refusal.NO_GUARDIAN
        before = _settle(self.of(scope), guardianship, step.at)
        side = take(before.side(step.by), step)
        if isinstance(side, Refusal):
            return side
        after = replace(before, person=side) if step.by is Party.PERSON else replace(before, guardian=side)
        return Consents({**self.each, scope: after})

    def state(self, scope: Scope, guardianship: Guardianship, now: datetime) -> State:
        """Where the consent stands as a whole at this moment, both sides and the 18th birthday considered."""
        consent = _settle(self.of(scope), guardianship, now)
        own, other = consent.person.state, consent.guardian.state
        if own is not State.EFFECTIVE or other is State.EFFECTIVE or guardianship.needed(scope.code, now) is None:
            return own
        return State.ACKNOWLEDGED if other in {State.NOT_ASKED, State.SHOWN} else other

    def unlocks(self, scope: Scope, guardianship: Guardianship, now: datetime) -> bool:
        """Whether data of this consent may be touched and its messages sent at this moment (F16)."""
        return self.state(scope, guardianship, now) is State.EFFECTIVE


def _settle(consent: Consent, guardianship: Guardianship, now: datetime) -> Consent:
    """The consent as the 18th birthday leaves it: whatever was said before is asked anew (F12).

    It depends on no job that runs at midnight.
    """
    grown = guardianship.of_age_at
    if grown is None or now < grown:
        return consent
    return Consent(person=_outgrow(consent.person, grown), guardian=_outgrow(consent.guardian, grown))


def _outgrow(side: Side, grown: datetime) -> Side:
    if side.state not in OPEN or side.since is None or side.since >= grown:
        return side
    return replace(side, state=State.EXPIRED, since=grown)
