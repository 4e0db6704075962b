"""The strict profile at work: the same world under the rules of inbeq."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.demo import load_world
from bot.profile import load_profile
from flows.engine.events import Reason
from flows.engine.messages import Level
from flows.rules.absence import Proof
from storage.schema import migrate
from tests.handlers.abroad import PAGE, Abroad
from tests.handlers.world import World


class Strict(Abroad):
    """The demo's people, served under inbeq: Telegram is off, push and SMS have a provider and say nothing."""

    def __init__(self, database: Path) -> None:
        """Everybody is at home on the web page."""
        migrate(f"sqlite:///{database}")
        World.__init__(
            self, database, replace(load_profile("inbeq"), page=PAGE, levels={"push": Level.L0, "sms": Level.L0})
        )
        self.write(partial(load_world, now=self.now, channels=("web",)))


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Strict]:
    """Monday 23 November 2026 at 7:40."""
    world = Strict(tmp_path / "strict.db")
    yield world
    world.close()


def test_illness_is_open_from_the_first_day(strict: Strict) -> None:
    """R2, R20a: the report is recorded at once, the proof is open, the caseworker and the agency hear of it."""
    told = strict.say("p1", "Ich bin heute krank")
    (absence,) = strict.absences("p1")
    assert (Reason.ILLNESS, Proof.OPEN) == (absence.reason, absence.proof)
    assert any("Agentur für Arbeit" in arrived.text for arrived in told if arrived.to == "p1")
    assert any(arrived.to == "c1" for arrived in told)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.ILLNESS])
def test_no_reason_is_refused(strict: Strict, reason: Reason) -> None:
    """R6 to R16: each of the ten reasons, and the two that a person decides about, can be tapped and is recorded."""
    strict.say("p1", "Ich kann heute nicht kommen")
    while not any(button.value == reason.value for button in strict.arrived[-1].buttons):
        strict.tap("p1", "more")
    strict.press("p1", next(each.handle for each in strict.arrived[-1].buttons if each.value == reason.value))
    (absence,) = strict.absences("p1")
    assert (reason, Proof.NOT_NEEDED) == (absence.reason, absence.proof)


@pytest.mark.parametrize("channel", ["push", "sms"])
def test_a_locked_phone_shows_that_there_is_something(strict: Strict, channel: str) -> None:
    """The question about the sick note stands on the page; elsewhere not even a time is said."""
    strict.add("p1", channel)
    strict.say("p1", "Ich bin bis Freitag krank")
    came = strict.to("2026-11-24T12:00")
    at_home = [arrived.text for arrived in came if arrived.to == "p1"]
    (ping,) = (arrived for arrived in came if arrived.to == f"{channel}-p1")
    assert any("Krankschreibung" in text for text in at_home)
    assert Level.L0 is ping.message.level
    first, *rest = ping.text.splitlines()
    assert first.endswith("Neue Nachricht")
    assert rest == ([PAGE] if channel == "sms" else [])


def test_telegram_is_off(strict: Strict) -> None:
    """An address there, were there one, gets nothing: content stays at home and no ping goes out."""
    strict.add("p1", "telegram")
    strict.say("p1", "Ich bin bis Freitag krank")
    came = strict.to("2026-11-24T12:00")
    assert not [arrived for arrived in came if arrived.to == "tg-p1"]
    assert [arrived for arrived in came if arrived.to == "p1"]
