"""Everything somebody has decided, in words, with the way to decide anew."""

from functools import cache

from flows.dialogues import consent as dialogue
from flows.dialogues import signing
from flows.dialogues.consent import LATER
from flows.dialogues.withdrawal import MORE
from flows.engine.events import Said
from flows.engine.messages import Button, Text, Value
from flows.people import Person, PersonId, Role
from flows.rules.access import Operation
from flows.rules.consent import Party, State, Withdrawn
from flows.rules.grounds import Ground
from flows.rules.purposes import PURPOSES, Scope
from handlers import access, consent, consenting
from handlers.consent import Means
from handlers.consenting import Question
from handlers.deciding import NOTHING_MORE, WARD_NO
from handlers.notices import title_of
from handlers.occasion import Occasion, Sending
from locales.catalog import LANGUAGES, render
from locales.publishing import NOTICES

MINE = Text("My consents")
SHOW = Button(MINE, "consents")
"""The button that shows all of them."""
ACTION = "consent"
"""The button that shows a text again, for whoever wants to decide anew."""
COMMAND = "/consents"
NAMES = frozenset(
    {"einwilligungen", "einwilligung", "consents", "consent", "згоди", "мої згоди", "موافقاتي", "الموافقات"}
)
ANEW = Text("Read and decide")
TAKE_BACK = Text("Take it back")
BESIDE = "withdraw_beside"
"""The button by which a guardian takes a yes back."""
ANEW_BESIDE = "consent_beside"
"""The button by which a guardian reads a text again that they have said no to."""
DECIDED = consenting.SAID_YES | {State.DECLINED, State.WITHDRAWN}
_STATES = {
    State.EFFECTIVE: Text("{title}: yes, since {day}.", LATER),
    State.ACKNOWLEDGED: Text("{title}: your yes is here. It does not count yet.", LATER),
    State.DECLINED: Text("{title}: no, since {day}.", LATER),
    State.WITHDRAWN: Text("{title}: taken back on {day}.", LATER),
}
_OPEN = Text("{title}: not decided.", LATER)
RARER = Text("You are asked about these only when there is a reason. You can also read and decide now.")
DECIDED_SO = Text("This is what you have decided. You can change it at any time.")
OTHERS = Button(Text("Other consents"), SHOW.action, "rarer")
AT_ONCE = 5


def hear(occasion: Occasion, person: Person, text: str) -> bool:
    """Show somebody what they have decided, or the others, if they ask for it by its name; False for other words."""
    words = " ".join(text.casefold().split()).strip("?!. ؟")
    if words == COMMAND or words in NAMES | _names_of(MINE.key):
        show(occasion, person)
    elif words in _names_of(OTHERS.label.key):
        show_rarer(occasion, person)
    else:
        return False
    return True


@cache
def _names_of(key: str) -> frozenset[str]:
    return frozenset(render(Text(key), language).casefold() for language in LANGUAGES)


def show(occasion: Occasion, person: Person) -> None:
    """Each purpose with its state; what does not count can be read and decided anew."""
    if not access.may_own(person, Operation.READ_OWN_DATA):
        access.refuse(occasion, person)
        return
    if person.role is Role.GUARDIAN:
        _show_beside(occasion, person)
        return
    others = (OTHERS,) if _rarer(occasion, person) else ()
    occasion.say(person, Said(DECIDED_SO, others), Sending(lasting=True))
    for code in _codes(occasion, person):
        _show(occasion, person, Scope(code))


def _rarer(occasion: Occasion, person: Person) -> list[str]:
    shown = _codes(occasion, person)
    return [code for code in occasion.uow.profile.consent.when_needed if code not in shown]


def show_rarer(occasion: Occasion, person: Person) -> None:
    """What nobody is asked before there is a reason; whoever wants to may read and decide about it now."""
    codes = _rarer(occasion, person)
    titles = [Button(Text("{title}", {"title": title_of(code, person.language)}), ACTION, code) for code in codes]
    for start in range(0, len(titles), AT_ONCE):
        text = MORE if start else RARER
        occasion.say(person, Said(text, tuple(titles[start : start + AT_ONCE])), Sending(lasting=True))


def _codes(occasion: Occasion, person: Person) -> list[str]:
    known = [scope.code for scope in occasion.uow.consents.of(person.id).each if not scope.purpose.per_document]
    return [*dict.fromkeys((*consenting.asked_at_start(occasion.uow), *sorted(set(known) & set(NOTICES))))]


def not_counting(occasion: Occasion, person: Person) -> list[Text]:
    """Each purpose that was declined, taken back, or does not count yet, with its state."""
    told = []
    for code in _codes(occasion, person):
        state, words = _state_of(occasion, person, Scope(code))
        if state in _STATES and state is not State.EFFECTIVE:
            told.append(words)
    return told


def _show(occasion: Occasion, person: Person, scope: Scope) -> None:
    state, words = _state_of(occasion, person, scope)
    may_decide = state is not State.EFFECTIVE and scope.code in NOTICES
    buttons = (Button(ANEW, ACTION, scope.code),) if may_decide else ()
    occasion.say(person, Said(words, buttons), Sending(lasting=True))


def _state_of(occasion: Occasion, person: Person, scope: Scope) -> tuple[State, Text]:
    state = occasion.uow.consents.state(person.id, scope, occasion.now)
    since = consenting.side_of(occasion.uow, person, scope, Party.PERSON, occasion.now).since
    words = _STATES.get(state, _OPEN) if since is not None else _OPEN
    values: dict[str, Value] = {"title": title_of(scope.code, person.language), "day": occasion.local(person).date()}
    if since is not None:
        values["day"] = since.astimezone(occasion.local(person).tzinfo).date()
    return state, Text(words.key, values)


def _show_beside(occasion: Occasion, guardian: Person) -> None:
    """What a guardian has agreed to for others, each with the way to take it back."""
    occasion.say(guardian, Said(DECIDED_SO))
    for ward in occasion.uow.people.wards_of(guardian.id):
        may_end = access.may(occasion, guardian, Operation.END_FOR_WARD, ward)
        for scope in occasion.uow.consents.of(ward.id).each if may_end else ():
            side = consenting.side_of(occasion.uow, ward, scope, Party.GUARDIAN, occasion.now)
            if side.state in DECIDED and side.since is not None:
                title = f"{ward.name}, {title_of(scope.code, guardian.language)}"
                day = side.since.astimezone(occasion.local(guardian).tzinfo).date()
                text = Text(_STATES[side.state].key, {"title": title, "day": day})
                occasion.say(guardian, Said(text, (_way_beside(ward, scope, side.state),)), Sending(lasting=True))


def _way_beside(ward: Person, scope: Scope, state: State) -> Button:
    """What a guardian can do about a decision: take a yes back, or think again after a no."""
    which = f"{ward.id} {signing.spelled(scope)}"
    return Button(TAKE_BACK, BESIDE, which) if state in consenting.SAID_YES else Button(ANEW, ANEW_BESIDE, which)


def decide_anew_beside(occasion: Occasion, guardian: Person, value: str) -> None:
    """A guardian reads again what they have said no to, and decides anew."""
    number, _, spelled = value.partition(" ")
    occasion.uow.people.lock(PersonId(int(number)))
    ward = occasion.uow.people.get(PersonId(int(number)))
    question = Question(subject=ward, scope=signing.read(spelled), introduction=dialogue.WARD, wished=True)
    allowed = access.stands_so(occasion, guardian, Operation.DECIDE_FOR_WARD, ward)
    if not allowed or not consenting.begin(occasion, guardian, question):
        occasion.say(guardian, Said(NOTHING_MORE))


def take_back_beside(occasion: Occasion, guardian: Person, value: str) -> None:
    """A guardian takes a yes back: from now on it does not count, and the person hears of it."""
    number, _, spelled = value.partition(" ")
    occasion.uow.people.lock(PersonId(int(number)))
    ward, scope = occasion.uow.people.get(PersonId(int(number))), signing.read(spelled)
    if not access.stands_so(occasion, guardian, Operation.END_FOR_WARD, ward):
        occasion.say(guardian, Said(NOTHING_MORE))
        return
    step = Withdrawn(at=occasion.now, by=Party.GUARDIAN, quiet=occasion.uow.profile.consent.quiet)
    means = Means(actor=guardian.id, channel=occasion.channel or "chat", evidence={"form": "button"})
    if consent.take(occasion.uow, ward, scope, step, means) is not None:
        occasion.say(guardian, Said(NOTHING_MORE))
        return
    values: dict[str, Value] = {
        "title": title_of(scope.code, guardian.language),
        "day": occasion.local(guardian).date(),
    }
    occasion.say(guardian, Said(Text(_STATES[State.WITHDRAWN].key, values)))
    told = Text(WARD_NO.key, {"title": title_of(scope.code, ward.language)})
    occasion.say(ward, Said(told), Sending(quiet=True, ground=Ground.NOTICE))


def ask_for_messages(occasion: Occasion, person: Person) -> bool:
    """Messages again after an end: the whole text is shown, and only a tap under it is a yes (ADR 0016).

    A yes that still waits for a paper or a guardian is not asked for twice. False: nobody asks for it here.
    """
    scope = Scope(consenting.MESSAGES)
    if scope.code not in consenting.asked_at_start(occasion.uow) or person.role is not Role.PARTICIPANT:
        return False
    if consenting.side_of(occasion.uow, person, scope, Party.PERSON, occasion.now).state in consenting.SAID_YES:
        occasion.say(person, Said(_state_of(occasion, person, scope)[1], (SHOW,)))
        return True
    return decide_anew(occasion, person, scope.code)


def decide_anew(occasion: Occasion, person: Person, code: str) -> bool:
    """Show the text of a purpose again, because the person wants it. False: there is nothing to decide."""
    if code not in PURPOSES or code not in NOTICES or PURPOSES[code].per_document:
        return False
    return consenting.begin(
        occasion, person, Question(subject=person, scope=Scope(code), then=dialogue.ALONE, wished=True)
    )
