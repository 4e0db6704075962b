"""The plug is pulled while sick notes arrive and are read off: each is there once, and no picture is left over."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.databases import Template, count_certificates
from tests.faults.points import SEED, choose_points, judge, run_and_kill, run_through
from tests.faults.tallies import RUNS, Tally
from tests.faults.trial import Trial, open_trial

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

POINTS, FEWER = 14, 8
Course = Callable[[Trial], None]


def certify(trial: Trial) -> None:
    """One sick note is read off, one shows the illness and is destroyed; both people are told."""
    trial.moves(datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    trial.says("p1", "Ich bin heute krank bis Freitag")
    trial.uploads("p1")
    trial.taps("c1", "note_dates")
    for line in ("23.11.", "27.11.", "ja"):
        trial.says("c1", line)
    trial.uploads("p2")
    trial.taps("c1", "note_visible")


def leave_unseen(trial: Trial) -> None:
    """A sick note arrives and nobody looks at it for more than 72 hours: both sides are told that it is gone."""
    trial.moves(datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    trial.says("p1", "Ich bin heute krank")
    trial.uploads("p1")
    trial.moves(datetime(2026, 11, 26, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("course", "expected_left", "points"), [(certify, (2, 0), POINTS), (leave_unseen, (1, 0), FEWER)]
)
def test_an_upload_is_whole_or_not_there(
    template: Template, tmp_path: Path, course: Course, expected_left: tuple[int, int], points: int
) -> None:
    """Killed at any point and started again: every certificate once, no picture left, everybody told once."""
    problems = []
    expected = run_through(template, tmp_path / "whole", course, keyed=True)
    tally = RUNS.setdefault((template.name, course.__name__, "keyed"), Tally(template.resumes_within))
    for number, point in enumerate(choose_points(expected.passed, expected.seconds, points)):
        with open_trial(template, tmp_path / str(number), keyed=True) as trial:
            status = run_and_kill(trial, course, point)
            wrong = judge(trial, expected, tally, keyed=True)
            left = count_certificates(trial.database)
        problems += [f"{point} (seed {SEED}), {trial.diary.killed_at}: {one}" for one in wrong]
        if status or left != expected_left:
            problems.append(f"{point}: ended with {status}, certificates and pictures {left}")
    assert [] == problems
