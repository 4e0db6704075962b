"""Profiles: the shipped ones can be read, and whatever is wrong in one is named."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot import profile
from bot.settings import SettingsError
from flows.engine.events import Reason
from flows.engine.messages import Level
from flows.rules.profile import EvidenceRule

DEMO = (profile.FOLDER / "demo.toml").read_text("utf-8")
DECIDED = 'telegram_decision = { by = "Frau Amt, Geschäftsführung", date = 2026-11-20 }\n'
TODAY = date(2026, 11, 23)
CHANNELS = DEMO.index("[channels]")
"""Where the sections about other people's channels begin."""
MINE = DEMO.replace("telegram_level", DECIDED + "telegram_level", 1)
IMPORTANT = {
    Reason.ILLNESS,
    Reason.MOVING,
    Reason.OWN_WEDDING,
    Reason.FAMILY_ILLNESS,
    Reason.BIRTH,
    Reason.BEREAVEMENT,
    Reason.OFFICIAL_DATE,
    Reason.HONORARY_OFFICE,
    Reason.PERSONAL_MATTER,
    Reason.CIVIL_PROTECTION,
}


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
        with pytest.raises(SettingsError, match="there are: demo, durchstarten, inbeq"):
            profile.load_profile(name)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('land = "NW"', 'land = "XX"', "programme.land"),
        ('land = "NW"', 'land = ""', "programme.land"),
        ("statutory = true\n", "", "programme.statutory: is missing; demo.toml"),
        ("statutory = true", "statutory = true\nstatutry = true", "programme.statutry: there is no such key"),
        ('"12-24"', '"24.12."', "programme.own_free_days"),
        ('"12-24"', '"02-29"', "programme.own_free_days"),
        ('evidence_rule = "certificate_day_1"', 'evidence_rule = "sometimes"', "absence.evidence_rule"),
        ('"child_ill"', '"holiday"', "absence.reasons"),
        ("weekdays = [", 'own_place_phases = ["nowhere"]\nweekdays = [', "attendance.own_place_phases: there is no"),
        ('default = ["agency"]', 'default = ["agncy"]', "absence.must_tell"),
        ('quiet_from = "20:00"', 'quiet_from = "25:00"', "contact.quiet_from"),
        ('opens = "08:00"', 'opens = "16:00"', "office"),
        ("substitute_minutes = 240", "substitute_minutes = 0", "escalation.substitute_minutes"),
        ("coordinator_minutes = 480", "coordinator_minutes = 60", "escalation"),
        ("crisis_coordinator_minutes = 60", "crisis_coordinator_minutes = 99999999", "escalation.crisis_coordinator"),
        ("[carrier]", "[carier]", "carrier"),
        ('officer = "', 'officers = "', "carrier.officer"),
        ("[programme]", "[programme", "cannot be read"),
        ('telegram_level = "L2"', 'telegram_level = "L3"', r"channels.telegram_level: .*'off', 'L0', 'L1' or 'L2'"),
        ('staff_level = "L0"', 'staff_level = "L1"', r"channels.telegram_staff_level: .*'off' or 'L0'"),
        ('push_level = "L1"', 'push_level = "L2"', "channels.push_level"),
        ('sms_level = "L1"', "sms_level = 1", "channels.sms_level"),
        ("sms_level", "mms_level", "channels.mms_level"),
        (DECIDED, "", "channels.telegram_decision: .*write telegram_decision = .*or set the level"),
        (DECIDED, 'telegram_decision = { by = "", date = 2026-11-20 }\n', "channels.telegram_decision.by"),
        (DECIDED, 'telegram_decision = { by = "Frau Amt" }\n', "channels.telegram_decision.date"),
        (', "push", "sms"]', ', "sms"]', "reach.order does not name push"),
        ('"push", "sms"]', '"push", "sms", "pigeon"]', "reach.order: nobody is reached by pigeon; there are: tele"),
        ('"push", "sms"]', '"push", "sms", "push"]', "reach.order: a channel stands in it twice"),
        ("alert = 15", "allert = 15", "reach.wait_minutes: there is no class allert; there are: reply, alert"),
        ("alert = 15", "alert = 0", "reach.wait_minutes: alert: from 1 to"),
        ("[lint.words]", "[lint.word]", "lint.words"),
        ("[processors.sms]", "[processors.pigeon]", "processors: there is no channel pigeon; there are: telegram"),
        (
            'country = "AT"',
            'country = "Austria"',
            "processors.sms.country: 'Austria' is no country; write two",
        ),
        ("contract = 2026-02-02", "contract = 2018-05-24", "processors.sms.contract: .*older than the GDPR: sign one"),
        ("contract = 2026-02-02", 'contract = "bald"', "processors.sms.contract"),
        ("[duties]\nsecrecy = false", "[duties]\nsecret = false", "duties.secret: there is no such key"),
        ('reports = "12 months"\n', "", "retention.reports: is missing; demo.toml"),
        ('reports = "12 months"', 'reports = ""', "retention.reports: '' is no span; write \"30 days\""),
        ('legal_basis = "Beispiel', 'basis = "Beispiel', "programme.legal_basis: is missing"),
        ('text = "When were you born?"\n', "", "intake.questions.0.text: is missing"),
        ('text = "When were you born?"', 'text = ""', "intake.questions.0.text"),
        ('kind = "phone"', 'kind = "file"', "intake.questions.1.kind"),
        ('id = "german"', 'id = "born"', "intake: two questions have the id born"),
        ('id = "german"', 'id = "Deutsch!"', "intake.questions.2.id: 'Deutsch!' is no id"),
        (
            'label = "German"',
            'label = "German"\nwhen = { question = "age", answers = ["x"] }',
            "intake: german: when.question: there is no question 'age' before it; before: born, phone",
        ),
        (
            'label = "Goals"',
            'label = "Goals"\nwhen = { question = "german", answers = ["fluent"] }',
            "intake: goals: when.answers: german has no choice fluent",
        ),
        ('label = "German"', 'label = "German"\nbasis = "C99"', "intake.questions.2.basis: there is no purpose 'C99'"),
        (
            'label = "German"',
            'label = "German"\nbasis = "C7"',
            "there is no purpose 'C7'; write \"programme\" or one of",
        ),
        ('when_needed = ["C5"', 'when_needed = ["C4", "C5"', "when_needed: C4 is asked at the start already"),
        ('when_needed = ["C5"', 'when_needed = ["C12", "C5"', "C12 cannot be asked here; there are texts for: C1"),
        (
            'keep = "phone"',
            'keep = "born"',
            "intake.questions.1: phone: only a question of kind date can be kept as born",
        ),
        ('employer = ["Musterbetrieb"]', 'employer = ["–"]', "lint.words.employer: '–' is no word"),
    ],
)
def test_a_wrong_profile_names_its_key(folder: Path, before: str, after: str, named: str) -> None:
    """A value that cannot be, a missing key and one too many are named, and the program does not start."""
    assert before in MINE
    (folder / "mine.toml").write_text(MINE.replace(before, after, 1), "utf-8")
    with pytest.raises(SettingsError, match=named):
        profile.load_profile("mine")


def test_levels_order_and_waits_are_read(folder: Path) -> None:
    """Channels that are off are not there; a class without a wait of its own has the default."""
    text = MINE.replace('sms_level = "L1"', 'sms_level = "off"', 1)
    (folder / "mine.toml").write_text(text, "utf-8")
    mine = profile.load_profile("mine")
    assert {"telegram": Level.L2, "telegram_staff": Level.L0, "push": Level.L1, "mail": Level.L2} == mine.levels
    assert ("telegram", "telegram_staff", "push", "sms") == mine.reach.order
    waits = {"alert": 15, "reminder": 120, "broadcast": 60}
    assert {name: timedelta(minutes=minutes) for name, minutes in waits.items()} == mine.reach.wait
    assert timedelta(hours=2) == mine.reach.default
    assert "Musterbetrieb" in mine.revealing
    decision = profile.read_file("mine").channels.telegram_decision
    assert decision is not None
    assert ("Frau Amt, Geschäftsführung", date(2026, 11, 20)) == (decision.by, decision.date)


def test_a_channel_without_a_provider_in_the_eea_stays_off(folder: Path) -> None:
    """Where nobody is named, or somebody outside, the channel is off although its level is set."""
    named = MINE[MINE.index("[processors.push]") : MINE.index("[processors.sms]")]
    text = MINE.replace(named, "", 1).replace('country = "AT"', 'country = "US"', 1)
    (folder / "mine.toml").write_text(text, "utf-8")
    assert {"telegram", "telegram_staff", "mail"} == profile.load_profile("mine").levels.keys()
    reasons = profile.read_file("mine").kept_off
    assert "processors.push is missing" in reasons["push"]
    assert "US is outside the EEA" in reasons["sms"]


def test_what_is_not_said_is_off(folder: Path) -> None:
    """Without the section of channels nothing goes out on channels that others run."""
    text = DEMO[:CHANNELS] + DEMO[DEMO.index("[retention]") :]
    (folder / "mine.toml").write_text(text, "utf-8")
    mine = profile.load_profile("mine")
    assert {} == mine.levels
    assert None is mine.level_of("telegram")
    assert timedelta(hours=2) == mine.reach.default


@pytest.mark.parametrize("name", [name for name in profile.names() if name != profile.DEMO])
def test_telegram_is_off_in_every_shipped_production_profile(name: str) -> None:
    """Switching it on is the carrier's own decision, for participants and for staff."""
    assert not {"telegram", "telegram_staff"} & profile.load_profile(name).levels.keys()


def test_inbeq_is_strict() -> None:
    """Ten important reasons, two more that a person decides about, proof from day 1, statute, the least shown."""
    inbeq = profile.load_profile("inbeq")
    assert IMPORTANT | {Reason.CHILD_ILL, Reason.OTHER} == set(inbeq.reasons)
    assert 10 == len(IMPORTANT)
    assert (True, True, EvidenceRule.CERTIFICATE_DAY_1) == (inbeq.statutory, inbeq.formal, inbeq.evidence_rule)
    assert {} == inbeq.levels
    assert {"push", "sms"} == profile.read_file("inbeq").kept_off.keys()
    assert inbeq.secrecy_required
    assert all("agency" in offices for offices in inbeq.must_tell.values())
    assert date(2026, 12, 24) in inbeq.free_days


def test_only_the_demo_serves_people() -> None:
    """Every other profile is refused with the reason and with what works instead."""
    profile.refuse_to_serve("demo", TODAY)
    with pytest.raises(SettingsError, match=r"(?s)'inbeq' cannot be run yet.*What works: .*check --profile inbeq"):
        profile.refuse_to_serve("inbeq", TODAY)


AGREED = '[works_council]\nagreement = "Betriebsvereinbarung Lotse"\nkept = "Personalabteilung"\ndate = 2026-11-20\n'
NONE = '[works_council]\nthere_is_none = true\ndecided_by = "Frau Amt"\ndate = 2026-11-20\n'


@pytest.mark.parametrize(
    ("section", "lacking"),
    [
        ("", ["works_council is missing", "nothing is erased"]),
        (AGREED, ["nothing is erased"]),
        (NONE, ["nothing is erased"]),
        (
            AGREED.replace("2026-11-20", "2026-11-24"),
            ["works_council.date: 2026-11-24 has not come", "nothing is erased"],
        ),
    ],
)
def test_what_keeps_a_profile_from_serving_is_named(folder: Path, section: str, lacking: list[str]) -> None:
    """Each with its way out: the agreement with the works council is one thing, erasing another."""
    (folder / "mine.toml").write_text(f"{MINE}\n{section}", "utf-8")
    found = profile.unready("mine", TODAY)
    assert len(lacking) == len(found)
    assert all(one.startswith(words) for one, words in zip(found, lacking, strict=True)), found
    with pytest.raises(SettingsError, match="nothing is erased by the clock"):
        profile.refuse_to_serve("mine", TODAY)


def test_what_is_missing_says_how_it_is_written(folder: Path) -> None:
    """Both ways stand in the message: an agreement, and the finding that there is nobody to agree with."""
    (folder / "mine.toml").write_text(MINE, "utf-8")
    with pytest.raises(SettingsError, match=r"agreement = .*date = .*kept = .*there_is_none = true, decided_by = "):
        profile.refuse_to_serve("mine", TODAY)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('kept = "Personalabteilung"', 'kept = " "', "works_council: kept missing"),
        ('agreement = "Betriebsvereinbarung Lotse"', "", "works_council: agreement missing"),
        ("date = 2026-11-20", "", "works_council.date: is missing"),
        ("date = 2026-11-20", "date = 2026-11-20\ndecided_by = 'x'", "decided_by is for there_is_none"),
        ("date = 2026-11-20", "date = 2026-11-20\nthere_is_none = true", "strike one of both"),
        ("date = 2026-11-20", "date = 2026-11-20\nwhere = 'x'", "works_council.where: there is no such key"),
        (AGREED, NONE.replace('"Frau Amt"', '" "'), "decided_by is empty"),
    ],
)
def test_a_half_agreement_is_refused(folder: Path, before: str, after: str, named: str) -> None:
    """The key is named, with what would be right."""
    assert before in AGREED
    (folder / "mine.toml").write_text(f"{MINE}\n{AGREED.replace(before, after)}", "utf-8")
    with pytest.raises(SettingsError, match=named):
        profile.load_profile("mine")


def test_login_links_are_for_staff_in_the_demo_alone() -> None:
    """Everywhere else a second factor stands between a link and what people have said."""
    assert {"demo"} == {name for name in profile.names() if profile.load_profile(name).staff_links}


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('electronic_agreed = "Beispiel-Träger, 2026-11-02"', 'electronic_agreed = " "', "electronic_agreed is empty"),
        ('at_start = ["C1", "C2", "C3", "C4"]', 'at_start = ["C1", "C6"]', "C6 cannot be asked here"),
        ('at_start = ["C1", "C2", "C3", "C4"]', 'at_start = ["C1", "C1"]', "stands in it twice"),
        ("retention_days = 365", "", "consent.retention_days: is missing"),
        ("quiet_days = 90", "quiet = 90", "consent.quiet: there is no such key"),
        ('form = "electronic"', 'form = "spoken"', "consent.form"),
    ],
)
def test_a_wrong_way_of_asking_for_consent_is_refused(folder: Path, before: str, after: str, named: str) -> None:
    """The key is named: whom nobody agreed to, what has no text, what is missing."""
    assert before in DEMO
    (folder / "mine.toml").write_text(DEMO.replace(before, after), "utf-8")
    with pytest.raises(SettingsError, match=named):
        profile.load_profile("mine")
