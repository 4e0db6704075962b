"""What people do with broadcasts: write, show, approve, stop, let go on, call off (F50 to F54; ADR 0036)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from flows.dialogues import broadcast_words as says
from flows.engine.broadcast_events import (
    BroadcastApproved,
    BroadcastCalledOff,
    BroadcastResumed,
    BroadcastStopped,
)
from flows.engine.events import Said
from flows.engine.messages import Level, Text
from flows.people import Person, PersonId
from flows.rules.broadcasts import (
    Audience,
    Broadcast,
    Member,
    Refusal,
    State,
    Step,
    cooled_at,
    digest,
    matrix,
    missing,
    needs_second,
    refusal,
)
from handlers import broadcast_audience as audiences
from handlers import broadcast_cards as cards
from handlers.occasion import Occasion

TIMER: Final = "broadcast"
LIFE: Final = timedelta(days=3)
"""So long a broadcast is of use to somebody whom nothing may reach before."""


def begin(occasion: Occasion, by: Person, audience: Audience) -> Broadcast:
    """A new draft for this audience."""
    made = Broadcast(id=occasion.uow.new_id(), by=by.id, created=occasion.now, audience=audience)
    occasion.uow.broadcasts.add(made)
    return made


def locked(occasion: Occasion, id_: int) -> Broadcast | None:
    """The broadcast, as nobody else can move it on now; None: there is none."""
    author = occasion.uow.broadcasts.author(id_)
    if author is None:
        return None
    occasion.uow.people.lock(author)
    return occasion.uow.broadcasts.find(id_)


def keep(occasion: Occasion, before: Broadcast, **what: object) -> Broadcast:
    """The draft with something else in it."""
    after = before.change(**what)
    occasion.uow.broadcasts.save(after, before)
    return after


def set_text(occasion: Occasion, before: Broadcast, language: str, words: str) -> Broadcast:
    """The draft with this text; without words it has none in the language."""
    texts = {code: text for code, text in before.texts.items() if code != language}
    return keep(occasion, before, texts={**texts, language: words} if words else texts)


def look(occasion: Occasion, before: Broadcast) -> tuple[Broadcast, tuple[Member, ...]]:
    """What is shown now is what may be approved: the audience, and the words that were pointed out."""
    found = audiences.audience(occasion, before.audience)
    warned = () if before.emergency is not None else audiences.warned_in(occasion.uow, before.texts)
    after = replace(before, seen=digest(found), warned=warned)
    if after == before:
        return before, found
    after = replace(after, revision=before.revision + 1)
    occasion.uow.broadcasts.save(after, before)
    return after, found


def show(occasion: Occasion, to: Person, before: Broadcast) -> Broadcast:
    """The preview of a draft, with what keeps it from going out."""
    after, found = look(occasion, before)
    if after.emergency is not None:
        gone = audiences.absent_today(occasion, found)
        cards.show_emergency(occasion, to, after, found, len(gone))
    else:
        cards.show_preview(occasion, to, after, found)
    if not found:
        occasion.say(to, Said(says.refused(Refusal.NOBODY, ())))
    return after


def approve(occasion: Occasion, by: Person, before: Broadcast) -> Refusal | None:
    """Its author lets it go, or has a second person look at it; why not, if something keeps it."""
    found = audiences.audience(occasion, before.audience)
    why = _refusal(occasion, before, found)
    if why is not None:
        _refuse(occasion, by, before, found, why)
        if why in {Refusal.CHANGED, Refusal.LANGUAGE}:
            show(occasion, by, before)
        return why
    warned = () if before.emergency is not None else audiences.warned_in(occasion.uow, before.texts)
    looked_at = replace(before, warned=warned)
    if needs_second(looked_at, len(found), occasion.uow.profile.broadcasts):
        _submit(occasion, by, looked_at, found)
    else:
        _let_go(occasion, by, looked_at, found)
    return None


def _refusal(occasion: Occasion, broadcast: Broadcast, found: tuple[Member, ...]) -> Refusal | None:
    another = occasion.uow.broadcasts.is_another_on(broadcast.id)
    return refusal(broadcast, found, occasion.now, another=another)


def _refuse(occasion: Occasion, to: Person, broadcast: Broadcast, found: tuple[Member, ...], why: Refusal) -> None:
    lacking = tuple(cards.language(code) for code in missing(matrix(found, broadcast.texts)))
    occasion.say(to, Said(says.refused(why, lacking)))


def _submit(occasion: Occasion, by: Person, before: Broadcast, found: tuple[Member, ...]) -> None:
    asked = audiences.second_persons(occasion, by.id, found)
    if not asked:
        occasion.say(by, Said(says.NO_SECOND))
        return
    after = replace(before.step(Step.SUBMIT), asked=tuple(one.id for one in asked))
    occasion.uow.broadcasts.save(after, before)
    for one in asked:
        cards.show_second(occasion, one, after, found)
    names = ", ".join(one.name for one in asked)
    occasion.say(by, Said(Text("A second person looks at it now: {people}.", {"people": names})))


def let_pass(occasion: Occasion, by: Person, before: Broadcast) -> Refusal | None:
    """A second person lets it go; where the audience has changed meanwhile they are shown it anew."""
    found = audiences.audience(occasion, before.audience)
    why = _refusal(occasion, before, found)
    if why is None:
        _let_go(occasion, by, before, found)
        occasion.say(by, Said(Text("Approved. Thank you.")))
        return None
    _refuse(occasion, by, before, found, why)
    if why is Refusal.CHANGED:
        after, found = look(occasion, before)
        cards.show_second(occasion, by, after, found)
    elif why is not Refusal.ANOTHER:
        send_back(occasion, by, before)
    return why


def send_back(occasion: Occasion, by: Person, before: Broadcast, reason: str = "") -> None:
    """A second person does not let it go: it is a draft again; its author is told, with the reason if there is one."""
    after = before.step(Step.DECLINE)
    occasion.uow.broadcasts.save(after, before)
    author = occasion.uow.people.get(before.by)
    occasion.say(by, Said(Text("Sent back. {person} is told.", {"person": author.name})))
    told = Text("{person} has sent your broadcast back. You can change it, then approve it again.", {"person": by.name})
    if reason:
        told = Text("{before} Reason: {reason}", {"before": told, "reason": reason})
    occasion.say(author, Said(told, level=Level.L4) if reason else Said(told))
    show(occasion, author, after)


def _let_go(occasion: Occasion, by: Person, before: Broadcast, found: tuple[Member, ...]) -> None:
    """It is approved: who gets it is written down now, and does not change any more."""
    uow = occasion.uow
    due = cooled_at(before, occasion.now, uow.profile.broadcasts)
    after = replace(before.step(Step.APPROVE), due=due, approved_by=by.id)
    uow.broadcasts.save(after, before)
    gone = audiences.absent_today(occasion, found) if after.emergency is not None else frozenset[PersonId]()
    uow.broadcasts.freeze(after, [one.person for one in found if one.person not in gone], sorted(gone))
    occasion.record(BroadcastApproved(id=after.id, by=by.id), after.by)
    wake(occasion, after, due)
    author = uow.people.get(after.by)
    cards.approved(occasion, author, after)
    if after.emergency is not None:
        _inform_second(occasion, author, after, found)


def _inform_second(occasion: Occasion, author: Person, broadcast: Broadcast, found: tuple[Member, ...]) -> None:
    """An emergency waits for nobody, and is not kept from anybody (F54)."""
    text = Text(
        "{person} sends an emergency notice to people: {n}. {words}",
        {"person": author.name, "n": len(found), "words": says.emergency(broadcast, cards.direct_line(author))},
    )
    for one in audiences.second_persons(occasion, author.id, found):
        occasion.say(one, Said(text, level=Level.L4))


def wake(occasion: Occasion, broadcast: Broadcast, at: datetime) -> None:
    """The clock looks at the broadcast at this instant, if it is still as it is now."""
    occasion.uow.timers.add(TIMER, at.astimezone(UTC), broadcast.by, broadcast.id, str(broadcast.revision))


def stop(occasion: Occasion, by: Person, before: Broadcast) -> Broadcast:
    """Nothing more goes out; what is on its way this second arrives."""
    after = before.step(Step.STOP)
    occasion.uow.broadcasts.save(after, before)
    occasion.uow.broadcasts.hold(after.id)
    occasion.record(BroadcastStopped(id=after.id, by=by.id), after.by)
    return after


def go_on(occasion: Occasion, by: Person, before: Broadcast) -> Broadcast:
    """It goes on where it stopped."""
    after = before.step(Step.RESUME)
    occasion.uow.broadcasts.save(after, before)
    expires = useful_until(occasion, by, urgent=after.emergency is not None)
    occasion.uow.broadcasts.release(after.id, occasion.now, expires)
    occasion.record(BroadcastResumed(id=after.id, by=by.id), after.by)
    wake(occasion, after, occasion.now)
    return after


def call_off(occasion: Occasion, by: Person, before: Broadcast) -> Broadcast:
    """Whoever has not got it does not get it any more."""
    after = before.step(Step.CALL_OFF)
    occasion.uow.broadcasts.save(after, before)
    occasion.uow.broadcasts.drop(after.id, occasion.now)
    if before.state is not State.DRAFT:
        occasion.record(BroadcastCalledOff(id=after.id, by=by.id), after.by)
    return after


def useful_until(occasion: Occasion, person: Person, *, urgent: bool) -> datetime:
    """An emergency is about today, where the person lives; anything else is of use for some days."""
    if not urgent:
        return occasion.now + LIFE
    local = occasion.local(person)
    return datetime.combine(local.date() + timedelta(days=1), time(0), local.tzinfo).astimezone(UTC)


def newest(occasion: Occasion, *states: State) -> Broadcast | None:
    """The newest one in one of these states."""
    found = [one for state in states for one in occasion.uow.broadcasts.in_state(state)]
    return max(found, key=lambda one: one.id, default=None)
