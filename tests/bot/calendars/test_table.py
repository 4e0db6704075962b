"""Tables of appointments: what can be written, and what is said about a line that is wrong."""

from datetime import UTC

import pytest

from bot.calendars.entries import UnreadableFile
from bot.calendars.table import Defaults, decode, read_table
from flows.rules.appointments import Kind

HEAD = "id;people;with;kind;start;minutes;place;state"


def faults(text: str) -> list[tuple[int, str]]:
    """Which lines and columns are named."""
    with pytest.raises(UnreadableFile) as refused:
        read_table(text, Defaults())
    return [(fault.line, fault.where) for fault in refused.value.faults]


@pytest.mark.parametrize("separator", [";", ","])
def test_both_separators_are_read(separator: str) -> None:
    """The first line says which it is; a cell with the other one in it stays whole."""
    text = f'{HEAD}\nT1;p1 p2;c1;group;2026-12-01 10:00;45;"Haus 1, Raum 2; links";\n'
    if separator == ",":
        text = f'{HEAD.replace(";", ",")}\nT1,p1 p2,c1,group,2026-12-01 10:00,45,"Haus 1, Raum 2; links",\n'
    (row,) = read_table(text, Defaults())
    assert ("csv:T1", ("p1", "p2"), "c1", Kind.GROUP) == (row.source, row.people, row.organiser, row.kind)
    assert ("Haus 1, Raum 2; links", 2) == (row.place, row.line)


@pytest.mark.parametrize(
    "start", ["2026-12-01 10:00", "01.12.2026 10:00", "2026-12-01T10:00+01:00", "2026-12-01T09:00Z"]
)
def test_a_begin_is_written_in_several_ways(start: str) -> None:
    """All of them are the same instant."""
    (row,) = read_table(f"{HEAD}\nT1;p1;c1;;{start};45;;\n", Defaults())
    assert "2026-12-01T09:00:00+00:00" == row.starts.astimezone(UTC).isoformat()


def test_markup_and_formulas_are_plain_text() -> None:
    """Nothing is run or cut, control characters become blanks."""
    (row,) = read_table(f"{HEAD}\nT1;p1;c1;;2026-12-01 10:00;45;=A1 <b>\x07x;\n", Defaults())
    assert "=A1 <b> x" == row.place


def test_what_the_file_does_not_say_is_what_the_command_said() -> None:
    """People, with whom, how and where."""
    defaults = Defaults(organiser="c1", people=("p1",), kind=Kind.VIDEO, place="Haus 1, Raum 2")
    (row,) = read_table("id;start;minutes\nT1;2026-12-01 10:00;45\n", defaults)
    assert (("p1",), "c1", Kind.VIDEO, "Haus 1, Raum 2") == (row.people, row.organiser, row.kind, row.place)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "id"), (1, "start"), (1, "minutes")]),
        ("id;start;minutes;farbe\n", [(1, "farbe")]),
        (f"{HEAD}\nT1;p1;c1;;gestern;45;;\n", [(2, "start")]),
        (f"{HEAD}\nT1;p1;c1;;2026-12-01;45;;\n", [(2, "start")]),
        (f"{HEAD}\nT1;p1;c1;;2027-03-28 02:30;45;;\n", [(2, "start")]),
        (f"{HEAD}\nT1;p1;c1;;2026-10-25 02:30;45;;\n", [(2, "start")]),
        (f"{HEAD}\nT1;p1;c1;;2026-12-01 10:00;viel;;\n", [(2, "minutes")]),
        (f"{HEAD}\n\nT1;p1;c1;tanz;2026-12-01 10:00;45;;weg\n", [(3, "kind"), (3, "state")]),
        (f"{HEAD}\n;p1;c1;;2026-12-01 10:00;45;;\n", [(2, "id")]),
        (f"{HEAD}\nT1;p1;c1;;2026-12-01 10:00;45;;;;\n", [(2, "file")]),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(text: str, expected: list[tuple[int, str]]) -> None:
    """Missing and unknown columns, times that are none, or not on the clock, or on it twice."""
    assert expected == faults(text)


def test_the_doubled_hour_can_be_written_with_its_offset() -> None:
    """Then it is one instant."""
    (row,) = read_table(f"{HEAD}\nT1;p1;c1;;2026-10-25T02:30+01:00;45;;\n", Defaults())
    assert "2026-10-25T01:30:00+00:00" == row.starts.astimezone(UTC).isoformat()


@pytest.mark.parametrize(
    ("data", "written"),
    [("Tür".encode(), "UTF-8"), ("Tür".encode("utf-8-sig"), "UTF-8"), ("Tür".encode("cp1252"), "Windows-1252")],
)
def test_letters_are_read_as_they_were_written(data: bytes, written: str) -> None:
    """With a mark at the begin, without one, and from an old spreadsheet."""
    assert ("Tür", written) == decode(data)
