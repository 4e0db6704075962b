"""The benchmarks run and give the table they promise; how fast anything is, no test asks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.recording import recorded
from benchmarks.runs import Run, Runs, quantile
from benchmarks.table import MARK, TIMES, Aim, NoPlace, Row, as_markdown, compare, write_into

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ["B1", "", "B3", "B2", "B2", "B4", "B5", "", "B6", "", "B7", "", "B8", "B9", ""]


def _runs(*rates: int) -> Runs:
    return Runs(runs=tuple(Run(count=rate, seconds=1) for rate in rates))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_benchmark_gives_its_rows(tmp_path: Path) -> None:
    """With very small sizes every contender does what it is measured for, and every row of the table is there."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--rounds", "1", "--json", "--folder", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    table = json.loads(done.stdout)
    assert MEASURED == [row["number"] for row in table["rows"]]
    assert all(row["measure"] and row["ours"] for row in table["rows"])
    assert ["B1", "B3", "B2", "B2", "B4", "B5", "B6", "B7", "B8"] == [
        row["number"] for row in table["rows"] if row["number"] and row["target"] != "–"
    ]
    assert "Python 3." in table["machine"]
    assert [] == list(tmp_path.iterdir())


@pytest.mark.slow
def test_an_unknown_benchmark_is_named(tmp_path: Path) -> None:
    """Whoever mistypes a number reads which there are."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "B77", "--folder", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 2 == done.returncode
    assert "no benchmark B77; there are: B1 B3 B2 B4 B5 B6 B7 B8 B9\n" == done.stderr


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    """A round in which the machine did something else changes neither rate nor ratio."""
    ours, theirs = _runs(100, 10, 120), _runs(50, 5, 10)
    assert (100, 2.0) == (ours.rate, ours.ratio(theirs))


def test_a_quantile_is_one_of_the_values() -> None:
    """The median of four is the second, the 99th percentile of few is the greatest."""
    assert (2, 4, 1) == (quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 0.99), quantile([1], 0.5))


def test_a_row_says_whether_the_target_is_met() -> None:
    """Met means at least the target; without a target nothing is claimed."""
    aim = Aim(least=2, goal=3)
    assert (True, "200 %") == _verdict(compare("B1", "", "", (_runs(200), _runs(100)), aim))
    assert (False, "199 %") == _verdict(compare("B1", "", "", (_runs(199), _runs(100)), aim))
    assert (None, "50 %") == _verdict(compare("B1", "", "", (_runs(50), _runs(100)), None))
    assert (True, "25×") == _verdict(compare("B3", "", "", (_runs(250), _runs(10)), Aim(least=25, goal=50, unit=TIMES)))


def _verdict(row: Row) -> tuple[bool | None, str]:
    return row.met, row.ratio


def test_the_table_stands_between_its_marks(tmp_path: Path) -> None:
    """Only what is between the two marks is replaced, as often as it is written."""
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n\n{MARK}\nold\n{MARK}\n\nafter\n", "utf-8")
    markdown = as_markdown([Row(number="B1", measure="a measure", ours="1/s")], "a machine", "Medians")
    write_into(readme, markdown)
    write_into(readme, markdown)
    assert f"before\n\n{MARK}\n\n{markdown}\n\n{MARK}\n\nafter\n" == readme.read_text("utf-8")
    assert "Medians on a machine." == markdown.splitlines()[0]


def test_a_readme_without_marks_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written where nobody said that a table belongs."""
    readme = tmp_path / "README.md"
    readme.write_text("words", "utf-8")
    with pytest.raises(NoPlace):
        write_into(readme, "table")
    assert "words" == readme.read_text("utf-8")


def test_a_recording_keeps_statements_and_what_was_sealed() -> None:
    """One transaction per commit; a sealed parameter is known by its plaintext; control statements are left out."""
    with recorded() as recording:
        recording.seal(b"cipher", b"bound", b"plain")
        recording.execute("BEGIN IMMEDIATE", ())
        recording.execute("INSERT INTO t VALUES (?, ?)", (1, b"cipher"))
        recording.execute("COMMIT", ())
        recording.execute("SELECT 1", ())
    first, second = recording.kept
    assert [(1, b"bound", b"plain")] == [(seal.place, seal.bound, seal.plaintext) for seal in first[0].seals]
    assert ("SELECT 1", ()) == (second[0].sql, second[0].seals)
