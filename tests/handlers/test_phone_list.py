"""The phone list: caseworkers see whom to call today, and settle it with a tap (F48)."""

import pytest

from tests.handlers.abroad import Abroad

ASK = ("/calls", "Telefonliste", "telefonliste ", "Wen heute anrufen")


@pytest.fixture
def silent(abroad: Abroad) -> Abroad:
    """Nobody fetches the reminder to p1."""
    abroad.to("2026-11-23 10:00")
    abroad.remind("p1")
    abroad.to("2026-11-23 12:00")
    return abroad


@pytest.mark.parametrize("words", ASK)
def test_the_caseworker_sees_whom_to_call(silent: Abroad, words: str) -> None:
    """Name, number and since when, with one button; asked for in words or by command."""
    (entry,) = silent.say("c1", words)
    assert "Jonas Weber: keine Nummer. Nicht erreicht seit Mo 23.11., 12:00." == entry.text
    assert ("called",) == entry.actions


def test_the_menu_leads_to_the_list(silent: Abroad) -> None:
    """A button of the staff menu shows it."""
    silent.say("c1", "hilfe")
    assert [("called",)] == [one.actions for one in silent.tap("c1", "calls")]


def test_others_do_not_see_it(silent: Abroad) -> None:
    """A colleague who does not look after the person is told that there is nobody to call."""
    for who in ("c2", "k1"):
        (answer,) = silent.say(who, "/calls")
        assert "niemand" in answer.text


def test_the_stand_in_sees_it(silent: Abroad) -> None:
    """While the caseworker is away, whoever stands in sees whom to call."""
    person = silent.person("c1").id
    silent.write(lambda uow: uow.people.add_leave(person, silent.now.date(), silent.now.date()))
    assert [("called",)] == [one.actions for one in silent.say("c2", "/calls")]


def test_called_settles_it(silent: Abroad) -> None:
    """A tap takes the person off the list; a second one says so."""
    (entry,) = silent.say("c1", "/calls")
    (answer,) = silent.press("c1", entry.buttons[0].handle)
    assert "angerufen" in answer.text
    assert [] == silent.to_call()
    (answer,) = silent.say("c1", "/calls")
    assert "niemand" in answer.text


def test_an_open_question_stays_open(silent: Abroad) -> None:
    """Looking at the list is no answer to what is being asked."""
    silent.say("c1", "Nachricht schreiben")
    silent.say("c1", "/calls")
    arrived = silent.tap("c1", "person", str(silent.person("p1").id))
    assert "Jonas" in arrived[-1].text
