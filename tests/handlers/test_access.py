"""Who is refused, what is written down about reads, and what the person and the officer hear of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from flows.people import Person, PersonId
from flows.rules.access import Operation
from handlers import strangers
from handlers.leaving import LeftBefore, NotStaff, leave
from storage.access_log import Access
from storage.uow import UnitOfWork
from tests.handlers.world import BERLIN, World

TODAY = date(2026, 11, 23)
NO = "Das geht hier nicht."


def log_of(world: World, who: str) -> list[Access]:
    """The access log about somebody, newest first."""
    person = world.person(who).id
    with world.store.read() as uow:
        return uow.access_log.of(person, 100)


def take_away(world: World, first: date, last: date) -> None:
    """Frau Albers is on leave; Herr Demir stands in."""
    person = world.person("c1").id
    world.write(lambda uow: uow.people.add_leave(person, first, last))


def add(world: World, like: str, handle: str) -> None:
    """One more person like somebody who is there."""
    known = world.person(like)
    world.write(partial(_add, handle=handle, known=known))


def _add(uow: UnitOfWork, handle: str, known: Person) -> None:
    uow.people.add(replace(known, id=PersonId(uow.new_id()), handle=handle, name=handle))


def test_an_alert_is_one_read_of_whom_it_is_put_before(world: World) -> None:
    """The entry says who, whose, what and when; the words are in the chat, not in the log."""
    world.say("p1", "Ich bin heute krank")
    (entry,) = log_of(world, "p1")
    assert (world.person("c1").id, Operation.READ_ALERT, False, world.now) == (
        entry.reader, entry.operation, entry.refused, entry.at,
    )  # fmt: skip
    world.tap("c1", "seen")
    assert [entry] == log_of(world, "p1")


def test_whoever_gets_an_alert_later_reads_it_too(world: World) -> None:
    """Each step of an escalation is a read of its own."""
    world.say("p1", "Ich bin heute krank")
    world.to("2026-11-23 16:30")
    assert ["k1", "c2", "c1"] == [world.handle(entry.reader) for entry in log_of(world, "p1")]


def test_what_one_says_oneself_is_read_by_nobody(world: World) -> None:
    """One's own chat leaves no entry."""
    world.say("p1", "Hallo")
    assert [] == log_of(world, "p1")


@pytest.mark.parametrize(("moment", "is_theirs"), [("23:59:59", True), ("00:00:00", False)])
def test_a_substitute_a_second_too_late_is_refused(world: World, moment: str, is_theirs: bool) -> None:
    """Until the last second of the leave the report is recorded; with the first second after it, nothing is."""
    take_away(world, TODAY, TODAY)
    world.say("c2", "Jonas ist heute krank")
    day = TODAY if is_theirs else TODAY + timedelta(days=1)
    world.now = datetime.fromisoformat(f"{day}T{moment}").replace(tzinfo=BERLIN).astimezone(UTC)
    answers = world.tap("c2", "phone")
    assert is_theirs == bool(world.events("AbsenceReported"))
    assert is_theirs != (NO in [one.text for one in answers])
    assert is_theirs != any(entry.refused for entry in log_of(world, "p1"))


def test_a_caseworker_of_before_is_refused(world: World) -> None:
    """Buttons last, the task does not: after a change of caseworker the old card only says that it was seen."""
    world.say("p1", "Ich bin heute krank")
    p1, c2 = world.person("p1").id, world.person("c2").id
    world.write(lambda uow: uow.people.assign(p1, c2))
    assert NO in [one.text for one in world.tap("c1", "proof")]
    assert [] == world.events("CertificateReceived")
    assert any(entry.refused and entry.outside for entry in log_of(world, "p1"))


def test_a_handle_that_is_not_theirs_is_answered_like_one_that_there_is_not(world: World) -> None:
    """Nobody learns by asking who is in the programme; only the attempt about somebody real is written down."""
    foreign, unknown = (
        [one.text for one in world.say("c2", f"Telefon verloren: {handle}")] for handle in ("p1", "p99")
    )
    assert [NO] == foreign == unknown
    assert not world.events("AddressUnlinked")
    (entry,) = log_of(world, "p1")
    assert (True, Operation.CUT_OFF_PHONE) == (entry.refused, entry.operation)


def test_a_guardian_acts_until_the_eighteenth_birthday(world: World) -> None:
    """From the first instant of it the guardian is somebody like any other."""
    world.say("g1", "Mein Sohn ist krank")
    assert 1 == len(world.events("AbsenceReported"))
    p6 = world.person("p6")
    world.write(lambda uow: uow.people.update(replace(p6, born=date(2008, 11, 24))))
    world.now = datetime(2026, 11, 24, 0, 0, tzinfo=BERLIN).astimezone(UTC)
    world.say("g1", "Mein Sohn ist krank")
    assert 1 == len(world.events("AbsenceReported"))


def test_a_guardian_or_a_contact_is_never_late_themselves(world: World) -> None:
    """Only participants report for themselves."""
    assert NO in [one.text for one in world.say("g1", "ich komme zu spät")]
    assert [] == world.events("LatenessReported")


def test_the_person_hears_who_has_seen_their_data(world: World) -> None:
    """Names and times, each reader once with the last time; refused attempts are not reads."""
    assert "noch niemand" in world.say("p1", "Wer hat meine Daten gesehen?")[-1].text
    world.say("p1", "Ich bin heute krank")
    world.say("c2", "Einladung für p1")
    (answer,) = world.say("p1", "Wer hat meine Daten gesehen?")
    assert "Frau Albers" in answer.text
    assert "7:40" in answer.text
    assert "Demir" not in answer.text


def test_the_button_for_it_is_under_help(world: World) -> None:
    """Whoever asks for help finds it."""
    world.say("p1", "Hilfe")
    assert "noch niemand" in world.tap("p1", "readers")[-1].text


def test_only_reads_outside_the_own_list_raise_the_alarm(world: World) -> None:
    """So many outside the list within a day, and the officer hears of it once; the own list never counts."""
    most = world.write(lambda uow: int(uow.profile.outside_reads))
    handles = [f"q{number}" for number in range(1, most + 3)]
    for handle in handles:
        add(world, "p5", handle)
    for handle in handles[: most - 1]:
        world.say("c2", f"Einladung für {handle}")
        world.say("c2", "Einladung für p5")
    world.say("c2", f"Einladung für {handles[0]}")
    assert [] == world.texts("d1")
    world.to("2026-11-23 07:41")
    assert [] == world.texts("d1")
    for handle in handles[most - 1 :]:
        world.say("c2", f"Einladung für {handle}")
    world.to("2026-11-23 07:42")
    (text,) = world.texts("d1")
    assert "Demir" in text
    assert f": {most + 2}" in text
    (event,) = world.events("OutsideReadsNoticed")
    assert ("c2", most + 2) == (world.handle(event.fields["who"]), event.fields["count"])


def test_who_leaves_is_a_stranger_at_once(world: World) -> None:
    """Addresses are nobody's, what waits goes to the next person, and the participants belong to the stand-in."""
    world.say("p1", "Ich bin heute krank")
    c1 = world.person("c1")
    world.write(lambda uow: leave(uow, c1, world.now))
    world.deliver()
    assert strangers.answer() == world.receive(world.update("c1", text="Jonas ist krank"))
    assert any("krank" in text for text in world.texts("c2"))
    world.say("p4", "ich bin krank")
    assert ["c2"] == [world.handle(one.fields["to"]) for one in world.events("AlertRaised")][1:]
    world.say("c2", "hilfe")
    labels = [button.label for one in world.tap("c2", "cannot") for button in one.buttons]
    assert "Jonas Weber" in labels
    with world.store.read() as uow:
        assert uow.people.has_left(c1.id)
        assert [] == uow.people.addresses(c1.id)


def test_nobody_leaves_twice_and_only_staff_leave(world: World) -> None:
    """Both are named."""
    c1, p1 = world.person("c1"), world.person("p1")
    with pytest.raises(NotStaff):
        world.write(lambda uow: leave(uow, p1, world.now))
    world.write(lambda uow: leave(uow, c1, world.now))
    with pytest.raises(LeftBefore):
        world.write(lambda uow: leave(uow, c1, world.now))


def test_violence_goes_to_another_protection_person_when_one_leaves(world: World) -> None:
    """Never past them to the own caseworker."""
    v1 = world.person("v1")
    add(world, "v1", "v2")
    world.say("p1", "mein Vater hat mich geschlagen")
    world.write(lambda uow: leave(uow, v1, world.now))
    (event,) = [one for one in world.events("AlertEscalated") if one.fields["kind"] == "violence"]
    assert "v2" == world.handle(event.fields["to"])
    assert [] == world.texts("c1")
