"""Consent to hand out one document: asked with the text, answered, and good for exactly these bytes and recipient."""

from dataclasses import replace

import pytest

from flows.rules.purposes import PURPOSES, WrongScope
from handlers import documents
from handlers.documents import Handover
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.world import World

CODES = tuple(code for code, purpose in PURPOSES.items() if purpose.per_document)
REPORT = Handover(code="C6", content=b"report", recipient="agency")


def offer(world: World, who: str, handover: Handover) -> bool:
    """Ask somebody for one document."""

    def ask(uow: UnitOfWork) -> bool:
        person = uow.people.by_handle(who)
        assert person is not None
        occasion = Occasion(uow=uow, now=world.now, cause=f"test:{uow.new_id()}", channel="memory")
        return documents.offer(occasion, person, handover)

    asked = world.write(ask)
    world.deliver()
    return asked


def unlocks(world: World, who: str, handover: Handover) -> bool:
    """Whether it may be handed out now."""
    with world.store.read() as uow:
        return documents.unlocks(uow, world.person(who).id, handover, world.now)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("who", ["p1", "p2", "p3", "p4", "p5"])
def test_a_yes_unlocks_these_bytes_for_this_recipient_alone(world: World, code: str, who: str) -> None:
    """In every language; one byte more, another recipient, another purpose and another person stay shut (F17)."""
    handover = replace(REPORT, code=code)
    assert offer(world, who, handover)
    assert not unlocks(world, who, handover)
    world.tap(who, "yes")
    assert unlocks(world, who, handover)
    others = [replace(handover, content=b"report."), replace(handover, recipient="company")]
    others += [replace(handover, code=other) for other in CODES if other != code]
    assert not any(unlocks(world, who, other) for other in others)
    assert not unlocks(world, "p6", handover)
    assert not offer(world, who, handover)


def test_a_no_keeps_it_shut_and_a_corrected_document_is_asked_for_anew(world: World) -> None:
    """The very document is not asked for again within the silence after a no; another one may be."""
    offer(world, "p1", REPORT)
    world.tap("p1", "no")
    assert not unlocks(world, "p1", REPORT)
    assert not offer(world, "p1", REPORT)
    corrected = replace(REPORT, content=b"report, corrected")
    assert offer(world, "p1", corrected)
    world.tap("p1", "yes")
    assert unlocks(world, "p1", corrected)
    assert not unlocks(world, "p1", REPORT)


def test_a_minor_and_the_guardian_both_have_to_agree(world: World) -> None:
    """The yes of one of them unlocks nothing."""
    offer(world, "p6", REPORT)
    world.tap("p6", "yes")
    assert not unlocks(world, "p6", REPORT)
    world.tap("g1", "yes")
    assert unlocks(world, "p6", REPORT)


def test_what_is_no_document_cannot_be_offered() -> None:
    """Neither a purpose that is given once for all, nor an empty document, nor one for nobody."""
    for wrong in ({"code": "C1"}, {"content": b""}, {"recipient": " "}):
        with pytest.raises(WrongScope):
            replace(REPORT, **wrong)
