"""What happened can be shown, and written as a transcript that comes true again."""

import io

from rich.console import Console

from bot.transcript.display import Display
from bot.transcript.reader import read_text
from bot.transcript.record import write_transcript
from bot.transcript.runner import Session, run_script
from tests.bot.parrot import Parrot

CONVERSATION = """# A talk
at 2026-11-23 09:00
p1: a\x1b[31mb?
p1 taps: heute
p1 again
p1: krank
p1: /x/
unreachable p2
at +1d
restart
"""


def journal_of(text: str) -> Session:
    """Run the text against the parrot; all that has been seen."""
    session = Session(Parrot())
    assert [] == run_script(read_text(text), session)
    return session


def test_a_conversation_is_shown() -> None:
    """Who speaks to whom, buttons with number and action, the time when it changes, no control characters."""
    out = io.StringIO()
    script = read_text(CONVERSATION)
    Display(Console(file=out, soft_wrap=True), script.start).show(journal_of(CONVERSATION).journal)
    assert out.getvalue().splitlines() == [
        "— 2026-11-23 09:00",
        "p1 › a[31mb?",
        "bot › p1 ‹ you said a[31mb?",
        "    [1] Ja, heute (@yes)",
        "    [2] Nein (@no)",
        "p1 › [Ja, heute]",
        "bot › p1 ‹ pressed h1",
        "p1 › (again)",
        "bot › p1 ‹ pressed h1",
        "p1 › krank",
        "p1 › /x/",
        "bot › p1 ‹ you said /x/",
        "— unreachable p2",
        "— 2026-11-24 08:00",
        "bot › p1 ‹ reminder",
        "— restart",
    ]


def test_what_happened_is_written_as_a_transcript_that_comes_true() -> None:
    """The saved text expects every message, button and event, and finds them in a new run."""
    script = read_text(CONVERSATION)
    saved = write_transcript(journal_of(CONVERSATION).journal, title="A talk", profile="demo", start=script.start)
    assert read_text(saved).expects
    assert "event AbsenceReported who=p1 reason=illness first_day=2026-11-23 last_day=\n" in saved
    assert "at 2026-11-24 09:00\n" in saved
    again = journal_of(saved).journal
    assert saved == write_transcript(again, title="A talk", profile="demo", start=script.start)


def test_the_second_of_a_doubled_hour_is_written_as_it_was_reached() -> None:
    """Its wall time alone would mean the first."""
    text = "at 2026-10-25 02:30\np1: x\nat +1h\np1: y\n"
    script = read_text(text)
    saved = write_transcript(journal_of(text).journal, title="Night", profile="demo", start=script.start)
    assert "\nat +1h\n" in saved
    assert [step.line for step in read_text(saved).steps if step.words.startswith("at")][1:] == [
        step.line for step in script.steps if step.words.startswith("at")
    ][1:]
