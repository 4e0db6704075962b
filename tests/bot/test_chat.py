"""`python -m bot chat`: exit codes, what goes where, and conversations by hand."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.chat import chat
from bot.transcript.reader import read_script

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


def write_script(tmp_path: Path, text: str) -> Path:
    """A transcript with this text."""
    path = tmp_path / "one.chat"
    path.write_text(text, encoding="utf-8")
    return path


def test_as_expected_is_0_and_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A transcript that comes true is silent."""
    script = write_script(tmp_path, "p1: Ich bin krank\nevent AbsenceReported who=p1\n")
    assert 0 == chat(script, "p1", None, None)
    assert ("", "") == tuple(capsys.readouterr())


def test_every_difference_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, each difference on standard output, the run goes on after the first."""
    script = write_script(tmp_path, "p1: Ich bin krank\nbot to p1: Zitrone\nnothing to c1\np1 taps: Zitrone\n")
    assert 1 == chat(script, "p1", None, None)
    told = capsys.readouterr().out.splitlines()
    assert ["line 2", "line 3", "line 4"] == [line.split(": ")[0].split(", ")[-1] for line in told]


@pytest.mark.parametrize("words", ["p9: Hallo", "at 2027-03-28 02:30", "appointment A1 p1 2026-11-27"])
def test_what_cannot_be_read_is_2(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line and the reason go to standard error; nothing has been run."""
    assert 2 == chat(write_script(tmp_path, f"p1: Hallo\n{words}\n"), "p1", None, None)
    out, err = capsys.readouterr()
    assert "" == out
    assert "line 2" in err


def test_without_expectations_the_conversation_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who speaks to whom, with buttons."""
    assert 0 == chat(write_script(tmp_path, "p1: Ich bin krank\n"), "p1", None, None)
    out = capsys.readouterr().out
    assert "p1 › Ich bin krank" in out
    assert "bot › p1 ‹ Gute Besserung" in out
    assert "(@seen)" in out


def test_a_missing_file_and_an_unknown_person_are_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are told on standard error."""
    assert 2 == chat(tmp_path / "none.chat", "p1", None, None)
    assert 2 == chat(None, "p9", None, None)
    assert 2 == chat(None, "b1", None, None)
    err = capsys.readouterr().err
    assert "none.chat" in err
    assert "p9" in err
    assert "not yet available" in err


def test_a_database_that_is_not_empty_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The way out is named."""
    script = write_script(tmp_path, "p1: Hallo\n")
    (tmp_path / "db").mkdir()
    url = f"sqlite:///{tmp_path}/db/lotse.db"
    assert 0 == chat(script, "p1", None, url)
    assert 2 == chat(script, "p1", None, url)
    assert "not empty" in capsys.readouterr().err


def test_a_saved_conversation_comes_true_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was typed and what came of it is written as a transcript; wrong lines end nothing and are not saved."""
    typed = ":at 2026-11-24 07:00\nich bin krank\n:p1 taps: #99\n:nonsense\n\n:c1 taps: @seen\n:restart\n:at +1d\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    saved = tmp_path / "saved.chat"
    assert 0 == chat(None, "p1", saved, None)
    out = capsys.readouterr().out
    assert "unknown line 'nonsense'" in out
    assert "no button #99" in out
    text = saved.read_text("utf-8")
    assert "event AbsenceReported who=p1 reason=illness first_day=2026-11-24 last_day=\n" in text
    assert "#99" not in text
    assert read_script(saved).expects
    assert 0 == chat(saved, "p1", None, None), capsys.readouterr().out


def test_a_place_that_cannot_be_written_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The conversation is not lost without a word."""
    assert 2 == chat(write_script(tmp_path, "p1: Hallo\n"), "p1", tmp_path / "no" / "folder.chat", None)
    assert "folder.chat" in capsys.readouterr().err


def test_colours_are_for_terminals_only(tmp_path: Path) -> None:
    """Into a pipe goes plain text, differences and errors to the right side, from any working directory."""
    script = write_script(tmp_path, "p1: Ich bin krank\nbot to p1: Zitrone\n")
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--script", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (1, "") == (ran.returncode, ran.stderr)
    assert "line 2" in ran.stdout
    assert "\x1b" not in ran.stdout


def test_the_collector_fails_what_differs_and_what_cannot_be_read(tmp_path: Path) -> None:
    """Every .chat file is a test named by its title."""
    (tmp_path / "conftest.py").write_text((ROOT / "tests/transcripts/conftest.py").read_text("utf-8"), "utf-8")
    (tmp_path / "good.chat").write_text("# It is so\np1: Hallo\nbot to p1: Hallo\n", "utf-8")
    (tmp_path / "differs.chat").write_text("# It is not so\nbot to p1: Zitrone\n", "utf-8")
    (tmp_path / "broken.chat").write_text("# Nobody can read it\nnonsense\n", "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "--continue-on-collection-errors"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "good.chat::It is so PASSED" in ran.stdout
    assert "differs.chat, line 2: expected to p1" in ran.stdout
    assert "broken.chat, line 2: unknown line 'nonsense'" in ran.stdout
    assert "1 failed, 1 passed, 1 error" in ran.stdout
