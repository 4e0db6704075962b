"""What channels that others run bring with them: ends, moves, halts, removals, calls to make, codes that link."""

from datetime import timedelta
from functools import partial

import pytest

from flows.engine.messages import Inbound, InboundKind, MessageClass
from flows.people import Address
from storage.errors import Conflict
from storage.halts import Halt
from storage.removals import DONE
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World
from tests.storage.test_outbox import claim, mark_sent, message, to_anna

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def link(store: Store, world: World, external: str = "77001") -> Address:
    """Give Anna an address on Telegram."""

    def add(uow: UnitOfWork) -> Address:
        added = Address(id=uow.new_id(), person=world.anna.id, channel="telegram", external=external)
        uow.people.add_address(added)
        return added

    return store.submit(add).result()


def _halt(halt: Halt, uow: UnitOfWork) -> None:
    uow.halts.put(halt)


def _add_code(code: bytes, world: World, uow: UnitOfWork) -> None:
    uow.link_codes.add(code, world.anna.id, "telegram", NOW + 15 * MINUTE)


def test_an_ended_address_is_known_but_not_used(store: Store, world: World) -> None:
    """It is left out of where the person is reached, found when they write from it, and can be opened again."""
    telegram = link(store, world)
    store.submit(lambda uow: uow.people.end_address(telegram.id, "unreachable", NOW)).result()
    with store.read() as uow:
        assert [world.anna_web] == uow.people.addresses(world.anna.id)
        found = uow.people.find("telegram", "77001")
        assert found is not None
        assert (world.anna, True) == (found[0], found[1].ended)
    store.submit(lambda uow: uow.people.reopen_address(telegram.id)).result()
    with store.read() as uow:
        assert [world.anna_web, telegram] == uow.people.addresses(world.anna.id)


def test_an_unlinked_address_belongs_to_nobody(store: Store, world: World) -> None:
    """Whoever writes from it is a stranger, what was planned there can still be done, and it can be linked anew."""
    telegram = link(store, world)
    store.submit(lambda uow: uow.people.unlink_address(telegram.id, "unlinked", NOW)).result()
    with store.read() as uow:
        assert uow.people.find("telegram", "77001") is None
        assert "77001" == uow.people.address(telegram.id).external
    again = link(store, world)
    with store.read() as uow:
        assert [world.anna_web, again] == uow.people.addresses(world.anna.id)


def test_an_address_can_get_another_name(store: Store, world: World) -> None:
    """A chat that moved is found under its new name only, unless that name is somebody's already."""
    telegram = link(store, world)
    store.submit(lambda uow: uow.people.rename_address(telegram, "-100")).result()
    with store.read() as uow:
        assert uow.people.find("telegram", "77001") is None
        assert "-100" == uow.people.address(telegram.id).external
        assert uow.people.find("telegram", "-100") is not None
    second = link(store, world, "88")
    with pytest.raises(Conflict):
        store.submit(lambda uow: uow.people.rename_address(second, "-100")).result()


def test_what_waits_moves_to_another_address(store: Store, world: World) -> None:
    """Pending messages go where the person is reached now, in their order, with their buttons; a held one as well."""
    telegram = link(store, world)
    first, second = (
        store.submit(lambda uow: message(uow, world.anna, telegram)).result().id,
        store.submit(lambda uow: message(uow, world.anna, telegram, ping=True)).result().id,
    )
    [held] = claim(store)

    def move(uow: UnitOfWork) -> list[int]:
        waiting = uow.reaching.pending_at(telegram.id)
        assert uow.reaching.move(second, world.anna_web)
        assert uow.reaching.move_held(first, held.lease, world.anna_web, NOW)
        assert not uow.reaching.move_held(first, held.lease, world.anna_web, NOW)
        return waiting

    assert [second] == store.submit(move).result()
    [again] = claim(store)
    assert (first, "web", world.anna_web.id, 1) == (
        again.message.id,
        again.message.channel,
        again.message.address,
        again.message.attempts,
    )
    assert not store.submit(lambda uow: uow.reaching.move(first, telegram)).result()


def test_what_a_device_fetches_is_awaited_no_more(store: Store, world: World) -> None:
    """Only messages that somebody waits for are noted, only those of the person, and only up to what was shown."""
    shown, later, plain = (to_anna(store, world, awaited=awaited) for awaited in (True, True, False))
    for _ in range(3):
        for each in claim(store):
            mark_sent(store, each)
    with store.read() as uow:
        entries = uow.outbox.history(world.anna.id)
        assert [True, True, False] == [entry.message.awaited for entry in entries]
    assert 0 == store.submit(lambda uow: uow.reaching.fetch(world.bilal.id, entries[-1].seq, NOW)).result()
    assert 1 == store.submit(lambda uow: uow.reaching.fetch(world.anna.id, entries[0].seq, NOW)).result()
    store.submit(lambda uow: uow.reaching.wait_for(plain.id)).result()
    with store.read() as uow:
        assert [False, True, True] == [uow.reaching.is_awaited(each.id) for each in (shown, later, plain)]


def test_a_message_keeps_that_it_is_a_ping(store: Store, world: World) -> None:
    """What is written comes back, and replies have the first place where a channel is narrow."""
    written = to_anna(store, world, ping=True, awaited=True, message_class=MessageClass.ALERT)
    with store.read() as uow:
        assert written == uow.outbox.get(written.id)
    assert [1, 2, 3, 4] == [each.rank for each in MessageClass]


def test_a_halt_is_kept_to_until_it_is_over(store: Store, world: World) -> None:
    """It may get longer, never shorter; it holds for one address or the whole channel, and is forgotten afterwards."""
    for halt in (
        Halt("telegram", None, NOW + 2 * MINUTE),
        Halt("telegram", None, NOW + MINUTE),
        Halt("telegram", world.anna_web.id, NOW + MINUTE),
        Halt("sms", None, NOW + DAY),
    ):
        store.submit(partial(_halt, halt)).result()
    whole, one = Halt("telegram", None, NOW + 2 * MINUTE), Halt("telegram", world.anna_web.id, NOW + MINUTE)
    with store.read() as uow:
        assert [whole, one] == uow.halts.current("telegram", NOW)
        assert [whole] == uow.halts.current("telegram", NOW + MINUTE)
    store.submit(lambda uow: uow.halts.lift("telegram", NOW + MINUTE)).result()
    with store.read() as uow:
        assert [whole] == uow.halts.current("telegram", NOW)
        assert 1 == len(uow.halts.current("sms", NOW))


def test_what_is_to_be_taken_away_is_found_when_due(store: Store, world: World) -> None:
    """A removal comes with the names the channel knows, is tried again later, and is settled once."""
    telegram = link(store, world)
    plan = store.submit(
        lambda uow: uow.removals.add(telegram, "m-17", due=NOW + MINUTE, gives_up=NOW + 2 * DAY)
    ).result()
    with store.read() as uow:
        assert NOW + MINUTE == uow.removals.next_due()
        assert [] == uow.removals.due(NOW, 10)
        [removal] = uow.removals.due(NOW + MINUTE, 10)
    assert ("77001", "m-17", 0) == (removal.external, removal.platform_id, removal.tries)
    assert (NOW + MINUTE, NOW + 2 * DAY) == (removal.due, removal.gives_up)
    store.submit(lambda uow: uow.removals.try_again(plan, NOW + DAY)).result()
    with store.read() as uow:
        [removal] = uow.removals.due(NOW + DAY, 10)
        assert 1 == removal.tries
    assert store.submit(lambda uow: uow.removals.settle(plan, DONE, NOW)).result()
    assert not store.submit(lambda uow: uow.removals.settle(plan, DONE, NOW)).result()
    with store.read() as uow:
        assert uow.removals.next_due() is None


def test_everybody_stands_on_the_phone_list_once(store: Store, world: World) -> None:
    """Whoever is to be called has one open entry, those who wait longest come first, and a call settles it."""
    assert store.submit(lambda uow: uow.phone_list.add(world.bilal.id, "unreachable", NOW + MINUTE)).result()
    assert store.submit(lambda uow: uow.phone_list.add(world.anna.id, "not fetched", NOW)).result()
    assert not store.submit(lambda uow: uow.phone_list.add(world.anna.id, "unreachable", NOW)).result()
    with store.read() as uow:
        assert [world.anna.id, world.bilal.id] == [entry.person for entry in uow.phone_list.open()]
    assert store.submit(lambda uow: uow.phone_list.settle(world.anna.id, world.clara.id, NOW)).result()
    assert not store.submit(lambda uow: uow.phone_list.settle(world.anna.id, world.clara.id, NOW)).result()
    with store.read() as uow:
        assert uow.phone_list.entry(world.anna.id) is None
    assert store.submit(lambda uow: uow.phone_list.add(world.anna.id, "unreachable", NOW + DAY)).result()


def test_a_code_links_once(store: Store, world: World) -> None:
    """A code works for its channel, until it expires, is used, or is replaced by a newer one."""
    for code in (b"old", b"new"):
        store.submit(partial(_add_code, code, world)).result()
    with store.read() as uow:
        assert world.anna.id == uow.link_codes.person(b"new", "telegram", NOW)
        for code, channel, now in (
            (b"old", "telegram", NOW),
            (b"new", "matrix", NOW),
            (b"new", "telegram", NOW + 15 * MINUTE),
        ):
            assert uow.link_codes.person(code, channel, now) is None
    assert store.submit(lambda uow: uow.link_codes.use(b"new", "telegram", NOW)).result()
    assert not store.submit(lambda uow: uow.link_codes.use(b"new", "telegram", NOW)).result()
    with store.read() as uow:
        assert uow.link_codes.person(b"new", "telegram", NOW) is None


def test_it_is_known_when_somebody_last_wrote(store: Store, world: World) -> None:
    """Nobody has written before the first message."""
    with store.read() as uow:
        assert uow.reaching.last_heard(world.anna.id) is None
    said = Inbound(channel="web", external_id="1", sender="p1", kind=InboundKind.TEXT, text="Hallo")
    store.submit(lambda uow: uow.inbox.accept(said, world.anna.id, NOW)).result()
    with store.read() as uow:
        assert NOW == uow.reaching.last_heard(world.anna.id)
        assert uow.reaching.last_heard(world.bilal.id) is None
