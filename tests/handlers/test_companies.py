"""One sentence to a company: only with a yes to these words, only as long as it holds, and never why (R20a, F39)."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.profile import load_profile
from flows.engine.messages import InboundKind, Level, Outgoing
from handlers import inbound
from tests.handlers.world import World

MAIL = "kern@werkstatt.example"


@pytest.fixture
def company(world: World) -> World:
    """Oksana works in a company, and somebody there reads mail."""
    told = world.say("c1", f"Firma Oksana: Frau Kern, {MAIL}")
    assert any("Eingetragen" in one.text for one in told)
    return world


def report_and_read(world: World) -> list[str]:
    """Oksana reports herself ill until tomorrow and has the sentence shown: what she is told since then."""
    world.say("p3", "я сьогодні хвора")
    world.tap("p3", "tomorrow")
    return [one.text for one in world.tap("p3", "company_sentence") if one.to == "p3"]


def agree(world: World) -> list[Outgoing]:
    """Tap yes to the sentence: the mails that arrived because of it."""
    return [one.message for one in world.tap("p3", "yes") if one.message.channel == "mail"]


def test_the_company_reads_exactly_what_the_person_has_read(company: World) -> None:
    """The preview, and one mail at L2 with the same words; no reason, no word about health."""
    shown = report_and_read(company)
    (mail,) = agree(company)
    assert mail.text in shown
    assert "Oksana Melnyk kommt von Mo 23.11. bis Di 24.11. nicht." == mail.text
    assert (Level.L2, ()) == (mail.level, mail.buttons)
    assert [MAIL] == [one.to for one in company.arrived if one.message.id == mail.id]
    assert 1 == len(company.events("CompanyTold"))


def test_without_a_yes_nothing_goes_out(company: World) -> None:
    """Shown is not agreed; a no is told nobody."""
    report_and_read(company)
    told = company.tap("p3", "no")
    assert {"p3"} == {one.to for one in told}
    assert [] == company.events("CompanyTold")


def test_other_days_are_another_sentence(company: World) -> None:
    """A yes to two days is none to three: it is asked again, and a second mail goes out only then."""
    report_and_read(company)
    agree(company)
    company.say("p3", "я хвора до 25.11.")
    shown = [one.text for one in company.tap("p3", "company_sentence") if one.to == "p3"]
    assert "Oksana Melnyk kommt von Mo 23.11. bis Mi 25.11. nicht." in shown
    assert 1 == len(company.events("CompanyTold"))
    assert ["Oksana Melnyk kommt von Mo 23.11. bis Mi 25.11. nicht."] == [mail.text for mail in agree(company)]


def test_what_was_taken_back_before_it_left_does_not_leave(company: World) -> None:
    """Delivery looks once more: the report is gone, so is the mail."""
    report_and_read(company)
    agreed = company.button("p3", "yes").handle
    updates = (
        company.update("p3", InboundKind.TAP, tap=agreed),
        company.update("p3", InboundKind.TEXT, text="я все ж прийду"),
    )
    for update in updates:
        company.write(partial(inbound.receive, inbound=update, now=company.now))
    company.deliver()
    assert 1 == len(company.events("CompanyTold"))
    assert 1 == len(company.events("AbsenceTakenBack"))
    assert [] == [one for one in company.arrived if one.message.channel == "mail"]


def test_a_mail_that_is_refused_makes_somebody_call(company: World) -> None:
    """The caseworker hears that the company does not know."""
    company.unreachable.add(MAIL)
    report_and_read(company)
    told = [one.text for one in company.tap("p3", "yes") if one.to == "c1"]
    assert any("kam nicht an" in text for text in told), told


def test_an_end_that_nobody_knows_is_a_sentence_too(company: World) -> None:
    """Tapping "I do not know" offers it; what goes out names the first day only."""
    company.say("p3", "я сьогодні хвора")
    company.tap("p3", "skip")
    shown = [one.text for one in company.tap("p3", "company_sentence") if one.to == "p3"]
    assert "Oksana Melnyk kommt ab Mo 23.11. nicht." in shown
    assert ["Oksana Melnyk kommt ab Mo 23.11. nicht."] == [mail.text for mail in agree(company)]


def test_a_question_that_stays_unanswered_offers_it_once(company: World) -> None:
    """Half an hour after the question until when; an answer that says nothing new offers it no second time."""
    company.say("p3", "я сьогодні хвора")
    assert not any("company_sentence" in one.actions for one in company.arrived)
    company.to("2026-11-23T08:11")
    assert 1 == sum("company_sentence" in one.actions for one in company.arrived)
    company.tap("p3", "skip")
    assert 1 == sum("company_sentence" in one.actions for one in company.arrived)
    assert 1 == len(company.events("AlertRaised"))


def test_without_a_mail_server_nobody_reads_that_the_company_is_told(tmp_path: Path, loaded: Path) -> None:
    """The profile permits mail and there is no server: that is said, with who helps, and nothing is asked."""
    path = tmp_path / "unmailed.db"
    path.write_bytes(loaded.read_bytes())
    world = World(path, replace(load_profile("demo"), mails=False))
    world.say("c1", f"Firma Oksana: Frau Kern, {MAIL}")
    world.say("p3", "я сьогодні хвора")
    told = [one for one in world.tap("p3", "tomorrow") if one.to == "p3"]
    assert any("зателефонуйте туди" in one.text and "ask" in one.actions for one in told), told
    assert not any("company_sentence" in one.actions for one in world.arrived)
    world.close()


def test_a_server_that_is_gone_since_the_yes_makes_somebody_call(company: World) -> None:
    """The yes was asked while there was a server; without one the person and the caseworker read that it did not go."""
    report_and_read(company)
    company.close()
    later = World(company.database, replace(load_profile("demo"), mails=False))
    later.arrived += company.arrived
    later.count_on_from(company)
    told = [(one.to, one.text) for one in later.tap("p3", "yes")]
    assert any(to == "p3" and "зателефонуйте туди" in text for to, text in told), told
    assert any(to == "c1" and "kam nicht an" in text for to, text in told), told
    assert not any("зараз отримає" in text for _, text in told)
    assert [] == later.events("CompanyTold")
    later.close()


@pytest.mark.parametrize("who", ["p1", "p2"])
def test_nobody_is_asked_where_no_company_has_to_know(company: World, who: str) -> None:
    """Only in a phase in which the company has to hear of it."""
    company.say(who, "krank")
    assert not any("company_sentence" in one.actions for one in company.arrived)


def test_a_button_of_somebody_else_shows_nothing(company: World) -> None:
    """The report behind it has to be one's own."""
    report_and_read(company)
    button = company.button("p3", "company_sentence")
    told = company.press("p1", button.handle)
    assert not any("Oksana" in one.text for one in told if one.to == "p1")


@pytest.mark.parametrize("words", ["Frau Kern", "kern@", "Frau Kern, a@b", "Frau Kern a@b.example c@d.example"])
def test_a_line_without_one_whole_address_is_asked_for_again(world: World, words: str) -> None:
    """How it is written is said; nothing is kept."""
    told = world.say("c1", f"Firma Oksana: {words}")
    assert any("Bitte schreiben Sie es so" in one.text for one in told if one.to == "c1"), told


def test_only_whoever_is_responsible_says_whom_to_write_to(world: World) -> None:
    """A foreign caseworker cannot set a company, and none is written to afterwards."""
    world.say("c2", f"Firma Oksana: Frau Kern, {MAIL}")
    world.say("p3", "я сьогодні хвора")
    world.tap("p3", "tomorrow")
    assert not any("company_sentence" in one.actions for one in world.arrived)
