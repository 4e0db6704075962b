"""What people write on channels that others run is accepted, and taken away there when it says too much."""

import pytest

from flows.engine.messages import InboundKind
from tests.handlers.abroad import Abroad

GONE = "aus diesem Chat genommen"


def write(abroad: Abroad, text: str, number: int = 1, kind: InboundKind = InboundKind.TEXT) -> list[str]:
    """p1 writes on Telegram, where the message has a name; what arrived there."""
    known = len(abroad.arrived)
    abroad.receive(abroad.update("tg-p1", kind, text=text, platform_id=f"m{number}"))
    return [one.text for one in abroad.arrived[known:] if one.to == "tg-p1"]


@pytest.mark.parametrize(
    "text",
    [
        "Ich bin heute krank",
        "krank",
        "Mein Bruder schlägt mich",
        "Zahnrad",
        "Ich komme heute nicht, mein Kind hat Fieber",
    ],
)
def test_what_says_too_much_is_taken_away_at_once(abroad: Abroad, text: str) -> None:
    """Free words are handled like any others, and their message is to be removed; the person is told why."""
    abroad.add("p1", "telegram")
    there = write(abroad, text)
    (removal,) = abroad.removals()
    assert ("tg-p1", "m1", "telegram") == (removal.external, removal.platform_id, removal.channel)
    assert 48 == (removal.gives_up - abroad.now).total_seconds() / 3600
    assert 1 == len([each for each in there if GONE in each])


@pytest.mark.parametrize("text", ["hilfe", "stop", "danke", "Hallo", "ja", "30", "zurück", "/start", "", "😀"])
def test_bare_commands_and_small_talk_stay(abroad: Abroad, text: str) -> None:
    """What a neutral button could have said as well is left in the chat."""
    abroad.add("p1", "telegram")
    assert not [each for each in write(abroad, text) if GONE in each]
    assert [] == abroad.removals(48)


def test_why_is_said_once_a_day(abroad: Abroad) -> None:
    """Every such message is taken away; the reason is given with the first of the day."""
    abroad.add("p1", "telegram")
    told = [len([each for each in write(abroad, "Ich bin krank", n) if GONE in each]) for n in range(3)]
    assert [1, 0, 0] == told
    assert 3 == len(abroad.removals())
    abroad.to("2026-11-24 10:00")
    assert 1 == len([each for each in write(abroad, "Ich bin krank", 9) if GONE in each])


@pytest.mark.parametrize("kind", [InboundKind.FILE, InboundKind.OTHER])
def test_files_and_voices_are_taken_away(abroad: Abroad, kind: InboundKind) -> None:
    """A photo of a sick note is refused kindly and does not stay in the chat either."""
    abroad.add("p1", "telegram")
    assert write(abroad, "", 1, kind)
    assert ["m1"] == [removal.platform_id for removal in abroad.removals()]


def test_at_home_nothing_is_taken_away(abroad: Abroad) -> None:
    """On the page everything may stand."""
    abroad.receive(abroad.update("p1", text="Ich bin heute krank", platform_id="m1"))
    abroad.receive(abroad.update("p1", InboundKind.OTHER, platform_id="m2"))
    assert [] == abroad.removals(48)


def test_an_edited_message_is_a_new_one_with_reference(abroad: Abroad) -> None:
    """Both are heard and kept; the second says which message it replaces."""
    abroad.add("p1", "telegram")
    write(abroad, "Ich komme heute spter")
    abroad.receive(abroad.update("tg-p1", text="Ich komme heute später", platform_id="m1", edited=True))
    with abroad.store.read() as uow:
        uow.guard.hears(abroad.person("p1").id, abroad.now)
        entries = uow.inbox.history(abroad.person("p1").id)
    assert [("m1", False), ("m1", True)] == [(entry.platform_id, entry.edited) for entry in entries]


def test_staff_words_are_taken_away_too(abroad: Abroad) -> None:
    """A caseworker who writes about somebody in the staff bot is heard; the words do not stay there."""
    abroad.add("c1", "telegram_staff")
    abroad.receive(abroad.update("staff-c1", text="Jonas ist heute krank", platform_id="m1"))
    assert ["m1"] == [removal.platform_id for removal in abroad.removals()]
    assert not [one for one in abroad.arrived if one.to == "staff-c1" and "Jonas" in one.text]
