"""Consent as it is asked, given, refused and ended through the doors of the handlers."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from bot.demo import load_world
from bot.profile import load_profile
from flows.people import Person
from flows.rules.consent import Accepted, Consents, Form, Notice, Party, Refusal, Shown, State
from flows.rules.purposes import Scope, WrongScope
from flows.rules.receipts import receipt_fields
from flows.rules.wards import guardianship_of
from handlers import consent, consenting, documents, notices, receipts
from handlers.consent import Means
from handlers.documents import Handover
from handlers.occasion import Occasion
from locales.catalog import LANGUAGES
from storage.consent_payload import Proof
from storage.schema import migrate
from storage.uow import UnitOfWork
from tests.handlers.world import World

CODES = ("C1", "C2", "C3", "C4")
C1 = Scope("C1")


def effective(world: World, who: str) -> frozenset[str]:
    """What is unlocked for somebody now."""
    with world.store.read() as uow:
        return uow.consents.effective(world.person(who).id, world.now)


def begin(world: World, who: str, code: str = "C1") -> None:
    """Show somebody a text, as if they had asked for it."""

    def ask(uow: UnitOfWork) -> bool:
        person = uow.people.by_handle(who)
        assert person is not None
        occasion = Occasion(uow=uow, now=world.now, cause=f"test:{uow.new_id()}", channel="memory")
        return consenting.begin(occasion, person, consenting.Question(subject=person, scope=Scope(code), wished=True))

    assert world.write(ask)
    world.deliver()


def change(world: World, who: str, **more: object) -> Person:
    """Somebody is another from now on."""
    person = replace(world.person(who), **more)  # type: ignore[arg-type]  # named by the test
    world.write(lambda uow: uow.people.update(person))
    return person


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_the_messages_are_the_text_and_nothing_is_cut(code: str, language: str) -> None:
    """Joined again they are the very bytes whose digest is recorded."""
    wording = notices.word(load_profile("demo"), code, language)
    whole = "\n\n".join(wording.messages)
    assert wording.shown.digest == hashlib.sha256(whole.encode()).hexdigest()
    assert all(len(message) <= notices.LONGEST + 60 for message in wording.messages)
    assert wording.shorter


def test_a_yes_unlocks_its_purpose_and_no_other(world: World) -> None:
    """What was effective stays, what was not asked stays shut."""
    begin(world, "p1", "C4")
    assert {"C1", "C3"} == effective(world, "p1")
    world.tap("p1", "yes")
    assert {"C1", "C3", "C4"} == effective(world, "p1")


def test_the_yes_of_a_minor_unlocks_nothing_alone(world: World) -> None:
    """Both sides have to be effective; the guardian's button is the guardian's."""
    world.say("p6", "Start")
    world.tap("p6", "yes")
    assert frozenset() == effective(world, "p6")
    world.tap("g1", "yes")
    assert {"C1"} == effective(world, "p6")


def test_at_sixteen_the_assessment_of_staff_decides(world: World) -> None:
    """Doubt means a guardian, as does silence; "capable" does not."""
    change(world, "p6", born=(world.now - timedelta(days=365 * 17)).date())
    world.say("c2", "Einschätzung Leon: einsichtsfähig")
    world.say("p6", "Start")
    world.tap("p6", "yes")
    assert {"C1"} == effective(world, "p6")
    world.say("c2", "Einschätzung Leon: Zweifel")
    assert frozenset() == effective(world, "p6")


def test_on_the_eighteenth_birthday_everything_said_before_ends(world: World) -> None:
    """From the first instant on, without any job; asked anew in the morning, not at night."""
    change(world, "p6", born=date(2008, 11, 25))
    world.say("p6", "Start")
    world.tap("p6", "yes")
    world.tap("g1", "yes")
    assert {"C1"} == effective(world, "p6")
    world.to("2026-11-24T23:59")
    assert {"C1"} == effective(world, "p6")
    came = world.to("2026-11-25T00:00")
    assert frozenset() == effective(world, "p6")
    assert [] == came
    came = world.to("2026-11-25T08:00")
    assert any("Du bist jetzt 18" in each.text for each in came if each.to == "p6")
    assert [] == [each for each in came if each.to == "g1"]
    world.tap("p6", "yes")
    assert {"C1"} == effective(world, "p6")


def test_a_legal_guardian_decides_with_an_adult_where_it_is_recorded(world: World) -> None:
    """In the scopes recorded and in no other."""
    world.say("c1", "Rechtliche Betreuung Jonas: C4")
    begin(world, "p1", "C4")
    world.tap("p1", "yes")
    assert {"C1", "C3"} == effective(world, "p1")
    world.say("c1", "Rechtliche Betreuung Jonas: keine")
    assert {"C1", "C3", "C4"} == effective(world, "p1")


def test_a_changed_text_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the next contact what was said to the older version ends, and the new one is shown (F17)."""
    begin(world, "p1", "C4")
    world.tap("p1", "yes")
    monkeypatch.setattr(consenting, "version_of", lambda code: 2 if code == "C4" else 1)
    told = world.say("p1", "hallo")
    assert {"C1", "C3"} == effective(world, "p1")
    assert any("hat sich geändert" in each.text for each in told)


def test_nobody_is_asked_out_of_the_blue(world: World) -> None:
    """Who has decided nothing about a purpose is not asked because they say hello."""
    for who in ("p1", "p2", "p3", "p4", "p5", "p6"):
        world.say(who, "hallo")
    assert [] == world.events("ConsentShown")


def test_a_withdrawal_takes_no_more_taps_than_a_yes(world: World) -> None:
    """One word ends what one tap began, at the very question too."""
    begin(world, "p1", "C4")
    world.tap("p1", "yes")
    world.write(lambda uow: consent.withdraw(uow, world.person("p1"), "C4", world.now))
    assert "C4" not in effective(world, "p1")
    world.say("p1", "stop")
    assert "C1" not in effective(world, "p1")


def test_after_a_no_nobody_asks_for_the_days_of_the_profile(world: World) -> None:
    """Only the person's own wish shows the text again."""
    begin(world, "p1", "C4")
    world.tap("p1", "no")
    wording = notices.word(load_profile("demo"), "C4", "de")

    def show(uow: UnitOfWork, days: int) -> Refusal | None:
        step = Shown(at=world.now + timedelta(days=days), notice=wording.notice, form=Form.ELECTRONIC)
        return consent.take(uow, world.person("p1"), Scope("C4"), step, Means(actor=world.person("p1").id))

    assert Refusal.TOO_SOON is world.write(lambda uow: show(uow, 89))
    assert world.write(lambda uow: show(uow, 90)) is None


def test_a_document_is_given_to_one_recipient_and_no_other(world: World) -> None:
    """A corrected document and another recipient stay shut; a purpose without text cannot be asked for."""
    report, person = Handover(code="C6", content=b"report", recipient="agency"), world.person("p1")
    notice = Notice(1, "0" * 64)
    steps = (
        Shown(at=world.now, notice=notice, form=Form.ELECTRONIC),
        Accepted(at=world.now, notice=notice),
    )
    after = Consents()
    for step in steps:
        taken = after.apply(report.scope, step, guardianship_of(person))
        assert isinstance(taken, Consents)
        after = taken
    side = after.of(report.scope).person
    proof = Proof(actor=person.id, at=world.now, evidence={})
    world.write(lambda uow: uow.consents.keep(person.id, report.scope, Party.PERSON, side, proof))
    with world.store.read() as uow:
        assert documents.unlocks(uow, person.id, report, world.now)
        for other in (replace(report, content=b"report."), replace(report, recipient="company")):
            assert not documents.unlocks(uow, person.id, other, world.now)
        assert "C6" not in uow.consents.effective(person.id, world.now)
    with pytest.raises(WrongScope):
        Handover(code="C1", content=b"report", recipient="agency")
    with pytest.raises(WrongScope):
        Handover(code="C6", content=b"", recipient="agency")


def test_a_receipt_says_what_was_decided_on_which_text(world: World) -> None:
    """Every field of the record is there; the one before is named by its digest."""
    begin(world, "p2", "C4")
    world.tap("p2", "differently")
    world.tap("p2", "yes")
    with world.store.read() as uow:
        (receipt,) = receipts.receipts_of(uow, world.person("p2"))
        assert notices.shown_again(uow.profile, receipt.notice)
        assert receipts.receipt_of(uow, world.person("p1"), receipt.record) is None
    assert ("C4", "ar", 1) == (receipt.scope.code, receipt.notice.language, receipt.given.differently)
    assert [State.SHOWN, State.EFFECTIVE] == [each.state for each in receipt.events]
    assert {"party_identification", "consent", "privacy_notice", "previous_record_digest"} <= receipt_fields(
        receipt
    ).keys()


def test_two_signatures_at_once_count_once(tmp_path: Path) -> None:
    """The second member of staff is told that it is recorded already (F11)."""
    path = tmp_path / "paper.db"
    migrate(f"sqlite:///{path}")
    world = World(path, load_profile("inbeq"))
    try:
        world.write(lambda uow: load_world(uow, world.now.astimezone(UTC), channels=("memory",)))
        world.write(lambda uow: uow.people.add_leave(world.person("c1").id, world.now.date(), world.now.date()))
        begin(world, "p1", "C4")
        world.tap("p1", "yes")
        assert {"C1", "C3"} == effective(world, "p1")
        world.say("c1", "Einwilligung unterschrieben Jonas")
        world.say("c2", "Einwilligung unterschrieben Jonas")
        world.tap("c1", "none")
        second = world.tap("c2", "none")
        assert any("Schon vermerkt" in each.text for each in second)
        assert 1 == len(world.events("ConsentGiven"))
        assert {"C1", "C3", "C4"} == effective(world, "p1")
    finally:
        world.close()


def test_a_withdrawn_release_from_secrecy_reaches_the_caseworker(world: World) -> None:
    """Only that there is one is kept, or since when there is none."""
    world.say("c1", "Schweigepflichtentbindung Jonas liegt vor")
    assert world.person("p1").released
    told = world.say("c1", "Schweigepflichtentbindung Jonas widerrufen")
    assert (False, world.now.date()) == (world.person("p1").released, world.person("p1").release_ended)
    assert any("nichts mehr weitergegeben" in each.text for each in told if each.to == "c1")


def test_who_writes_on_the_birthday_before_the_morning_is_asked_once(world: World) -> None:
    """The question that was put at that contact stays open; the morning does not put another one."""
    change(world, "p6", born=date(2008, 11, 25))
    world.say("p6", "Start")
    world.tap("p6", "yes")
    world.tap("g1", "yes")
    world.say("p6", "Pause")
    world.to("2026-11-25T07:30")
    told = world.say("p6", "hallo")
    assert any("Du bist jetzt 18" in each.text for each in told)
    assert [] == [each for each in world.to("2026-11-25T09:00") if each.to == "p6"]


@pytest.mark.parametrize("chosen", [chosen for count in range(5) for chosen in combinations(CODES, count)], ids=str)
def test_any_choice_of_purposes_unlocks_exactly_these(world: World, chosen: tuple[str, ...]) -> None:
    """Nothing is bundled: whichever of the purposes somebody accepts, the others stay shut."""
    change(world, "p6", born=date(2000, 1, 1))
    world.say("p6", "Start")
    for code in CODES:
        world.tap("p6", "yes" if code in chosen else "no")
    assert frozenset(chosen) == effective(world, "p6")
    assert len(CODES) - len(chosen) == len(world.events("ConsentDeclined"))
