"""Trials of what is done with broadcasts: written, let pass by a second person, looked into, answered."""

from collections.abc import Mapping
from dataclasses import replace

from flows.engine.broadcast_events import BroadcastAnswered
from flows.rules.access import Operation, Relation
from flows.rules.broadcasts import Audience, Broadcast, State, digest
from handlers import broadcast_audience as audiences
from handlers import broadcast_cards as cards
from handlers.apply import apply
from handlers.broadcast_runs import REPLY
from tests.handlers.access_people import Stage, Trial


def _sent(stage: Stage, state: State, **more: object) -> Broadcast:
    """A broadcast that somebody else has written, to the person it is about."""
    made = Broadcast(
        id=stage.uow.new_id(), by=stage.caseworker.id, created=stage.now, state=state, texts={"de": "Hallo"}
    )
    made = replace(made, **more)  # type: ignore[arg-type]  # fields of a broadcast
    stage.uow.broadcasts.add(made)
    return made


def _to_concerned(stage: Stage) -> Broadcast:
    made = _sent(stage, State.DONE)
    stage.uow.broadcasts.freeze(made, [stage.concerned.id], [])
    return made


def send_broadcast(stage: Stage) -> bool:
    """Write a line that begins one; it is about nobody in particular."""
    stage.say("Rundnachricht an alle: Hallo")
    return bool(stage.uow.broadcasts.lately(1)) and stage.relation is Relation.SELF


def approve_broadcast(stage: Stage) -> bool:
    """Let one pass that somebody else has written, having been asked to look at it."""
    found = audiences.audience(stage.occasion, Audience())
    asked = (stage.me.id,) if stage.me is not None else ()
    texts = {one.language: "Hallo" for one in found}
    made = _sent(stage, State.AWAITING, asked=asked, seen=digest(found), texts=texts)
    stage.press(cards.PASS, cards.value_of(made))
    is_passed = stage.uow.broadcasts.get(made.id).state is State.COOLING
    return is_passed and stage.relation is Relation.SELF


def read_broadcast(stage: Stage) -> bool:
    """Ask who has not got one, and what was answered to it."""
    made = _to_concerned(stage)
    stage.uow.guard.hears(stage.concerned.id, stage.now)
    stage.uow.broadcasts.reply(made.id, stage.concerned.id, "Birnbaum", stage.now)
    for action in (cards.WHO, cards.ANSWERS):
        stage.press(action, cards.value_of(made))
    about = [one.text for one in stage.written() if one.subject == stage.concerned.id]
    read = any("Birnbaum" in text for text in about)
    assert read == stage.was_read(Operation.READ_BROADCAST) == any("wartet noch" in text for text in about)
    return read


def answer_broadcast(stage: Stage) -> bool:
    """Answer one that the person got: by its button, and at the end of a dialogue begun before."""
    made = _to_concerned(stage)
    stage.press(REPLY, str(made.id))
    if stage.me is not None:
        apply(stage.occasion, stage.me, [BroadcastAnswered(broadcast=made.id, words="Ja")])
    return stage.uow.broadcasts.reply_count(made.id) > 0


OF_BROADCASTS: Mapping[Operation, Trial] = {
    Operation.SEND_BROADCAST: send_broadcast,
    Operation.APPROVE_BROADCAST: approve_broadcast,
    Operation.READ_BROADCAST: read_broadcast,
    Operation.ANSWER_BROADCAST: answer_broadcast,
}
