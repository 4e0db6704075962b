"""What the page of broadcasts shows: those there are, and one with everything that can be done about it (F50, F53)."""

from dataclasses import dataclass, field
from datetime import datetime

from flows.dialogues import broadcast_words as says
from flows.engine.messages import Button, Text
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.broadcasts import (
    LONGEST,
    SAMPLE,
    Audience,
    Broadcast,
    LanguageRow,
    Outcome,
    Progress,
    State,
    Warned,
    matrix,
)
from handlers import access, broadcasts
from handlers import broadcast_audience as audiences
from handlers import broadcast_cards as cards
from handlers.broadcast_desk import may_decide, may_send
from handlers.on_page import PageOccasion, Way

NEWEST = 30
MOST = 500
"""So many recipients stand on the page, whoever was not reached first."""
FINE = frozenset({Outcome.SENT, Outcome.ARRIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One of those there are: whom it is for, where it is, how far."""

    broadcast: Broadcast
    audience: str
    author: str
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The newest broadcasts, what an audience can be chosen by, and the ways to an emergency notice."""

    listed: tuple[Listed, ...]
    groups: tuple[str, ...]
    phases: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    emergency: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """One recipient as the page names them, with what became of it."""

    name: str
    outcome: Text


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of them answered."""

    name: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One broadcast with everything: a draft with its language matrix, one under way with how far it is."""

    broadcast: Broadcast
    audience: str
    author: str
    is_own: bool
    rows: tuple[LanguageRow, ...] = ()
    size: int = 0
    gone: int = 0
    sample: tuple[str, ...] = ()
    warned: tuple[Warned, ...] = ()
    fixed: Text | None = None
    progress: Progress = field(default_factory=lambda: Progress({}))
    ways: tuple[Way, ...] = ()
    people: tuple[Reached, ...] = ()
    more: int = 0
    answers: tuple[Answer, ...] = ()
    may_decide: bool = False


def look(occasion: PageOccasion) -> Overview | None:
    """Those there are; None for whoever may not send any."""
    if not may_send(occasion, occasion.reader):
        return None
    uow = occasion.uow
    groups, phases, languages = audiences.choices(audiences.people(occasion))
    listed = (
        Listed(
            broadcast=one,
            audience=occasion.put(cards.audience_name(occasion, one.audience)),
            author=uow.people.get(one.by).name,
            progress=uow.broadcasts.progress(one.id),
        )
        for one in uow.broadcasts.lately(NEWEST)
    )
    return Overview(
        listed=tuple(listed),
        groups=tuple(groups),
        phases=tuple((one, audiences.phase_name(uow, one)) for one in phases),
        languages=tuple(languages),
        emergency=_ways(occasion, (says.CLOSED, says.MOVED)),
    )


def _ways(occasion: PageOccasion, buttons: tuple[Button, ...]) -> tuple[Way, ...]:
    return tuple(Way(occasion.put(one.label), one.action, one.value) for one in buttons)


def begin(occasion: PageOccasion, audience: Audience) -> int | None:
    """A new draft for this audience: its number; None for whoever may not send any."""
    if not may_send(occasion, occasion.reader):
        return None
    return broadcasts.begin(occasion, occasion.reader, audience).id


def write(occasion: PageOccasion, number: int, texts: dict[str, str], at: datetime | None) -> bool:
    """Keep the texts and the time of a draft; False if it is none of theirs, or none any more."""
    known = broadcasts.locked(occasion, number) if may_send(occasion, occasion.reader) else None
    if known is None or known.state is not State.DRAFT or known.by != occasion.reader.id or known.emergency:
        return False
    kept = {language: words[:LONGEST] for language, words in texts.items() if words}
    broadcasts.keep(occasion, known, texts=kept, at=at)
    return True


def open_one(occasion: PageOccasion, number: int) -> Opened | None:
    """One of them as it is now; None for whoever may not send any, or if there is none."""
    known = broadcasts.locked(occasion, number) if may_send(occasion, occasion.reader) else None
    if known is None:
        return None
    return _draft(occasion, known) if known.state is State.DRAFT else _fixed(occasion, known)


def _draft(occasion: PageOccasion, known: Broadcast) -> Opened:
    uow, is_own = occasion.uow, known.by == occasion.reader.id
    found = audiences.audience(occasion, known.audience)
    if is_own:
        known, found = broadcasts.look(occasion, known)
    author = uow.people.get(known.by)
    urgent = known.emergency is not None
    approve = Button(Text("Send it now"), cards.SEND_NOW) if urgent else Button(Text("Approve"), cards.APPROVE)
    buttons = tuple(
        Button(one.label, one.action, cards.value_of(known)) for one in (approve, Button(cards.OFF, cards.CALL_OFF))
    )
    return Opened(
        broadcast=known,
        audience=occasion.put(cards.audience_name(occasion, known.audience)),
        author=author.name,
        is_own=is_own,
        rows=matrix(found, known.texts),
        size=len(found),
        gone=len(audiences.absent_today(occasion, found)) if urgent else 0,
        sample=tuple(uow.people.get(one.person).name for one in found[:SAMPLE]),
        warned=known.warned,
        fixed=says.emergency(known, cards.direct_line(author)) if urgent else None,
        ways=_ways(occasion, buttons) if is_own else (),
    )


def _fixed(occasion: PageOccasion, known: Broadcast) -> Opened:
    uow = occasion.uow
    looks = {cards.WHO, cards.ANSWERS, cards.HOW_FAR}
    offered = tuple(one for one in cards.ways_of(known) if one.action not in looks)
    if known.state is State.AWAITING:
        offered = (Button(cards.OFF, cards.CALL_OFF, cards.value_of(known)),)
    people, more = _people(occasion, known)
    author = uow.people.get(known.by)
    return Opened(
        broadcast=known,
        audience=occasion.put(cards.audience_name(occasion, known.audience)),
        author=author.name,
        is_own=known.by == occasion.reader.id,
        may_decide=known.state is State.AWAITING and may_decide(occasion, occasion.reader, known),
        fixed=None if known.emergency is None else says.emergency(known, cards.direct_line(author)),
        progress=uow.broadcasts.progress(known.id),
        ways=_ways(occasion, offered),
        people=people,
        more=more,
        answers=tuple(_answers(occasion, known)),
    )


def _people(occasion: PageOccasion, known: Broadcast) -> tuple[tuple[Reached, ...], int]:
    """Who was not reached first; nobody while it is going out: then numbers are enough."""
    if known.state in {State.AWAITING, State.COOLING, State.SCHEDULED, State.RUNNING}:
        return (), 0
    came = sorted(occasion.uow.broadcasts.outcomes(known.id), key=lambda one: (one.outcome in FINE, one.id))
    shown = []
    for one in came[:MOST]:
        person = occasion.uow.people.get(one.person)
        if access.may(occasion, occasion.reader, Operation.READ_BROADCAST, person):
            shown.append(Reached(person.name, says.OUTCOMES[one.outcome]))
            _note(occasion, person)
    return tuple(shown), max(0, len(came) - MOST)


def _answers(occasion: PageOccasion, known: Broadcast) -> list[Answer]:
    found = []
    for person, reply, words in cards.replies(occasion, occasion.reader, known):
        found.append(Answer(person.name, reply.at, words))
        _note(occasion, person)
    return found


def _note(occasion: PageOccasion, person: Person) -> None:
    access.note_read(occasion, occasion.reader, Operation.READ_BROADCAST, person)


def how_far(occasion: PageOccasion, number: int) -> Opened | None:
    """As `open_one`, in numbers alone."""
    known = occasion.uow.broadcasts.find(number) if may_send(occasion, occasion.reader) else None
    if known is None:
        return None
    progress = occasion.uow.broadcasts.progress(known.id)
    return Opened(broadcast=known, audience="", author="", is_own=False, progress=progress)
