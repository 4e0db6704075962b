"""Consents on paper: staff are told what to print, and record what was signed (F11, S1:480)."""

import re
from typing import Final

from flows.dialogues import signing as dialogue
from flows.dialogues.staff import person_in_words
from flows.engine.conversation import Json
from flows.engine.events import PaperSigned, Said
from flows.engine.flow import Facts
from flows.engine.messages import MessageClass, Text
from flows.engine.run import start
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.consent import Form, Party, Signed, State
from flows.rules.grounds import Ground
from flows.rules.purposes import Scope
from handlers import access, consent, consenting, questions
from handlers.apply import apply_turn
from handlers.consent import Means
from handlers.inviting import WHO
from handlers.notices import title_of
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

SIGNED: Final = re.compile(
    r"(?:/signed|einwilligung(?:en)? unterschrieben(?: von)?|consents? signed(?: by)?)[\s:,]+(\S.*)", re.IGNORECASE
)
TO_PRINT = Text(
    "{name} has said yes and needs a paper. You print it on your page under “Papers to sign”. "
    "Once it is signed, write: /signed and the name."
)
WRITTEN = "paper"
ON_PAPER = "paper signed before staff"


def waiting(uow: UnitOfWork, person: Person, parties: tuple[Party, ...] = tuple(Party)) -> list[Scope]:
    """What somebody has said yes to and nobody has on paper yet."""
    known = uow.consents.of(person.id)
    return [
        scope
        for scope, each in known.each.items()
        if any(
            each.side(party).state is State.ACKNOWLEDGED and each.side(party).form is Form.WRITTEN for party in parties
        )
    ]


def tell_of_paper(occasion: Occasion, person: Person) -> None:
    """Whoever looks after the person prints the paper; told once a day, however many purposes there are."""
    to = occasion.responsible(person)
    if to is None or not waiting(occasion.uow, person):
        return
    day = occasion.local(person).date().isoformat()
    sending = Sending(message_class=MessageClass.ALERT, subject=person, dedupe=f"{WRITTEN}:{person.id}:{day}")
    occasion.say(to, Said(TO_PRINT), sending)


def to_print(occasion: Occasion, by: Person, handle: str = "") -> list[Person]:
    """Whose papers somebody of the staff prints, or one of them by handle; whom it names is a read of theirs."""
    reach = (one for one in access.within_reach(occasion, by) if handle in {"", one.handle})
    theirs = (one for one in reach if access.may(occasion, by, Operation.READ_PAPER, one))
    found = [person for person in theirs if waiting(occasion.uow, person)]
    for person in found:
        access.note_read(occasion, by, Operation.READ_PAPER, person)
    return found


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Do what a line like "Einwilligung unterschrieben Jonas" asks for; False for any other line."""
    found = SIGNED.fullmatch(" ".join(text.split()))
    if found is None:
        return False
    named = person_in_words(found[1], facts)
    if named is None:
        occasion.say(by, Said(WHO))
        return True
    person = occasion.uow.people.get(PersonId(int(named)))
    if not access.allows(occasion, by, Operation.RECORD_SIGNATURE, person):
        return True
    open_ = waiting(occasion.uow, person)
    if not open_:
        occasion.say(by, Said(Text("There is no paper of {name} to be signed.")), Sending(subject=person))
        return True
    known: dict[str, Json] = {
        "signer": named,
        "name": person.name,
        "waiting": [[dialogue.spelled(scope), title_of(scope.code, by.language)] for scope in open_],
        "purpose": dialogue.spelled(open_[0]) if len(open_) == 1 else "",
    }
    stored = occasion.uow.conversations.current(by.id)
    if stored is not None:
        questions.leave(occasion, by, stored)
    apply_turn(occasion, by, None, start(dialogue.FLOW, now=occasion.local(by), facts=facts, answers=known))
    return True


def sign(occasion: Occasion, by: Person, signed: PaperSigned) -> None:
    """What was acknowledged counts from now on. Whoever comes second, of two at once, is told so."""
    person = occasion.uow.people.get(signed.subject)
    done = [scope for scope in signed.scopes if _sign_all(occasion, by, person, scope, signed.interpreter)]
    about = Sending(subject=person)
    for scope in signed.scopes:
        title = {"title": title_of(scope.code, by.language)}
        if scope not in done:
            occasion.say(by, Said(Text("It is recorded already for {name}: {title}.", title)), about)
        elif occasion.uow.consents.unlocks(person.id, scope, occasion.now):
            occasion.say(by, Said(Text("Recorded for {name}: {title}. It counts from now on.", title)), about)
            told = Text(
                "Your signature is here. It counts from now on: {title}.",
                {"title": title_of(scope.code, person.language)},
            )
            occasion.say(person, Said(told), Sending(quiet=True, ground=Ground.NOTICE))
        else:
            text = Text("Recorded for {name}: {title}. It counts once the guardian has agreed as well.", title)
            occasion.say(by, Said(text), about)
    if done:
        consenting.ask_guardians(occasion, person)


def _sign_all(occasion: Occasion, by: Person, person: Person, scope: Scope, interpreter: str) -> bool:
    """Whether a side has become effective by it: the person's, and a guardian's who has said yes as well."""
    uow, done = occasion.uow, False
    for party in Party:
        notice = consenting.side_of(uow, person, scope, party, occasion.now).notice
        if notice is None:
            continue
        step = Signed(at=occasion.now, by=party, notice=notice)
        means = Means(actor=by.id, channel=WRITTEN, evidence={"form": ON_PAPER}, interpreter=interpreter)
        done = consent.take(uow, person, scope, step, means) is None or done
    return done
