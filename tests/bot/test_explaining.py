"""`check --profile`: a profile in plain German, with what follows from it."""

from pathlib import Path

import pytest

from bot import profile
from bot.operating.explaining import OFFICES, explain, is_invented
from bot.profile_sections import File
from bot.settings import SettingsError
from flows.dialogues.words import OFFICES as KNOWN_OFFICES
from tests.bot.operator import Operator
from tests.bot.test_profile import AGREED, DECIDED, MINE, NONE


def said(name: str) -> str:
    """Everything that is said of the profile."""
    return "\n".join(line for chapter in explain(name) for line in (chapter.title, *chapter.sentences))


def test_inbeq_is_explained() -> None:
    """Basis, proof, reasons, offices, every channel with its consequence, order, times, escalation, what is open."""
    words = said("inbeq")
    for part in (
        "Muster-Bildungswerk",
        "bedient noch niemanden",
        "§ 318 SGB III",
        "Anrede zu Beginn: Sie",
        "24.12., 31.12. (R30)",
        "ab dem 1. Tag",
        "Katastrophenschutz",
        "die Agentur für Arbeit, der Betrieb (R20a)",
        "Telegram für Teilnehmende: aus",
        "Telegram für Mitarbeitende: aus",
        "SMS: aus, bis [processors.sms] einen Anbieter im EWR",
        "Niemand wird außerhalb der Seite erreicht",
        "Erinnerungen: Holt nach 2 Stunden",
        "Telefonliste",
        "von 19:00 Uhr bis 8:00 Uhr",
        "am nächsten Tag um 09:00 Uhr eine freundliche Frage",
        "bleibt es danach 24 Stunden still",
        "nach 2 Stunden die Vertretung, nach 4 Stunden die Leitung",
        "× 5 Sprachen × 1 Kanäle, 0 Treffer",
        "carrier.mail, carrier.officer: erfundene Adresse",
        "Vereinbart ist noch nichts.",
        "[works_council] fehlt.",
        "Gelöscht wird noch nichts von selbst",
        "erst, wenn die Erklärung zur Verschwiegenheit (§ 203 StGB)",
        "Schriftform",
        "nur in diesen Phasen: entry; in anderen zählen nur Gruppentermine hier (R23)",
        "Es gibt keine Kürzel ([attendance.codes]): Der Export wird abgelehnt (R20)",
    ):
        assert part in words, part


def test_the_demo_is_explained_as_what_it_is() -> None:
    """It is an example, and what stands on Telegram is said with its consequence."""
    words = said("demo")
    assert "nicht für den Betrieb" in words
    assert "Telegram für Teilnehmende: L2" in words
    assert "aus dem Chat gelöscht" in words
    assert "Anbieter: Beispiel-Kurz AG, Wien (AT), Vertrag vom 02.02.2026." in words
    assert "öffnen sich ohne Erklärung zur Verschwiegenheit" in words
    assert "Einwilligung jeder Person (C2)" in words


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (AGREED, "Vereinbart: Betriebsvereinbarung Lotse, vom 20.11.2026; sie liegt hier: Personalabteilung."),
        (NONE, "Einen Betriebsrat gibt es nicht; festgestellt von Frau Amt, am 20.11.2026."),
    ],
)
def test_the_works_council_is_explained(
    section: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was agreed and where it lies, or who has found that there is nobody to agree with."""
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    (tmp_path / "mine.toml").write_text(f"{MINE}\n{section}", "utf-8")
    told = said("mine")
    assert words in told
    assert "[works_council] fehlt" not in told


def test_a_decision_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has decided on Telegram, and when, is part of the explanation; so is a profile where all is voluntary."""
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    assert DECIDED in MINE
    text = MINE.replace("statutory = true", "statutory = false").replace("alert = 15", "alert = 90")
    text = text.replace("certificate_day_1", "own_word")
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    words = said("mine")
    assert "Frau Amt, Geschäftsführung, am 20.11.2026" in words
    assert "Ohne Einwilligung geht nichts an Ämter" in words
    assert "Hinweise an Mitarbeitende: Holt nach 90 Minuten" in words
    assert "genügt das eigene Wort" in words
    assert "Arbeitstag um" not in words


def test_a_profile_that_reaches_nobody_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a channel people learn of nothing unless they look."""
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    text = MINE[: MINE.index("[channels]")] + MINE[MINE.index("[retention]") :]
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    assert "Wer sie nicht öffnet, erfährt nichts von selbst" in said("mine")


def test_appointments_are_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When people are reminded, who learns that somebody is not there, and how much comes at most."""
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    section = "[meetings]\nremind_days_before = [2, 1]\nremind_at = 15:30:00\nmost_unasked_a_week = 9\n"
    rest = MINE.partition("[meetings]")
    after = rest[2][rest[2].find("\n[") + 1 :] if rest[1] else ""
    (tmp_path / "mine.toml").write_text(f"{rest[0]}\n{section}\n{after}", "utf-8")
    words = said("mine")
    assert "2 Tage und 1 Tag vorher um 15:30 Uhr erinnert, und 7 Tage vorher" in words
    assert "wenn er mindestens 10 Tage vorher feststand" in words
    assert "nach 20 Minuten erfährt es die Ansprechperson" in words
    assert "höchstens 4 Nachrichten am Tag und 9 in der Woche" in words
    assert "Kein Ort ist neutral genannt" in words


def test_durchstarten_is_explained() -> None:
    """Its own basis, nobody to be told, its questions, and the spans that the carrier has still to decide."""
    words = said("durchstarten")
    assert "Teilnahmevereinbarung" in words
    assert "Niemand: Ohne Einwilligung erfährt keine Stelle" in words
    assert "Kinderbetreuung: nur nach einer anderen Antwort." in words
    assert "Kontaktdaten: 6 Monate." in words
    assert "Der Träger entscheidet jede Frist" in words


def test_every_office_has_a_german_name() -> None:
    """What a profile may name can be explained."""
    assert KNOWN_OFFICES.keys() == OFFICES.keys()


def test_every_section_of_the_file_is_explained_or_looked_at() -> None:
    """A new section has to be thought of here: this list is what the explanation speaks of."""
    explained = {
        "programme",
        "attendance",
        "carrier",
        "absence",
        "contact",
        "office",
        "escalation",
        "channels",
        "reach",
        "lint",
        "consent",
    }
    explained |= {"processors", "duties", "retention", "intake", "meetings", "digest", "deadlines", "day", "leave"}
    explained |= {"broadcasts", "works_council"}
    assert explained == File.model_fields.keys()


@pytest.mark.parametrize(
    ("address", "invented"),
    [
        ("Frau X, a@b.example", True),
        ("a@example.org", True),
        ("a@EXAMPLE.com", True),
        ("a@traeger.de", False),
        ("Frau Beispiel, a@example.de", False),
    ],
)
def test_invented_addresses_are_known(address: str, invented: bool) -> None:
    """Names that are kept for examples (RFC 2606) cannot be anybody's."""
    assert invented is is_invented(address)


def test_the_command_explains(operator: Operator) -> None:
    """It needs no database of that profile, ends with 0, and says the same for a program."""
    assert "Muster-Bildungswerk" in operator.said("check", "--profile", "inbeq")
    chapters = operator.read("check", "--profile", "inbeq")
    assert {"title", "sentences"} == chapters[0].keys()
    assert "there are: demo, durchstarten, inbeq" in operator.refused("check", "--profile", "nonsense")


def test_a_wrong_profile_is_not_explained() -> None:
    """Its name is told with those there are."""
    with pytest.raises(SettingsError, match="there is no profile"):
        explain("../demo")


def test_a_profile_that_cannot_be_run_yet_is_a_note(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else is looked at all the same, and the line says where it is explained."""
    monkeypatch.setenv("LOTSE_PROFILE", "inbeq")
    (line,) = (line for line in operator.read("check") if line["name"] == "profile")
    assert ("note", True) == (line["state"], "check --profile inbeq" in line["way_out"])
