"""The plug is pulled anywhere: nothing is lost, nothing is doubled unsaid, and work goes on within seconds."""

from pathlib import Path

import pytest

from tests.faults.databases import Template
from tests.faults.dialogues import DIALOGUES
from tests.faults.points import POINTS, SEED, choose_points, judge, run_and_kill, run_through
from tests.faults.tallies import RUNS, Tally
from tests.faults.trial import open_trial

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.mark.parametrize("keyed", [True, False], ids=["keyed", "keyless"])
@pytest.mark.parametrize("name", DIALOGUES)
def test_whoever_pulls_the_plug_loses_nothing(template: Template, tmp_path: Path, name: str, keyed: bool) -> None:
    """Killed at any point and started again, the dialogue ends as if nothing had happened."""
    dialogue, problems = DIALOGUES[name], []
    expected = run_through(template, tmp_path / "whole", dialogue, keyed=keyed)
    tally = RUNS.setdefault((template.name, name, "keyed" if keyed else "keyless"), Tally(template.resumes_within))
    for number, point in enumerate(choose_points(expected.passed, expected.seconds, (POINTS + keyed) // 2)):
        with open_trial(template, tmp_path / str(number), keyed=keyed) as trial:
            status = run_and_kill(trial, dialogue, point)
            wrong = judge(trial, expected, tally, keyed=keyed)
        problems += [f"{point} (seed {SEED}), {trial.diary.killed_at}: {one}" for one in wrong]
        if status:
            problems.append(f"{point}: ended with {status}")
    assert [] == problems
