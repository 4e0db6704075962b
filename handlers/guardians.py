"""What staff record about who decides with a person: assessment, legal guardian, a block, a release from secrecy."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from flows.dialogues import consent as dialogue
from flows.dialogues.staff import person_in_words
from flows.engine.events import AlertKind, Said, StandingRecorded
from flows.engine.flow import Facts
from flows.engine.messages import Text
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.guardians import Assessment
from flows.rules.purposes import PURPOSES
from handlers import access, alerts, consenting
from handlers.alerts import News
from handlers.inviting import WHO
from handlers.occasion import Occasion, Sending

_NAME = r"[\s:,]+(\S.*?)"
ASSESSED: Final = re.compile(
    rf"(?:/assess|einschätzung|assessment){_NAME}[\s:,]+(einsichtsfähig|capable|zweifel|doubt)", re.IGNORECASE
)
BLOCKED: Final = re.compile(rf"(?:/block|kontakt gesperrt|contact blocked){_NAME}", re.IGNORECASE)
UNBLOCKED: Final = re.compile(rf"(?:/unblock|kontakt freigegeben|contact unblocked){_NAME}", re.IGNORECASE)
LEGAL: Final = re.compile(
    rf"(?:/legal|rechtliche betreuung|legal guardian){_NAME}[\s:,]+(keine|none|C\d+(?:[\s,]+C\d+)*)", re.IGNORECASE
)
RELEASED: Final = re.compile(
    rf"(?:/release|schweigepflichtentbindung|release from secrecy){_NAME}[\s:,]+"
    "(liegt vor|exists|widerrufen|withdrawn)",
    re.IGNORECASE,
)
CAPABLE: Final = frozenset({"einsichtsfähig", "capable"})
THERE: Final = frozenset({"liegt vor", "exists"})

Records = Callable[[Occasion, Person, str], tuple[Person, Text]]


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Do what a line like "Kontakt gesperrt Leon" asks for; False for any other line."""
    words = " ".join(text.split()).rstrip(".!")
    for form, records in FORMS:
        found = form.fullmatch(words)
        if found is not None:
            said = found[2] if form.groups > 1 else ""
            _record(occasion, by, person_in_words(found[1], facts), (records, said))
            return True
    return False


def _record(occasion: Occasion, by: Person, named: str | None, what: tuple[Records, str]) -> None:
    if named is None:
        occasion.say(by, Said(WHO))
        return
    uow, (records, said) = occasion.uow, what
    uow.people.lock(PersonId(int(named)))
    person = uow.people.get(PersonId(int(named)))
    if not access.allows(occasion, by, Operation.RECORD_STANDING, person):
        return
    changed, text = records(occasion, person, said.casefold())
    uow.people.update(changed)
    occasion.record(StandingRecorded(who=person.id, by=by.id, what=_difference(person, changed)), person.id)
    occasion.say(by, Said(text), Sending(subject=person))
    if changed.contact_blocked or changed.assessment is Assessment.CAPABLE:
        _drop_questions(occasion, changed)


def _difference(before: Person, after: Person) -> str:
    """What was recorded, by the names of the fields, for the trail."""
    fields = ("assessment", "legal_scopes", "contact_blocked", "released", "release_ended")
    return ", ".join(
        f"{name}={getattr(after, name)}" for name in fields if getattr(after, name) != getattr(before, name)
    )


def _assess(_: Occasion, person: Person, said: str) -> tuple[Person, Text]:
    if said in CAPABLE:
        words = Text("Recorded for {name}: decides alone. This counts from the age of 16.")
        return replace(person, assessment=Assessment.CAPABLE), words
    words = Text("Recorded for {name}: a guardian has to agree as well.")
    return replace(person, assessment=Assessment.DOUBT), words


def _block(_: Occasion, person: Person, __: str) -> tuple[Person, Text]:
    words = Text("The contact is blocked: guardians of {name} are asked and told nothing any more.")
    return replace(person, contact_blocked=True), words


def _unblock(_: Occasion, person: Person, __: str) -> tuple[Person, Text]:
    return replace(person, contact_blocked=False), Text("The contact of {name} with guardians is not blocked any more.")


def _name_scopes(_: Occasion, person: Person, said: str) -> tuple[Person, Text]:
    codes = tuple(code for code in re.findall(r"C\d+", said.upper()) if code in PURPOSES)
    words = Text("Recorded: a legal guardian of {name} has to agree to {purposes}.", {"purposes": ", ".join(codes)})
    none = Text("Recorded: no legal guardian of {name} has to agree to anything.")
    return replace(person, legal_scopes=codes), words if codes else none


def _release(occasion: Occasion, person: Person, said: str) -> tuple[Person, Text]:
    """Only that there is one, or since when there is none any more (S1:589, 609)."""
    if said in THERE:
        words = Text("Noted: there is a release from secrecy of {name}.")
        return replace(person, released=True, release_ended=None), words
    today = occasion.local(person).date()
    told = Text("{name} has withdrawn the release from secrecy. From now on nothing may be told to others.")
    alerts.raise_alert(occasion, person, News(kind=AlertKind.WITHDRAWAL, text=told))
    words = Text("Noted: the release from secrecy of {name} was withdrawn on {day}.", {"day": today})
    return replace(person, released=False, release_ended=today), words


FORMS: Final[tuple[tuple["re.Pattern[str]", Records], ...]] = (
    (ASSESSED, _assess),
    (BLOCKED, _block),
    (UNBLOCKED, _unblock),
    (LEGAL, _name_scopes),
    (RELEASED, _release),
)


def _drop_questions(occasion: Occasion, ward: Person) -> None:
    """A guardian who is in the middle of a question about this person is not asked any more."""
    for guardian in occasion.uow.people.guardians_of(ward.id):
        conversations = occasion.uow.conversations
        current = conversations.current(guardian.id)
        for stored in (*conversations.paused(guardian.id), *((current,) if current else ())):
            if stored.conversation.flow == dialogue.FLOW.name and consenting.subject_of(stored) == ward.id:
                consenting.drop(occasion, stored)
