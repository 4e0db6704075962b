"""Certificates: sent, read off, destroyed; which days they prove and what each side is told (F32, R2, R3, R5)."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.profile import load_profile
from flows.engine.certificate_events import DatesRead
from flows.engine.messages import Inbound, InboundKind
from flows.rules.absence import Proof
from flows.rules.certificates import Certificate, State
from flows.rules.excuses import Excuse, Span, excuse_on
from flows.rules.profile import EvidenceRule
from handlers import certificate_checks, certificates
from handlers.excusing import known_of
from handlers.occasion import Occasion
from storage.errors import NoGround
from storage.uow import UnitOfWork
from tests.handlers.world import CHANNEL, World

MONDAY = date(2026, 11, 23)
PICTURE = b"\xff\xd8\xffCanary of a picture"


def send(world: World, who: str = "p1", number: int = 1) -> bool:
    """An upload from somebody's own page, when nobody sleeps any more."""
    if number == 1:
        world.to("2026-11-23 09:00")
    upload = Inbound(channel=CHANNEL, external_id=f"upload-{number}", sender=who, kind=InboundKind.FILE)
    taken = world.write(partial(certificates.receive, upload=upload, pages=[PICTURE], now=world.now))
    world.deliver()
    return taken


def send_for(world: World, ward: str, sender: str = "g1") -> bool:
    """An upload from a guardian's page for somebody."""
    world.to("2026-11-23 09:00")
    upload = Inbound(channel=CHANNEL, external_id=f"for-{ward}", sender=sender, kind=InboundKind.FILE)
    number = world.person(ward).id
    work = partial(certificates.receive, upload=upload, pages=[PICTURE], now=world.now, ward=number)
    taken = world.write(work)
    world.deliver()
    return taken


def agree(world: World, who: str) -> None:
    """Somebody has agreed to messages and to pictures of sick notes."""
    person = world.person(who).id

    def work(uow: UnitOfWork) -> None:
        for purpose in ("C1", "C3"):
            uow.consents.record(person, purpose, "effective", actor=person, now=world.now, evidence={})

    world.write(work)


def known(world: World, who: str = "p1") -> list[Certificate]:
    """What there is of somebody."""
    with world.store.read() as uow:
        return uow.certificates.of(world.person(who).id)


def enter(world: World, by: str, first: date, last: date, who: str = "p1") -> None:
    """Somebody of the staff has read the dates off the newest certificate."""
    person, number = world.person(who), known(world, who)[-1].id

    def work(uow: UnitOfWork) -> None:
        read = DatesRead(who=person.id, certificate=number, first_day=first, last_day=last)
        certificate_checks.enter(Occasion(uow=uow, now=world.now, cause=f"page:{uow.new_id()}"), world.person(by), read)

    world.write(work)
    world.deliver()


def excuse(world: World, day: date, who: str = "p1") -> Excuse | None:
    """What stands of a day."""
    with world.store.read() as uow:
        occasion = Occasion(uow=uow, now=world.now, cause="look")
        return excuse_on(day, known_of(occasion, world.person(who).id, MONDAY - timedelta(days=60)))


def page(world: World, number: int) -> bytes | None:
    """The picture, as staff would see it."""

    def look(uow: UnitOfWork) -> bytes | None:
        uow.guard.at(world.now)
        return uow.certificates.page(number, 1)

    return world.write(look)


def test_a_picture_arrives_and_two_dates_stay(world: World) -> None:
    """The caseworker hears of it, reads two dates off, the picture is gone, and the days are proven."""
    world.say("p1", "Ich bin heute krank bis Freitag")
    assert send(world)
    assert "Danke, deine Krankschreibung ist angekommen" in world.texts("p1")[-1]
    assert "Jonas Weber hat eine Krankschreibung geschickt" in world.texts("c1")[-1]
    (waiting,) = known(world)
    assert PICTURE == page(world, waiting.id)
    assert Excuse.OPEN is excuse(world, MONDAY)
    world.tap("c1", "note_dates")
    world.tap("c1", "day")
    world.tap("c1", "day")
    world.tap("c1", "confirm")
    (checked,) = known(world)
    assert (State.CHECKED, Span(MONDAY, date(2026, 11, 27))) == (checked.state, checked.span)
    assert page(world, waiting.id) is None
    assert Excuse.PROVEN is excuse(world, date(2026, 11, 27))
    assert "Diese Tage sind entschuldigt" in world.texts("p1")[-1]


def test_the_same_upload_twice_counts_once(world: World) -> None:
    """A form that is sent again is the same upload."""
    assert send(world)
    assert send(world)
    assert 1 == len(known(world))


def test_without_the_consent_nothing_is_taken(world: World) -> None:
    """C3 is what certificates rest on: after its end nothing is kept, and nothing opens."""
    world.say("p1", "Ich bin heute krank")
    assert send(world)
    (waiting,) = known(world)
    world.say("p1", "Keine Krankschreibungen mehr hier speichern")
    assert State.WITHDRAWN is known(world)[0].state
    assert page(world, waiting.id) is None
    assert not send(world, number=2)
    assert 1 == len(known(world))
    assert any("Bild der Krankschreibung von Jonas Weber ist gelöscht" in text for text in world.texts("c1"))


def test_a_picture_cannot_be_opened_without_consent(world: World) -> None:
    """Whatever ended the consent, the guard is asked when a picture is opened."""
    send(world)
    (waiting,) = known(world)

    def look(uow: UnitOfWork) -> None:
        uow.guard.at(world.now + timedelta(days=1))
        uow.consents.record(
            world.person("p1").id, "C3", "withdrawn", actor=world.person("p1").id, now=world.now, evidence={}
        )
        uow.certificates.page(waiting.id, 1)

    with pytest.raises(NoGround):
        world.write(look)


def test_a_gap_before_the_follow_up_stays_open_and_is_told(world: World) -> None:
    """R5: from..to of each certificate are proven, the day between is not; the person reads which day."""
    world.say("p1", "Ich bin heute krank bis 4.12.")
    send(world)
    enter(world, "c1", MONDAY, date(2026, 11, 27))
    send(world, number=2)
    enter(world, "c1", date(2026, 12, 1), date(2026, 12, 4))
    assert Excuse.PROVEN is excuse(world, date(2026, 11, 27))
    assert Excuse.OPEN is excuse(world, date(2026, 11, 30))
    assert Excuse.PROVEN is excuse(world, date(2026, 12, 1))
    assert "Noch ohne Krankschreibung: Mo 30.11." in world.texts("p1")[-1]


def test_the_first_days_without_a_certificate_stay_open(world: World) -> None:
    """Reported from Monday, certified from Wednesday: Monday and Tuesday are open."""
    world.say("p1", "Ich bin heute krank bis Freitag")
    send(world)
    enter(world, "c1", date(2026, 11, 25), date(2026, 11, 27))
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    assert [Excuse.OPEN] * 2 + [Excuse.PROVEN] * 3 == [excuse(world, day) for day in days]


def test_days_that_are_left_are_asked_about_again(world: World) -> None:
    """On the two working days after the dates were entered, by name; not any more once they are covered (R3, R5)."""
    world.say("p1", "Ich bin heute krank bis Freitag")
    world.to("2026-11-26 10:00")
    send(world, number=2)
    enter(world, "c1", date(2026, 11, 24), date(2026, 11, 27))
    assert "Noch ohne Krankschreibung: Mo 23.11." in world.texts("p1")[-1]
    told = [one for one in world.to("2026-11-27 12:00") if one.to == "p1"]
    assert ["Noch ohne Krankschreibung: Mo 23.11."] == [one.text.partition(". ")[0] + "." for one in told]
    assert "no_doctor" in told[0].actions
    send(world, number=3)
    enter(world, "c1", MONDAY, MONDAY)
    assert Proof.RECEIVED is world.absences("p1")[0].proof
    assert [] == [one for one in world.to("2026-12-03 12:00") if one.to == "p1"]


def test_open_days_that_are_still_to_come_are_asked_about_when_they_have_come(world: World) -> None:
    """Certified until Wednesday, reported until Friday: on Friday it is asked, not before."""
    world.say("p1", "Ich bin heute krank bis Freitag")
    send(world)
    enter(world, "c1", MONDAY, date(2026, 11, 25))
    assert [] == [one for one in world.to("2026-11-26 23:00") if one.to == "p1"]
    assert any("Do 26.11. und Fr 27.11." in one.text for one in world.to("2026-11-27 12:00") if one.to == "p1")


def test_after_a_picture_that_is_gone_it_is_asked_for_again(world: World) -> None:
    """The usual days were over when it was destroyed: the next two working days are meant."""
    world.say("p1", "Ich bin heute krank bis Freitag")
    world.to("2026-11-25 12:00")
    send(world, number=2)
    world.tap("c1", "note_visible")
    assert any("no_doctor" in one.actions for one in world.to("2026-11-26 12:00") if one.to == "p1")


def test_days_that_need_no_certificate_are_not_asked_about(loaded: Path, tmp_path: Path) -> None:
    """Needed from the third day on: the first two are no gap, and the proof is there."""
    path = tmp_path / "third.db"
    path.write_bytes(loaded.read_bytes())
    world = World(path, replace(load_profile("demo"), evidence_rule=EvidenceRule.CERTIFICATE_DAY_3))
    world.say("p1", "Ich bin heute krank bis Freitag")
    send(world)
    enter(world, "c1", date(2026, 11, 25), date(2026, 11, 27))
    assert Proof.RECEIVED is world.absences("p1")[0].proof
    assert not any("Noch ohne" in text for text in world.texts("p1"))
    world.close()


def test_whoever_has_the_paper_and_enters_no_dates_is_asked_for_them(world: World) -> None:
    """The whole report counts meanwhile; on the next working day the dates are asked for, once."""
    world.say("p1", "Ich bin heute krank bis Freitag")
    world.tap("c1", "proof")
    assert Excuse.PROVEN is excuse(world, date(2026, 11, 27))
    told = [one for one in world.to("2026-11-24 13:30") if one.to == "c1" and "noch die zwei Daten" in one.text]
    assert (1, "note_dates") == (len(told), told[0].actions[0])


def test_a_backdated_certificate_follows_its_own_dates(world: World) -> None:
    """R5: days before the report are proven as well."""
    world.say("p1", "Ich bin heute krank")
    send(world)
    enter(world, "c1", date(2026, 11, 19), date(2026, 11, 24))
    assert Excuse.PROVEN is excuse(world, date(2026, 11, 19))
    assert Excuse.PROVEN is excuse(world, date(2026, 11, 24))
    assert excuse(world, date(2026, 11, 25)) is None


def test_a_report_without_an_end_gets_that_of_the_certificate(world: World) -> None:
    """What nobody could say on the first day stands on the sheet."""
    world.say("p1", "Ich bin heute krank")
    send(world)
    enter(world, "c1", MONDAY, date(2026, 12, 4))
    (report,) = world.absences("p1")
    assert (date(2026, 12, 4), Proof.RECEIVED) == (report.last_day, report.proof)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 11, 27), MONDAY, "nicht vor dem ersten liegen"),
        (date(2025, 11, 23), date(2025, 11, 27), "weit weg"),
        (MONDAY, date(2027, 11, 27), "weit weg"),
    ],
)
def test_impossible_dates_are_asked_again(world: World, first: date, last: date, said: str) -> None:
    """Until before from, a year off: nothing is entered, and the picture still waits."""
    world.say("p1", "Ich bin heute krank")
    send(world)
    enter(world, "c1", first, last)
    assert said in world.texts("c1")[-1]
    assert State.WAITING is known(world)[0].state


def test_a_visible_diagnosis_destroys_the_picture_at_once(world: World) -> None:
    """Nobody needs to know the illness: it is gone, and the person is asked kindly for the other sheet."""
    world.say("p1", "Ich bin heute krank")
    send(world)
    (waiting,) = known(world)
    world.tap("c1", "note_visible")
    assert page(world, waiting.id) is None
    assert State.VISIBLE is known(world)[0].state
    assert "das andere Blatt" in world.texts("p1")[-1]
    world.tap("c1", "note_dates")
    assert "Diagnose war zu sehen" in world.texts("c1")[-1]


def test_of_two_at_once_the_second_hears_of_the_first(world: World) -> None:
    """One effect; the dates of the first stay."""
    world.say("p1", "Ich bin heute krank")
    send(world)
    enter(world, "c1", MONDAY, date(2026, 11, 24))
    enter(world, "c2", MONDAY, date(2026, 11, 27))
    assert Span(MONDAY, date(2026, 11, 24)) == known(world)[0].span
    assert "hat es schon eingetragen" in world.texts("c2")[-1]


def test_after_72_hours_the_picture_is_gone_and_both_know(world: World) -> None:
    """Not a minute longer than the profile says."""
    world.say("p1", "Ich bin heute krank")
    send(world)
    (waiting,) = known(world)
    world.to("2026-11-26 08:59")
    assert State.WAITING is known(world)[0].state
    world.to("2026-11-26 09:01")
    assert State.LAPSED is known(world)[0].state
    assert page(world, waiting.id) is None
    assert any("nach 72 Stunden gelöscht" in text for text in world.texts("c1"))
    assert any("schick es noch einmal" in text.casefold() for text in world.texts("p1"))


def test_staff_with_the_paper_in_hand_are_asked_for_its_dates(world: World) -> None:
    """ "Sick note is here" counts at once; then the two dates are asked, here only part of the days."""
    world.say("p1", "Ich bin heute krank bis Freitag")
    world.tap("c1", "proof")
    assert "ab welchem Tag" in world.texts("c1")[-1]
    world.say("c1", "23.11.")
    world.say("c1", "25.11.")
    world.tap("c1", "confirm")
    assert Excuse.PROVEN is excuse(world, date(2026, 11, 25))
    assert Excuse.OPEN is excuse(world, date(2026, 11, 26))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("p1", "Ich habe die Krankschreibung"),
        ("p2", "عندي شهادة مرضية"),
        ("p3", "У мене є лікарняний"),
        ("p5", "I have a certificate"),
    ],
)
def test_whoever_has_a_sick_note_is_led_to_the_page(world: World, who: str, words: str) -> None:
    """For a report that lacks one; without a report the words may be a report themselves."""
    ill = {"p1": "Ich bin heute krank", "p2": "أنا مريضة اليوم", "p3": "Я сьогодні хвора", "p5": "I am ill today"}
    world.say(who, ill[who])
    before = len(world.arrived)
    world.say(who, words)
    assert any("photo" in arrived.actions for arrived in world.arrived[before:])


def test_a_guardian_sends_one_for_the_ward(world: World) -> None:
    """The staff of the ward hear who sent it, the guardian is thanked, the ward reads that it was sent."""
    agree(world, "p6")
    assert send_for(world, "p6")
    (mine,) = known(world, "p6")
    assert (State.WAITING, world.person("g1").id) == (mine.state, mine.sender)
    said = {who: "\n".join(world.texts(who)) for who in ("g1", "p6", "c2")}
    assert "die Krankschreibung von Leon Fischer ist da. Herr Demir" in said["g1"]
    assert "Sabine Fischer hat deine Krankschreibung geschickt" in said["p6"]
    assert "Sabine Fischer hat eine Krankschreibung von Leon Fischer geschickt" in said["c2"]


def test_what_a_guardian_sent_is_asked_of_the_guardian_again(world: World) -> None:
    """A diagnosis was visible: both are asked for the other sheet; of what the ward sent the guardian hears nothing."""
    agree(world, "p6")
    send_for(world, "p6")
    world.tap("c2", "note_visible")
    assert any("das andere Blatt" in text for text in world.texts("g1"))
    assert any("das andere Blatt" in text for text in world.texts("p6"))
    told = len(world.texts("g1"))
    send(world, "p6", 2)
    world.tap("c2", "note_visible")
    assert told == len(world.texts("g1"))


@pytest.mark.parametrize(
    ("ward", "why"), [("p6", "no consent"), ("p1", "somebody else's"), ("p6", "blocked"), ("p6", "of age")]
)
def test_for_whom_a_guardian_may_not_send_nothing_is_kept(world: World, ward: str, why: str) -> None:
    """Without the ward's consent, for a stranger, with contact blocked, after the 18th birthday."""
    if why != "no consent":
        agree(world, ward)
    if why == "blocked":
        world.write(lambda uow: uow.people.update(replace(world.person("p6"), contact_blocked=True)))
    if why == "of age":
        world.write(lambda uow: uow.people.update(replace(world.person("p6"), born=date(2000, 1, 1))))
    assert not send_for(world, ward)
    assert [] == known(world, ward)


def test_a_guardian_is_led_to_the_page(world: World) -> None:
    """By words, and after a report, as soon as the ward has agreed; before that it is said who takes the paper."""
    world.say("g1", "Mein Sohn ist heute krank")
    told = world.say("g1", "Ich habe die Krankschreibung")
    assert any("weil dem niemand zugestimmt hat" in one.text for one in told if one.to == "g1"), told
    agree(world, "p6")
    told = world.say("g1", "Ich habe die Krankschreibung")
    assert ("photo", "ward") in [(one.action, one.value) for each in told if each.to == "g1" for one in each.buttons]
    reported = world.say("g1", "Mein Sohn ist am 30.11. krank")
    assert any("photo" in one.actions for one in reported if one.to == "g1"), reported
