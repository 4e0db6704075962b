"""Consents that are asked when there is a reason, not in stock: staff ask for one, and hear of a yes (ADR 0025)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from flows.dialogues import consent as dialogue
from flows.dialogues.staff import person_in_words
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.messages import MessageClass, Text
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.contact import Drop, Later
from flows.rules.purposes import Scope
from handlers import access, consenting, leave_days, questions
from handlers.consenting import Question
from handlers.inviting import WHO
from handlers.notices import title_of
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

ASK: Final = re.compile(
    r"(?:/ask|(?:einwilligung|zustimmung) erfragen(?: von)?|ask for consent(?: of)?)"
    r"[\s:,]+(\S.*?)(?:[\s:,]+(C\d+))?",
    re.IGNORECASE,
)
TIMER: Final = "consent_needed"
AGAIN_AFTER: Final = timedelta(hours=1)
"""So much later it is tried again when somebody is in the middle of a question."""
GIVEN_UP_AFTER: Final = timedelta(days=3)
AT_ONCE: Final = 4
ASKED = Text("I have asked {name}: {title}. You hear of a yes.", dialogue.LATER)
WILL_ASK = Text("I ask {name} as soon as it fits: {title}. You hear of a yes.", dialogue.LATER)
NOT_NOW = Text("I do not ask {name} now: {title}. Please speak about it in person, without pressing.", dialogue.LATER)
COUNTS = Text("{name} has agreed. It counts from now on: {title}.", dialogue.LATER)
COUNTS_ALREADY = Text("{name} has agreed to this already: {title}.", dialogue.LATER)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody of the staff wants to have asked, and until when it is tried."""

    code: str
    by: PersonId
    until: datetime

    def __str__(self) -> str:
        """As a timer keeps it."""
        return f"{self.code};{self.by};{self.until.isoformat()}"

    @classmethod
    def read(cls, kept: str) -> Self:
        """The counterpart."""
        code, by, until = kept.split(";")
        return cls(code, PersonId(int(by)), datetime.fromisoformat(until))


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Do what a line like "Einwilligung erfragen Jonas C11" asks for; False for any other line."""
    found = ASK.fullmatch(" ".join(text.split()).rstrip(".!?"))
    if found is None:
        return False
    named = person_in_words(found[1], facts)
    if named is None:
        occasion.say(by, Said(WHO))
        return True
    occasion.uow.people.lock(PersonId(int(named)))
    person = occasion.uow.people.get(PersonId(int(named)))
    if not access.allows(occasion, by, Operation.ASK_CONSENT, person):
        return True
    code = (found[2] or "").upper()
    if code in _codes(occasion.uow):
        _begin(occasion, person, Wish(code, by.id, occasion.now + GIVEN_UP_AFTER))
    else:
        _say_which(occasion, by, person)
    return True


def try_again(occasion: Occasion, person: Person, guard: str) -> None:
    """The moment has come that was waited for, unless whoever wanted it is not responsible any more."""
    wish = Wish.read(guard)
    by = occasion.uow.people.get(wish.by)
    if access.may(occasion, by, Operation.ASK_CONSENT, person):
        _begin(occasion, person, wish, first=False)


def tell_of_yes(occasion: Occasion, person: Person, scope: Scope) -> None:
    """Whoever looks after the person hears that it counts. A no is told nobody: nobody is to press."""
    to = occasion.responsible(person)
    if to is not None and scope.code in occasion.uow.profile.consent.when_needed:
        _tell(occasion, to, person, COUNTS, scope.code)


def _begin(occasion: Occasion, person: Person, wish: Wish, *, first: bool = True) -> None:
    """Ask, or wait for a moment that fits; whoever wished it is told as much as they may know."""
    uow, scope, by = occasion.uow, Scope(wish.code), occasion.uow.people.get(wish.by)
    if uow.consents.unlocks(person.id, scope, occasion.now):
        _tell(occasion, by, person, COUNTS_ALREADY, wish.code)
        return
    at = _moment(occasion, person)
    if at is None or at >= wish.until:
        _tell(occasion, by, person, NOT_NOW, wish.code)
    elif at > occasion.now:
        uow.timers.add(TIMER, at, person.id, person.id, str(wish))
        if first:
            _tell(occasion, by, person, WILL_ASK, wish.code)
    else:
        question = Question(subject=person, scope=scope, introduction=dialogue.NEEDED)
        asked = consenting.begin(occasion, person, question)
        if first or not asked:
            _tell(occasion, by, person, ASKED if asked else NOT_NOW, wish.code)


def _moment(occasion: Occasion, person: Person) -> datetime | None:
    """When the person may be asked: never at night, in a break, or into another question. None: not at all."""
    decided = occasion.may_reach(person)
    if isinstance(decided, Drop):
        return None
    if (back := leave_days.rests_until(occasion, person)) is not None:
        return back.astimezone(UTC)
    if isinstance(decided, Later):
        return decided.at.astimezone(UTC)
    return occasion.now if questions.find_open(occasion, person) is None else occasion.now + AGAIN_AFTER


def _tell(occasion: Occasion, to: Person, person: Person, text: Text, code: str) -> None:
    told = Text(text.key, {"title": title_of(code, to.language)})
    occasion.say(to, Said(told), Sending(message_class=MessageClass.ALERT, subject=person))


def _codes(uow: UnitOfWork) -> tuple[str, ...]:
    return (*consenting.asked_at_start(uow), *uow.profile.consent.when_needed)


def _say_which(occasion: Occasion, by: Person, person: Person) -> None:
    """What can be asked for here, and how."""
    words = (f"{code} ({title_of(code, by.language)})" for code in _codes(occasion.uow))
    titles = tuple(Text("{words}", {"words": each}) for each in words)
    for start in range(0, len(titles), AT_ONCE):
        text = Text("I can ask {name} for: {titles}.", {"titles": titles[start : start + AT_ONCE]})
        occasion.say(by, Said(text), Sending(subject=person))
    how = Text("Please write the letter and number behind the name: /ask {name} C5")
    occasion.say(by, Said(how), Sending(subject=person))
