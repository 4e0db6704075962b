"""Rates of absence: counted by hand here, and nothing hidden can be worked out from all that is shown together."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.absence_figures import ALL, GROUP, PLACE, Absent, Line, Planned, Share, lines
from flows.rules.figures import SMALLEST, half_of

TODAY = date(2027, 1, 15)
PLACES, GROUPS = ("", "company"), ("A", "B", "C")
PRIME = 2_147_483_647
STATES = (Share.EXCUSED, Share.OPEN, Share.UNEXCUSED, None)
DAYS = st.builds(
    lambda day, place, group, share, times: [Planned(day=day, place=place, group=group, share=share)] * times,
    st.dates(date(2026, 7, 1), date(2026, 12, 31)),
    st.sampled_from(PLACES),
    st.sampled_from(GROUPS),
    st.sampled_from(STATES),
    st.integers(1, 14),
)
Key = tuple[date, str, str, Share | None]


def planned(day: str, share: Share | None, times: int, group: str = "A", place: str = "") -> list[Planned]:
    """The same day several times."""
    return [Planned(day=date.fromisoformat(day), place=place, group=group, share=share)] * times


def only(found: Iterable[Line], share: Share, by: str, months: int = 1) -> list[Absent | None]:
    """The counts of one share in one column."""
    return [one.count for one in found if (one.share, one.by, one.months) == (share, by, months)]


def test_each_share_is_a_part_of_all_planned_days() -> None:
    """Ten excused, six open, of a hundred days; nobody is unexcused, which is too few to show."""
    days = [
        *planned("2026-11-03", Share.EXCUSED, 10),
        *planned("2026-11-04", Share.OPEN, 6),
        *planned("2026-11-05", None, 84),
    ]
    found = lines(days, TODAY)
    assert [Absent(10, 84, 100)] == only(found, Share.EXCUSED, ALL)
    assert [Absent(6, 84, 100)] == only(found, Share.OPEN, ALL)
    assert [None] == only(found, Share.UNEXCUSED, ALL)
    assert 0.1 == Absent(10, 84, 100).rate
    assert ("0.0552", "0.1744") == tuple(f"{bound:.4f}" for bound in Absent(10, 84, 100).interval)


def test_where_hardly_anybody_was_there_nothing_is_shown() -> None:
    """With four days on which nothing was reported no share is shown."""
    days = [*planned("2026-11-03", Share.EXCUSED, 50), *planned("2026-11-05", None, 4)]
    assert {None} == {one.count for one in lines(days, TODAY)}


def test_what_is_small_in_a_month_can_be_seen_by_half_year() -> None:
    """Four days in each of two months are hidden there, and eight are shown together."""
    days = [
        one
        for month in ("2026-10", "2026-11")
        for one in (*planned(f"{month}-03", Share.OPEN, 4), *planned(f"{month}-05", None, 40))
    ]
    found = lines(days, TODAY)
    assert [None, None] == only(found, Share.OPEN, ALL)
    assert [Absent(8, 80, 88)] == only(found, Share.OPEN, ALL, months=6)
    assert [Absent(8, 80, 88)] == only(found, Share.OPEN, GROUP, months=6)


def test_a_month_is_shown_when_it_is_over() -> None:
    """Nobody sees a rate change from day to day."""
    days = [*planned("2026-11-03", Share.OPEN, 9), *planned("2026-11-05", None, 90)]
    assert [] == lines(days, date(2026, 11, 30))
    assert {1} == {one.months for one in lines(days, date(2026, 12, 1))}


@settings(max_examples=60, deadline=None)
@given(st.lists(DAYS, max_size=30))
def test_the_shown_numbers_are_the_counted_ones(drawn: list[list[Planned]]) -> None:
    """Cell by cell, and no cell that is shown is small."""
    days = [one for group in drawn for one in group]
    for line in lines(days, TODAY):
        inside = [one for one in days if belongs(one.day, one.place, one.group, line)]
        count = Counter(one.share for one in inside)
        assert line.count in {None, Absent(count[line.share], count[None], len(inside))}
        assert line.count is None or min(line.count.days, line.count.there) >= SMALLEST


def belongs(day: date, place: str, group: str, line: Line) -> bool:
    """Whether something of that day, place and group is counted in a line."""
    first = day.replace(day=1) if line.months == 1 else half_of(day)
    part = {ALL: "", PLACE: place, GROUP: group}[line.by]
    return (first, part) == (line.first, line.value)


def test_two_ways_to_cut_the_same_days_do_not_give_a_small_cell_away() -> None:
    """Group A of the half-year less its August would be the single day in September: no group is shown."""
    days = [
        *planned("2026-07-01", Share.EXCUSED, 1, "B"),
        *planned("2026-07-01", None, 5, "B"),
        *planned("2026-08-01", Share.EXCUSED, 5),
        *planned("2026-08-01", None, 5),
        *planned("2026-09-01", Share.EXCUSED, 1),
        *planned("2026-09-01", Share.EXCUSED, 4, "B", "company"),
    ]
    found = lines(days, TODAY)
    assert [None, None] == only(found, Share.EXCUSED, GROUP, months=6)
    assert [Absent(11, 10, 21)] == only(found, Share.EXCUSED, ALL, months=6)


@settings(max_examples=40, deadline=None)
@given(st.lists(DAYS, max_size=40))
def test_nothing_hidden_can_be_worked_out(drawn: list[list[Planned]]) -> None:
    """Whoever solves the equations of all that is shown, and knows how many days were planned, finds no small cell."""
    days = [one for group in drawn for one in group]
    found = lines(days, TODAY)
    keys: list[Key] = sorted(
        {(one.day.replace(day=1), one.place, one.group, share) for one in days for share in STATES}, key=str
    )
    shown = [row_of(line, keys, {line.share}) for line in found if line.count is not None]
    known = [row_of(line, keys, set(STATES)) for line in found]
    basis = reduced([*shown, *known])
    for line in found:
        inside = [one for one in days if belongs(one.day, one.place, one.group, line)]
        count = Counter(one.share for one in inside)
        if Absent(count[line.share], count[None], len(inside)).is_small:
            assert rest_of(row_of(line, keys, {line.share}), basis) != [0] * len(keys), line


def row_of(line: Line, keys: list[Key], shares: set[Share | None]) -> list[int]:
    """Which of the smallest counts a line adds up."""
    return [int(share in shares and belongs(month, place, group, line)) for month, place, group, share in keys]


def reduced(rows: Iterable[list[int]]) -> dict[int, list[int]]:
    """The rows in echelon form, by the place of their first entry; modulo a large prime."""
    basis: dict[int, list[int]] = {}
    for row in rows:
        rest = rest_of(row, basis)
        lead = next((place for place, entry in enumerate(rest) if entry), None)
        if lead is not None:
            inverse = pow(rest[lead], -1, PRIME)
            basis[lead] = [entry * inverse % PRIME for entry in rest]
    return basis


def rest_of(row: list[int], basis: dict[int, list[int]]) -> list[int]:
    """What of a row the basis does not make up; nothing but zeros: it can be worked out."""
    rest = [entry % PRIME for entry in row]
    for lead in sorted(basis):
        factor = rest[lead]
        if factor:
            rest = [(entry - factor * other) % PRIME for entry, other in zip(rest, basis[lead], strict=True)]
    return rest
