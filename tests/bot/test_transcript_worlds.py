"""The world of a transcript is the real program, in this process or in one that can be killed."""

import os
import signal
from pathlib import Path

import pytest
import structlog

from bot.channels import Inbound, InboundKind
from bot.transcript import lines
from bot.transcript.local import LocalWorld
from bot.transcript.moments import DEFAULT_START, read_move
from bot.transcript.news import Happened, Heard, Pressed
from bot.transcript.process import ProcessWorld
from bot.transcript.reader import read_text
from bot.transcript.runner import Entry, Session, perform_step, run_script
from bot.transcript.stage import open_session, perform_script
from bot.transcript.world import Opening, WorldFailed, borrow_place

pytestmark = pytest.mark.slow

ILL = Inbound(channel="memory", external_id="1", sender="p1", kind=InboundKind.TEXT, text="Ich bin heute krank")
CONVERSATION = """
p1: Ich bin heute krank
c1 taps: @seen
x1: Hallo
withdraw p5 C3
unreachable p4
p4: bin krank
at +1d 09:00
"""


def test_both_worlds_behave_alike() -> None:
    """The same conversation brings the same messages and events at the same times, whatever process runs it."""
    outlines = []
    for own_process in (False, True):
        script = read_text(CONVERSATION)
        with open_session(script, own_process=own_process) as session:
            assert [] == run_script(script, session)
        outlines.append([outline(entry) for entry in session.journal])
    assert outlines[0] == outlines[1]
    assert "AbsenceReported" in {kind for kind, *_ in outlines[0]}


def outline(entry: Entry) -> tuple[object, ...]:
    """What is the same in two runs: everything but ids and handles."""
    match entry:
        case Heard():
            return ("heard", entry.at, entry.to, entry.text, [button.label for button in entry.buttons])
        case Happened():
            return (entry.name, entry.at, dict(entry.fields))
        case Pressed():
            return ("pressed", entry.who, entry.button.label)
        case _:
            return ("step", entry)


def test_a_killed_program_goes_on_where_it_was() -> None:
    """The process is another one, what was committed is still there, and events are told once."""
    with borrow_place("demo") as place:
        world = ProcessWorld(Opening(place=place, now=DEFAULT_START))
        try:
            before = world.do(ILL)
            killed = world._process
            assert not world.do(lines.Restarts()).happened
            assert killed.returncode == -signal.SIGKILL
            assert os.getpid() != world._process.pid != killed.pid
            assert not world.do(ILL).heard
        finally:
            world.close()
    assert ["AbsenceReported", "AlertRaised"] == [event.name for event in before.happened]


def test_a_stopped_program_ends_by_itself_and_catches_up() -> None:
    """`down` is a graceful stop; what fell due meanwhile comes at the time of the start."""
    with borrow_place("demo") as place:
        world = ProcessWorld(Opening(place=place, now=DEFAULT_START))
        try:
            world.do(ILL)
            stopped = world._process
            back = read_move("+1d 10:00", DEFAULT_START)
            news = world.do(lines.Sleeps(back))
        finally:
            world.close()
    assert 0 == stopped.returncode
    assert "ReminderSent" in [event.name for event in news.happened]
    assert {back} == {event.at for event in news.happened}


def test_only_a_process_of_its_own_can_be_killed() -> None:
    """In this process a restart is refused."""
    with borrow_place("demo") as place:
        world = LocalWorld(Opening(place=place, now=DEFAULT_START))
        try:
            with pytest.raises(WorldFailed, match="process of its own"):
                world.do(lines.Restarts())
        finally:
            world.close()


def test_what_is_due_on_the_way_fires_at_its_own_time() -> None:
    """Two reminders lie between two lines: each comes at nine o'clock of its day, the target's own included."""
    text = "p1: Ich bin heute krank\nc1 taps: @seen\nat +2d 09:00\nevent ReminderSent\nevent ReminderSent"
    session, differences = perform_script(read_text(text))
    assert [] == differences
    reminders = [entry.at for entry in session.journal if isinstance(entry, Happened) and entry.name == "ReminderSent"]
    assert [read_move("+1d", DEFAULT_START), read_move("+2d", DEFAULT_START)] == reminders


def test_a_database_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    """A transcript begins in a world of its own."""
    script = read_text("p1: Hallo")
    for _ in range(2):
        (tmp_path / "db").mkdir(exist_ok=True)
    perform_script(script, f"sqlite:///{tmp_path}/db/lotse.db")
    with pytest.raises(WorldFailed, match="not empty"):
        perform_script(script, f"sqlite:///{tmp_path}/db/lotse.db")


@pytest.mark.parametrize("text", ["p1: Hallo", "p1: Hallo\nrestart"])
def test_a_database_that_cannot_be_opened_is_told(text: str) -> None:
    """The reason is in words, in both worlds."""
    with pytest.raises(WorldFailed, match="address"):
        perform_script(read_text(text), "sqlite:///:memory:")


def test_an_error_in_the_log_fails_the_transcript(capsys: pytest.CaptureFixture[str]) -> None:
    """What the running program survives, for example a broken timer, is a difference here."""
    script = read_text("p1: Hallo\np1: Hallo")
    with open_session(script) as session:
        assert perform_step(session, script.steps[0]) is None
        structlog.get_logger().error("timer_failed", kind="proof")
        difference = perform_step(session, script.steps[1])
    assert difference is not None
    assert difference.fatal
    assert "timer_failed kind=proof" in difference.reason
    assert "timer_failed" in capsys.readouterr().err


def test_a_program_that_dies_is_told() -> None:
    """Its end is a difference, not a transcript that hangs."""
    with borrow_place("demo") as place:
        world = ProcessWorld(Opening(place=place, now=DEFAULT_START))
        world._process.kill()
        world._process.wait()
        difference = perform_step(Session(world), read_text("p1: Hallo").steps[0])
        world.close()
    assert difference is not None
    assert "ended by itself" in difference.reason
