"""The command that imports: looks first, takes all or nothing, and names what is wrong with its exit code."""

import json
from pathlib import Path

import pytest

from tests.bot.operator import NOW, Operator

HEAD = "id;people;with;start;minutes;place\n"
GOOD = f"{HEAD}T1;p1;c1;2026-12-01 10:00;45;Haus 1, Raum 2\nT2;p2;c1;2026-12-02 10:00;45;Café\n"
ICS = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20261203\n"
    "RRULE:FREQ=WEEKLY;COUNT=2\nSUMMARY:=geheim\nEND:VEVENT\nEND:VCALENDAR\n"
)


def write(folder: Path, name: str, data: str | bytes) -> Path:
    """A file."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def counts(operator: Operator, *words: object) -> tuple[int, int, int, int]:
    """Import, and what came of it: exit code, new, unchanged, faults."""
    ran = operator.run("import", *words, "--json")
    told = json.loads(ran.stdout)
    return (ran.exit_code, told["new"], told["unchanged"], len(told["faults"]))


def test_a_table_is_looked_at_and_then_taken_once(operator: Operator, tmp_path: Path) -> None:
    """Looking changes nothing; the second import neither."""
    file = write(tmp_path, "talks.csv", GOOD)
    assert "2 would be new" in operator.run("import", file, "--only-check").stdout
    assert [(0, 2, 0, 0), (0, 0, 2, 0)] == [counts(operator, file) for _ in range(2)]


def test_a_wrong_line_keeps_everything_out(operator: Operator, tmp_path: Path) -> None:
    """Exit 1, each line on standard error; with the line put right all are new."""
    file = write(tmp_path, "talks.csv", f"{GOOD}T3;Jonas;c1;2026-12-03 10:00;45;\nT4;p1;c1;gestern;45;\n")
    ran = operator.run("import", file)
    assert 1 == ran.exit_code
    assert "line 5, start" in ran.stderr
    assert "nothing was imported" in ran.stderr
    write(tmp_path, "talks.csv", f"{GOOD}T3;Jonas;c1;2026-12-03 10:00;45;\n")
    assert "line 4, people" in operator.run("import", file).stderr
    write(tmp_path, "talks.csv", GOOD)
    assert (0, 2, 0, 0) == counts(operator, file)


def test_an_old_spreadsheet_is_read_and_it_says_so(operator: Operator, tmp_path: Path) -> None:
    """Letters of Windows are not lost, and somebody is asked to look."""
    ran = operator.run("import", write(tmp_path, "talks.csv", GOOD.encode("cp1252")))
    assert "read as Windows-1252" in ran.stdout


def test_a_calendar_file_needs_people_and_gets_the_hours_of_the_office(operator: Operator, tmp_path: Path) -> None:
    """Whole days of a series are dates from opening to closing."""
    file = write(tmp_path, "course.ics", ICS)
    assert 1 == operator.run("import", file).exit_code
    assert (0, 2, 0, 0) == counts(operator, file, "--with", "c1", "--people", "p1, P2")
    with operator.opened() as store, store.read() as uow:
        person = uow.people.by_handle("p2")
        assert person is not None
        held = [one for one, _ in uow.appointments.of(person.id, NOW)]
    assert [480, 480] == [one.minutes for one in held]
    assert 1 == len({one.series for one in held})


@pytest.mark.parametrize("name", ["nothing.csv", "talks.txt"])
def test_what_is_no_file_of_ours_is_refused(operator: Operator, tmp_path: Path, name: str) -> None:
    """Exit 2, with what would be right."""
    if name.endswith(".txt"):
        write(tmp_path, name, GOOD)
    assert name in operator.refused("import", tmp_path / name)
