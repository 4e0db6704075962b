"""A profile's own reasons: their codes, what stands of their days, and the letter for the agency (ADR 0035)."""

import pickle
from dataclasses import replace
from datetime import date

import pytest

from flows.dialogues.reason_names import for_person, for_staff, to_person
from flows.dialogues.words import REASONS
from flows.engine.events import Reason
from flows.engine.messages import Named
from flows.rules.absence import Absence
from flows.rules.attendance import Day, State
from flows.rules.excuses import Excuse, Known, Verdict, counts_on, excuse_on
from flows.rules.month import Code, Kind, coded
from flows.rules.own_reasons import Evidence, OwnReason, own_of
from flows.rules.verdicts import Bar, bar, is_for_a_person
from tests.flows.samples import TODAY, absence, facts

RIDE = OwnReason(code="ride_failed", name=Named({"de": "Fahrdienst", "en": "ride"}), decided=False, counts="E")
REPORT: Absence = replace(absence(TODAY, TODAY), reason=RIDE.reason)


def test_an_own_code_is_a_reason_and_the_same_each_time() -> None:
    """It is none of the members, and is not taken for one of them."""
    assert Reason("ride_failed") is Reason("ride_failed")
    assert "ride_failed" == Reason("ride_failed").value
    assert Reason("ride_failed") not in set(Reason)
    assert Reason("ride_failed") == pickle.loads(pickle.dumps(Reason("ride_failed")))


@pytest.mark.parametrize("code", ["", "Ride", "ride failed", "ab", "9lives", "x" * 41])
def test_what_is_no_code_is_no_reason(code: str) -> None:
    """Capitals, blanks, and what is too short or too long."""
    with pytest.raises(ValueError, match="is not a valid Reason"):
        Reason(code)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_about_what_always_counts_nobody_decides(verdict: Verdict) -> None:
    """It is excused by its own word, whatever somebody pressed."""
    always = replace(REPORT, decided=False)
    assert Bar.ALWAYS_COUNTS is bar(always, verdict)
    assert Excuse.OWN_WORD is excuse_on(TODAY, Known(reports=(always,), verdicts={always.id: verdict}))


def test_about_any_other_a_person_decides() -> None:
    """Each time (R6)."""
    assert is_for_a_person(REPORT)
    assert Excuse.OPEN is excuse_on(TODAY, Known(reports=(REPORT,), verdicts={}))
    assert Excuse.RECOGNISED is excuse_on(TODAY, Known(reports=(REPORT,), verdicts={REPORT.id: Verdict.RECOGNISED}))


def test_about_a_sensitive_one_nothing_is_asked_in_writing() -> None:
    """As about a death or an official date (R12, R13)."""
    sensitive = replace(REPORT, sensitive=True)
    assert Bar.NEVER_ASKED is bar(sensitive, Verdict.ASKED)
    assert bar(sensitive, Verdict.RECOGNISED) is None


@pytest.mark.parametrize(
    ("verdict", "letter"),
    [(Verdict.RECOGNISED, "E"), (Verdict.DECLINED, ""), (Verdict.ASKED, ""), (None, "")],
)
def test_its_letter_counts_only_while_it_is_excused(verdict: Verdict | None, letter: str) -> None:
    """What is declined or open is what every other reason is."""
    verdicts = {} if verdict is None else {REPORT.id: verdict}
    assert letter == counts_on(TODAY, Known(reports=(REPORT,), verdicts=verdicts, counts={RIDE.reason: "E"}))


@pytest.mark.parametrize("letter", list(Code))
def test_its_letter_goes_before_the_mapping(letter: Code) -> None:
    """Also where the mapping says nothing; "-" is not transmitted (R20)."""
    day = Day(day=TODAY, state=State.EXCUSED, excuse=Excuse.OWN_WORD, counts=letter)
    expected: dict[date, Code] = {} if letter is Code.NOT else {TODAY: letter}
    assert expected == coded([day], {Kind.OWN_WORD: Code.UE})
    assert expected == coded([day], {})


def test_it_is_offered_behind_what_is_said_most_often() -> None:
    """A button of its own, with its code."""
    known = facts(own_reasons=(RIDE,))
    assert ["ill", "child_ill", "official_date", "ride_failed"] == [one.action for one in to_person(known)[:4]]
    assert len(REASONS) + 1 == len(to_person(known))


def test_a_code_the_profile_does_not_know_any_more_is_another_reason() -> None:
    """A report stays readable when the profile has changed."""
    assert RIDE.label == for_staff(RIDE.reason, (RIDE,)) == for_person(RIDE.reason, (RIDE,))
    assert for_person(Reason.OTHER) == for_person(RIDE.reason)
    assert for_staff(Reason.OTHER) == for_staff(RIDE.reason)


@pytest.mark.parametrize(
    ("language", "formal", "words"), [("de", False, "Dein Bus"), ("de", True, "Ihr Bus"), ("en", True, "your bus")]
)
def test_a_name_is_said_with_sie_where_it_differs(language: str, formal: bool, words: str) -> None:
    """Elsewhere as it is."""
    assert words == Named({"de": "Dein Bus", "en": "your bus"}, {"de": "Ihr Bus"}).in_language(language, formal=formal)


def test_the_standard_ones_are_none_of_its_own() -> None:
    """Evidence of an own reason never asks for a sick note."""
    assert own_of(Reason.ILLNESS, (RIDE,)) is None
    assert {"none", "own_word", "notify_only"} == {one.value for one in Evidence}
