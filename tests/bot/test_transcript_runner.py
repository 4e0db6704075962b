"""A transcript is run line after line; every difference is told with its line, and nothing else is."""

from pathlib import Path

import pytest

from bot.channels import Inbound
from bot.transcript.reader import read_text
from bot.transcript.runner import Session, run_script
from tests.bot.parrot import Parrot


def differences(text: str) -> list[str]:
    """Run the text against the parrot."""
    return [str(difference) for difference in run_script(read_text(text), Session(Parrot()))]


def commands(text: str) -> list[Inbound]:
    """What reached the parrot from people."""
    parrot = Parrot()
    run_script(read_text(text), Session(parrot))
    return [command for command in parrot.commands if isinstance(command, Inbound)]


def test_expectations_that_come_true_make_no_difference() -> None:
    """A conversation as expected has no differences."""
    text = """
        p1: krank
        event AbsenceReported who=p1 last_day=
        no event AbsenceReported
        p1: heute?
        bot to p1: SAID heute
        bot to p1 has button: ja
        bot to p1 has button: @no
        bot to p1 has button: #2
        nothing to p1
        nothing to c1
        p1 taps: @yes
        bot to p1: pressed h1
        at +1d
        bot to p1: /remind/
    """
    assert [] == differences(text)


def test_a_message_is_matched_once() -> None:
    """The cursor of a recipient passes what it has matched."""
    assert ["line 3"] == [told[:6] for told in differences("p1: a\nbot to p1: you\nbot to p1: you")]


def test_the_cursor_skips_what_does_not_match() -> None:
    """What lies between two matches is skipped, and cannot be matched later."""
    (told,) = differences("p1: a\np1: b\nbot to p1: said b\nbot to p1: said a")
    assert told == 'line 4: expected to p1: "said a"; there is none'


def test_recipients_have_cursors_of_their_own() -> None:
    """Between recipients there is no order."""
    assert [] == differences("p1: a\np2: b\nbot to p2: b\nbot to p1: a")


def test_a_failed_expectation_does_not_move_the_cursor() -> None:
    """After a difference the next line is compared as if the wrong one were not there."""
    assert 1 == len(differences("p1: a\nbot to p1: x\nbot to p1: a"))


def test_nothing_means_nothing_after_the_last_match() -> None:
    """What came before the last matched message is no longer asked about."""
    assert [] == differences("p1: a\np1: b\nbot to p1: b\nnothing to p1")
    (told,) = differences("p1: a\np1: b\nbot to p1: a\nnothing to p1")
    assert told == 'line 4: expected nothing to p1; there is "you said b"'


def test_events_are_compared_by_the_fields_that_are_named() -> None:
    """Fields that are not named are free; a wrong value is a difference that shows what is there."""
    assert [] == differences("p1: krank\nevent AbsenceReported")
    (told,) = differences("p1: krank\nevent AbsenceReported reason=other")
    assert told == (
        "line 2: expected event AbsenceReported reason=other; "
        "there is event AbsenceReported who=p1 reason=illness first_day=2026-11-23 last_day="
    )


def test_no_event_looks_behind_the_last_matched_one() -> None:
    """An event that has been expected is not counted again; a new one is."""
    assert [] == differences("p1: krank\nevent AbsenceReported\np2: krank\nno event AbsenceReported who=p1")
    assert 1 == len(differences("p1: krank\nno event AbsenceReported"))


@pytest.mark.parametrize(
    ("choice", "handle"), [("heute", "h1"), ("NEIN", "h2"), ("#2", "h2"), ("@yes", "h1"), ("/^n/", "h2"), ("e", "h1")]
)
def test_a_button_is_found_by_label_position_or_action(choice: str, handle: str) -> None:
    """The first whose label contains the text, the n-th, or the one with the stable name."""
    assert handle == commands(f"p1: ?\np1: no buttons here\np1 taps: {choice}")[-1].tap


def test_a_used_button_can_be_tapped_again() -> None:
    """A second press is a new update with the same handle."""
    first, second = commands("p1: ?\np1 taps: #1\np1 taps: #1")[1:]
    assert first.tap == second.tap
    assert first.external_id != second.external_id


@pytest.mark.parametrize(("choice", "named"), [("#3", "#3"), ("@seen", "@seen"), ("Vielleicht", "Vielleicht")])
def test_a_missing_button_is_a_difference(choice: str, named: str) -> None:
    """It names the buttons that are there, and nothing is pressed."""
    (told,) = differences(f"p1: ?\np1 taps: {choice}")
    assert told == f"line 2: p1 has no button {named}; there is [Ja, heute] (@yes) [Nein] (@no)"


def test_buttons_of_others_do_not_count() -> None:
    """Somebody without a message with buttons has nothing to press."""
    assert ["line 2: p2 has no message with buttons"] == differences("p1: ?\np2 taps: #1")


def test_has_button_looks_at_the_last_matched_message() -> None:
    """Not at a newer one, and not without a match before."""
    assert 1 == len(differences("p1: a\np1: ?\nbot to p1: said a\nbot to p1 has button: Ja"))
    assert 1 == len(differences("p1: ?\nbot to p1 has button: Ja"))


def test_again_delivers_the_same_update() -> None:
    """A redelivery carries the id of the last update of that person, pressed or written."""
    updates = commands("p1: a\np2: b\np1 again\np1: ?\np1 taps: #1\np1 again")
    assert updates[0] == updates[2]
    assert updates[4] == updates[5]
    assert 4 == len({update.external_id for update in updates})


def test_a_file_arrives_with_its_name(tmp_path: Path) -> None:
    """Where it lies on this machine is nobody's business."""
    path = tmp_path / "proof.pdf"
    path.write_text("x")
    assert "proof.pdf" == commands(f"p1 sends: {path}")[0].file_name


def test_a_failure_of_the_program_is_a_difference_and_ends_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """What follows would only repeat it; the whole failure goes to standard error."""
    told = differences("p1: crash\nbot to p1: x")
    assert ["line 1: the program failed: RuntimeError: the parrot is gone"] == told
    assert "Traceback" in capsys.readouterr().err
