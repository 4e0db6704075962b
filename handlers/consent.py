"""Consent: every step is taken by the rules, recorded and told as an event; what ends with it ends at once (F10)."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flows.engine.events import (
    ConsentAcknowledged,
    ConsentDeclined,
    ConsentGiven,
    ConsentShown,
    ConsentWithdrawn,
    Event,
)
from flows.engine.messages import MessageClass
from flows.people import Person, PersonId
from flows.rules.consent import (
    Accepted,
    Declined,
    Expired,
    Form,
    Happening,
    Party,
    Refusal,
    Shown,
    Side,
    Signed,
    State,
    TextChanged,
    Withdrawn,
)
from flows.rules.guardians import birthday
from flows.rules.purposes import Scope
from flows.rules.receipts import Given, NoticeShown
from flows.rules.wards import guardianship_of
from handlers import awaiting, forgetting, reach
from handlers.notices import handling_of
from storage.consent_payload import Proof
from storage.uow import UnitOfWork

UNSOLICITED = (MessageClass.REMINDER, MessageClass.BROADCAST)
OF_AGE = "of_age"
"""The timer of somebody's 18th birthday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """How a step came about: who took it, where, on which text, and what proves it beside the record itself."""

    actor: PersonId
    channel: str = "chat"
    text: NoticeShown | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    differently: int = 0
    interpreter: str = ""


def take(uow: UnitOfWork, person: Person, scope: Scope, step: Happening, means: Means) -> Refusal | None:
    """Take one step in one consent of the person: recorded and told, or refused with nothing written."""
    guardianship = guardianship_of(person)
    known = uow.consents.of(person.id)
    before = known.state(scope, guardianship, step.at)
    after = known.apply(scope, step, guardianship)
    if isinstance(after, Refusal):
        return after
    side = after.of(scope).side(step.by)
    uow.consents.keep(person.id, scope, step.by, side, _proof(uow, person, scope, (side, step), means))
    event = _event(person, scope, step, (before, after.state(scope, guardianship, step.at)))
    if event is not None:
        _tell(uow, person, event, step.at)
    _await_birthday(uow, person, step.at)
    if isinstance(step, Declined | Withdrawn):
        _drop(uow, person, scope.code, step.at)
        if scope.code == "C1" and means.evidence.get("said") != "word":
            forgetting.forget_all(uow, person.id)
    return None


def _drop(uow: UnitOfWork, person: Person, purpose: str, now: datetime) -> None:
    """What waits in the outbox for a purpose that has ended is not sent."""
    uow.outbox.drop_purpose(person.id, purpose, "withdrawn", now)
    if purpose == "C1":
        uow.outbox.drop_pending(person.id, UNSOLICITED, "withdrawn", now)


def _tell(uow: UnitOfWork, person: Person, event: Event, now: datetime) -> None:
    """Record it. An address at which somebody began may have waited for it: it is theirs now, or nobody's."""
    uow.events.add(event, now, subject=person.id)
    match event:
        case ConsentGiven(purpose=reach.CONSENT):
            awaiting.agreed(uow, person.id, now)
        case ConsentDeclined(purpose=reach.CONSENT):
            awaiting.declined(uow, person, now)
        case _:
            return


def _proof(uow: UnitOfWork, person: Person, scope: Scope, became: tuple[Side, Happening], means: Means) -> Proof:
    side, step = became
    text = means.text or _text_before(uow, person, scope, step)
    given = Given(
        channel=means.channel,
        form=side.form,
        evidence=means.evidence.get("form", side.form.value),
        guardian=guardianship_of(person).needed(scope.code, step.at),
        assessment=person.assessment,
        differently=means.differently,
        interpreter=means.interpreter,
    )
    handling = handling_of(uow.profile, scope) if text is not None else None
    return Proof(actor=means.actor, at=step.at, evidence=means.evidence, text=text, handling=handling, given=given)


def _text_before(uow: UnitOfWork, person: Person, scope: Scope, step: Happening) -> NoticeShown | None:
    """The text that the side saw last: a withdrawal ends a yes to that one."""
    trail = uow.consents.trail(person.id)
    own = (each for each in reversed(trail) if each.scope == scope and step.by in each.parties)
    return next((each.proof.text for each in own if each.proof.text is not None), None)


def _event(person: Person, scope: Scope, step: Happening, states: tuple[State, State]) -> Event | None:
    before, after = states
    who, purpose = person.id, scope.code
    match step:
        case Shown():
            return ConsentShown(who=who, purpose=purpose)
        case Accepted() | Signed() if after is State.EFFECTIVE:
            return ConsentGiven(who=who, purpose=purpose)
        case Accepted():
            return ConsentAcknowledged(who=who, purpose=purpose)
        case Declined() if before is not State.EFFECTIVE:
            return ConsentDeclined(who=who, purpose=purpose)
        case Declined() | Withdrawn():
            return ConsentWithdrawn(who=who, purpose=purpose) if before is not State.WITHDRAWN else None
        case Signed() | Expired() | TextChanged():
            return None


def _await_birthday(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """On the 18th birthday the person is asked anew, in the morning (F12); until then nothing needs to run."""
    zone = guardianship_of(person).zone
    if person.born is None or now >= (grown := birthday(person.born, 18, zone)):
        return
    until = uow.profile.quiet_until
    morning = timedelta(hours=until.hour, minutes=until.minute)
    uow.timers.cancel(OF_AGE, person.id)
    uow.timers.add(OF_AGE, grown + morning, person.id, person.id, person.born.isoformat())


def give(uow: UnitOfWork, person: Person, purpose: str, now: datetime) -> None:
    """The person's own yes where no text was shown at that moment; says nothing.

    Where a guardian has to agree as well, nothing is unlocked by it.
    """
    _put(uow, person, (Party.PERSON, State.EFFECTIVE), Scope(purpose), now)
    whole = uow.consents.state(person.id, Scope(purpose), now)
    event = ConsentGiven if whole is State.EFFECTIVE else ConsentAcknowledged
    _tell(uow, person, event(who=person.id, purpose=purpose), now)


def put(uow: UnitOfWork, person: Person, purpose: str, now: datetime) -> None:
    """Everybody who has to agree has agreed, as somebody says who knows it; says nothing."""
    evidence = {"source": "put"}
    uow.consents.record(person.id, purpose, State.EFFECTIVE.value, actor=person.id, now=now, evidence=evidence)
    _tell(uow, person, ConsentGiven(who=person.id, purpose=purpose), now)


def decline(uow: UnitOfWork, person: Person, purpose: str, now: datetime) -> None:
    """Keep that a purpose was declined; nothing else changes (F10). After a yes it is a withdrawal."""
    if uow.consents.of(person.id).of(Scope(purpose)).person.state is State.EFFECTIVE:
        withdraw(uow, person, purpose, now)
        return
    _put(uow, person, (Party.PERSON, State.DECLINED), Scope(purpose), now)
    _tell(uow, person, ConsentDeclined(who=person.id, purpose=purpose), now)


def withdraw(uow: UnitOfWork, person: Person, purpose: str, now: datetime) -> None:
    """End a purpose before the next message: what waits in the outbox for it is dropped (F15); says nothing."""
    step = Withdrawn(at=now, quiet=uow.profile.consent.quiet)
    take(uow, person, Scope(purpose), step, Means(actor=person.id, evidence={"form": "electronic"}))


def stand_again(uow: UnitOfWork, person: Person, purpose: str, means: Means, now: datetime) -> None:
    """The person takes back a withdrawal that was more than they meant: their yes to the same text stands (ADR 17)."""
    scope = Scope(purpose)
    side = replace(uow.consents.of(person.id).of(scope).person, state=State.EFFECTIVE, since=now, quiet_until=None)
    step = Withdrawn(at=now)
    uow.consents.keep(person.id, scope, Party.PERSON, side, _proof(uow, person, scope, (side, step), means))
    _tell(uow, person, ConsentGiven(who=person.id, purpose=purpose), now)


def _put(uow: UnitOfWork, person: Person, became: tuple[Party, State], scope: Scope, now: datetime) -> None:
    party, state = became
    quiet_until = now + uow.profile.consent.quiet if state is State.DECLINED else None
    before = uow.consents.of(person.id).of(scope).side(party)
    side = replace(before, state=state, since=now, notice=None, form=Form.ELECTRONIC, quiet_until=quiet_until)
    proof = Proof(actor=person.id, at=now, evidence={"form": "electronic"})
    uow.consents.keep(person.id, scope, party, side, proof)
    _await_birthday(uow, person, now)
