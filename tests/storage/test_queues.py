"""What is taken next: class by class in each channel, as much as there is room for, nothing in a halt."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.engine.messages import Haste, MessageClass, Outgoing
from storage.halts import Halt
from storage.outbox import Claimed
from storage.queues import NO_LIMITS, Room, Rooms
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World, address, person
from tests.storage.test_outbox import message

LEASE = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
REPLY, ALERT, REMINDER, BROADCAST = (
    MessageClass.REPLY,
    MessageClass.ALERT,
    MessageClass.REMINDER,
    MessageClass.BROADCAST,
)
PACED = "telegram"


def crowd(uow: UnitOfWork, classes: Sequence[MessageClass], channel: str = PACED) -> list[Outgoing]:
    """A message of each of these classes, each to somebody else."""
    written = []
    for kind in classes:
        somebody = person(uow, f"x{uow.new_id()}", "Somebody")
        where = address(uow, somebody, channel)
        written.append(message(uow, somebody, where, message_class=kind, not_before=NOW - MINUTE))
    return written


def claim(store: Store, rooms: Rooms = NO_LIMITS, limit: int = 10) -> list[Claimed]:
    """Claim as a relay does."""
    return store.submit(lambda uow: uow.outbox.claim(NOW, LEASE, limit, rooms)).result()


def classes_of(claimed: list[Claimed]) -> list[MessageClass]:
    """The classes of what was taken."""
    return [each.message.message_class for each in claimed]


def test_a_later_reply_overtakes_broadcasts(store: Store, world: World) -> None:
    """Within a channel replies go before alerts, these before reminders, these before broadcasts."""
    store.submit(lambda uow: crowd(uow, [BROADCAST, BROADCAST, REMINDER, ALERT, REPLY])).result()
    assert [REPLY, ALERT, REMINDER, BROADCAST, BROADCAST] == classes_of(claim(store))


def test_an_urgent_alert_goes_before_everything(store: Store, world: World) -> None:
    """A crisis overtakes a hundred replies and whatever else waits, though it was written last and room is for one."""

    def work(uow: UnitOfWork) -> int:
        crowd(uow, [REPLY] * 100 + [ALERT] * 5)
        somebody = person(uow, "x1", "Somebody")
        where = address(uow, somebody, PACED)
        return message(uow, somebody, where, message_class=ALERT, haste=Haste.URGENT, not_before=NOW).id

    urgent = store.submit(work).result()
    assert [urgent] == [each.message.id for each in claim(store, {PACED: Room((1,) * 5)})]


def test_room_holds_for_a_class_and_those_before_it(store: Store, world: World) -> None:
    """What more urgent messages take is missing for the others, never the other way round."""
    store.submit(lambda uow: crowd(uow, [BROADCAST, BROADCAST, REPLY, REPLY, REMINDER])).result()
    assert [REPLY, REPLY, REMINDER] == classes_of(claim(store, {PACED: Room((4, 4, 4, 3, 3))}))
    assert [] == claim(store, {PACED: Room((0,) * 5)})
    assert [BROADCAST] == classes_of(claim(store, {PACED: Room((1,) * 5)}))


def test_an_address_without_room_holds_up_nobody(store: Store, world: World) -> None:
    """Whoever had a message a moment ago is passed over, and others get theirs."""
    first, second = store.submit(lambda uow: crowd(uow, [BROADCAST, BROADCAST])).result()
    [claimed] = claim(store, {PACED: Room((1,) * 5, frozenset({first.address}))})
    assert second.id == claimed.message.id


def test_a_channel_with_room_of_its_own_takes_none_from_the_others(store: Store, world: World) -> None:
    """The limit is shared by the channels that have no room of their own, each gets its part of it."""
    store.submit(lambda uow: crowd(uow, [REPLY] * 4) and None).result()
    store.submit(lambda uow: crowd(uow, [REPLY] * 9, "memory") and None).result()
    store.submit(lambda uow: crowd(uow, [REPLY] * 9, "web") and None).result()
    taken = [each.message.channel for each in claim(store, {PACED: Room((3,) * 5)}, limit=4)]
    assert {"memory": 2, "web": 2, PACED: 3} == {name: taken.count(name) for name in sorted(set(taken))}


def test_what_stands_before_an_urgent_message_becomes_urgent(store: Store, world: World) -> None:
    """Nobody is overtaken at one address: the broadcast before a reply goes with it, before the other broadcasts."""

    def write(uow: UnitOfWork) -> list[Outgoing]:
        [_, broadcast] = crowd(uow, [BROADCAST, BROADCAST])
        reply = replace(broadcast, id=uow.new_id(), message_class=REPLY, dedupe="reply", not_before=NOW)
        assert uow.outbox.add(reply)
        return [broadcast, reply]

    broadcast, reply = store.submit(write).result()
    room = {PACED: Room((1,) * 5)}
    [first] = claim(store, room)
    assert broadcast.id == first.message.id
    store.submit(lambda uow: uow.outbox.mark_sent(first.message.id, first.lease, "m1", NOW)).result()
    [second] = claim(store, room)
    assert reply.id == second.message.id


def test_nothing_is_taken_in_a_halt(store: Store, world: World) -> None:
    """Be it of one address or of the channel; afterwards everything is taken, the oldest first."""
    first, second = store.submit(lambda uow: crowd(uow, [ALERT, ALERT])).result()
    store.submit(lambda uow: uow.halts.put(Halt(PACED, first.address, NOW + MINUTE))).result()
    [claimed] = claim(store)
    assert second.id == claimed.message.id
    store.submit(lambda uow: uow.outbox.put_back(second.id, claimed.lease, NOW)).result()
    store.submit(lambda uow: uow.halts.put(Halt(PACED, None, NOW + MINUTE))).result()
    assert [] == claim(store)
    with store.read() as uow:
        assert NOW + MINUTE == uow.outbox.next_due()
    after = store.submit(lambda uow: uow.outbox.claim(NOW + MINUTE, LEASE, 10)).result()
    assert [first.id, second.id] == [each.message.id for each in after]


@pytest.mark.server
def test_a_halt_holds_in_every_process(store: Store, world: World, other: Store) -> None:
    """What one process was asked to wait for, no other sends."""
    store.submit(lambda uow: crowd(uow, [ALERT]) and None).result()
    other.submit(lambda uow: uow.halts.put(Halt(PACED, None, NOW + MINUTE))).result()
    assert [] == claim(store)


def test_what_is_put_back_was_not_tried(store: Store, world: World) -> None:
    """It counts as no attempt, keeps whether it may have arrived, and only its holder can put it back."""
    [written] = store.submit(lambda uow: crowd(uow, [ALERT])).result()
    [first] = claim(store)
    store.submit(lambda uow: uow.outbox.mark_retry(written.id, first.lease, NOW, "may have arrived")).result()
    [second] = claim(store)
    assert not store.submit(lambda uow: uow.outbox.put_back(written.id, first.lease, NOW)).result()
    assert store.submit(lambda uow: uow.outbox.put_back(written.id, second.lease, NOW)).result()
    [third] = claim(store)
    assert (2, True) == (third.message.attempts, third.in_doubt)


def test_who_waits_and_what_was_sent_lately(store: Store, world: World) -> None:
    """A due message waits at its address until it is claimed; what is marked as sent counts in its channel."""
    [written] = store.submit(lambda uow: crowd(uow, [REPLY])).result()
    with store.read() as uow:
        assert uow.outbox.waits([world.anna_web.id, written.address], NOW)
        assert not uow.outbox.waits([world.anna_web.id], NOW)
        assert not uow.outbox.waits([written.address], NOW - 2 * MINUTE)
    [claimed] = claim(store)
    store.submit(lambda uow: uow.outbox.mark_sent(written.id, claimed.lease, "m1", NOW)).result()
    with store.read() as uow:
        assert not uow.outbox.waits([written.address], NOW)
    counted = store.submit(lambda uow: [uow.outbox.sent_lately(name, MINUTE) for name in (PACED, "web")]).result()
    assert [1, 0] == counted
