"""Broadcasts in the chat of staff: the lines that are written, the buttons that are pressed, what dialogues bring."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from flows.dialogues import broadcast as dialogue
from flows.dialogues import broadcast_words as says
from flows.engine.broadcast_events import (
    AudienceChosen,
    BroadcastAnswered,
    BroadcastHappening,
    EmergencyTold,
    TextGiven,
    TimeGiven,
)
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.flow import Flow
from flows.engine.messages import Text
from flows.engine.run import start
from flows.people import Person, Role
from flows.rules.access import Operation
from flows.rules.broadcasts import Audience, Broadcast, Emergency, State, Step, matrix, missing
from handlers import access, broadcasts
from handlers import broadcast_audience as audiences
from handlers import broadcast_cards as cards
from handlers.facts import gather
from handlers.occasion import Occasion
from locales.catalog import own_name
from storage.buttons import StoredButton

_BROADCAST: Final = r"(?:/broadcast|rundnachricht|broadcast|розсилка|رسالة جماعية)"
BEGIN: Final = re.compile(
    rf"{_BROADCAST}(?:\s+(?:an|to)\s+(?P<to>[^:]+?))?(?::\s*(?P<words>.+))?", re.IGNORECASE | re.DOTALL
)
URGENT: Final = re.compile(
    r"(?:/emergency|eilinfo|emergency|терміново|خبر عاجل)(?:\s+(?:an|to)\s+(?P<to>.+))?", re.IGNORECASE
)
_STOP: Final = re.compile(
    rf"(?:stopp?|halt)\s+{_BROADCAST}|{_BROADCAST}\s+(?:stopp?|anhalten|стоп|توقف)", re.IGNORECASE
)
_GO_ON: Final = re.compile(rf"{_BROADCAST}\s+(?:weiter|goes on|go on|далі|استمرار)", re.IGNORECASE)
_FAR: Final = re.compile(
    rf"{_BROADCAST}\s+(?:stand|status)|(?:wie weit ist die|how far is the)\s+{_BROADCAST}\??", re.IGNORECASE
)
_ANSWERS: Final = re.compile(rf"{_BROADCAST}\s+(?:antworten|answers|відповіді|الردود)", re.IGNORECASE)
_OPENS: Final = frozenset({says.START.action, says.CLOSED.action, says.MOVED.action})
_OF_SECOND: Final = frozenset({cards.PASS, cards.BACK})
_ON: Final = (State.RUNNING, State.STOPPED, State.SCHEDULED, State.COOLING)
WORDS_IN: Final = frozenset({dialogue.TEXT.name, dialogue.MOVED.name})
"""Dialogues in which whatever is written is an answer, even if it looks like one of the lines of staff."""


def may_send(occasion: Occasion, person: Person) -> bool:
    """Whether somebody may prepare, start and stop broadcasts."""
    return not occasion.uow.people.has_left(person.id) and access.may_own(person, Operation.SEND_BROADCAST)


def may_decide(occasion: Occasion, person: Person, known: Broadcast) -> bool:
    """Whether somebody was asked as the second person; nobody is with their own (F52)."""
    asked = person.id in known.asked and person.id != known.by
    here = not occasion.uow.people.has_left(person.id)
    return asked and here and access.may_own(person, Operation.APPROVE_BROADCAST)


def takes_words(occasion: Occasion, person: Person) -> bool:
    """Whether the words of a broadcast are waited for."""
    stored = occasion.uow.conversations.current(person.id) if person.role is Role.COORDINATOR else None
    return stored is not None and stored.conversation.flow in WORDS_IN


def hear(occasion: Occasion, person: Person, text: str) -> bool:
    """Take a line about broadcasts; False for any other line."""
    words = text.strip()
    line = " ".join(words.split()).rstrip(".!")
    found = next((does for form, does in _LINES if form.fullmatch(line)), None)
    urgent, begins = URGENT.fullmatch(line), BEGIN.fullmatch(words)
    if found is None and urgent is None and begins is None:
        return False
    if not may_send(occasion, person):
        access.refuse(occasion, person)
    elif found is not None:
        found(occasion, person)
    elif urgent is not None:
        offer_emergency(occasion, person, urgent["to"] or "")
    elif begins is not None:
        _begin(occasion, person, begins["to"] or "", begins["words"] or "")
    return True


def _begin(occasion: Occasion, person: Person, to: str, words: str) -> None:
    """As far as the line says it already: to whom, and the text in the writer's language."""
    audience = _audience(occasion, to) if to else None
    if audience is None:
        _ask(occasion, person, dialogue.AUDIENCE, _options(occasion))
        return
    made = broadcasts.begin(occasion, person, audience)
    if words:
        made = broadcasts.set_text(occasion, made, person.language, words)
    _ask_next_text(occasion, person, made)


def _audience(occasion: Occasion, to: str) -> Audience | None:
    """Whom a line names: groups, phases and languages by their names, joined by commas; None: it is not clear."""
    groups: list[str] = []
    phases: list[str] = []
    languages: list[str] = []
    known = {name.casefold(): value for value, name in _named(occasion)}
    for part in re.split(r",|\bund\b|\band\b", to):
        name = re.sub(r"^(?:gruppe|group|phase|nur|only)\s+", "", part.strip(), flags=re.IGNORECASE).casefold()
        if name in {"alle", "all", "everybody"}:
            continue
        kind, _, value = known.get(name, "").partition(":")
        kept = {dialogue.GROUP: groups, dialogue.PHASE: phases, dialogue.LANGUAGE: languages}.get(kind)
        if kept is None:
            return None
        kept.append(value)
    return Audience(groups=tuple(groups), phases=tuple(phases), languages=tuple(languages))


def _named(occasion: Occasion) -> list[tuple[str, str]]:
    """What an audience can be chosen by, beside everybody: the value of the choice, and its name."""
    groups, phases, languages = audiences.choices(audiences.people(occasion))
    return [
        *((f"{dialogue.GROUP}:{one}", one) for one in groups),
        *((f"{dialogue.PHASE}:{one}", audiences.phase_name(occasion.uow, one)) for one in phases),
        *((f"{dialogue.LANGUAGE}:{one}", own_name(one)) for one in languages),
    ]


def _options(occasion: Occasion) -> dict[str, Json]:
    return {"options": [[value, name] for value, name in _named(occasion)]}


def _ask(occasion: Occasion, person: Person, flow: Flow, known: dict[str, Json]) -> None:
    from handlers.apply import apply_turn  # noqa: PLC0415 - what a dialogue says is carried out there, and here
    from handlers.staff import leave_open_question  # noqa: PLC0415 - it calls this room

    leave_open_question(occasion, person)
    facts = gather(occasion, person)
    apply_turn(occasion, person, None, start(flow, now=occasion.local(person), facts=facts, answers=known))


def _ask_text(occasion: Occasion, person: Person, broadcast: Broadcast, language: str) -> None:
    known: dict[str, Json] = {
        "broadcast": broadcast.id, "language": language, "language_name": own_name(language),
    }  # fmt: skip
    _ask(occasion, person, dialogue.TEXT, known)


def _ask_next_text(occasion: Occasion, person: Person, broadcast: Broadcast, after: str = "") -> None:
    """The next language without a text is asked for; when there is none any more, everything is shown."""
    found = audiences.audience(occasion, broadcast.audience)
    needed = [row.language for row in matrix(found, broadcast.texts)]
    rest = needed[needed.index(after) + 1 :] if after in needed else needed
    lacking = [one for one in rest if one in missing(matrix(found, broadcast.texts))]
    if lacking:
        _ask_text(occasion, person, broadcast, lacking[0])
    else:
        broadcasts.show(occasion, person, broadcast)


def offer_emergency(occasion: Occasion, person: Person, to: str = "") -> None:
    """What can be told at once: one tap, and one more to send it."""
    audience = _audience(occasion, to) if to else Audience()
    if audience is None:
        _ask(occasion, person, dialogue.AUDIENCE, _options(occasion))
        return
    value = ":".join(("broadcast", *(f"{dialogue.GROUP}={one}" for one in audience.groups)))
    ways = tuple(type(one)(one.label, one.action, value) for one in (says.CLOSED, says.MOVED))
    occasion.say(person, Said(Text("What has happened? Fixed texts are sent, in every language."), ways), cards.LASTING)


def keep(occasion: Occasion, person: Person, event: BroadcastHappening) -> None:
    """Do what a dialogue has brought, if it is still theirs to do."""
    if isinstance(event, BroadcastAnswered):
        from handlers import broadcast_replies  # noqa: PLC0415 - it begins a dialogue, carried out here

        broadcast_replies.keep(occasion, person, event)
    elif not may_send(occasion, person):
        access.refuse(occasion, person)
    elif isinstance(event, AudienceChosen):
        _ask_next_text(occasion, person, broadcasts.begin(occasion, person, event.audience))
    elif isinstance(event, EmergencyTold):
        tell(occasion, person, event)
    else:
        _change(occasion, person, event)


def tell(occasion: Occasion, person: Person, told: EmergencyTold) -> None:
    """An emergency, shown once more before the second tap."""
    made = broadcasts.begin(occasion, person, told.audience)
    made = broadcasts.keep(occasion, made, emergency=told.emergency, place=told.place, clock=told.clock)
    broadcasts.show(occasion, person, made)


def _change(occasion: Occasion, person: Person, event: TextGiven | TimeGiven) -> None:
    known = broadcasts.locked(occasion, event.broadcast)
    if known is None or known.state is not State.DRAFT or known.by != person.id:
        occasion.say(person, Said(says.NOT_ANY_MORE))
    elif isinstance(event, TimeGiven):
        broadcasts.show(occasion, person, broadcasts.keep(occasion, known, at=event.at))
    else:
        after = broadcasts.set_text(occasion, known, event.language, event.words) if event.words else known
        _ask_next_text(occasion, person, after, event.language)


def knows(button: StoredButton) -> bool:
    """Whether a press is something done with broadcasts."""
    named = button.action in cards.ACTIONS or button.action in _OPENS
    return named and button.value.startswith("broadcast") and button.question.conversation is None


def press(occasion: Occasion, person: Person, button: StoredButton) -> None:
    """Do what the button says, if it is still theirs to do."""
    if button.action in _OF_SECOND:
        _decide(occasion, person, button)
    elif not may_send(occasion, person):
        access.refuse(occasion, person)
    elif button.action in _OPENS:
        _open(occasion, person, button)
    else:
        _press(occasion, person, button)


def _open(occasion: Occasion, person: Person, button: StoredButton) -> None:
    groups = [part.partition("=")[2] for part in button.value.split(":")[1:]]
    if button.action == says.START.action:
        _begin(occasion, person, "", "")
    elif button.action == says.MOVED.action:
        value = f"{dialogue.GROUP}:{groups[0]}" if groups else dialogue.ALL
        _ask(occasion, person, dialogue.MOVED, {"audience": value})
    else:
        tell(occasion, person, EmergencyTold(emergency=Emergency.CLOSED, audience=Audience(groups=tuple(groups))))


def _parts(button: StoredButton) -> tuple[int, int, str]:
    """Which broadcast, its revision when the button was shown, and what else the button says."""
    _, number, revision, more = button.value.split(":", 3)
    return int(number), int(revision), more


def _decide(occasion: Occasion, person: Person, button: StoredButton) -> None:
    """A second person lets it go or sends it back; nobody does so with their own."""
    number, revision, _ = _parts(button)
    known = broadcasts.locked(occasion, number)
    if known is None or not may_decide(occasion, person, known):
        access.refuse(occasion, person)
    elif known.state is not State.AWAITING or known.revision != revision:
        occasion.say(person, Said(says.NOT_ANY_MORE))
    elif button.action == cards.PASS:
        broadcasts.let_pass(occasion, person, known)
    else:
        broadcasts.send_back(occasion, person, known)


def _press(occasion: Occasion, person: Person, button: StoredButton) -> None:
    number, revision, more = _parts(button)
    known = broadcasts.locked(occasion, number)
    if known is None:
        access.refuse(occasion, person)
        return
    steps = _STEPS.get(button.action)
    if steps is not None:
        _step(occasion, person, known, steps)
    elif button.action in _LOOKS:
        _LOOKS[button.action](occasion, person, known)
    elif known.state is not State.DRAFT or known.by != person.id:
        occasion.say(person, Said(says.NOT_ANY_MORE))
    elif button.action == cards.WRITE:
        _choose_text(occasion, person, known, more)
    elif button.action == cards.TIME:
        _ask(occasion, person, dialogue.TIME, {"broadcast": known.id})
    elif known.revision != revision:
        broadcasts.show(occasion, person, known)
    else:
        broadcasts.approve(occasion, person, known)


def _choose_text(occasion: Occasion, person: Person, known: Broadcast, language: str) -> None:
    if language or len(known.texts) == 1:
        _ask_text(occasion, person, known, language or next(iter(known.texts)))
    else:
        cards.ask_which_text(occasion, person, known)


def _step(occasion: Occasion, person: Person, known: Broadcast, step: Step) -> None:
    """Stop it, let it go on, or call it off, from whatever message that is asked."""
    if not known.may(step):
        occasion.say(person, Said(says.NOT_ANY_MORE, cards.ways_of(known) if known.state.is_fixed else ()))
        return
    match step:
        case Step.STOP:
            after = broadcasts.stop(occasion, person, known)
            occasion.say(person, Said(says.STOPPED))
            cards.show_progress(occasion, person, after)
        case Step.RESUME:
            broadcasts.go_on(occasion, person, known)
            occasion.say(person, Said(says.GOES_ON))
        case _:
            broadcasts.call_off(occasion, person, known)
            if known.state is State.STOPPED:
                cards.show_end(occasion, person, broadcasts.locked(occasion, known.id) or known)
            else:
                occasion.say(person, Said(says.OFF))


_STEPS: Final[Mapping[str, Step]] = {
    cards.HALT: Step.STOP, cards.GO_ON: Step.RESUME, cards.CALL_OFF: Step.CALL_OFF,
}  # fmt: skip
_LOOKS: Final[Mapping[str, Callable[[Occasion, Person, Broadcast], None]]] = {
    cards.HOW_FAR: cards.show_progress, cards.WHO: cards.show_outcomes, cards.ANSWERS: cards.show_replies,
}  # fmt: skip


def _of_newest(occasion: Occasion, person: Person, *states: State) -> Broadcast | None:
    found = broadcasts.newest(occasion, *states)
    if found is None:
        occasion.say(person, Said(says.NO_BROADCAST))
        return None
    return broadcasts.locked(occasion, found.id)


def _stop(occasion: Occasion, person: Person) -> None:
    """Whatever is under way goes out no further; what has not begun is taken back."""
    known = _of_newest(occasion, person, *_ON)
    if known is not None:
        _step(occasion, person, known, Step.STOP if known.state in {State.RUNNING, State.STOPPED} else Step.CALL_OFF)


def _go_on(occasion: Occasion, person: Person) -> None:
    known = _of_newest(occasion, person, State.STOPPED)
    if known is not None:
        _step(occasion, person, known, Step.RESUME)


def _how_far(occasion: Occasion, person: Person) -> None:
    known = _of_newest(occasion, person, *_ON, State.DONE)
    if known is not None:
        cards.show_progress(occasion, person, known)


def _answers(occasion: Occasion, person: Person) -> None:
    known = _of_newest(occasion, person, *_ON, State.DONE)
    if known is not None:
        cards.show_replies(occasion, person, known)


_LINES: Final = ((_STOP, _stop), (_GO_ON, _go_on), (_FAR, _how_far), (_ANSWERS, _answers))
