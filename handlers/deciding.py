"""What comes of a yes and of a no to a consent: recorded, confirmed in words, and what has to follow (F10 to F12)."""

from datetime import date, timedelta

from flows.dialogues import consent as dialogue
from flows.dialogues.consent import LATER
from flows.engine.events import AlertKind, Decided, NoticeRead, PaperSigned, Said
from flows.engine.messages import Text, Value
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.consent import Accepted, Declined, Form, Notice, Party, Refusal, Shown, State
from flows.rules.grounds import Ground
from flows.rules.wards import guardianship_of
from handlers import access, alerts, companies, consent, consenting, entry, needed, signing
from handlers.alerts import News
from handlers.consent import Means
from handlers.consenting import Question, party_of
from handlers.notices import title_of
from handlers.occasion import Occasion, Sending

GIVEN = Text(
    "Thank you. It counts from now on: {title}. You can take it back at any time. The receipt is on your page.", LATER
)
ON_PAPER = Text(
    "Thank you for your yes: {title}. It counts once you have signed it on paper. {caseworker} has the paper.", LATER
)
OTHERS_TOO = Text(
    "Thank you for your yes: {title}. Somebody who is responsible for you has to agree as well. "
    "Until then it does not count.",
    LATER,
)
NOBODY_TO_ASK = Text(
    "Thank you for your yes: {title}. Somebody else has to agree as well. {caseworker} talks to you about it. "
    "Until then it does not count.",
    LATER,
)
DECLINED = Text("All right, no: {title}. Nothing else changes. I do not ask again before {day}.", LATER)
AS_GUARDIAN = Text("Thank you. You agree for {ward}: {title}. You can take it back at any time.", LATER)
AS_GUARDIAN_ON_PAPER = Text(
    "Thank you. You agree for {ward}: {title}. It counts once you have signed it on paper. {caseworker} has the paper.",
    LATER,
)
AS_GUARDIAN_NO = Text("All right, no: {title}. {ward} is told that it does not count.", LATER)
WARD_YES = Text("Everybody has agreed. It counts from now on: {title}.", LATER)
WARD_NO = Text("Not everybody has agreed. It does not count: {title}. Nothing else changes.", LATER)
NOTHING_MORE = Text("Thank you. There is nothing more to decide for you here.")
STANDS = Text("This is decided already: {title}.", LATER)
GUARDIAN_MISSING = Text(
    "{name} has agreed to something. A guardian has to agree as well and cannot be asked here. Please see to it."
)
TOLD = Sending(quiet=True, ground=Ground.NOTICE)
"""How somebody hears what a guardian has decided about their own data."""


def carry_out(occasion: Occasion, by: Person, event: NoticeRead | Decided | PaperSigned) -> None:
    """Record what somebody was shown, decided, or has on paper."""
    occasion.uow.people.lock(event.subject)
    match event:
        case NoticeRead():
            _note_read(occasion, by, event)
        case Decided():
            _decide(occasion, by, event)
        case PaperSigned():
            signing.sign(occasion, by, event)


def _note_read(occasion: Occasion, by: Person, read: NoticeRead) -> None:
    subject = _subject(occasion, by, read)
    if by.id != subject.id and not access.may(occasion, by, Operation.DECIDE_FOR_WARD, subject):
        return
    step = Shown(
        at=occasion.now,
        by=party_of(subject, by),
        notice=Notice(read.shown.version, read.shown.digest),
        form=occasion.uow.profile.consent.form_of(read.scope.code),
        wished=read.wished,
    )
    consent.take(occasion.uow, subject, read.scope, step, _means(occasion, by, read))


def _subject(occasion: Occasion, by: Person, event: NoticeRead | Decided) -> Person:
    return by if by.id == event.subject else occasion.uow.people.get(event.subject)


def _means(occasion: Occasion, by: Person, event: NoticeRead | Decided) -> Means:
    differently = event.differently if isinstance(event, Decided) else 0
    evidence = {"form": "button" if isinstance(event, Decided) else "shown", "cause": occasion.cause}
    channel = occasion.channel or "chat"
    return Means(actor=by.id, channel=channel, text=event.shown, evidence=evidence, differently=differently)


def _decide(occasion: Occasion, by: Person, decided: Decided) -> None:
    subject = _subject(occasion, by, decided)
    party, at = party_of(subject, by), occasion.now
    if party is Party.GUARDIAN and not access.stands_so(occasion, by, Operation.DECIDE_FOR_WARD, subject):
        occasion.say(by, Said(NOTHING_MORE))
        return
    notice = Notice(decided.shown.version, decided.shown.digest)
    quiet = occasion.uow.profile.consent.quiet
    step = Accepted(at=at, by=party, notice=notice) if decided.agrees else Declined(at=at, by=party, quiet=quiet)
    refusal = consent.take(occasion.uow, subject, decided.scope, step, _means(occasion, by, decided))
    if refusal in {Refusal.NOT_SHOWN, Refusal.OTHER_TEXT}:
        again = Question(subject=subject, scope=decided.scope, then=decided.then, wished=True)
        if consenting.begin(occasion, by, again):
            return
    if refusal is not None:
        gone = refusal in {Refusal.GUARDIAN_BLOCKED, Refusal.NO_GUARDIAN}
        occasion.say(by, Said(NOTHING_MORE if gone else _titled(STANDS, decided, by)))
    elif party is Party.PERSON:
        _answer_person(occasion, by, decided)
    else:
        _answer_guardian(occasion, by, subject, decided)
    _go_on(occasion, by, decided)


def _go_on(occasion: Occasion, by: Person, decided: Decided) -> None:
    if decided.then == dialogue.AT_START:
        entry.go_on(occasion, by)
    elif decided.then == dialogue.AGAIN and consenting.ask_in_passing(occasion, by):
        return
    elif decided.agrees and by.id == decided.subject:
        entry.begin_late(occasion, by, decided.scope.code)


def _titled(text: Text, decided: Decided, reader: Person, **more: Value) -> Text:
    return Text(text.key, {"title": title_of(decided.scope.code, reader.language), **more})


def _answer_person(occasion: Occasion, person: Person, decided: Decided) -> None:
    if not decided.agrees:
        occasion.say(person, Said(_titled(DECLINED, decided, person, day=_quiet_until(occasion, person))))
        return
    uow = occasion.uow
    if uow.consents.unlocks(person.id, decided.scope, occasion.now):
        occasion.say(person, Said(_titled(GIVEN, decided, person)))
        needed.tell_of_yes(occasion, person, decided.scope)
        companies.agreed(occasion, person, decided.scope)
        return
    side = consenting.side_of(uow, person, decided.scope, Party.PERSON, occasion.now)
    if side.form is Form.WRITTEN:
        occasion.say(person, Said(_titled(ON_PAPER, decided, person)))
        signing.tell_of_paper(occasion, person)
    if guardianship_of(person).needed(decided.scope.code, occasion.now) is not None:
        _bring_guardian_in(occasion, person, decided)


def _bring_guardian_in(occasion: Occasion, person: Person, decided: Decided) -> None:
    reached = consenting.has_guardian(occasion, person)
    occasion.say(person, Said(_titled(OTHERS_TOO if reached else NOBODY_TO_ASK, decided, person)))
    if reached:
        consenting.ask_guardians(occasion, person)
    else:
        alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, text=GUARDIAN_MISSING))


def _quiet_until(occasion: Occasion, person: Person) -> date:
    quiet: timedelta = occasion.uow.profile.consent.quiet
    return (occasion.local(person) + quiet).date()


def _to_guardian(occasion: Occasion, decided: Decided) -> Text:
    if not decided.agrees:
        return AS_GUARDIAN_NO
    written = occasion.uow.profile.consent.form_of(decided.scope.code) is Form.WRITTEN
    return AS_GUARDIAN_ON_PAPER if written else AS_GUARDIAN


def _answer_guardian(occasion: Occasion, guardian: Person, ward: Person, decided: Decided) -> None:
    occasion.say(guardian, Said(_titled(_to_guardian(occasion, decided), decided, guardian, ward=ward.name)))
    state = occasion.uow.consents.state(ward.id, decided.scope, occasion.now)
    if state is State.EFFECTIVE:
        occasion.say(ward, Said(_titled(WARD_YES, decided, ward)), TOLD)
        needed.tell_of_yes(occasion, ward, decided.scope)
        companies.agreed(occasion, ward, decided.scope)
    elif not decided.agrees:
        occasion.say(ward, Said(_titled(WARD_NO, decided, ward)), TOLD)
    else:
        signing.tell_of_paper(occasion, ward)
