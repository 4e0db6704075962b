"""A complaint goes past the own caseworker: nothing that they can ask for in the chat shows it (F47, R59).

The same on their pages: tests/bot/web/test_complaints_hidden.py.
"""

from collections.abc import Callable

import pytest

from flows.rules.thread import Kind
from tests.handlers.test_inbox import COMPLAINTS
from tests.handlers.world import Arrived, World

LINES = (
    "/open", "Was ist offen?", "/today", "Was ist heute?", "/calls", "/proofs", "tasks", "meine Termine", "hilfe",
    "Nachrichten {name}", "Nachrichten mit {name}", "Suche {word}", "Suche bei {name}: {word}", "Übergabe {name}",
    "Urlaub {name}",
)  # fmt: skip
"""Whatever the staff chat answers to, about this person."""
OWN = {"p1": "c1", "p2": "c1", "p3": "c1", "p4": "c1", "p5": "c2"}
MORE = "Kanarienvogel"
"""A word that only the complaint has."""


def complain(world: World, who: str) -> None:
    """Twice, so that what is joined and what goes on is seen, too."""
    world.say(who, COMPLAINTS[who])
    world.say(who, f"{MORE} {MORE}")


def asked(world: World, by: str, who: str) -> list[Arrived]:
    """Everything that comes of asking for every list and line."""
    name = world.person(who).name
    word = next(word for word in COMPLAINTS[who].split() if len(word) > 6)
    lines = (line.format(name=name, word=one) for line in LINES for one in ({word, MORE} if "{word}" in line else {""}))
    return [one for line in lines for one in world.say(by, line) if one.to == by]


@pytest.mark.parametrize("who", COMPLAINTS)
def test_no_line_of_the_own_caseworker_shows_it(world: World, who: str) -> None:
    """In five languages; the answers are the very same that they get where nobody has complained."""
    world.to("2026-11-23 09:00")
    complain(world, who)
    shown = asked(world, OWN[who], who)
    assert shown
    assert not [one.text for one in shown if MORE in one.text or COMPLAINTS[who] in one.text]
    assert not [one.text for one in shown if "beschwer" in one.text.casefold() or "Sommer" in one.text]
    assert any("Bisher wurde nichts geschrieben" in one.text for one in shown)
    assert any("nichts offen" in one.text for one in shown)


@pytest.mark.parametrize("who", COMPLAINTS)
def test_it_is_answered_as_where_nobody_has_complained(new_world: Callable[[], World], who: str) -> None:
    """Two worlds, alike but for the complaint: the own caseworker, the stand-in and the coordinator read the same."""
    told: list[list[list[str]]] = []
    for complains in (True, False):
        world = new_world()
        world.to("2026-11-23 09:00")
        if complains:
            complain(world, who)
        told.append([[one.text for one in asked(world, by, who)] for by in ("c1", "c2", "k1")])
        world.to("2026-11-24 17:00")
        told[-1].append([text for by in ("c1", "c2", "k1") for text in world.texts(by)])
    assert told[0] == told[1]


def test_the_stand_in_of_a_caseworker_on_leave_does_not_see_it_either(world: World) -> None:
    """Whoever stands in reads what has come since the leave began, but this is not theirs."""
    today = world.now.date()
    world.write(lambda uow: uow.people.add_leave(world.person("c1").id, today, today))
    complain(world, "p1")
    assert not [one.text for one in asked(world, "c2", "p1") if MORE in one.text]


def test_it_stays_hidden_when_the_case_is_handed_over_and_when_nobody_looks(world: World) -> None:
    """Days later and with a new caseworker it is still with the protection person alone."""
    world.to("2026-11-23 09:00")
    complain(world, "p1")
    world.say("c1", "Übergabe Jonas an Herrn Demir")
    world.tap("c1", "hand_case")
    world.to("2026-11-27 17:00")
    for by in ("c1", "c2"):
        assert not [one.text for one in asked(world, by, "p1") if MORE in one.text]
    assert not [one.text for one in world.arrived if one.to in {"c1", "c2", "k1"} and "beschwer" in one.text]
    assert any(MORE in text for text in world.texts("v1"))


def test_what_is_recorded_names_no_complaint(world: World) -> None:
    """Events, accesses of the caseworker, the kind under which it is kept: nothing says what it is about."""
    world.to("2026-11-23 09:00")
    complain(world, "p1")
    jonas, albers = world.person("p1").id, world.person("c1").id
    assert not [one for one in world.events() if "complain" in one.name.casefold()]
    assert not [one for one in world.events() if "complaint" in map(str, one.fields.values())]
    with world.store.read() as uow:
        assert [] == uow.alerts.held(jonas, albers)
        assert [] == uow.thread.of(jonas, (Kind.MESSAGE, Kind.NOTE))
        assert [] == [one for one in uow.access_log.of(jonas, 100) if one.reader == albers]


def test_the_protection_person_finds_it_again(world: World) -> None:
    """It is hidden from others, not lost."""
    complain(world, "p1")
    assert any(MORE in one.text for one in world.say("v1", "Nachrichten Jonas"))
    assert any(MORE in one.text for one in world.say("v1", f"Suche bei Jonas: {MORE}"))
