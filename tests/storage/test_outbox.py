"""The outbox: each message once, in order per address, marked only by who holds it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.engine.messages import Level, MessageClass, OutboxStatus, Outgoing, OutgoingButton, Question
from flows.people import Address, Person
from storage.errors import UnknownRow
from storage.outbox import Claimed, Outbox
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World, address, sqlite_of

LEASE = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)


def message(uow: UnitOfWork, to: Person, where: Address, **changes: Any) -> Outgoing:
    """Put a message for somebody into the outbox."""
    id_ = uow.new_id()
    written = Outgoing(
        id=id_,
        to=to.id,
        subject=to.id,
        channel=where.channel,
        address=where.id,
        text="Gute Besserung!",
        language="de",
        level=Level.L3,
        message_class=MessageClass.REPLY,
        dedupe=f"reply:{id_}",
        cause="inbox:1",
        created=NOW,
        not_before=NOW,
    )
    written = replace(written, **changes)
    assert uow.outbox.add(written)
    return written


def claim(store: Store, now: datetime = NOW, limit: int = 10) -> list[Claimed]:
    """Claim as a relay does."""
    return store.submit(lambda uow: uow.outbox.claim(now, LEASE, limit)).result()


def to_anna(store: Store, world: World, **changes: Any) -> Outgoing:
    """Put a message for Anna into the outbox, in a unit of its own."""
    return store.submit(lambda uow: message(uow, world.anna, world.anna_web, **changes)).result()


def mark_sent(store: Store, claimed: Claimed, now: datetime = NOW) -> bool:
    """Mark as a relay does."""
    return store.submit(lambda uow: uow.outbox.mark_sent(claimed.message.id, claimed.lease, "m1", now)).result()


def test_a_message_comes_back_whole(store: Store, world: World) -> None:
    """Everything about a message survives being sealed and stored."""
    written = to_anna(
        store,
        world,
        subject=world.bilal.id,
        level=Level.L1,
        message_class=MessageClass.ALERT,
        purpose="C1",
        buttons=(OutgoingButton("Gesehen", "seen", "7"), OutgoingButton("Später", "other")),
        question=Question(conversation=3, turn=2, until=NOW + MINUTE),
        expires=NOW + MINUTE,
    )
    with store.read() as uow:
        stored = uow.outbox.get(written.id)
        assert written == replace(stored, buttons=tuple(replace(button, handle="") for button in stored.buttons))
        with pytest.raises(UnknownRow):
            uow.outbox.get(1)


def test_the_same_cause_writes_once(store: Store, world: World) -> None:
    """A second message with the same dedupe key is not stored, and the caller is told."""
    first = to_anna(store, world, dedupe="reply:1")
    twin = replace(first, id=first.id + 1, text="Noch einmal")
    assert not store.submit(lambda uow: uow.outbox.add(twin)).result()
    with store.read() as uow:
        assert 1 == uow.outbox.pending_count()


def test_a_claimed_message_names_its_address(store: Store, world: World) -> None:
    """Who claims gets the message, in flight for the first time, and the channel's own name for the address."""
    written = to_anna(store, world)
    [claimed] = claim(store)
    assert "p1" == claimed.external
    assert replace(written, status=OutboxStatus.SENDING, attempts=1) == claimed.message


def test_one_message_per_address_is_in_flight(store: Store, world: World) -> None:
    """The second message to an address waits until the first is settled; another address does not wait."""
    first, second = to_anna(store, world), to_anna(store, world)
    other = store.submit(lambda uow: message(uow, world.clara, world.clara_web)).result()
    [one, two] = claim(store)
    assert [first.id, other.id] == [one.message.id, two.message.id]
    assert [] == claim(store)
    mark_sent(store, one)
    assert [second.id] == [each.message.id for each in claim(store)]


def test_what_is_planned_for_later_does_not_hold_up(store: Store, world: World) -> None:
    """A message whose time has not come lets later ones pass; once it has come, the older one goes first."""
    planned = to_anna(store, world, not_before=NOW + MINUTE)
    reply = to_anna(store, world)
    [first] = claim(store)
    assert reply.id == first.message.id
    newest = to_anna(store, world)
    assert [] == claim(store, NOW + MINUTE)
    mark_sent(store, first)
    [second] = claim(store, NOW + MINUTE)
    mark_sent(store, second)
    [third] = claim(store, NOW + MINUTE)
    assert [planned.id, newest.id] == [second.message.id, third.message.id]


def test_what_is_tried_again_keeps_its_place(store: Store, world: World) -> None:
    """A message that could not be sent yet is not overtaken by a later one to the same address."""
    first, second = to_anna(store, world), to_anna(store, world)
    [claimed] = claim(store)
    store.submit(lambda uow: uow.outbox.mark_retry(first.id, claimed.lease, NOW + MINUTE, "429")).result()
    assert [] == claim(store)
    with store.read() as uow:
        assert NOW + MINUTE == uow.outbox.next_due()
    [again] = claim(store, NOW + MINUTE)
    assert (first.id, 2) == (again.message.id, again.message.attempts)
    mark_sent(store, again)
    assert [second.id] == [each.message.id for each in claim(store, NOW + MINUTE)]


@pytest.mark.parametrize(
    "mark",
    [
        lambda box, id_, lease: box.mark_sent(id_, lease, "m1", NOW),
        lambda box, id_, lease: box.mark_retry(id_, lease, NOW, "late"),
        lambda box, id_, lease: box.mark_failed(id_, lease, "late", NOW),
        lambda box, id_, lease: box.mark_uncertain(id_, lease, "late", NOW),
        lambda box, id_, lease: box.mark_suppressed(id_, "late", NOW, lease),
    ],
    ids=["sent", "retry", "failed", "uncertain", "suppressed"],
)
def test_a_late_holder_changes_nothing(store: Store, world: World, mark: Any) -> None:
    """Who wakes up after the lease was given to somebody else is refused, whatever they want to say."""
    to_anna(store, world)
    [early] = claim(store)
    id_ = early.message.id
    store.submit(lambda uow: uow.outbox.mark_retry(id_, early.lease, NOW, "taken back")).result()
    [holder] = claim(store, NOW + MINUTE)
    assert not store.submit(lambda uow: mark(uow.outbox, id_, early.lease)).result()
    with store.read() as uow:
        assert holder.message == uow.outbox.get(id_)
    assert store.submit(lambda uow: mark(uow.outbox, id_, holder.lease)).result()
    assert not store.submit(lambda uow: mark(uow.outbox, id_, holder.lease)).result()


def test_a_lapsed_lease_is_found_and_blocks(store: Store, world: World) -> None:
    """After a crash the message in flight is neither sent again nor passed over until somebody has decided."""
    first, second = to_anna(store, world), to_anna(store, world)
    [lost] = claim(store)
    with store.read() as uow:
        assert [] == uow.outbox.lapsed(NOW)
        [found] = uow.outbox.lapsed(NOW + LEASE)
        assert [found] == uow.outbox.lapsed(None)
        assert (lost.message.id, lost.lease, "web") == (found.id, found.lease, found.channel)
        assert NOW + LEASE == uow.outbox.next_due()
    assert [] == claim(store, NOW + MINUTE)
    assert store.submit(lambda uow: uow.outbox.mark_uncertain(first.id, lost.lease, "crash", NOW + MINUTE)).result()
    with store.read() as uow:
        assert OutboxStatus.UNCERTAIN is uow.outbox.get(first.id).status
        assert [] == uow.outbox.lapsed(None)
    assert [second.id] == [each.message.id for each in claim(store, NOW + MINUTE)]


def test_expired_messages_are_not_claimed(store: Store, world: World) -> None:
    """What waited too long is passed over, holds up nobody, and is given up when asked."""
    stale = to_anna(store, world, expires=NOW + MINUTE)
    fresh = to_anna(store, world)
    later = NOW + 2 * MINUTE
    [claimed] = claim(store, later)
    assert fresh.id == claimed.message.id
    assert [stale.id] == store.submit(lambda uow: uow.outbox.expire(later)).result()
    assert [] == store.submit(lambda uow: uow.outbox.expire(later)).result()
    with store.read() as uow:
        assert OutboxStatus.FAILED is uow.outbox.get(stale.id).status


def test_waiting_messages_can_be_dropped_by_class(store: Store, world: World) -> None:
    """Dropping takes a person's waiting messages of the classes named, and nobody else's."""
    kept = to_anna(store, world)
    dropped = [to_anna(store, world, message_class=each) for each in (MessageClass.REMINDER, MessageClass.BROADCAST)]
    others = store.submit(lambda uow: message(uow, world.clara, world.clara_web, message_class=MessageClass.REMINDER))
    unsolicited = (MessageClass.REMINDER, MessageClass.BROADCAST)
    assert 2 == store.submit(lambda uow: uow.outbox.drop_pending(world.anna.id, unsolicited, "withdrawn", NOW)).result()
    with store.read() as uow:
        assert {OutboxStatus.SUPPRESSED} == {uow.outbox.get(each.id).status for each in dropped}
        assert {OutboxStatus.PENDING} == {uow.outbox.get(each.id).status for each in (kept, others.result())}


def test_what_waits_for_a_purpose_is_dropped_with_it(store: Store, world: World) -> None:
    """C3 ends: what needs C3 is dropped, nothing else. C1 ends: all that needs any consent, and no reply."""
    reply, plain, sick = to_anna(store, world), to_anna(store, world, purpose="C1"), to_anna(store, world, purpose="C3")

    def statuses() -> list[OutboxStatus]:
        with store.read() as uow:
            return [uow.outbox.get(each.id).status for each in (reply, plain, sick)]

    assert 1 == store.submit(lambda uow: uow.outbox.drop_purpose(world.anna.id, "C3", "withdrawn", NOW)).result()
    assert [OutboxStatus.PENDING, OutboxStatus.PENDING, OutboxStatus.SUPPRESSED] == statuses()
    assert 1 == store.submit(lambda uow: uow.outbox.drop_purpose(world.anna.id, "C1", "withdrawn", NOW)).result()
    assert [OutboxStatus.PENDING, OutboxStatus.SUPPRESSED, OutboxStatus.SUPPRESSED] == statuses()


def test_a_message_can_be_suppressed_before_and_in_flight(store: Store, world: World) -> None:
    """What is not wanted any more is stopped while it waits or is held, not after it was sent."""
    first, second = to_anna(store, world), to_anna(store, world)
    [held] = claim(store)
    assert store.submit(lambda uow: uow.outbox.mark_suppressed(first.id, "held", NOW)).result()
    assert not mark_sent(store, held)
    assert store.submit(lambda uow: uow.outbox.mark_suppressed(second.id, "held", NOW)).result()
    third = to_anna(store, world)
    [sent] = claim(store)
    mark_sent(store, sent)
    assert not store.submit(lambda uow: uow.outbox.mark_suppressed(third.id, "late", NOW)).result()


def test_the_history_is_in_the_order_of_appearance(store: Store, world: World) -> None:
    """What was sent on any channel is listed as it appeared, going on where it was left; a ping says nothing in it."""
    telegram = store.submit(lambda uow: address(uow, world.anna, "telegram")).result()
    planned = to_anna(store, world, not_before=NOW + MINUTE)
    reply = to_anna(store, world)
    elsewhere = store.submit(lambda uow: message(uow, world.anna, telegram, not_before=NOW + 2 * MINUTE)).result()
    store.submit(lambda uow: message(uow, world.anna, telegram, ping=True)).result()
    for now in (NOW, NOW + MINUTE, NOW + 2 * MINUTE):
        for each in claim(store, now):
            mark_sent(store, each)
    to_anna(store, world)
    with store.read() as uow:
        first, second, third = uow.outbox.history(world.anna.id)
        assert [reply.id, planned.id, elsewhere.id] == [each.message.id for each in (first, second, third)]
        assert [second, third] == uow.outbox.history(world.anna.id, first.seq)


def test_the_queue_can_be_measured(store: Store, world: World) -> None:
    """How many wait, since when, and when the next one is due."""
    with store.read() as uow:
        assert (0, None, None) == (uow.outbox.pending_count(), uow.outbox.oldest_due(), uow.outbox.next_due())
    to_anna(store, world, not_before=NOW + MINUTE)
    to_anna(store, world, not_before=NOW + 2 * MINUTE)
    with store.read() as uow:
        assert (2, NOW + MINUTE) == (uow.outbox.pending_count(), uow.outbox.oldest_due())
        assert NOW + MINUTE == uow.outbox.next_due()


@pytest.mark.file
def test_a_message_that_does_not_open_stops_nobody(store: Store, world: World) -> None:
    """A message whose key is gone fails at its claim, and the others go out."""
    poison = to_anna(store, world, subject=world.bilal.id)
    healthy = store.submit(lambda uow: message(uow, world.clara, world.clara_web)).result()
    sqlite_of(store).execute("DELETE FROM person_keys WHERE person = ?", (world.bilal.id,))
    store._vault.forget(world.bilal.id)
    assert [healthy.id] == [each.message.id for each in claim(store)]
    [(status, reason)] = (
        sqlite_of(store).execute("SELECT status, reason FROM outbox WHERE id = ?", (poison.id,)).fetchall()
    )
    assert ("failed", "unreadable") == (status, reason)


STEPS = st.lists(st.sampled_from(["write", "plan", "claim", "sent", "retry", "later"]), min_size=5, max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(steps=STEPS)
def test_no_order_of_events_breaks_the_order_of_messages(store: Store, world: World, steps: list[str]) -> None:
    """However writing, claiming, failing and waiting mix, one message is in flight and due ones keep their order."""

    def play(uow: UnitOfWork) -> list[tuple[int, datetime]]:
        where = Address(id=uow.new_id(), person=world.anna.id, channel="memory", external=str(uow.new_id()))
        uow.people.add_address(where)
        return _played(uow, world.anna, where, steps)

    sent = store.submit(play).result()
    due = [(id_, not_before) for id_, not_before in sent if not_before == NOW]
    assert due == sorted(due)
    assert len(sent) == len(set(sent))


def _played(uow: UnitOfWork, to: Person, where: Address, steps: list[str]) -> list[tuple[int, datetime]]:
    """Play the steps and return what was sent, in order, with the instant each was first planned for."""
    now, held = NOW, list[Claimed]()
    sent: list[tuple[int, datetime]] = []
    planned: dict[int, datetime] = {}
    for step in [*steps, *["later", "claim", "sent"] * len(steps)]:
        if step in {"write", "plan"}:
            not_before = NOW if step == "write" else now + MINUTE
            planned[message(uow, to, where, not_before=not_before).id] = not_before
        elif step == "later":
            now += MINUTE
        elif step == "claim":
            found = [each for each in uow.outbox.claim(now, LEASE, 99) if each.message.address == where.id]
            assert len(held) + len(found) <= 1
            held += found
        elif held:
            _settle(uow.outbox, held, step, now, sent, planned)
    assert set(planned) == {id_ for id_, _ in sent}
    return sent


def _settle(
    outbox: Outbox,
    held: list[Claimed],
    step: str,
    now: datetime,
    sent: list[tuple[int, datetime]],
    planned: dict[int, datetime],
) -> None:
    """Settle what is held."""
    claimed = held.pop()
    if step == "sent":
        assert outbox.mark_sent(claimed.message.id, claimed.lease, None, now)
        sent.append((claimed.message.id, planned[claimed.message.id]))
    else:
        assert outbox.mark_retry(claimed.message.id, claimed.lease, now + MINUTE, "later")
