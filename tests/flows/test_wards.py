"""Who still has a guardian, and what a side is rebuilt from."""

from datetime import UTC, date, datetime, timedelta

from flows.people import Person, PersonId, Role
from flows.rules.guardians import Assessment
from flows.rules.wards import guardianship_of, is_ward

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def person(**more: object) -> Person:
    """Somebody of 15."""
    known = {"id": PersonId(1), "handle": "p", "role": Role.PARTICIPANT, "name": "", "language": "de"}
    return Person(**{**known, "born": date(2011, 5, 1), **more})  # type: ignore[arg-type]  # named by the test


def test_guardians_speak_for_minors_and_for_whom_it_is_recorded() -> None:
    """For nobody else, and for nobody whose contact is blocked."""
    adult = date(2000, 1, 1)
    assert is_ward(person(), NOW)
    assert is_ward(person(born=None), NOW)
    assert is_ward(person(born=adult, legal_scopes=("C1",)), NOW)
    assert not is_ward(person(born=adult), NOW)
    assert not is_ward(person(contact_blocked=True), NOW)
    assert not is_ward(person(born=adult, legal_scopes=("C1",), contact_blocked=True), NOW)


def test_on_the_eighteenth_birthday_a_guardian_speaks_for_nobody_any_more() -> None:
    """From the first instant of the day, where the person lives."""
    born = date(2008, 11, 25)
    first = datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert is_ward(person(born=born), first - timedelta(microseconds=1))
    assert not is_ward(person(born=born), first)


def test_what_staff_recorded_reaches_the_rules() -> None:
    """Assessment, scopes and block are those of the person."""
    known = guardianship_of(person(assessment=Assessment.DOUBT, legal_scopes=("C3",), contact_blocked=True))
    assert (Assessment.DOUBT, frozenset({"C3"}), True) == (known.assessment, known.scopes, known.blocked)
