"""The intake as data: which question is asked when, what fits an earlier answer, how bad input is answered."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from flows.dialogues.intake import flows
from flows.dialogues.questioning import PastDay
from flows.engine.answers import DATE_HINTS
from flows.engine.conversation import Json, Status
from flows.engine.flow import Answer, Facts, Flow, Miss, View
from flows.engine.intake_events import Submitted
from flows.engine.replies import DateProblem, Reading, Reply
from flows.engine.run import Turn, resume, start
from flows.people import Person, PersonId, Role
from flows.rules.intake import Condition, Form, Kind, Question
from flows.rules.profile import EvidenceRule

NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Berlin"))
CHILDREN = Question(id="children", kind=Kind.CHOICE, text="a", label="A", choices=(("yes", "Y"), ("no", "N")))
CARE = Question(
    id="care",
    kind=Kind.CHOICE,
    text="b",
    label="B",
    choices=(("yes", "Y"), ("no", "N")),
    condition=Condition(question="children", answers=("yes",)),
)
HEALTH = Question(id="health", kind=Kind.TEXT, text="c", label="C", purpose="C3")
FORM = Form(version=1, questions=(CHILDREN, CARE, HEALTH))
C3 = frozenset({"C3"})


def facts(*consents: str) -> Facts:
    """Somebody with these consents."""
    person = Person(id=PersonId(1), handle="p", role=Role.PARTICIPANT, name="P", language="en")
    return Facts(person=person, consents=frozenset(consents))


def own(form: Form = FORM) -> Flow:
    """The person's own flow."""
    return flows(form, EvidenceRule.OWN_WORD)["intake"]


def press(turn: Turn, action: str, value: str = "", known: Facts | None = None) -> Turn:
    """The next turn after a press."""
    reply = Reply(action=action, value=value)
    return resume(own(), turn.conversation, reply, now=NOW, facts=known or facts())


def test_a_condition_and_a_consent_open_a_question() -> None:
    """Child care is asked only with children, health only with the consent."""
    turn = press(start(own(), now=NOW, facts=facts()), "choose", "no")
    assert "review" == turn.conversation.node
    turn = press(start(own(), now=NOW, facts=facts()), "choose", "yes")
    assert "care" == turn.conversation.node
    turn = press(start(own(), now=NOW, facts=facts("C3")), "choose", "no", facts("C3"))
    assert "health" == turn.conversation.node


def test_an_answer_changed_in_the_summary_opens_what_hangs_on_it() -> None:
    """From "no" to "yes" asks for child care before the summary; back to "no" leaves it out of what is sent."""
    turn = press(start(own(), now=NOW, facts=facts()), "choose", "no")
    turn = press(press(turn, "change", "children"), "choose", "yes")
    assert "care" == turn.conversation.node
    turn = press(turn, "choose", "yes")
    turn = press(press(turn, "change", "children"), "choose", "no")
    assert "review" == turn.conversation.node
    sent = press(turn, "confirm")
    assert Status.DONE is sent.conversation.status
    assert Submitted(version=1, answers={"children": "no"}) == next(
        one for one in sent.events if isinstance(one, Submitted)
    )


def test_what_rests_on_a_consent_is_not_sent_without_it() -> None:
    """A consent withdrawn before sending takes its answer out."""
    answers: dict[str, Json] = {"children": "no", "health": "words"}
    assert answers == FORM.fitting(answers, C3)
    assert {"children": "no"} == FORM.fitting(answers, frozenset())


@pytest.mark.parametrize("value", ["maybe", 3, ["yes"], True])
def test_an_answer_that_no_choice_has_does_not_fit(value: Json) -> None:
    """What an earlier version took is asked for again where this one does not know it."""
    assert {} == FORM.fitting({"children": value}, frozenset())


def test_answers_of_an_earlier_version_are_not_asked_for_again() -> None:
    """Somebody whose answers were carried over begins with the first question that is new."""
    turn = start(own(), now=NOW, facts=facts(), answers={"_way": "moved", "children": "yes"})
    assert "care" == turn.conversation.node


def test_three_answers_that_do_not_fit_end_with_a_person() -> None:
    """The answers so far stay in the conversation."""
    turn = press(start(own(), now=NOW, facts=facts()), "choose", "yes")
    for _ in range(3):
        turn = resume(own(), turn.conversation, Reply(text="what"), now=NOW, facts=facts())
    assert Status.HANDED_OVER is turn.conversation.status
    assert "yes" == turn.conversation.answers["children"]


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Reading(past=date(2004, 2, 29), date_problem=DateProblem.PAST), "2004-02-29"),
        (Reading(first_day=date(2026, 11, 22)), "2026-11-22"),
        (Reading(first_day=date(2026, 11, 23)), None),
        (Reading(first_day=date(2030, 5, 12)), None),
        (Reading(past=date(1900, 1, 1), date_problem=DateProblem.PAST), None),
        (Reading(), None),
    ],
)
def test_a_birthday_lies_before_today(reading: Reading, expected: str | None) -> None:
    """Today, a day to come, and one before anybody was born are asked for again; a leap day is a day."""
    read = PastDay().read(Reply(text="x", reading=reading), View({}, NOW, facts()))
    assert expected == (read.value if isinstance(read, Answer) else None)


def test_a_day_that_does_not_exist_is_said_to_be_none() -> None:
    """31 June is in no calendar."""
    reply = Reply(text="31.6.2005", reading=Reading(date_problem=DateProblem.IMPOSSIBLE))
    assert Miss(DATE_HINTS[DateProblem.IMPOSSIBLE]) == PastDay().read(reply, View({}, NOW, facts()))
