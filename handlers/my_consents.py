"""Everything somebody has decided, in words, with the way to decide anew."""

from flows.dialogues import consent as dialogue
from flows.dialogues.consent import LATER
from flows.engine.events import Said
from flows.engine.messages import Button, Text, Value
from flows.people import Person
from flows.rules.consent import Party, State
from flows.rules.purposes import PURPOSES, Scope
from handlers import consenting
from handlers.consenting import Question
from handlers.notices import title_of
from handlers.occasion import Occasion, Sending
from locales.catalog import LANGUAGES, render
from locales.publishing import NOTICES

MINE = Text("My consents")
ACTION = "consent"
"""The button that shows a text again, for whoever wants to decide anew."""
COMMAND = "/consents"
NAMES = frozenset(
    {"einwilligungen", "einwilligung", "consents", "consent", "згоди", "мої згоди", "موافقاتي", "الموافقات"}
)
ANEW = Text("Read and decide")
_STATES = {
    State.EFFECTIVE: Text("{title}: yes, since {day}.", LATER),
    State.ACKNOWLEDGED: Text("{title}: your yes is here. It does not count yet.", LATER),
    State.DECLINED: Text("{title}: no, since {day}.", LATER),
    State.WITHDRAWN: Text("{title}: taken back on {day}.", LATER),
}
_OPEN = Text("{title}: not decided.", LATER)


def asks_for_them(text: str) -> bool:
    """Whether somebody wants to see what they have decided."""
    words = " ".join(text.casefold().split()).strip("?!. ؟")
    return words == COMMAND or words in NAMES | {render(MINE, language).casefold() for language in LANGUAGES}


def show(occasion: Occasion, person: Person) -> None:
    """Each purpose with its state; what does not count can be read and decided anew."""
    known = [scope.code for scope in occasion.uow.consents.of(person.id).each if not scope.purpose.per_document]
    codes = dict.fromkeys((*consenting.asked_at_start(occasion.uow), *sorted(known)))
    occasion.say(person, Said(Text("This is what you have decided. You can change it at any time.")))
    for code in codes:
        _show(occasion, person, Scope(code))


def _show(occasion: Occasion, person: Person, scope: Scope) -> None:
    state = occasion.uow.consents.state(person.id, scope, occasion.now)
    since = consenting.side_of(occasion.uow, person, scope, Party.PERSON, occasion.now).since
    words = _STATES.get(state, _OPEN) if since is not None else _OPEN
    values: dict[str, Value] = {"title": title_of(scope.code, person.language), "day": occasion.local(person).date()}
    if since is not None:
        values["day"] = since.astimezone(occasion.local(person).tzinfo).date()
    may_decide = state is not State.EFFECTIVE and scope.code in NOTICES
    buttons = (Button(ANEW, ACTION, scope.code),) if may_decide else ()
    occasion.say(person, Said(Text(words.key, values), buttons), Sending(lasting=True))


def decide_anew(occasion: Occasion, person: Person, code: str) -> bool:
    """Show the text of a purpose again, because the person wants it. False: there is nothing to decide."""
    if code not in PURPOSES or code not in NOTICES or PURPOSES[code].per_document:
        return False
    return consenting.begin(
        occasion, person, Question(subject=person, scope=Scope(code), then=dialogue.ALONE, wished=True)
    )
