"""The clock over broadcasts: cooled, begun, written to one batch after the other, done; and what delivery asks (F53).

Each batch is one unit of work: its recipients' messages and their rows are kept together or not at all, so that after a
crash nobody is written to twice and nobody is left out.
"""

from collections import defaultdict
from datetime import timedelta
from typing import Final

from flows.dialogues import broadcast_words as says
from flows.engine.broadcast_events import BroadcastSent
from flows.engine.events import Said
from flows.engine.messages import Button, Haste, Level, MessageClass, Outgoing
from flows.people import Person, PersonId
from flows.rules.broadcasts import Broadcast, Outcome, State, Step, text_for
from flows.rules.contact import Later, Why
from handlers import broadcast_audience as audiences
from handlers import broadcast_cards as cards
from handlers import broadcasts, reach
from handlers.occasion import Occasion, Sending
from storage.broadcast_statements import HELD_UNTIL
from storage.broadcasts import Recipient, asked_about, dedupe_of
from storage.instants import from_micros
from storage.uow import UnitOfWork

TIMER: Final = broadcasts.TIMER
LOOK: Final = timedelta(minutes=1)
"""How often it is looked whether everything has gone out, or another one has ended."""
REPLY: Final = "broadcast_reply"
_HELD: Final = from_micros(HELD_UNTIL)
_TO_CALL: Final = frozenset({Outcome.FAILED, Outcome.UNCERTAIN})
WHY_CALLED: Final = "broadcast"


def fire(occasion: Occasion, _: Person, id_: int, guard: str) -> None:
    """Do what is next for a broadcast, if it is still as the timer believed."""
    known = occasion.uow.broadcasts.find(id_)
    if known is None or str(known.revision) != guard:
        return
    match known.state:
        case State.COOLING:
            _begin(occasion, known, known.step(Step.COOLED))
        case State.SCHEDULED:
            _begin(occasion, known, known)
        case State.RUNNING:
            _run(occasion, known)
        case _:
            return


def _begin(occasion: Occasion, before: Broadcast, cooled: Broadcast) -> None:
    """It goes out now, unless its time has not come or another one is under way."""
    uow, author = occasion.uow, cards.whom_to_ask(occasion, before.by)
    waits = cooled.emergency is None and uow.broadcasts.is_another_on(cooled.id)
    is_early = cooled.at is not None and cooled.at > occasion.now
    if is_early or waits:
        if cooled is not before:
            uow.broadcasts.save(cooled, before)
        at = cooled.at if is_early and cooled.at is not None else occasion.now + LOOK
        broadcasts.wake(occasion, cooled, at)
        if waits and not is_early:
            occasion.say(author, Said(says.FOLLOWS), Sending(dedupe=f"broadcast follows:{cooled.id}"))
        return
    after = cooled.step(Step.BEGIN)
    uow.broadcasts.save(after, before)
    broadcasts.wake(occasion, after, occasion.now)
    cards.running(occasion, author, after, uow.broadcasts.progress(after.id).total)


def _run(occasion: Occasion, running: Broadcast) -> None:
    """Write to the next recipients, or see whether it is done."""
    uow = occasion.uow
    batch = uow.broadcasts.next_recipients(running.id, uow.profile.broadcasts.batch)
    if batch:
        uow.broadcasts.hand(_write(occasion, running, batch))
        broadcasts.wake(occasion, running, occasion.now)
        return
    if uow.broadcasts.progress(running.id).is_over:
        _finish(occasion, running)
        return
    due = uow.broadcasts.next_due(running.id)
    broadcasts.wake(occasion, running, max(occasion.now, due or occasion.now) + LOOK)


def _write(occasion: Occasion, running: Broadcast, batch: list[Recipient]) -> list[tuple[Recipient, bool]]:
    """A message for each of them, and for whom there could be one."""
    author = cards.whom_to_ask(occasion, running.by)
    _look_up(occasion, [one.person for one in batch])
    written = []
    for one in batch:
        person = occasion.uow.people.get(one.person)
        done = _say(occasion, running, author, person)
        if not done and running.emergency is not None:
            _list_for_call(occasion, person.id)
        written.append((one, done))
    return written


def _look_up(occasion: Occasion, people: list[PersonId]) -> None:
    """Ask for all of them at once what writing to them asks."""
    uow = occasion.uow
    uow.people.look_up(people)
    uow.consents.look_up(people)
    days = defaultdict(list)
    for person in people:
        days[occasion.local(uow.people.get(person)).date()].append(person)
    for day, living in days.items():
        uow.people.look_around(living, day)


def _say(occasion: Occasion, running: Broadcast, author: Person, person: Person) -> bool:
    """Write it to one person, in their language; False: nothing reaches them here, or it would come too late."""
    direct = cards.direct_line(author)
    button = Button(says.ANSWER, REPLY, str(running.id))
    if running.emergency is not None:
        text = says.emergency(running, direct)
        shows = audiences.level_of(occasion.uow, running, running.place) > Level.L2
        said = Said(text, (button,), Level.L4 if shows else Level.L3)
    else:
        words = text_for(running, person.language)
        level = audiences.level_of(occasion.uow, running, words)
        said = Said(says.message(words, direct), (button,), level)
    urgent = running.emergency is not None
    sending = Sending(
        message_class=MessageClass.BROADCAST,
        purpose="C1",
        expires=broadcasts.useful_until(occasion, person, urgent=urgent),
        urgent=urgent,
        haste=Haste.URGENT if urgent else Haste.PATIENT,
        lasting=True,
        dedupe=dedupe_of(running.id, person.id),
    )
    return occasion.beside(f"broadcast:{running.id}:{person.id}").say(person, said, sending)


def _finish(occasion: Occasion, running: Broadcast) -> None:
    """Nobody waits any more: it is recorded and told; in an emergency whoever was not reached is to be called."""
    uow = occasion.uow
    after = running.step(Step.FINISH)
    uow.broadcasts.save(after, running)
    count = uow.broadcasts.progress(after.id).sent
    occasion.record(BroadcastSent(id=after.id, count=count), after.by)
    if after.emergency is not None:
        for person in sorted(one.person for one in uow.broadcasts.outcomes(after.id) if one.outcome in _TO_CALL):
            _list_for_call(occasion, person)
    cards.show_end(occasion, cards.whom_to_ask(occasion, after.by), after)


def _list_for_call(occasion: Occasion, person: PersonId) -> None:
    occasion.uow.people.lock(person)
    reach.call(occasion.uow, person, WHY_CALLED, occasion.now)


def held_back(uow: UnitOfWork, message: Outgoing) -> Later | str | None:
    """Whether the message's broadcast is stopped (later) or called off (not at all); None: nothing holds it."""
    id_ = asked_about(message.dedupe) if message.message_class is MessageClass.BROADCAST else None
    state = None if id_ is None else uow.broadcasts.state(id_)
    if state is State.STOPPED:
        return Later(_HELD, Why.STOPPED)
    return "called off" if state is State.CALLED_OFF else None
