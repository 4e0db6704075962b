"""Broadcasts come back as they were kept, on both databases; recipients are rows that stay, and nobody stands twice."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from flows.engine.messages import Level, MessageClass, OutboxStatus, Outgoing
from flows.people import Person, PersonId
from flows.rules.broadcasts import Audience, Broadcast, Emergency, Outcome, State, Step, Warned, WarningKind
from storage.broadcasts import asked_about, dedupe_of
from storage.errors import Conflict, NoGround, StorageError, UnknownRow
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World, address, person

LEASE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def draft(uow: UnitOfWork, by: Person, **more: object) -> Broadcast:
    """A broadcast with everything in it."""
    made = Broadcast(
        id=uow.new_id(),
        by=by.id,
        created=NOW,
        audience=Audience(groups=("A",), phases=("company",), languages=("de", "ar")),
        texts={"de": "Der Kurs ist im Haus am Park.", "ar": "الدورة غدا"},
        seen="0" * 64,
        warned=(Warned(WarningKind.NAME, "Sommer"),),
        at=NOW + HOUR,
        due=NOW,
        emergency=Emergency.MOVED,
        place="Haus am Park",
        clock="10:30",
        asked=(by.id,),
        approved_by=by.id,
    )
    made = replace(made, **more)  # type: ignore[arg-type]  # fields of a broadcast
    uow.broadcasts.add(made)
    return made


def test_a_broadcast_comes_back_as_it_was_kept(store: Store, world: World) -> None:
    """Every field of it; and whose it is, and where it is, without opening it."""
    made = store.submit(partial(draft, by=world.clara)).result()
    with store.read() as uow:
        assert made == uow.broadcasts.get(made.id)
        assert (world.clara.id, State.DRAFT) == (uow.broadcasts.author(made.id), uow.broadcasts.state(made.id))
        assert [made] == uow.broadcasts.in_state(State.DRAFT) == uow.broadcasts.lately(5)
        assert (None, None, None) == (uow.broadcasts.find(1), uow.broadcasts.author(1), uow.broadcasts.state(1))


def test_two_who_move_it_on_at_the_same_time_are_one_too_many(store: Store, world: World) -> None:
    """Whoever has not seen the other's step takes none."""

    def work(uow: UnitOfWork) -> None:
        made = draft(uow, world.clara)
        uow.broadcasts.save(made.step(Step.CALL_OFF), made)
        uow.broadcasts.save(made.step(Step.APPROVE), made)

    with pytest.raises(Conflict):
        store.submit(work).result()


def test_the_database_lets_one_be_under_way(store: Store, world: World) -> None:
    """A second one that cools, runs or stands still is refused; an emergency, a draft and one that waits are not."""

    def add(uow: UnitOfWork, state: State, emergency: Emergency | None = None) -> Broadcast:
        return draft(uow, world.clara, state=state, emergency=emergency)

    first = store.submit(partial(add, state=State.COOLING)).result()
    for state in (State.RUNNING, State.STOPPED, State.COOLING):
        with pytest.raises(StorageError):
            store.submit(partial(add, state=state)).result()
    store.submit(partial(add, state=State.RUNNING, emergency=Emergency.CLOSED)).result()
    waits = store.submit(partial(add, state=State.SCHEDULED)).result()
    with store.read() as uow:
        assert (False, True) == (uow.broadcasts.is_another_on(first.id), uow.broadcasts.is_another_on(waits.id))


def _message(uow: UnitOfWork, broadcast: Broadcast, to: Person, place: int, number: int = 0) -> Outgoing:
    return Outgoing(
        id=uow.new_id(), to=to.id, subject=to.id, channel="web", address=place, text="Hallo", language="de",
        level=Level.L2, message_class=MessageClass.BROADCAST, dedupe=dedupe_of(broadcast.id, PersonId(to.id + number)),
        cause="test", created=NOW, not_before=NOW,
    )  # fmt: skip


def _running(uow: UnitOfWork, world: World) -> Broadcast:
    """One that is written to Anna, waits for Bilal, and leaves Clara out."""
    made = draft(uow, world.clara, state=State.RUNNING, emergency=None)
    uow.broadcasts.freeze(made, [world.anna.id, world.bilal.id, world.anna.id], [world.clara.id])
    first = uow.broadcasts.next_recipients(made.id, 1)
    uow.outbox.add(_message(uow, made, world.anna, world.anna_web.id))
    uow.broadcasts.hand([(first[0], True)])
    return made


def test_recipients_are_handed_over_once_and_in_order(store: Store, world: World) -> None:
    """Named twice is listed once; what was handed over is not next any more, and handing it again changes nothing."""

    def work(uow: UnitOfWork) -> None:
        made = draft(uow, world.clara, state=State.RUNNING)
        uow.broadcasts.freeze(made, [world.anna.id, world.bilal.id, world.anna.id], [])
        anna, bilal = uow.broadcasts.next_recipients(made.id, 10)
        assert [world.anna.id, world.bilal.id] == [anna.person, bilal.person]
        uow.broadcasts.hand([(anna, True)])
        uow.broadcasts.hand([(anna, False)])
        assert [bilal] == uow.broadcasts.next_recipients(made.id, 10)
        assert 2 == uow.broadcasts.progress(made.id).of(Outcome.WAITING)
        assert uow.broadcasts.was_sent_to(made.id, world.anna.id)
        assert not uow.broadcasts.was_sent_to(made.id, world.clara.id)

    store.submit(work).result()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (OutboxStatus.SENT, Outcome.SENT),
        (OutboxStatus.FAILED, Outcome.FAILED),
        (OutboxStatus.UNCERTAIN, Outcome.UNCERTAIN),
        (OutboxStatus.SUPPRESSED, Outcome.UNREACHED),
        (OutboxStatus.PENDING, Outcome.WAITING),
    ],
)
def test_what_became_of_the_message_is_the_outcome(
    store: Store, world: World, status: OutboxStatus, outcome: Outcome
) -> None:
    """Each recipient has the outcome of their own message; who was left out or waits has one, too."""

    def work(uow: UnitOfWork) -> list[Outcome]:
        made = _running(uow, world)
        claimed = uow.outbox.claim(NOW, LEASE, 10)[0]
        match status:
            case OutboxStatus.SENT:
                uow.outbox.mark_sent(claimed.message.id, claimed.lease, None, NOW)
            case OutboxStatus.FAILED:
                uow.outbox.mark_failed(claimed.message.id, claimed.lease, "unreachable", NOW)
            case OutboxStatus.UNCERTAIN:
                uow.outbox.mark_uncertain(claimed.message.id, claimed.lease, "interrupted", NOW)
            case OutboxStatus.SUPPRESSED:
                uow.outbox.mark_suppressed(claimed.message.id, "no consent", NOW)
            case _:
                uow.outbox.put_back(claimed.message.id, claimed.lease, NOW)
        counted = uow.broadcasts.progress(made.id)
        each = [one.outcome for one in uow.broadcasts.outcomes(made.id)]
        assert counted.counts == {one: each.count(one) for one in each}
        return each

    assert [outcome, Outcome.WAITING, Outcome.LEFT_OUT] == store.submit(work).result()


def test_what_is_held_does_not_go_until_it_is_released(store: Store, world: World) -> None:
    """Held messages are not claimed at any time; released ones are, once; other people's messages go on."""

    def work(uow: UnitOfWork) -> None:
        made = _running(uow, world)
        other = draft(uow, world.clara, state=State.RUNNING)
        uow.outbox.add(_message(uow, other, world.clara, world.clara_web.id))
        assert 1 == uow.broadcasts.hold(made.id)
        assert [world.clara.id] == [one.message.to for one in uow.outbox.claim(NOW + 1000 * HOUR, LEASE, 10)]
        assert uow.broadcasts.next_due(made.id) is None
        assert 1 == uow.broadcasts.release(made.id, NOW + HOUR, NOW + 3 * HOUR)
        assert NOW + HOUR == uow.broadcasts.next_due(made.id)
        assert [] == uow.outbox.claim(NOW, LEASE, 10)
        assert [world.anna.id] == [one.message.to for one in uow.outbox.claim(NOW + HOUR, LEASE, 10)]
        assert 0 == uow.broadcasts.release(made.id, NOW + HOUR, NOW + 3 * HOUR)

    store.submit(work).result()


def test_what_is_called_off_reaches_nobody_any_more(store: Store, world: World) -> None:
    """Neither who has a message in the outbox nor who waits."""

    def work(uow: UnitOfWork) -> None:
        made = _running(uow, world)
        uow.broadcasts.drop(made.id, NOW)
        assert [] == uow.outbox.claim(NOW, LEASE, 10)
        assert [] == uow.broadcasts.next_recipients(made.id, 10)
        assert 2 == uow.broadcasts.progress(made.id).of(Outcome.UNREACHED)

    store.submit(work).result()


def test_answers_open_while_their_consent_holds(store: Store, world: World) -> None:
    """What somebody answered is read by whoever sent it as long as they agree; how many there are is no secret."""

    def work(uow: UnitOfWork) -> Broadcast:
        made = _running(uow, world)
        uow.guard.hears(world.anna.id, NOW)
        uow.broadcasts.reply(made.id, world.anna.id, "Danke", NOW)
        return made

    made = store.submit(work).result()
    with store.read() as uow:
        uow.guard.at(NOW)
        (one,) = uow.broadcasts.replies(made.id)
        assert (world.anna.id, NOW, 1) == (one.person, one.at, uow.broadcasts.reply_count(made.id))
        with pytest.raises(NoGround):
            uow.broadcasts.words_of(one)
    with store.read() as uow:
        uow.guard.hears(world.anna.id, NOW)
        assert "Danke" == uow.broadcasts.words_of(one)
        with pytest.raises(UnknownRow):
            uow.broadcasts.words_of(replace(one, id=1))


def test_a_message_says_which_broadcast_it_belongs_to() -> None:
    """By what makes it the only one; other messages belong to none."""
    assert 42 == asked_about(dedupe_of(42, PersonId(7)))
    assert [None, None, None] == [asked_about(one) for one in ("proof:42:1", "broadcast:x:1", "in:42:1")]


def test_many_recipients_are_written_down_at_once(store: Store, world: World) -> None:
    """Each of them once, in their order."""

    def work(uow: UnitOfWork) -> list[PersonId]:
        people = [person(uow, f"x{number}", "") for number in range(300)]
        for one in people:
            address(uow, one, "web")
        made = draft(uow, world.clara, state=State.COOLING)
        uow.broadcasts.freeze(made, [one.id for one in people], [])
        assert [one.id for one in people] == [one.person for one in uow.broadcasts.next_recipients(made.id, 1000)]
        return [one.person for one in uow.broadcasts.outcomes(made.id)]

    assert 300 == len(store.submit(work).result())
