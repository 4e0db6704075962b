"""No-show figures: counted and computed independently here, and nothing hidden can be worked out from what is shown."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import isclose
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.appointments import Kind, Mark
from flows.rules.figures import SMALLEST, Count, Figures, Marked, Shown, compare, figures, half_of, next_month, sum_of

TODAY = date(2027, 1, 15)
PLACES = ("Haus 1", "Haus 2", "")
KINDS = (Kind.IN_PERSON, Kind.PHONE, Kind.GROUP)


def score_bound(missed: int, marked: int, side: int) -> float:
    """The bound of the interval by what it means: the rate at which the score test just rejects. By bisection."""
    observed, z = missed / marked, 1.959963984540054
    low, high = (0.0, observed) if side < 0 else (observed, 1.0)
    for _ in range(200):
        middle = (low + high) / 2
        variance = middle * (1 - middle) / marked
        inside = (observed - middle) ** 2 <= z * z * variance
        if side < 0:
            low, high = (low, middle) if inside else (middle, high)
        else:
            low, high = (middle, high) if inside else (low, middle)
    return (low + high) / 2


@pytest.mark.parametrize(("missed", "attended"), [(5, 5), (5, 95), (7, 43), (30, 270), (12, 13), (400, 600)])
def test_the_interval_is_where_the_score_test_does_not_reject(missed: int, attended: int) -> None:
    """Wilson's interval, worked out another way."""
    count = Count(missed, attended)
    low, high = count.interval
    assert isclose(Fraction(missed, missed + attended), count.rate)
    assert isclose(score_bound(missed, count.marked, -1), low, abs_tol=1e-9)
    assert isclose(score_bound(missed, count.marked, 1), high, abs_tol=1e-9)


def test_an_interval_known_from_books() -> None:
    """Ten of a hundred: 5.52 % to 17.44 %."""
    assert ("0.0552", "0.1744") == tuple(f"{bound:.4f}" for bound in Count(10, 90).interval)


def marked(day: str, mark: Mark, kind: Kind = Kind.IN_PERSON, place: str = "Haus 1", times: int = 1) -> list[Marked]:
    """The same mark several times."""
    return [Marked(day=date.fromisoformat(day), kind=kind, place=place, mark=mark)] * times


def test_only_what_was_missed_or_attended_counts() -> None:
    """Unexcused is missed; excused and called off count nowhere, in no denominator."""
    found = figures(
        [
            *marked("2026-11-03", Mark.MISSED, times=4),
            *marked("2026-11-30", Mark.UNEXCUSED, times=2),
            *marked("2026-11-12", Mark.ATTENDED, times=20),
            *marked("2026-11-12", Mark.EXCUSED, times=50),
            *marked("2026-11-12", Mark.CANCELLED_BY_CARRIER, times=50),
        ],
        TODAY,
    )
    assert [Count(6, 20)] == [one.total for one in found.months]
    assert [date(2026, 7, 1)] == [one.first for one in found.halves]


def test_a_month_is_shown_when_it_is_over() -> None:
    """Nobody sees a rate change by one mark from day to day."""
    marks = [*marked("2026-11-03", Mark.MISSED, times=9), *marked("2026-11-03", Mark.ATTENDED, times=9)]
    assert () == figures(marks, date(2026, 11, 30)).months
    over = figures(marks, date(2026, 12, 1))
    assert [date(2026, 11, 1)] == [one.first for one in over.months]
    assert () == over.halves


@pytest.mark.parametrize(("missed", "attended"), [(4, 40), (40, 4), (0, 100), (100, 0)])
def test_a_small_count_hides_the_cell(missed: int, attended: int) -> None:
    """Under five missed, or under five attended: neither count nor rate is shown."""
    marks = [
        *marked("2026-11-03", Mark.MISSED, times=missed),
        *marked("2026-11-03", Mark.ATTENDED, times=attended),
    ]
    found = figures(marks, TODAY)
    assert [None] == [one.total for one in found.months]
    assert [None] == [part for one in found.months for part in one.kinds.values()]


def test_one_hidden_part_takes_another_with_it() -> None:
    """Where the total is shown and one kind is hidden, its difference must not be the hidden one."""
    marks = [
        *marked("2026-11-03", Mark.MISSED, Kind.IN_PERSON, times=30),
        *marked("2026-11-03", Mark.ATTENDED, Kind.IN_PERSON, times=90),
        *marked("2026-11-03", Mark.MISSED, Kind.PHONE, times=6),
        *marked("2026-11-03", Mark.ATTENDED, Kind.PHONE, times=8),
        *marked("2026-11-03", Mark.MISSED, Kind.HOME, times=1),
        *marked("2026-11-03", Mark.ATTENDED, Kind.HOME, times=9),
    ]
    month = figures(marks, TODAY).months[0]
    assert Count(37, 107) == month.total
    assert {Kind.IN_PERSON: Count(30, 90), Kind.PHONE: None, Kind.HOME: None} == month.kinds


MARKS = st.builds(
    lambda day, kind, place, mark, times: [Marked(day=day, kind=kind, place=place, mark=mark)] * times,
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sampled_from(KINDS),
    st.sampled_from(PLACES),
    st.sampled_from([Mark.MISSED, Mark.ATTENDED, Mark.UNEXCUSED, Mark.EXCUSED]),
    st.integers(1, 14),
)


def unknown(total: Shown, parts: Mapping[Any, Shown]) -> bool:
    """Whether a total is shown while some of its parts are hidden: their sum can be worked out."""
    return total is not None and None in parts.values()


def hidden_sum(total: Count, parts: Mapping[Any, Shown]) -> Count:
    """What the hidden parts are together."""
    shown = sum_of(part for part in parts.values() if part is not None)
    return Count(total.missed - shown.missed, total.attended - shown.attended)


def says_too_much(total: Shown, parts: Mapping[Any, Shown]) -> bool:
    """Whether a difference gives one hidden part, or something as small as what has to be hidden."""
    if not unknown(total, parts) or total is None:
        return total is None and any(part is not None for part in parts.values()) and None not in parts.values()
    rest = hidden_sum(total, parts)
    return list(parts.values()).count(None) == 1 or min(rest.missed, rest.attended) < SMALLEST


@settings(max_examples=150, deadline=None)
@given(st.lists(MARKS, max_size=40))
def test_nothing_hidden_can_be_worked_out(drawn: list[list[Marked]]) -> None:
    """Whatever was marked: no difference of shown cells is one hidden cell, and no shown cell is small."""
    found = figures([one for group in drawn for one in group], TODAY)
    for month in found.months:
        assert not says_too_much(month.total, month.kinds)
    for half in found.halves:
        months = {one.first: one.total for one in found.months if half_of(one.first) == half.first}
        assert not says_too_much(half.total, half.places)
        assert half.total is None or not says_too_much(half.total, months)
    for cell in every_cell(found):
        assert cell is None or min(cell.missed, cell.attended) >= SMALLEST


@settings(max_examples=100, deadline=None)
@given(st.lists(MARKS, max_size=40))
def test_the_shown_numbers_are_the_counted_ones(drawn: list[list[Marked]]) -> None:
    """Counted by hand, cell by cell."""
    marks = [one for group in drawn for one in group]
    for month in figures(marks, TODAY).months:
        here = [one for one in marks if one.day.replace(day=1) == month.first]
        missed = sum(one.mark in {Mark.MISSED, Mark.UNEXCUSED} for one in here)
        attended = sum(one.mark is Mark.ATTENDED for one in here)
        assert month.total in {None, Count(missed, attended)}
        assert (month.total is None) == (min(missed, attended) < SMALLEST)


def every_cell(found: Figures) -> list[Shown]:
    """Everything that is shown or hidden."""
    months = [cell for one in found.months for cell in (one.total, *one.kinds.values())]
    return [*months, *(cell for one in found.halves for cell in (one.total, *one.places.values()))]


def test_a_comparison_is_made_of_what_is_shown() -> None:
    """Hidden months are left out and counted; nothing else comes in."""
    marks = [
        *marked("2026-08-03", Mark.MISSED, times=10),
        *marked("2026-08-03", Mark.ATTENDED, times=30),
        *marked("2026-09-03", Mark.MISSED, times=2),
        *marked("2026-09-03", Mark.ATTENDED, times=30),
        *marked("2026-10-03", Mark.MISSED, times=6),
        *marked("2026-10-03", Mark.ATTENDED, times=44),
        *marked("2026-11-03", Mark.MISSED, times=8),
        *marked("2026-11-03", Mark.ATTENDED, times=42),
    ]
    compared = compare(figures(marks, TODAY), date(2026, 10, 1))
    assert Count(10, 30) == compared.before
    assert Count(14, 86) == compared.after
    assert 1 == compared.left_out


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    """The month after December is January; six before March is September."""
    assert date(2027, 1, 1) == next_month(date(2026, 12, 1))
    assert date(2026, 9, 1) == next_month(date(2027, 3, 1), -6)
    assert date(2026, 7, 1) == half_of(date(2026, 12, 31))
