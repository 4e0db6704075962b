"""The delivery protocol on the real outbox: two relays, crashes, late holders, a clock that jumps.

The model is what a person at the other end sees: each successful send of a relay is one appearance. Whatever the order
of steps, nobody sees anything twice unless it was announced, nothing disappears, and nobody is overtaken.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.engine.messages import Level, MessageClass, OutboxStatus, Outgoing
from handlers import deliveries
from storage.outbox import MAY_HAVE_ARRIVED, Claimed
from storage.schema import migrate
from storage.settings import StoreSettings
from storage.store import Store
from tests.faults.points import POINTS
from tests.storage.conftest import NOW, World, open_store, populate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

LEASE = timedelta(seconds=60)
ENDED = frozenset({OutboxStatus.SENT, OutboxStatus.UNCERTAIN, OutboxStatus.FAILED, OutboxStatus.SUPPRESSED})
MOST = 5
CLASSES = st.sampled_from([MessageClass.ALERT, MessageClass.ALERT, MessageClass.REPLY, MessageClass.REMINDER])
RELAYS = st.sampled_from([0, 1])
_MIGRATED = Path(tempfile.mkdtemp(prefix="lotse-protocol-")) / "lotse.db"


@dataclass(slots=True)
class Holding:
    """A message in the hands of a relay: whether it has reached the platform by now."""

    claimed: Claimed
    sent: bool = False


@dataclass(slots=True)
class Seen:
    """What a person saw of one message: how often, and how often it was announced as a possible repetition."""

    times: int = 0
    announced: int = 0


@dataclass(slots=True)
class Relay:
    """One process that sends; asleep ones hold messages beyond their lease."""

    holding: dict[int, Holding] = field(default_factory=dict)


class DeliveryProtocol(RuleBasedStateMachine):
    """Two relays share one outbox whose channel knows no keys."""

    def __init__(self) -> None:
        """Nothing is in the outbox."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="lotse-protocol-"))
        self.now: datetime = NOW
        self.relays = (Relay(), Relay())
        self.written: dict[int, Outgoing] = {}
        self.seen: dict[int, Seen] = {}
        self.order: dict[int, list[int]] = {}
        self.interrupted: set[int] = set()
        self.store: Store
        self.world: World

    @initialize()
    def open(self) -> None:
        """A migrated database with two people."""
        if not _MIGRATED.exists():
            migrate(f"sqlite:///{_MIGRATED}")
        shutil.copy(_MIGRATED, self.folder / "lotse.db")
        self.store = open_store(StoreSettings(url=f"sqlite:///{self.folder / 'lotse.db'}"))
        self.world = self.store.submit(populate).result()

    def teardown(self) -> None:
        """Everything comes to an end when the relays live on; then nothing is left waiting."""
        if hasattr(self, "store"):
            self._run_dry()
            self.store.close()
        shutil.rmtree(self.folder)

    @precondition(lambda self: len(self.written) < MOST)
    @rule(
        kind=CLASSES, to_clara=st.booleans(), lasts=st.sampled_from([None, None, 300]), late=st.sampled_from([0, 0, 90])
    )
    def write(self, kind: MessageClass, to_clara: bool, lasts: int | None, late: int) -> None:
        """A handler commits a message, for now or later, with or without an end of its use."""
        where = self.world.clara_web if to_clara else self.world.anna_web
        to = self.world.clara if to_clara else self.world.anna

        def add(uow: object) -> Outgoing:
            message = Outgoing(
                id=self.store._ids.new(),
                to=to.id,
                subject=to.id,
                channel=where.channel,
                address=where.id,
                text="Gute Besserung!",
                language="de",
                level=Level.L3,
                message_class=kind,
                dedupe=f"m:{len(self.written)}",
                cause="test",
                created=self.now,
                not_before=self.now + timedelta(seconds=late),
                expires=None if lasts is None else self.now + timedelta(seconds=late + lasts),
            )
            assert uow.outbox.add(message)  # type: ignore[attr-defined]  # a unit of work, as every work gets it
            return message

        message = self.store.submit(add).result()
        self.written[message.id] = message
        self.seen[message.id] = Seen()

    @rule(relay=RELAYS, room=st.integers(1, 3))
    def claim(self, relay: int, room: int) -> None:
        """A relay takes up what is due."""

        def take(uow: object) -> list[Claimed]:
            outbox = uow.outbox  # type: ignore[attr-defined]  # a unit of work, as every work gets it
            outbox.expire(self.now)
            found: list[Claimed] = outbox.claim(self.now, LEASE, room)
            return found

        for claimed in self.store.submit(take).result():
            self._nobody_overtaken(claimed)
            assert claimed.message.expires is None or claimed.message.expires > self.now
            self.relays[relay].holding[claimed.message.id] = Holding(claimed)

    @precondition(lambda self: self._held(sent=False))
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        """A relay that still has time sends; a late one gives the message back instead."""
        relay, holding = data.draw(st.sampled_from(self._held(sent=False)))
        if self.now >= holding.claimed.until - LEASE / 2:
            self._give_back(holding.claimed, self.now)
            del self.relays[relay].holding[holding.claimed.message.id]
            return
        holding.sent = True
        self._appears(holding.claimed)

    @precondition(lambda self: self._held(sent=True))
    @rule(data=st.data())
    def mark(self, data: st.DataObject) -> None:
        """A relay writes down that it has sent, in time or late."""
        relay, holding = data.draw(st.sampled_from(self._held(sent=True)))
        id_ = holding.claimed.message.id
        others = [each for each in self.relays[1 - relay].holding.values() if each.claimed.message.id == id_]
        kept = self._mark_sent(holding.claimed)
        assert not (kept and others), "two holders of one message at a time"
        del self.relays[relay].holding[id_]

    @precondition(lambda self: self._held(sent=False))
    @rule(data=st.data(), wait=st.sampled_from([0, 2, 120]))
    def refuse(self, data: st.DataObject, wait: int) -> None:
        """The platform asks to try later."""
        relay, holding = data.draw(st.sampled_from(self._held(sent=False)))
        self._give_back(holding.claimed, self.now + timedelta(seconds=wait))
        del self.relays[relay].holding[holding.claimed.message.id]

    @rule(relay=RELAYS)
    def crash(self, relay: int) -> None:
        """A relay dies with everything in its hands; the other one lives."""
        self.relays[relay].holding.clear()

    @precondition(lambda self: any(relay.holding for relay in self.relays))
    @rule(seconds=st.sampled_from([61, 90, 600]))
    def outlast(self, seconds: int) -> None:
        """Whoever holds something sleeps beyond the lease, and somebody who is awake looks after it."""
        self.now += timedelta(seconds=seconds)
        self._look_after(self.now)

    @rule(seconds=st.sampled_from([1, 31, -45]), looks=st.booleans())
    def pass_time(self, seconds: int, looks: bool) -> None:
        """Time passes or the clock is set back; a living relay may look after leases that are over."""
        self.now += timedelta(seconds=seconds)
        if looks:
            self._look_after(self.now)

    @precondition(lambda self: self.written)
    @rule(data=st.data())
    def suppress(self, data: st.DataObject) -> None:
        """A message is not wanted any more."""
        id_ = data.draw(st.sampled_from(sorted(self.written)))
        self.store.submit(lambda uow: uow.outbox.mark_suppressed(id_, "withdrawn", self.now)).result()

    @invariant()
    def nobody_sees_anything_twice_unannounced(self) -> None:
        """Every further appearance says that it may be one, and only alerts appear again."""
        for id_, seen in self.seen.items():
            assert seen.times - seen.announced <= 1
            assert seen.times <= 1 or self.written[id_].message_class is MessageClass.ALERT

    @invariant()
    def what_is_marked_as_sent_was_seen(self) -> None:
        """No message counts as sent that nobody saw."""
        if not hasattr(self, "store"):
            return
        with self.store.read() as uow:
            for id_ in self.written:
                status = uow.outbox.get(id_).status
                assert status is not OutboxStatus.SENT or self.seen[id_].times
                assert status is not OutboxStatus.UNCERTAIN or id_ in self.interrupted

    def _held(self, *, sent: bool) -> list[tuple[int, Holding]]:
        return [
            (number, holding)
            for number, relay in enumerate(self.relays)
            for holding in relay.holding.values()
            if holding.sent is sent
        ]

    def _give_back(self, claimed: Claimed, again: datetime) -> None:
        id_, reason = claimed.message.id, MAY_HAVE_ARRIVED if claimed.in_doubt else "later"
        holders = [each for relay in self.relays for each in relay.holding.values() if each.claimed.message.id == id_]
        newest = max(each.claimed.lease for each in holders)
        kept = self.store.submit(lambda uow: uow.outbox.mark_retry(id_, claimed.lease, again, reason)).result()
        assert not (kept and claimed.lease < newest), "a late holder gave away what somebody else holds"

    def _mark_sent(self, claimed: Claimed) -> bool:
        return self.store.submit(
            lambda uow: uow.outbox.mark_sent(claimed.message.id, claimed.lease, "x", self.now)
        ).result()

    def _appears(self, claimed: Claimed) -> None:
        seen = self.seen[claimed.message.id]
        seen.times += 1
        seen.announced += claimed.in_doubt
        order = self.order.setdefault(claimed.message.address, [])
        if claimed.message.id not in order:
            order.append(claimed.message.id)

    def _nobody_overtaken(self, claimed: Claimed) -> None:
        """No older message to the same address was due when this one was taken."""
        with self.store.read() as uow:
            for id_, written in self.written.items():
                older = id_ < claimed.message.id and written.address == claimed.message.address
                now = uow.outbox.get(id_)
                waits = now.status is OutboxStatus.PENDING and now.not_before <= self.now
                assert not (older and (waits or now.status is OutboxStatus.SENDING))

    def _look_after(self, until: datetime | None) -> None:
        def work(uow: object) -> list[int]:
            found = uow.outbox.lapsed(until)  # type: ignore[attr-defined]  # a unit of work, as every work gets it
            for each in found:
                deliveries.look_after(uow, each, self.now, again=self.now, safe=False)  # type: ignore[arg-type]  # as above
            return [each.id for each in found]

        self.interrupted.update(self.store.submit(work).result())

    def _run_dry(self) -> None:
        """Everybody who held something is dead; one relay works until nothing is left."""
        self.crash(0)
        self.crash(1)
        self.now += timedelta(hours=1)
        self._look_after(None)
        for _ in range(len(self.written) + 1):
            self.claim(0, 100)
            for holding in list(self.relays[0].holding.values()):
                holding.sent = True
                self._appears(holding.claimed)
                assert self._mark_sent(holding.claimed)
            self.relays[0].holding.clear()
        self.nobody_sees_anything_twice_unannounced()
        self.what_is_marked_as_sent_was_seen()
        with self.store.read() as uow:
            for id_, written in self.written.items():
                status = uow.outbox.get(id_).status
                assert status in ENDED
                assert status is not OutboxStatus.FAILED or written.expires is not None
                assert status is not OutboxStatus.UNCERTAIN or written.message_class is not MessageClass.ALERT


DeliveryProtocol.TestCase.settings = settings(
    max_examples=min(5 * POINTS, 1000), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDeliveryProtocol = DeliveryProtocol.TestCase
