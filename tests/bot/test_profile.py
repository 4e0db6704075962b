"""Profiles: the shipped ones can be read, and whatever is wrong in one is named."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot import profile
from bot.settings import SettingsError
from flows.engine.events import Reason
from flows.rules.profile import EvidenceRule

DEMO = (profile.FOLDER / "demo.toml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of profiles."""
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", profile.names())
def test_every_shipped_profile_can_be_read(name: str) -> None:
    """Each profile that is shipped is complete."""
    assert name == profile.load_profile(name).name


def test_the_demo_profile_says_what_the_demo_world_needs() -> None:
    """Land NW, the reasons of the source, quiet nights, escalation after four and eight office hours."""
    demo = profile.load_profile("demo")
    assert ("NW", True, EvidenceRule.CERTIFICATE_DAY_1) == (demo.land, demo.statutory, demo.evidence_rule)
    assert set(Reason) == set(demo.reasons)
    assert (time(20), time(8), time(9)) == (demo.quiet_from, demo.quiet_until, demo.proof_reminder_at)
    assert (timedelta(hours=4), timedelta(hours=8)) == (demo.escalation.substitute, demo.escalation.coordinator)
    assert ("agency", "company") == demo.must_tell["company"]
    assert ("agency",) == demo.must_tell[""]


@pytest.mark.parametrize(
    ("day", "free"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
        (date(2027, 3, 26), True),
        (date(2027, 5, 27), True),
        (date(2026, 11, 1), True),
        (date(2026, 11, 18), False),
        (date(2027, 1, 6), False),
        (date(2040, 12, 25), True),
    ],
)
def test_free_days_are_those_of_the_land_and_the_profile(day: date, free: bool) -> None:
    """North Rhine-Westphalia has Corpus Christi and All Saints, neither Epiphany nor the Day of Repentance (R30)."""
    assert free is (day in profile.load_profile("demo").free_days)


def test_an_unknown_profile_is_named_with_those_there_are() -> None:
    """A name that is no profile, a path included, is refused and the right ones are told."""
    for name in ("nonsense", "", "../demo", "demo.toml"):
        with pytest.raises(SettingsError, match="there are: demo"):
            profile.load_profile(name)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('land = "NW"', 'land = "XX"', "programme.land"),
        ('land = "NW"', 'land = ""', "programme.land"),
        ("statutory = true\n", "", "programme.statutory"),
        ("statutory = true", "statutory = true\nstatutry = true", "programme.statutry"),
        ('"12-24"', '"24.12."', "programme.own_free_days"),
        ('"12-24"', '"02-29"', "programme.own_free_days"),
        ('evidence_rule = "certificate_day_1"', 'evidence_rule = "sometimes"', "absence.evidence_rule"),
        ('"child_ill"', '"holiday"', "absence.reasons"),
        ('default = ["agency"]', 'default = ["agncy"]', "absence.must_tell"),
        ('quiet_from = "20:00"', 'quiet_from = "25:00"', "contact.quiet_from"),
        ('opens = "08:00"', 'opens = "16:00"', "office"),
        ("substitute_minutes = 240", "substitute_minutes = 0", "escalation.substitute_minutes"),
        ("coordinator_minutes = 480", "coordinator_minutes = 60", "escalation"),
        ("crisis_coordinator_minutes = 60", "crisis_coordinator_minutes = 99999999", "escalation.crisis_coordinator"),
        ("[carrier]", "[carier]", "carrier"),
        ('officer = "', 'officers = "', "carrier.officer"),
        ("[programme]", "[programme", "cannot be read"),
    ],
)
def test_a_wrong_profile_names_its_key(folder: Path, before: str, after: str, named: str) -> None:
    """A value that cannot be, a missing key and one too many are named, and the program does not start."""
    assert before in DEMO
    (folder / "mine.toml").write_text(DEMO.replace(before, after, 1), "utf-8")
    with pytest.raises(SettingsError, match=named):
        profile.load_profile("mine")
