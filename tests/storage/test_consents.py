"""Consent records: what goes in comes out, both sides are rebuilt from them, and the instant decides."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from flows.rules.consent import (
    Accepted,
    Consents,
    Declined,
    Form,
    Happening,
    Notice,
    Party,
    Shown,
    Signed,
    State,
    TextChanged,
    Withdrawn,
)
from flows.rules.guardians import Assessment, Guardian
from flows.rules.purposes import Scope
from flows.rules.receipts import Given, Handling, NoticeShown
from flows.rules.wards import guardianship_of
from storage.consent_payload import Proof
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

BERLIN = ZoneInfo("Europe/Berlin")
NOTICE = Notice(1, "a" * 64)
C1, REPORT = Scope("C1"), Scope.of_document("C6", b"report", recipient="agency")
TEXT = NoticeShown(notice="C1", version=1, language="ar", level="B1", digest="a" * 64)
HANDLING = Handling(
    data_kinds=("name",),
    controller="carrier",
    officer="officer",
    recipients=("carrier",),
    storage=("own server",),
    retention=timedelta(days=365),
    withdrawal=("chat",),
)
GIVEN = Given(
    channel="web",
    form=Form.WRITTEN,
    evidence="button",
    guardian=Guardian.PARENT,
    assessment=Assessment.DOUBT,
    differently=2,
    interpreter="ar",
)
AT = timedelta(minutes=1)
LIFE: tuple[tuple[Scope, Happening], ...] = (
    (C1, Shown(at=NOW, notice=NOTICE, form=Form.WRITTEN)),
    (C1, Accepted(at=NOW + AT, notice=NOTICE)),
    (REPORT, Shown(at=NOW + AT, notice=NOTICE, form=Form.ELECTRONIC)),
    (C1, Shown(at=NOW + 2 * AT, by=Party.GUARDIAN, notice=NOTICE, form=Form.ELECTRONIC)),
    (C1, Accepted(at=NOW + 3 * AT, by=Party.GUARDIAN, notice=NOTICE)),
    (C1, Signed(at=NOW + 4 * AT, notice=NOTICE)),
    (REPORT, Declined(at=NOW + 5 * AT)),
    (C1, TextChanged(at=NOW + 6 * AT, version=2)),
    (C1, Withdrawn(at=NOW + 7 * AT)),
)


def keep(uow: UnitOfWork, world: World, scope: Scope, step: Happening) -> Consents:
    """Take a step and record what the side became; what the rules know afterwards."""
    anna = uow.people.get(world.anna.id)
    after = uow.consents.of(anna.id).apply(scope, step, guardianship_of(anna))
    assert isinstance(after, Consents), after
    proof = Proof(actor=anna.id, at=step.at, evidence={}, text=TEXT, handling=HANDLING, given=GIVEN)
    uow.consents.keep(anna.id, scope, step.by, after.of(scope).side(step.by), proof)
    return after


def grow(store: Store, world: World, born: date) -> None:
    """Anna was born that day."""
    store.submit(lambda uow: uow.people.update(replace(uow.people.get(world.anna.id), born=born))).result()


def test_both_sides_are_rebuilt_after_every_step(store: Store, world: World) -> None:
    """The records are all there is: what the rules said is what they say again."""
    grow(store, world, date(2012, 5, 1))
    for scope, step in LIFE:
        after = store.submit(partial(keep, world=world, scope=scope, step=step)).result()
        with store.read() as uow:
            assert after == uow.consents.of(world.anna.id)


def test_a_record_holds_what_a_receipt_needs(store: Store, world: World) -> None:
    """Text, handling and means come out as they went in; the record before is named."""
    grow(store, world, date(2012, 5, 1))
    for scope, step in LIFE[:2]:
        store.submit(partial(keep, world=world, scope=scope, step=step)).result()
    with store.read() as uow:
        first, second = uow.consents.trail(world.anna.id)
    assert (TEXT, HANDLING, GIVEN) == (first.proof.text, first.proof.handling, first.proof.given)
    assert ("0" * 64, State.ACKNOWLEDGED, (Party.PERSON,)) == (first.before, second.state, second.parties)
    assert first.before != second.before


@pytest.mark.parametrize("zone", [BERLIN])
def test_the_birthday_ends_what_is_unlocked_without_any_job(store: Store, world: World, zone: ZoneInfo) -> None:
    """An instant before it counts, at midnight where the person lives it does not."""
    grow(store, world, date(2008, 11, 25))
    for party in Party:
        shown = Shown(at=NOW, by=party, notice=NOTICE, form=Form.ELECTRONIC)
        store.submit(partial(keep, world=world, scope=C1, step=shown)).result()
        yes = Accepted(at=NOW, by=party, notice=NOTICE)
        store.submit(partial(keep, world=world, scope=C1, step=yes)).result()
    midnight = datetime(2026, 11, 25, tzinfo=zone).astimezone(UTC)
    with store.read() as uow:
        assert {"C1"} == uow.consents.effective(world.anna.id, midnight - timedelta(microseconds=1))
        assert frozenset() == uow.consents.effective(world.anna.id, midnight)


def test_a_record_from_before_counts_for_both_sides(store: Store, world: World) -> None:
    """What was given before there were two sides stays given, for minors too; a withdrawal ends it."""
    grow(store, world, date(2012, 5, 1))
    anna = world.anna.id
    store.submit(
        lambda uow: uow.consents.record(anna, "C1", "effective", actor=anna, now=NOW, evidence={"form": "electronic"})
    ).result()
    with store.read() as uow:
        assert {"C1"} == uow.consents.effective(anna, NOW)
    store.submit(lambda uow: keep(uow, world, C1, Withdrawn(at=NOW + AT))).result()
    with store.read() as uow:
        assert frozenset() == uow.consents.effective(anna, NOW + AT)
