"""Inbox, conversations, consents, absences, alerts, events, timers, sessions: what goes in comes out."""

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.engine.conversation import Conversation, Json, Status
from flows.engine.events import AbsenceReported, AlertKind, Reason
from flows.engine.messages import Inbound, InboundKind
from flows.people import PersonId
from flows.rules.absence import Absence, Proof, Source
from flows.rules.alerts import Alert
from storage.errors import UnknownRow
from storage.sessions import WebSession
from storage.store import Store
from storage.timers import Timer
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

DAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)
ANY_TEXT = st.text(st.characters(exclude_categories=()))
ANY_JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


def words(text: str, external_id: str = "1") -> Inbound:
    """A message as a channel parsed it."""
    return Inbound(channel="web", external_id=external_id, sender="p1", kind=InboundKind.TEXT, text=text)


def _accept(inbound: Inbound, who: PersonId, uow: UnitOfWork) -> int | None:
    return uow.inbox.accept(inbound, who, NOW)


def test_an_update_is_accepted_once(store: Store, world: World) -> None:
    """What the platform delivers again is not there twice, even for somebody else or with other words."""
    first = store.submit(lambda uow: uow.inbox.accept(words("Guten Tag"), world.anna.id, NOW)).result()
    again = store.submit(lambda uow: uow.inbox.accept(words("Guten Abend"), world.bilal.id, NOW)).result()
    assert (True, None) == (first is not None, again)
    with store.read() as uow:
        for one in (world.anna, world.bilal):
            uow.guard.hears(one.id, NOW)
        assert ["Guten Tag"] == [entry.text for entry in uow.inbox.history(world.anna.id)]
        assert [] == uow.inbox.history(world.bilal.id)


def test_the_same_id_on_another_channel_is_another_update(store: Store, world: World) -> None:
    """Ids are unique in their channel only."""
    accept = [replace(words("Guten Tag"), channel=channel) for channel in ("web", "memory")]
    stored = [store.submit(partial(_accept, each, world.anna.id)).result() for each in accept]
    assert None not in stored


def test_the_history_goes_on_where_it_was_left(store: Store, world: World) -> None:
    """After an entry come the later ones, oldest first, as many as asked for."""

    def write(uow: UnitOfWork) -> list[int]:
        return [uow.inbox.accept(words(f"Wort {n}", str(n)), world.anna.id, NOW) or 0 for n in range(5)]

    ids = store.submit(write).result()
    with store.read() as uow:
        uow.guard.hears(world.anna.id, NOW)
        assert ids[2:4] == [entry.id for entry in uow.inbox.history(world.anna.id, ids[1], 2)]


def test_a_press_shows_its_label(store: Store, world: World) -> None:
    """The history shows a press by the words on the button."""
    tap = Inbound(channel="web", external_id="1", sender="p1", kind=InboundKind.TAP, tap="handle")

    def press(uow: UnitOfWork) -> None:
        entry = uow.inbox.accept(tap, world.anna.id, NOW)
        assert entry is not None
        uow.inbox.set_text(entry, world.anna.id, "Ich bin krank")

    store.submit(press).result()
    with store.read() as uow:
        uow.guard.hears(world.anna.id, NOW)
        [entry] = uow.inbox.history(world.anna.id)
    assert ("Ich bin krank", InboundKind.TAP, NOW) == (entry.text, entry.kind, entry.received)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(text=ANY_TEXT, answers=st.dictionaries(ANY_TEXT, ANY_JSON, max_size=3))
def test_any_words_and_answers_come_back(store: Store, world: World, text: str, answers: dict[str, Json]) -> None:
    """Any Unicode text, half surrogate pairs too, and any JSON survive being sealed and stored."""

    def write(uow: UnitOfWork) -> tuple[int | None, int]:
        talk = Conversation(flow=text, version=2, node="n", answers=answers, asked=("a", text), misses=1, turn=7)
        told = uow.inbox.accept(words(text or "x", f"{text}-{uow.new_id()}"), world.anna.id, NOW)
        return told, uow.conversations.add(world.anna.id, talk, NOW)

    told, talk = store.submit(write).result()
    assert told is not None
    with store.read() as uow:
        uow.guard.hears(world.anna.id, NOW)
        [entry] = uow.inbox.history(world.anna.id, told - 1, 1)
        stored = uow.conversations.get(talk)
    assert (text or "x") == entry.text
    assert (
        Conversation(flow=text, version=2, node="n", answers=answers, asked=("a", text), misses=1, turn=7)
        == stored.conversation
    )


def test_the_waiting_conversation_is_the_current_one(store: Store, world: World) -> None:
    """Paused and finished conversations wait for nobody's answer."""
    talk = Conversation(flow="absence", version=1, node="until")

    def write(uow: UnitOfWork) -> tuple[int, int]:
        uow.guard.hears(world.anna.id, NOW)
        first = uow.conversations.add(world.anna.id, replace(talk, status=Status.PAUSED), NOW)
        uow.conversations.add(world.anna.id, replace(talk, status=Status.DONE), NOW)
        return first, uow.conversations.add(world.anna.id, talk, NOW + HOUR)

    paused, waiting = store.submit(write).result()
    with store.read() as uow:
        uow.guard.hears(world.anna.id, NOW)
        current = uow.conversations.current(world.anna.id)
        assert current is not None
        assert (waiting, NOW + HOUR, talk) == (current.id, current.updated, current.conversation)
        assert [paused] == [each.id for each in uow.conversations.paused(world.anna.id)]
        assert uow.conversations.current(world.bilal.id) is None


def test_a_conversation_goes_on(store: Store, world: World) -> None:
    """What is saved after a turn replaces what was there; an unknown conversation is an error."""
    talk = Conversation(flow="absence", version=1, node="until")
    later = replace(talk, node="done", turn=1, status=Status.DONE)

    def save(uow: UnitOfWork, id_: int) -> None:
        uow.guard.hears(world.anna.id, NOW)
        uow.conversations.save(id_, world.anna.id, later, NOW + HOUR)

    def begin(uow: UnitOfWork) -> int:
        uow.guard.hears(world.anna.id, NOW)
        return uow.conversations.add(world.anna.id, talk, NOW)

    begun = store.submit(begin).result()
    store.submit(lambda uow: save(uow, begun)).result()
    with store.read() as uow:
        uow.guard.hears(world.anna.id, NOW)
        assert later == uow.conversations.get(begun).conversation
        assert uow.conversations.current(world.anna.id) is None
    with pytest.raises(UnknownRow):
        store.submit(lambda uow: save(uow, 1)).result()


def record(uow: UnitOfWork, who: PersonId, purpose: str, state: str) -> None:
    """Record a consent step by the person themselves."""
    uow.consents.record(who, purpose, state, actor=who, now=NOW, evidence={"notice": "C1/1"})


@pytest.mark.parametrize(
    ("state", "effective"),
    [
        ("shown", False),
        ("declined", False),
        ("acknowledged", False),
        ("effective", True),
        ("withdrawn", False),
        ("expired", False),
        ("superseded", False),
    ],
)
def test_only_effective_unlocks(store: Store, world: World, state: str, effective: bool) -> None:
    """The newest record of a purpose counts, and no state but one unlocks it."""
    store.submit(lambda uow: record(uow, world.anna.id, "C1", "effective")).result()
    store.submit(lambda uow: record(uow, world.anna.id, "C3", "effective")).result()
    store.submit(lambda uow: record(uow, world.anna.id, "C3", state)).result()
    with store.read() as uow:
        assert {"C1", *(["C3"] if effective else [])} == uow.consents.effective(world.anna.id, NOW)
        assert frozenset() == uow.consents.effective(world.bilal.id, NOW)
        assert ["effective", "effective", state] == [each.state for each in uow.consents.trail(world.anna.id)]
        assert {"notice": "C1/1"} == uow.consents.trail(world.anna.id)[0].evidence


def test_a_consent_has_no_other_states(store: Store, world: World) -> None:
    """A state that PRIVACY.md does not know is refused."""
    with pytest.raises(ValueError, match="no such state"):
        store.submit(lambda uow: record(uow, world.anna.id, "C1", "efective")).result()


def test_consent_records_are_chained(store: Store, world: World, database: Path) -> None:
    """Each record's digest covers the record and the digest of the person's record before."""
    for state in ("shown", "effective", "withdrawn"):
        store.submit(partial(record, who=world.anna.id, purpose="C1", state=state)).result()
    before = b""
    with closing(sqlite3.connect(database)) as connection:
        for *plain, sealed, digest in connection.execute("SELECT * FROM consents ORDER BY id"):
            content = "|".join(map(str, plain)).encode() + b"|" + sealed
            assert digest == hashlib.sha256(before + content).digest()
            before = digest


@pytest.mark.parametrize("table", ["consents", "events"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = 0", "DELETE FROM {}", "REPLACE INTO {0} SELECT * FROM {0}"])
def test_the_database_refuses_to_rewrite_history(
    store: Store, world: World, database: Path, table: str, change: str
) -> None:
    """Nobody with the file in hand changes or deletes a consent record or an event by an ordinary statement."""
    event = AbsenceReported(who=world.anna.id, reason=Reason.ILLNESS, first_day=DAY)
    store.submit(lambda uow: record(uow, world.anna.id, "C1", "effective")).result()
    store.submit(lambda uow: uow.events.add(event, NOW, subject=world.anna.id)).result()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA recursive_triggers=ON")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(change.format(table))


def test_an_absence_comes_back_as_it_was_changed(store: Store, world: World) -> None:
    """What became known replaces what was known; an unknown absence is an error."""
    known = Absence(id=1, person=world.anna.id, reason=Reason.CHILD_ILL, first_day=DAY)
    more = replace(
        known, last_day=DAY, proof=Proof.OPEN, source=Source.PHONE, taken_back=True, revision=2, reason=Reason.ILLNESS
    )
    store.submit(lambda uow: uow.absences.add(known, NOW)).result()
    store.submit(lambda uow: uow.absences.change(more, NOW)).result()
    with store.read() as uow:
        assert more == uow.absences.get(1)
        with pytest.raises(UnknownRow):
            uow.absences.get(2)
    with pytest.raises(UnknownRow):
        store.submit(lambda uow: uow.absences.change(replace(more, id=2), NOW)).result()


def test_absences_are_found_by_what_they_reach(store: Store, world: World) -> None:
    """Over or not: an absence counts from a day if it ends on it or later, or if its end is open."""
    spans = {1: (-9, -8), 2: (-5, 0), 3: (-7, None), 4: (2, 3)}

    def write(uow: UnitOfWork) -> None:
        for id_, (first, last) in spans.items():
            last_day = None if last is None else DAY + timedelta(days=last)
            uow.absences.add(
                Absence(
                    id=id_,
                    person=world.anna.id,
                    reason=Reason.ILLNESS,
                    first_day=DAY + timedelta(days=first),
                    last_day=last_day,
                ),
                NOW,
            )

    store.submit(write).result()
    with store.read() as uow:
        assert [4, 3, 2] == [each.id for each in uow.absences.of(world.anna.id, since=DAY)]
        assert [] == uow.absences.of(world.bilal.id, since=DAY)


def test_whoever_holds_an_alert_can_see_to_it(store: Store, world: World) -> None:
    """An alert is open to all who hold it until the first of them has seen it."""
    alert = Alert(id=1, subject=world.anna.id, kind=AlertKind.CRISIS, to=world.clara.id, raised_at=NOW, absence=7)

    def raise_it(uow: UnitOfWork) -> None:
        uow.alerts.add(alert)
        uow.alerts.add_holder(1, world.bilal.id)
        uow.alerts.add_holder(1, world.bilal.id)
        uow.alerts.step(1, 1)

    store.submit(raise_it).result()
    escalated = replace(alert, step=1)
    with store.read() as uow:
        assert [world.clara.id, world.bilal.id] == uow.alerts.holders(1)
        assert [escalated] == uow.alerts.open_to(world.bilal.id) == uow.alerts.open_to(world.clara.id)
    assert store.submit(lambda uow: uow.alerts.acknowledge(1, world.bilal.id, NOW)).result()
    assert not store.submit(lambda uow: uow.alerts.acknowledge(1, world.clara.id, NOW)).result()
    with store.read() as uow:
        assert [] == uow.alerts.open_to(world.clara.id)
        seen = replace(escalated, acknowledged_by=world.bilal.id)
        assert seen == uow.alerts.get(1)
        assert [seen] == uow.alerts.about(world.anna.id)
        assert [] == uow.alerts.about(world.bilal.id)


def test_events_come_back_in_order(store: Store, world: World) -> None:
    """Events are read after the last one seen, with people as numbers and days as ISO text."""
    event = AbsenceReported(who=world.anna.id, reason=Reason.ILLNESS, first_day=DAY)
    for _ in range(3):
        store.submit(lambda uow: uow.events.add(event, NOW, subject=world.anna.id)).result()
    with store.read() as uow:
        first, *others = uow.events.after(0)
        assert others == uow.events.after(first.id)
        assert [others[0]] == uow.events.after(first.id, limit=1)
    assert ("AbsenceReported", NOW) == (first.name, first.at)
    expected = {"who": world.anna.id, "reason": "illness", "first_day": "2026-11-23", "last_day": None}
    assert expected.items() <= first.fields.items()


def test_an_event_without_its_key_is_unreadable(store: Store, world: World, database: Path) -> None:
    """When a person's key is gone their events stay, and say nothing."""
    event = AbsenceReported(who=world.anna.id, reason=Reason.ILLNESS, first_day=DAY)
    store.submit(lambda uow: uow.events.add(event, NOW, subject=world.anna.id)).result()
    store.submit(lambda uow: uow.events.add(event, NOW, subject=None)).result()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM person_keys")
        connection.commit()
    store._vault.forget(world.anna.id)
    with store.read() as uow:
        assert ["Unreadable", "AbsenceReported"] == [each.name for each in uow.events.after(0)]


def test_timers_fire_once_in_order(store: Store, world: World) -> None:
    """Due timers come earliest first; a finished or cancelled one does not come again."""

    def write(uow: UnitOfWork) -> list[int]:
        return [
            uow.timers.add("proof", NOW + 2 * HOUR, world.anna.id, 5, "1"),
            uow.timers.add("proof", NOW + HOUR, world.anna.id, 6, "1"),
            uow.timers.add("digest", NOW, None, None, ""),
            uow.timers.add("proof", NOW + 9 * HOUR, world.anna.id, 6, "1"),
        ]

    late, soon, first, far = store.submit(write).result()
    with store.read() as uow:
        assert NOW == uow.timers.next_due()
        assert [first, soon, late] == [each.id for each in uow.timers.due(NOW + 2 * HOUR, 10)]
        assert [Timer(first, "digest", NOW, None, None, "")] == uow.timers.due(NOW + HOUR, 1)
    assert store.submit(lambda uow: uow.timers.done(first, "fired")).result()
    assert not store.submit(lambda uow: uow.timers.done(first, "fired")).result()
    store.submit(lambda uow: uow.timers.cancel("proof", 6)).result()
    with store.read() as uow:
        assert [late] == [each.id for each in uow.timers.due(NOW + 99 * HOUR, 10)]
        assert far not in {each.id for each in uow.timers.due(NOW + 99 * HOUR, 10)}
        assert NOW + 2 * HOUR == uow.timers.next_due()


def test_a_login_link_works_once_and_in_time(store: Store, world: World) -> None:
    """Looking at a link does not use it up; using it does; an old or unknown one is nothing."""
    store.submit(lambda uow: uow.sessions.add_link(b"fresh", world.anna.id, NOW + HOUR)).result()
    store.submit(lambda uow: uow.sessions.add_link(b"stale", world.anna.id, NOW)).result()
    with store.read() as uow:
        assert world.anna.id == uow.sessions.link(b"fresh", NOW)
    tries = [b"fresh", b"fresh", b"stale", b"unknown"]
    used = store.submit(lambda uow: [uow.sessions.use_link(each, NOW) for each in tries]).result()
    assert [world.anna.id, None, None, None] == used


def _add_sessions(sessions: Iterable[WebSession], uow: UnitOfWork) -> None:
    for each in sessions:
        uow.sessions.add(each)


def test_sessions_are_touched_and_revoked(store: Store, world: World) -> None:
    """A session remembers when it was used, and is over when it is revoked, alone or with all of its person."""
    session = WebSession(
        slot="a",
        secret_hash=b"hash",
        person=world.anna.id,
        kind="participant",
        created=NOW,
        seen=NOW,
        expires=NOW + HOUR,
    )
    others = [replace(session, slot="b"), replace(session, slot="c", person=world.bilal.id)]
    store.submit(partial(_add_sessions, (session, *others))).result()
    store.submit(lambda uow: uow.sessions.touch("a", NOW + HOUR)).result()
    store.submit(lambda uow: uow.sessions.revoke("a")).result()
    with store.read() as uow:
        assert replace(session, seen=NOW + HOUR, revoked=True) == uow.sessions.find("a")
        assert others[0] == uow.sessions.find("b")
        assert uow.sessions.find("z") is None
    assert 2 == store.submit(lambda uow: uow.sessions.revoke_all(world.anna.id)).result()
    with store.read() as uow:
        found = {slot: uow.sessions.find(slot) for slot in "bc"}
    assert {"b": True, "c": False} == {slot: each.revoked for slot, each in found.items() if each}


def test_instants_come_back_in_utc(store: Store, world: World) -> None:
    """Whatever zone an instant was given in, it is read in UTC."""
    summer = datetime.fromisoformat("2026-07-01T09:00:00+02:00")
    store.submit(lambda uow: uow.timers.add("proof", summer, None, None, "")).result()
    with store.read() as uow:
        assert datetime(2026, 7, 1, 7, tzinfo=UTC) == uow.timers.next_due()
