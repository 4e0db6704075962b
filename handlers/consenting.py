"""Asking for consent: at the start, again when something has changed, and a guardian beside somebody's yes (F10)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flows.dialogues import consent as dialogue
from flows.engine.conversation import Json, Status
from flows.people import Person, PersonId, Role
from flows.rules.consent import OPEN, Party, Refusal, Shown, Side, State, TextChanged
from flows.rules.contact import Later
from flows.rules.grounds import Ground
from flows.rules.purposes import Scope
from flows.rules.reach import NEEDS_CONSENT
from flows.rules.wards import guardianship_of, is_ward
from handlers import consent, questions
from handlers.consent import Means
from handlers.facts import gather
from handlers.notices import version_of, word
from handlers.occasion import Occasion
from handlers.reach import CONSENT as ABROAD
from storage.conversations import StoredConversation
from storage.uow import UnitOfWork

ANEW = "text_changed"
"""The timer that asks anew after a text has changed."""
MESSAGES = "C1"
"""The purpose of everything that is written of Lotse's own accord."""
ASKABLE = frozenset({State.NOT_ASKED, State.SHOWN, State.EXPIRED, State.SUPERSEDED})
OUTDATED = frozenset({State.EXPIRED, State.SUPERSEDED})
SAID_YES = frozenset({State.EFFECTIVE, State.ACKNOWLEDGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of somebody: whose consent, about what, why, what comes after it; `wished`: they asked for it."""

    subject: Person
    scope: Scope
    introduction: str = dialogue.NO_INTRODUCTION
    then: str = dialogue.ALONE
    wished: bool = False


def party_of(subject: Person, by: Person) -> Party:
    """Whose side somebody takes in the consent of `subject`."""
    return Party.PERSON if by.id == subject.id else Party.GUARDIAN


def side_of(uow: UnitOfWork, subject: Person, scope: Scope, party: Party, now: datetime) -> Side:
    """Where one side stands at this moment."""
    return uow.consents.of(subject.id).settled(scope, guardianship_of(subject), now).side(party)


def asked_at_start(uow: UnitOfWork) -> tuple[str, ...]:
    """The purposes that newcomers are asked, in order; about channels of others only where one is on."""
    profile = uow.profile
    abroad = any(profile.level_of(channel) is not None for channel in NEEDS_CONSENT)
    return tuple(code for code in profile.consent.at_start if abroad or code != ABROAD)


def begin(occasion: Occasion, to: Person, question: Question) -> bool:
    """Show somebody the whole text, then ask. False, and nothing is said: it may not be asked now."""
    subject, scope = question.subject, question.scope
    wording = word(occasion.uow.profile, scope.code, to.language or "de")
    shown = Shown(
        at=occasion.now,
        by=party_of(subject, to),
        notice=wording.notice,
        form=occasion.uow.profile.consent.form_of(scope.code),
        wished=question.wished,
    )
    known = occasion.uow.consents.of(subject.id)
    if isinstance(known.apply(scope, shown, guardianship_of(subject)), Refusal):
        return False
    answers: dict[str, Json] = {
        **dialogue.first_answers(scope, wording.shown),
        "subject": str(subject.id),
        "ward": subject.name,
        "title": wording.title,
        "messages": list[Json](wording.messages),
        "shorter": wording.shorter,
        "introduction": question.introduction,
        "then": question.then,
        "wished": question.wished,
    }
    occasion.uow.guard.names(to.id, Ground.NOTICE)  # to be asked for a consent none is needed
    questions.begin(occasion, to, gather(occasion, to), dialogue.FLOW, answers)
    return True


def ask_at_start(occasion: Occasion, person: Person) -> bool:
    """Ask the first purpose of the start that the person has not decided about. False: all are decided."""
    codes = asked_at_start(occasion.uow)
    sides = {code: side_of(occasion.uow, person, Scope(code), Party.PERSON, occasion.now) for code in codes}
    is_first = all(side.state is State.NOT_ASKED for side in sides.values())
    for code, side in sides.items():
        introduction = dialogue.FIRST if is_first else dialogue.NO_INTRODUCTION
        question = Question(subject=person, scope=Scope(code), introduction=introduction, then=dialogue.AT_START)
        if side.state in ASKABLE and begin(occasion, person, question):
            return True
    return False


def is_new(occasion: Occasion, person: Person) -> bool:
    """Whether nothing at all was ever decided or recorded about the person, though the profile asks for consent."""
    return bool(asked_at_start(occasion.uow)) and not occasion.uow.consents.of(person.id).each


def ask_in_passing(occasion: Occasion, person: Person) -> bool:
    """Whatever somebody has to be asked anew when they are here anyway; never into an open question."""
    if person.held_since is not None or person.role.is_staff:
        return False
    asking = _as_guardian if person.role is Role.GUARDIAN else _outdated
    question = next(asking(occasion, person), None)
    if question is None or questions.find_open(occasion, person) is not None:
        return False
    return begin(occasion, person, question)


def _outdated(occasion: Occasion, person: Person) -> Iterator[Question]:
    """What counted once and does not any more: the text has changed, or the person has come of age."""
    outdate(occasion.uow, person, Party.PERSON, occasion.now)
    for scope in occasion.uow.consents.of(person.id).each:
        side = side_of(occasion.uow, person, scope, Party.PERSON, occasion.now)
        if side.state in OUTDATED and not scope.purpose.per_document:
            why = dialogue.CHANGED if side.state is State.SUPERSEDED else dialogue.OF_AGE
            yield Question(subject=person, scope=scope, introduction=why, then=dialogue.AGAIN)


def outdate(uow: UnitOfWork, subject: Person, party: Party, now: datetime) -> bool:
    """Record of every text that somebody knows in an older version that it has changed (F17); whether any has."""
    found = False
    for scope in uow.consents.of(subject.id).each:
        side = side_of(uow, subject, scope, party, now)
        if side.state not in OPEN or side.notice is None:
            continue
        newest = version_of(scope.code)
        if side.notice.version < newest:
            step = TextChanged(at=now, by=party, version=newest)
            consent.take(uow, subject, scope, step, Means(actor=subject.id, evidence={"text": f"version {newest}"}))
            found = True
    return found


def _as_guardian(occasion: Occasion, guardian: Person) -> Iterator[Question]:
    """What wards have agreed to and this guardian has to agree to as well."""
    for ward in occasion.uow.people.wards_of(guardian.id):
        if is_ward(ward, occasion.now):
            outdate(occasion.uow, ward, Party.GUARDIAN, occasion.now)
            yield from _beside(occasion, ward)


def _beside(occasion: Occasion, ward: Person) -> Iterator[Question]:
    guardianship = guardianship_of(ward)
    for scope, known in occasion.uow.consents.of(ward.id).each.items():
        mine = side_of(occasion.uow, ward, scope, Party.GUARDIAN, occasion.now).state
        said_yes = known.person.state in SAID_YES
        if said_yes and mine in ASKABLE and guardianship.may_act(scope.code, occasion.now):
            yield Question(subject=ward, scope=scope, introduction=dialogue.WARD, then=dialogue.AGAIN)


def has_guardian(occasion: Occasion, ward: Person) -> bool:
    """Whether somebody who has to agree as well can be asked here."""
    return bool(_guardians(occasion, ward))


def ask_guardians(occasion: Occasion, ward: Person) -> None:
    """Ask whoever has to agree as well; who is in the middle of something is asked when they are here again."""
    for guardian in _guardians(occasion, ward):
        ask_in_passing(occasion, guardian)


def _guardians(occasion: Occasion, ward: Person) -> list[Person]:
    people = occasion.uow.people
    known = people.guardians_of(ward.id) if is_ward(ward, occasion.now) else []
    return [guardian for guardian in known if people.places(guardian.id)]


def come_of_age(occasion: Occasion, person: Person, guard: str) -> None:
    """Somebody is 18: they are asked anew, in the first hour in which they may be written to (F12)."""
    if person.born is None or person.born.isoformat() != guard:
        return
    if _waits_for_day(occasion, person, consent.OF_AGE, guard):
        return
    occasion.uow.guard.names(person.id, Ground.NOTICE)
    stored = occasion.uow.conversations.current(person.id)
    if stored is not None and stored.conversation.flow == dialogue.FLOW.name:
        side = side_of(occasion.uow, person, scope_of(stored), Party.PERSON, occasion.now)
        if side.state in OUTDATED:
            drop(occasion, stored)
    ask_in_passing(occasion, person)


def ask_anew(occasion: Occasion, person: Person, guard: str) -> None:
    """A text has changed while nobody was here: the person and a guardian are asked, by day (F17).

    Nobody is who is held after crisis words or on a break; they are asked when they are here again.
    """
    if person.held_since is not None or person.paused_since is not None:
        return
    if not _waits_for_day(occasion, person, ANEW, guard):
        occasion.uow.guard.names(person.id, Ground.NOTICE)
        ask_in_passing(occasion, person)
        ask_guardians(occasion, person)


def _waits_for_day(occasion: Occasion, person: Person, kind: str, guard: str) -> bool:
    """Whether it is too early or too late now; then the timer is set anew."""
    decided = occasion.may_be_asked(person)
    if not isinstance(decided, Later):
        return False
    occasion.uow.timers.add(kind, decided.at.astimezone(UTC), person.id, person.id, guard)
    return True


def show_anew(occasion: Occasion, person: Person) -> bool:
    """Somebody reads another language from now on: an open question about a text begins anew, with the text."""
    stored = questions.find_open(occasion, person)
    if stored is None or stored.conversation.flow != dialogue.FLOW.name:
        return False
    subject, then = occasion.uow.people.get(subject_of(stored)), str(stored.conversation.answers["then"])
    drop(occasion, stored)
    return begin(occasion, person, Question(subject=subject, scope=scope_of(stored), then=then, wished=True))


def subject_of(stored: StoredConversation) -> PersonId:
    """Whose consent an open question is about."""
    return PersonId(int(str(stored.conversation.answers["subject"])))


def scope_of(stored: StoredConversation) -> Scope:
    """Which consent an open question is about."""
    known = stored.conversation.answers
    return Scope(str(known["code"]), str(known["document"]), str(known["recipient"]))


def drop(occasion: Occasion, stored: StoredConversation) -> None:
    """An open question is not asked any more."""
    over = replace(stored.conversation, status=Status.CANCELLED, turn=stored.conversation.turn + 1)
    occasion.uow.conversations.save(stored.id, stored.person, over, occasion.now)
