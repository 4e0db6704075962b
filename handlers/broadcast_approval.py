"""What a second person is shown of a broadcast on a page, and what they decide there (F52; ADR 0036)."""

import re
from dataclasses import dataclass

from flows.dialogues import broadcast_words as says
from flows.engine.events import Said
from flows.engine.messages import Text
from flows.rules.access import Operation
from flows.rules.broadcasts import SAMPLE, Broadcast, LanguageRow, State, Warned, matrix
from handlers import access, broadcasts
from handlers import broadcast_audience as audiences
from handlers import broadcast_cards as cards
from handlers.broadcast_desk import may_decide
from handlers.on_page import PageOccasion, Told

LONGEST_REASON = 300
TITLE = Text("Broadcast to check")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `is_warned`: it is what was pointed out."""

    words: str
    is_warned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCheck:
    """Everything a second person decides about; once it is decided only that."""

    broadcast: Broadcast
    audience: str
    author: str
    is_open: bool
    rows: tuple[LanguageRow, ...] = ()
    size: int = 0
    sample: tuple[str, ...] = ()
    texts: tuple[tuple[str, tuple[Piece, ...]], ...] = ()
    warned: tuple[Warned, ...] = ()


def to_check(occasion: PageOccasion) -> list[Told]:
    """A line for each broadcast that waits for the reader as the second person, with the way to its page."""
    waiting = occasion.uow.broadcasts.in_state(State.AWAITING)
    return [
        Told(occasion.put(cards.audience_name(occasion, one.audience)), page=f"/broadcasts/{one.id}/approval")
        for one in waiting
        if may_decide(occasion, occasion.reader, one)
    ]


def pieces(words: str, warned: tuple[Warned, ...]) -> tuple[Piece, ...]:
    """A text cut at what was pointed out in it, whatever the case of its letters."""
    marks = sorted({one.word for one in warned if one.word}, key=len, reverse=True)
    if not marks:
        return (Piece(words, is_warned=False),)
    form = re.compile("(" + "|".join(re.escape(one) for one in marks) + ")", re.IGNORECASE)
    return tuple(Piece(part, bool(n % 2)) for n, part in enumerate(form.split(words)) if part)


def open_check(occasion: PageOccasion, number: int) -> ToCheck | None:
    """What is to be checked; None for whoever was not asked, and for the author."""
    known = broadcasts.locked(occasion, number)
    if known is None or not may_decide(occasion, occasion.reader, known):
        return None
    uow = occasion.uow
    is_open = known.state is State.AWAITING
    found = audiences.audience(occasion, known.audience) if is_open else ()
    return ToCheck(
        broadcast=known,
        audience=occasion.put(cards.audience_name(occasion, known.audience)),
        author=uow.people.get(known.by).name,
        is_open=is_open,
        rows=matrix(found, known.texts),
        size=len(found),
        sample=tuple(
            one.name
            for one in (uow.people.get(member.person) for member in found[:SAMPLE])
            if access.may(occasion, occasion.reader, Operation.READ_BROADCAST, one)
        ),
        texts=tuple((code, pieces(words, known.warned)) for code, words in sorted(known.texts.items()) if is_open),
        warned=known.warned if is_open else (),
    )


def decide(occasion: PageOccasion, number: int, revision: int, *, is_fine: bool, reason: str) -> bool | None:
    """Let it go or send it back; whoever comes second is told that it was decided. None for whoever was not asked."""
    known = broadcasts.locked(occasion, number)
    if known is None or not may_decide(occasion, occasion.reader, known):
        return None
    if known.state is not State.AWAITING or known.revision != revision:
        occasion.say(occasion.reader, Said(says.NOT_ANY_MORE))
    elif is_fine:
        broadcasts.let_pass(occasion, occasion.reader, known)
    else:
        broadcasts.send_back(occasion, occasion.reader, known, reason[:LONGEST_REASON])
    return True
