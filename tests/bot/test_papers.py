"""The carrier's papers: everything that the profile decides stands in them, and nobody's data."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import profile
from bot.demo import FIGURES
from bot.operating import papers
from bot.operating.explaining_intake import CLASSES
from bot.operating.papers import gathering
from bot.operating.papers.threats import THREATS
from bot.operating.papers.writing import PAPERS
from bot.settings import SettingsError
from flows.people import Role
from flows.rules.purposes import PURPOSES
from tests.bot.operator import Operator

NOW = datetime(2026, 11, 20, 7, 40, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def written(name: str, folder: Path) -> dict[str, str]:
    """Every paper of a profile, by its file."""
    return {file.name: file.read_text("utf-8") for file in papers.write_all(papers.gather(name, NOW), folder)}


@pytest.mark.parametrize("name", profile.names())
def test_every_purpose_and_channel_is_in_the_record(name: str, tmp_path: Path) -> None:
    """What is processed, by whom, on what basis; the carrier, and what else the profile says."""
    files = written(name, tmp_path)
    assert {f"{paper}.{kind}" for paper in PAPERS for kind in ("md", "html")} == files.keys()
    record, profile_ = files["verarbeitungsverzeichnis.md"], profile.load_profile(name)
    for code in PURPOSES:
        assert f"| {code} " in record
    for channel in gathering.CHANNELS:
        assert f"({channel})" in record
        level = profile_.level_of(channel)
        row = next(line for line in record.splitlines() if f"({channel})" in line)
        assert ("aus" if level is None else level.name) in row
    for value in profile_.carrier.values():
        assert value in record
    for paper, words in files.items():
        assert "vom Träger einzutragen" in words, paper


@pytest.mark.parametrize("name", profile.names())
def test_processors_have_place_and_day(name: str, tmp_path: Path) -> None:
    """Each provider stands with name, place and contract; where one is missing the channel is said to stay off."""
    words, file = written(name, tmp_path)["auftragsverarbeiter.md"], profile.read_file(name)
    for processor in file.processors.values():
        row = f"{processor.name} | {processor.place} ({processor.country}) | {processor.contract:%d.%m.%Y}"
        assert row in words
    assert len(file.kept_off) == words.count("bleibt aus |")


def test_every_threat_names_an_answer_that_exists(tmp_path: Path) -> None:
    """What is said to be tested is tested: each file named is there."""
    words = written("demo", tmp_path)["folgenabschaetzung.md"]
    for threat in THREATS:
        assert threat.name in words
        assert not threat.proof or (ROOT / threat.proof).is_file(), threat.proof


@pytest.mark.parametrize("name", profile.names())
def test_every_span_and_the_basis_are_in_the_papers(name: str, tmp_path: Path) -> None:
    """What the profile says of retention and legal basis stands in both papers, and whether the carrier decided it."""
    file, files = profile.read_file(name), written(name, tmp_path)
    for paper in ("verarbeitungsverzeichnis.md", "folgenabschaetzung.md"):
        assert file.programme.legal_basis in files[paper]
        for kind, span in file.retention.spans.items():
            assert re.search(rf"{re.escape(CLASSES[kind])}(:| \|) {span.partition(' ')[0]} ", files[paper])
        assert bool(file.retention.decided_by) == ("alle Fristen sind Vorschläge" not in files[paper])


def test_nothing_personal_is_in_any_paper(operator: Operator) -> None:
    """No participant's and no caseworker's name, code or sign; the officer stands there as the profile says."""
    operator.said("papers", "--out", operator.folder / "papers")
    words = "".join(file.read_text("utf-8") for file in (operator.folder / "papers").iterdir())
    for figure in FIGURES.values():
        if figure.role is not Role.DPO:
            assert figure.name not in words
            assert not figure.sign or figure.sign not in words


def test_tags_in_a_profile_stay_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page shows what the profile says as it is written; no tag of it is obeyed."""
    demo = (profile.FOLDER / "demo.toml").read_text("utf-8")
    (tmp_path / "demo.toml").write_text(demo.replace("Beispiel-Kurz AG", "<script>x</script>", 1), "utf-8")
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    page = written("demo", tmp_path / "out")["auftragsverarbeiter.html"]
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (
            "contract = 2026-02-02",
            "contract = 2026-11-21",
            r"processors.sms.contract: 2026-11-21 has not come yet; write",
        ),
        ("date = 2026-11-20 }", "date = 2026-11-21 }", r"telegram_decision.date: 2026-11-21 has not come yet; write"),
    ],
)
def test_days_that_have_not_come_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, why: str
) -> None:
    """A contract or decision of tomorrow is none today: cause and fix are said, and nothing is written."""
    demo = (profile.FOLDER / "demo.toml").read_text("utf-8")
    decided = demo.replace(
        'push_level = "L1"', 'telegram_decision = { by = "X", date = 2026-11-20 }\npush_level = "L1"'
    )
    (tmp_path / "demo.toml").write_text(decided.replace(before, after, 1), "utf-8")
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    with pytest.raises(SettingsError, match=why):
        papers.write_all(papers.gather("demo", NOW), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_named(operator: Operator) -> None:
    """A file in the place of the folder is said with the way out."""
    (operator.folder / "taken").write_text("x")
    assert "--out: " in operator.refused("papers", "--out", operator.folder / "taken")
    assert "there are: demo, durchstarten, inbeq" in operator.refused(
        "papers", "--profile", "nonsense", "--out", operator.folder / "x"
    )
