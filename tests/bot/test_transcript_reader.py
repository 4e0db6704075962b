"""Transcripts are read as TRANSCRIPTS.md says, and what cannot be read is named with its line."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.transcript import lines
from bot.transcript.lines import Line, Unreadable
from bot.transcript.reader import Reader, read_script, read_text


def read_line(words: str) -> Line:
    """The one line of a transcript."""
    (step,) = read_text(words).steps
    return step.line


def reason_of(text: str) -> tuple[int, str]:
    """Number and reason of the first line that cannot be read."""
    with pytest.raises(Unreadable) as refusal:
        read_text(text)
    return refusal.value.number, refusal.value.reason


def test_the_first_comment_is_the_title() -> None:
    """Later comments and blank lines do nothing."""
    script = read_text("\n# Ill today \n# told in one message\n\nnothing to p1\n")
    assert ("Ill today", 1) == (script.title, len(script.steps))
    assert 5 == script.steps[0].number


def test_a_text_runs_to_the_end_of_the_line() -> None:
    """Colons, hashes and keywords inside a text are only text."""
    assert lines.Writes("p1", "at 8: # bot to c1: x taps: y") == read_line("p1: at 8: # bot to c1: x taps: y")


def test_only_line_feeds_end_a_line() -> None:
    """Separators that some readers take for line ends stay in the text."""
    assert lines.Writes("p1", "a\u2028b\x0bc\x85d") == read_line("p1: a\u2028b\x0bc\x85d\r\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("restart", lines.Restarts()),
        ("p1 again", lines.Repeats("p1")),
        ("consent p6 C3", lines.Consents("p6", "C3", True)),
        ("withdraw p1 C1", lines.Consents("p1", "C1", False)),
        ("away c1 2026-11-23 2026-11-27", lines.Leaves("c1", date(2026, 11, 23), date(2026, 11, 27))),
        ("unreachable p1", lines.Refuses("p1")),
        ("via web", lines.Becomes("web")),
        ("via telegram", lines.Becomes("telegram")),
        ("withdraw p1 C2", lines.Consents("p1", "C2", False)),
        ("nothing to c2", lines.ExpectsNothing("c2")),
        ("no event AlertRaised to=c1", lines.ExpectsNoEvent("AlertRaised", {"to": "c1"})),
        (
            "event AbsenceReported who=p1 last_day=",
            lines.ExpectsEvent("AbsenceReported", {"who": "p1", "last_day": ""}),
        ),
        ("p1 taps: #2", lines.Taps("p1", lines.Choice("#2", position=2))),
        ("p1 taps: @seen", lines.Taps("p1", lines.Choice("@seen", action="seen"))),
    ],
)
def test_every_kind_of_line_is_read(words: str, expected: Line) -> None:
    """Each kind of line of the table becomes its value."""
    before = "p1: x\n" if words.endswith("again") else ""
    assert expected == read_text(before + words).steps[-1].line


def test_a_message_with_its_button_is_read() -> None:
    """`has button` is told from a text that is expected."""
    with_button = read_line("bot to p1 has button: Ja")
    assert isinstance(with_button, lines.ExpectsButton)
    message = read_line("bot to p1: has button: Ja")
    assert isinstance(message, lines.ExpectsMessage)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("hello", "unknown line"),
        ("restart now", "unknown line"),
        ("event", "unknown line"),
        ("p9: hello", "unknown person 'p9'"),
        ("profile: hello", "unknown person 'profile'"),
        ("bot to p9: x", "unknown person 'p9'"),
        ("nothing to nobody", "unknown person"),
        ("event Nothing who=p1", "unknown event"),
        ("event AbsenceReported day=2026-11-23", "no field 'day'"),
        ("event AbsenceReported who=p9", "unknown person 'p9'"),
        ("event AbsenceReported who", "no key=value"),
        ("event AbsenceReported who=p1 who=p1", "twice"),
        ("no event Nothing", "unknown event"),
        ("bot to p1: /(/", "regular expression"),
        ("bot to p1:", "missing"),
        ("p1 taps: #0", "counted from #1"),
        ("p1 again", "sent nothing"),
        ("p1 sends: no-such-file.pdf", "there is no file"),
        ("consent p1 C99", "unknown purpose"),
        ("consent c1 C3", "not a participant"),
        ("away p1 2026-11-23 2026-11-27", "not one of the staff"),
        ("away c1 2026-11-27 2026-11-23", "ends before"),
        ("away c1 2026-02-31 2026-03-02", "no day 2026-02-31"),
        ("via pigeon", "unknown channel"),
        ("profile nowhere", "unknown profile"),
        ("profile ../demo", "unknown profile"),
        ("p1: {code(p1)}", "no invitation code"),
        ("at noon", "no time like"),
    ],
)
def test_what_cannot_be_read_is_named(words: str, reason: str) -> None:
    """The first line that cannot be read is told with its number and the reason."""
    number, told = reason_of(f"# title\n\n{words}\np9: later")
    assert 3 == number
    assert reason in told


@pytest.mark.parametrize(
    "words",
    [
        "via matrix",
        "profile hsi",
        "consent p1 C6",
        "b1: hello",
        "b1 taps: #1",
        "event ParticipantErased",
        "no event ParticipantErased",
    ],
)
def test_lines_of_open_features_are_not_yet_available(words: str) -> None:
    """What a later feature will bring is told apart from what is wrong."""
    number, told = reason_of(words)
    assert 1 == number
    assert told.startswith("not yet available")


def test_the_profile_comes_first() -> None:
    """A profile after any other line cannot be read."""
    assert (2, "the profile comes before anything else") == reason_of("nothing to p1\nprofile demo")


def test_the_first_at_sets_the_clock_even_backwards() -> None:
    """Before anything has happened `at` says where the clock begins."""
    script = read_text("consent p6 C1\nat 2026-10-25 02:30\np1: x")
    assert datetime(2026, 10, 25, 0, 30, tzinfo=UTC) == script.start


def test_a_later_at_moves_the_clock() -> None:
    """Once somebody has written, the world stands at the default start."""
    script = read_text("p1: x\nat 2026-11-23 10:00")
    assert datetime(2026, 11, 23, 8, tzinfo=UTC) == script.start
    assert lines.Moves(datetime(2026, 11, 23, 9, tzinfo=UTC)) == script.steps[-1].line


@pytest.mark.parametrize("move", ["at 2026-11-23 08:59", "down 2026-11-22 10:00"])
def test_the_clock_does_not_go_backwards(move: str) -> None:
    """A time before the present one cannot be read."""
    number, reason = reason_of(f"at 2026-11-23 09:00\np1: x\n{move}")
    assert (3, True) == (number, "backwards" in reason)


def test_a_file_lies_in_the_working_directory_or_beside_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The working directory is looked at first."""
    beside, here = tmp_path / "beside", tmp_path / "here"
    for folder in (beside, here):
        folder.mkdir()
    (beside / "proof.txt").write_text("x")
    monkeypatch.chdir(here)
    script = beside / "one.chat"
    script.write_text("p1 sends: proof.txt")
    assert lines.Sends("p1", beside / "proof.txt") == read_script(script).steps[0].line
    (here / "proof.txt").write_text("y")
    assert lines.Sends("p1", Path("proof.txt")) == read_script(script).steps[0].line


def test_a_script_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    """Bytes that are no text are told with their line."""
    script = tmp_path / "one.chat"
    script.write_bytes(b"# title\np1: \xff\n")
    with pytest.raises(Unreadable) as refusal:
        read_script(script)
    assert (2, "this is not UTF-8") == (refusal.value.number, refusal.value.reason)


def test_a_script_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing file has no line."""
    with pytest.raises(Unreadable, match=r"No such file") as refusal:
        read_script(tmp_path / "none.chat")
    assert 0 == refusal.value.number


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """Editors that write one do no harm."""
    script = tmp_path / "one.chat"
    script.write_bytes("\ufeffp1: Hallo".encode())
    assert lines.Writes("p1", "Hallo") == read_script(script).steps[0].line


def test_a_reader_goes_on_after_an_unreadable_line() -> None:
    """In a conversation by hand one wrong line does not end anything."""
    reader = Reader()
    with pytest.raises(Unreadable):
        reader.read(1, "at never")
    assert reader.read(2, "p1: Hallo") is not None
