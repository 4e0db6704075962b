"""Typed answers: what counts as one, what is asked again, and with which words."""

from datetime import date, time, timedelta

import pytest

from flows.engine.answers import Choice, Day, File, Number, Phone, Several, TimeOfDay, Words, yes_no
from flows.engine.conversation import Json
from flows.engine.flow import Answer, Miss, Parser, Partly, View
from flows.engine.messages import Button, Text
from flows.engine.replies import DateProblem, Reply
from tests.flows.samples import NOW, TODAY, facts, press, read

TOMORROW = TODAY + timedelta(days=1)


def seen(**answers: Json) -> View:
    """What a question sees."""
    return View(answers, NOW, facts())


def options(count: int) -> tuple[Button, ...]:
    """So many choices."""
    return tuple(Button(Text("{n}", {"n": n}), f"a{n}", f"v{n}") for n in range(1, count + 1))


def choice(count: int) -> Choice:
    """A choice of so many."""
    return Choice(lambda _: options(count), lambda reply, _: "v1" if reply.text == "the first" else None)


def hint(result: object) -> str:
    """What is said when a reply is no answer."""
    assert isinstance(result, Miss)
    return result.hint.key


def test_a_choice_is_pressed_numbered_or_described() -> None:
    """A choice can be tapped, called by its number or found in words, with the same result."""
    for reply in (Reply(action="a1", value="v1"), Reply(action="a1"), read("1", number=1), Reply(text="the first")):
        assert Answer("v1") == choice(3).read(reply, seen())


@pytest.mark.parametrize(
    "reply",
    [
        Reply(action="a1", value="v2"),
        Reply(action="a9", value="v1"),
        Reply(action="", value="v1"),
        Reply(text="something else"),
        read("0", number=0),
        read("4", number=4),
        read("-1", number=-1),
    ],
)
def test_what_is_not_offered_is_no_choice(reply: Reply) -> None:
    """A button that is not offered, a wrong number and other words are asked again."""
    assert "Please choose one of the answers." == hint(choice(3).read(reply, seen()))


def test_up_to_five_choices_stand_together_and_more_come_in_pages() -> None:
    """Five choices fit on one page; of six, four are shown with "more", which turns the page and comes round again."""
    assert 5 == len(choice(5).buttons(seen()))
    first = choice(6).buttons(seen())
    assert ["a1", "a2", "a3", "a4", "more"] == [button.action for button in first]
    turned = choice(6).read(press(first[-1]), seen())
    assert isinstance(turned, Partly)
    second = choice(6).buttons(seen(**turned.answers))
    assert ["a5", "a6", "more"] == [button.action for button in second]
    assert turned == choice(6).read(read("5", number=5), seen())
    assert Answer("v5") == choice(6).read(read("1", number=1), seen(**turned.answers))
    back = choice(6).read(press(second[-1]), seen(**turned.answers))
    assert isinstance(back, Partly)
    assert first == choice(6).buttons(seen(**back.answers))


def test_a_choice_of_another_page_can_still_be_pressed() -> None:
    """A button of a page that was turned is an answer all the same."""
    assert Answer("v6") == choice(6).read(Reply(action="a6", value="v6"), seen())


def test_yes_and_no_are_understood_in_words() -> None:
    """A yes-or-no question takes any words for either, and neither for nothing."""
    ask = yes_no(Text("Yes, you may"), Text("No, thank you"))
    assert Answer("yes") == ask.read(read("klar", yes=True), seen())
    assert Answer("no") == ask.read(read("nö", yes=False), seen())
    assert Answer("no") == ask.read(Reply(action="no"), seen())
    assert isinstance(ask.read(Reply(text="vielleicht"), seen()), Miss)


def test_several_are_ticked_and_unticked_until_done() -> None:
    """Each press ticks or unticks one choice, marked in the list, and "done" gives all ticked ones."""
    ask = Several("some", lambda _: options(3))
    first = ask.read(Reply(action="a1", value="v1"), seen())
    assert isinstance(first, Partly)
    both = ask.read(read("3", number=3), seen(**first.answers))
    assert isinstance(both, Partly)
    shown = ask.buttons(seen(**both.answers))
    assert ["✓ {choice}", "{n}", "✓ {choice}", "Done"] == [button.label.key for button in shown]
    assert Answer(["v1", "v3"]) == ask.read(press(shown[-1]), seen(**both.answers))
    one = ask.read(Reply(action="a1", value="v1"), seen(**both.answers))
    assert isinstance(one, Partly)
    assert Answer(["v3"]) == ask.read(read("fertig", yes=True), seen(**one.answers))
    assert Answer([]) == ask.read(Reply(action="confirm"), seen())


def test_what_is_not_among_several_is_asked_again() -> None:
    """Other words, numbers and buttons tick nothing."""
    ask = Several("some", lambda _: options(3))
    for reply in (Reply(text="weiß nicht"), read("9", number=9), Reply(action="a1", value="v9"), Reply(value="v1")):
        assert "Please tap all that fit, then tap “Done”." == hint(ask.read(reply, seen()))
    assert Answer([]) == ask.read(Reply(action="confirm"), seen(_ticked_some="broken"))


OFFERED = (
    Button(Text("Today, {day}", {"day": TODAY}), "today", TODAY.isoformat()),
    Button(Text("Another day"), "other"),
)
DAY = Day(
    lambda _: OFFERED,
    earliest=lambda _: TODAY,
    latest=lambda _: TODAY + timedelta(days=30),
)
MINUTES = Number(1, 99, lambda _: (Button(Text("{n}", {"n": 15}), "minutes", "15"),))


@pytest.mark.parametrize(
    ("reply", "day"),
    [
        (Reply(action="today", value=TODAY.isoformat()), TODAY),
        (Reply(action="today"), TODAY),
        (read("1", number=1), TODAY),
        (read("morgen", first_day=TOMORROW), TOMORROW),
        (read("24.11.", day=TOMORROW), TOMORROW),
        (read("24.11.", day=TOMORROW, number=1), TOMORROW),
        (read("bis morgen", first_day=TODAY, last_day=TOMORROW), TODAY),
        (read("am 30. Tag", day=TODAY + timedelta(days=30)), TODAY + timedelta(days=30)),
    ],
)
def test_a_day_is_tapped_numbered_or_written(reply: Reply, day: date) -> None:
    """A day can be tapped, called by its number or written."""
    assert Answer(day.isoformat()) == DAY.read(reply, seen())


def test_a_last_day_is_read_from_until() -> None:
    """Where a last day is asked, the end of a period counts and not its beginning."""
    ends = Day(earliest=lambda _: TODAY, ends=True)
    assert Answer(TOMORROW.isoformat()) == ends.read(read(first_day=TODAY, last_day=TOMORROW), seen())
    assert isinstance(ends.read(read("heute", first_day=TODAY), seen()), Miss)


@pytest.mark.parametrize(
    ("reply", "kind_question"),
    [
        (Reply(text="keine Ahnung"), "Please write a date, for example {example}."),
        (read("gestern", day=TODAY - timedelta(days=1)), "This day is already over."),
        (
            read("in 31 Tagen", day=TODAY + timedelta(days=31)),
            "This day is very far away. Please check the date. For example: {today}.",
        ),
        (read("nie", day=date.max), "This day is very far away. Please check the date. For example: {today}."),
        (Reply(action="today", value="2026-13-99"), "Please choose one of the answers."),
        (Reply(action="tomorrow", value=TOMORROW.isoformat()), "Please choose one of the answers."),
        (read("2", number=9), "Please write a date, for example {example}."),
        (
            read("31.2.", date_problem=DateProblem.IMPOSSIBLE),
            "This day is not in the calendar. Which day do you mean? For example: {today}.",
        ),
        (
            read("1.1.2025", date_problem=DateProblem.PAST),
            "This date is too long ago. Which day do you mean? For example: {today}.",
        ),
    ],
)
def test_a_day_that_cannot_be_is_asked_kindly(reply: Reply, kind_question: str) -> None:
    """What is no day, over, far away or not in the calendar is asked again, and says why."""
    assert kind_question == hint(DAY.read(reply, seen()))


def test_every_problem_of_a_date_has_its_question() -> None:
    """Each reason why a date is not taken has a question of its own, which wins over a day that was read as well."""
    hints = {hint(DAY.read(read(date_problem=problem, day=TODAY), seen())) for problem in DateProblem}
    assert len(DateProblem) == len(hints)


def test_another_day_asks_for_words() -> None:
    """Another day answers nothing yet: the date is asked in words."""
    assert Partly({"_other_day": True}) == DAY.read(Reply(action="other"), seen())
    assert Partly({"_other_day": True}) == DAY.read(read("2", number=2), seen())


GOOD: list[tuple[Parser, Reply, Json]] = [
    (TimeOfDay(), read("halb neun", clock=time(8, 30)), "08:30"),
    (TimeOfDay(), read("0:00", clock=time(0)), "00:00"),
    (Number(1, 10), read("zehn", number=10), 10),
    (Number(1, 10), read("1", number=1), 1),
    (MINUTES, Reply(action="minutes", value="15"), 15),
    (Phone(), read("0151 23456789", phone="+4915123456789"), "+4915123456789"),
    (Words(), Reply(text="  Ich komme <b>nicht</b> \n"), "Ich komme <b>nicht</b>"),
    (Words(longest=3), Reply(text="abc"), "abc"),
    (Words(), Reply(text="😀"), "😀"),
    (File(), Reply(file_name="zettel.jpg"), "zettel.jpg"),
]

BAD: list[tuple[Parser, Reply, str]] = [
    (TimeOfDay(), Reply(text="bald"), "Please write a time, for example 8:30."),
    (TimeOfDay(), Reply(action="today", value="08:30"), "Please write a time, for example 8:30."),
    (Number(1, 10), Reply(text="viele"), "Please write a number from {lowest} to {highest}."),
    (Number(1, 10), read("0", number=0), "Please write a number from {lowest} to {highest}."),
    (Number(1, 10), read("11", number=11), "Please write a number from {lowest} to {highest}."),
    (Number(1, 10), read(number=10**5000), "Please write a number from {lowest} to {highest}."),
    (Number(1, 10), Reply(action="minutes", value="5"), "Please choose one of the answers."),
    (Phone(), Reply(text="ruf an"), "Please write a phone number, for example 0151 23456789."),
    (Phone(), Reply(action="call"), "Please write a phone number, for example 0151 23456789."),
    (Words(), Reply(text=" \n "), "Please write it in your own words."),
    (Words(), Reply(action="yes"), "Please write it in your own words."),
    (Words(longest=3), Reply(text="abcd"), "This is too long. Please write it shorter."),
    (File(), Reply(text="zettel.jpg"), "Please send a photo or a file."),
    (File(), Reply(action="yes"), "Please send a photo or a file."),
]


@pytest.mark.parametrize(("parser", "reply", "value"), GOOD)
def test_a_good_answer_is_kept_in_its_form(parser: Parser, reply: Reply, value: Json) -> None:
    """Times, numbers, phone numbers, words and files are kept in one form, whatever way they came."""
    assert Answer(value) == parser.read(reply, seen())


@pytest.mark.parametrize(("parser", "reply", "said"), BAD)
def test_a_bad_answer_is_asked_again_with_an_example(parser: Parser, reply: Reply, said: str) -> None:
    """What does not fit is asked again, and the words say what would fit."""
    assert said == hint(parser.read(reply, seen()))


@pytest.mark.parametrize("parser", [TimeOfDay(), Phone(), Words(), File(), Number(1, 2), Day()])
def test_what_is_typed_has_no_buttons(parser: Parser) -> None:
    """Answers that are typed or sent offer nothing to tap."""
    assert () == parser.buttons(seen())
