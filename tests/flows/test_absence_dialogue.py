"""The absence dialogue: recorded as soon as reason and day are known, whatever else was said with them."""

from datetime import date, timedelta

import pytest

from flows.dialogues import absence as dialogue
from flows.engine.conversation import Json, Status
from flows.engine.events import AbsenceChanged, AbsenceReported, Reason
from flows.engine.flow import Facts
from flows.engine.replies import Reply
from flows.engine.run import Turn, resume, start
from tests.flows.samples import NOW, TODAY, absence, facts, question, read


def begin(known: Facts, **answers: Json) -> Turn:
    """A report with what was said already."""
    return start(dialogue.FLOW, now=NOW, facts=known, answers=answers)


def asked(turn: Turn) -> str:
    """The open question's words."""
    said = question(turn)
    assert said is not None
    return said.text.key


def test_illness_without_a_day_means_today() -> None:
    """ "I am ill" is recorded for today at once, and until when is asked."""
    turn = begin(facts(), reason="illness")
    assert AbsenceReported(who=facts().person.id, reason=Reason.ILLNESS, first_day=TODAY) == turn.events[0]
    assert "until" == turn.conversation.node


def test_a_reason_without_a_day_asks_for_the_day() -> None:
    """Moving house does not mean today: the day is asked, then it is recorded."""
    turn = begin(facts(), reason="moving")
    assert "day" == turn.conversation.node
    turn = resume(dialogue.FLOW, turn.conversation, Reply(action="tomorrow"), now=NOW, facts=facts())
    assert isinstance(turn.events[0], AbsenceReported)
    assert TODAY + timedelta(days=1) == turn.events[0].first_day


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date.max, "This day is very far away. Please check the date. For example: {today}."),
        (TODAY + timedelta(days=181), "This day is very far away. Please check the date. For example: {today}."),
        (TODAY - timedelta(days=15), "This date is too long ago. Which day do you mean? For example: {today}."),
    ],
)
def test_a_first_day_that_cannot_be_is_asked_and_never_recorded(day: date, words: str) -> None:
    """A day in the year 9999 that somebody wrote by mistake is asked again, for illness too."""
    for reason in ("illness", "moving"):
        turn = begin(facts(), reason=reason, first_day=day.isoformat())
        assert ("day", words) == (turn.conversation.node, asked(turn))
        assert 1 == len(turn.events)
        turn = resume(dialogue.FLOW, turn.conversation, Reply(action="today"), now=NOW, facts=facts())
        assert isinstance(turn.events[0], AbsenceReported)


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("9999-12-31", "This day is very far away. Please check the date. For example: {today}."),
        ("2026-11-01", "The last day cannot be before the first day. Which day do you mean? For example: {today}."),
    ],
)
def test_a_last_day_that_cannot_be_is_asked(last: str, words: str) -> None:
    """The report is recorded without the end that cannot be, and the question says what is wrong with it."""
    turn = begin(facts(), reason="illness", first_day=TODAY.isoformat(), last_day=last)
    assert isinstance(turn.events[0], AbsenceReported)
    assert turn.events[0].last_day is None
    assert ("until", words) == (turn.conversation.node, asked(turn))


def test_without_consent_nothing_more_is_asked() -> None:
    """Who has not agreed to be asked is recorded and left in peace."""
    for consents in ("", "C1", "C3"):
        turn = begin(facts(consents=consents), reason="illness")
        assert Status.DONE is turn.conversation.status
        assert isinstance(turn.events[0], AbsenceReported)


def test_an_end_learnt_in_the_dialogue_does_not_reach_into_another_report() -> None:
    """Ill from today "until Friday", with a move reported for Wednesday: that day stays a move."""
    wednesday, friday = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    move = absence(wednesday, wednesday, id_=1, reason=Reason.MOVING)
    turn = begin(facts(move), reason="illness")
    known = facts(move, absence(TODAY, TODAY + timedelta(days=1), id_=2))
    turn = resume(dialogue.FLOW, turn.conversation, read("bis Freitag", last_day=friday), now=NOW, facts=known)
    (rest,) = (event for event in turn.events if isinstance(event, AbsenceReported))
    assert (Reason.ILLNESS, wednesday + timedelta(days=1), friday) == (rest.reason, rest.first_day, rest.last_day)
    assert all(one.absence == 2 for one in turn.events if isinstance(one, AbsenceChanged))


def test_a_reason_the_profile_does_not_know_is_asked() -> None:
    """A reason outside the profile's catalogue is not taken from words."""
    known = facts(reasons=("illness",))
    turn = resume(dialogue.FLOW, begin(known).conversation, read("Umzug", reason=Reason.MOVING), now=NOW, facts=known)
    assert "reason" == turn.conversation.node
    assert not turn.understood
