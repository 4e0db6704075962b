"""The door for people: once each, strangers leave no trace, what does not fit is refused kindly."""

import pytest

from flows.engine.messages import InboundKind
from tests.handlers.world import World

STATIC = "Bitte schick deinen Code"


def test_a_redelivered_text_has_no_second_effect(world: World) -> None:
    """The same update delivered three times is one report and one answer."""
    update = world.update("p1", text="Ich bin heute krank")
    world.receive(update)
    before = world.rows()
    for _ in range(2):
        assert world.receive(update) is None
    assert before == world.rows()
    assert 1 == len(world.events("AbsenceReported"))


def test_a_redelivered_press_has_no_second_effect(world: World) -> None:
    """A press that the platform delivers again does nothing, not even an answer."""
    world.say("p1", "Ich bin heute krank")
    update = world.update("p1", InboundKind.TAP, tap=world.button("p1", "tomorrow").handle)
    world.receive(update)
    before = world.rows()
    world.receive(update)
    assert before == world.rows()


@pytest.mark.parametrize(
    "text", ["Ich bin heute krank", "x1", "", "ABC-123", "Ich will nicht mehr leben", "\u202e\x00😀"]
)
def test_strangers_store_nothing(world: World, text: str) -> None:
    """Whatever a stranger writes, presses or sends: one static answer with crisis help, and not one row more."""
    before = world.rows()
    for update in (
        world.update("x1", text=text),
        world.update("x1", InboundKind.TAP, tap=text),
        world.update("x1", InboundKind.TAP, tap="@help"),
        world.update("x1", InboundKind.FILE, file_name=text or "f"),
    ):
        answer = world.receive(update) or ""
        assert STATIC in answer
        assert "112" in answer
    assert before == world.rows()
    assert [] == world.arrived


def test_somebody_with_an_unused_code_is_a_stranger(world: World) -> None:
    """Until the code is used nothing is stored."""
    before = world.counts()
    assert STATIC in (world.receive(world.update("p0", text="hallo")) or "")
    assert before == world.counts()


def test_a_double_tap_counts_once(world: World) -> None:
    """The second press of the same button has no effect and says so."""
    world.say("p1", "Ich bin heute krank")
    handle = world.button("p1", "tomorrow").handle
    world.press("p1", handle)
    events = world.events()
    (again,) = world.press("p1", handle)
    assert "einmal" in again.text
    assert events == world.events()


def test_a_button_of_another_person_does_not_exist(world: World) -> None:
    """A foreign, a mutated and an unknown handle get the same answer, and nothing happens."""
    world.say("p1", "Ich bin heute krank")
    handle = world.button("p1", "tomorrow").handle
    events = world.events()
    wrong = (handle, handle.swapcase(), handle[:-1], "nonsense", "", world.button("c1", "seen").handle)
    answers = {tuple(one.text for one in world.press("p4", each)) for each in wrong}
    assert 1 == len(answers)
    assert events == world.events()
    assert world.press("p1", handle)[0].text != next(iter(answers))[0]


def test_a_participant_cannot_acknowledge_with_a_button_of_staff(world: World) -> None:
    """ "Seen" works for whoever got the alert only."""
    world.say("p1", "Ich bin heute krank")
    world.press("p1", world.button("c1", "seen").handle)
    world.press("c2", world.button("c1", "seen").handle)
    assert [] == world.events("AlertAcknowledged")


def test_an_old_button_says_that_it_is_old(world: World) -> None:
    """A button of last week has no effect; what can be done now is offered."""
    world.say("p1", "hilfe")
    handle = world.button("p1", "ill").handle
    world.to("2026-11-30 09:00")
    (answer,) = world.press("p1", handle)
    assert "zu alt" in answer.text
    assert "ill" in answer.actions
    assert [] == world.events("AbsenceReported")


def test_a_button_of_an_answered_question_says_so(world: World) -> None:
    """Once the question is answered in words, its buttons have no effect any more."""
    world.say("p1", "Ich bin heute krank")
    handle = world.button("p1", "tomorrow").handle
    world.say("p1", "bis Freitag")
    events = world.events()
    (answer,) = world.press("p1", handle)
    assert "schon beantwortet" in answer.text
    assert events == world.events()


@pytest.mark.parametrize("who", ["p1", "p2", "p6", "c1", "g1"])
def test_a_file_is_refused_kindly_and_not_kept(world: World, who: str) -> None:
    """Where no file is expected it is refused, and neither its name nor a byte of it is stored."""
    (answer,) = world.send_file(who, "Atteste-geheim.pdf")
    assert answer.to == who
    assert [] == world.events()
    with world.store.read() as uow:
        uow.guard.hears(world.person(who).id, world.now)
        assert [""] == [entry.text for entry in uow.inbox.history(world.person(who).id)]


def test_words_sent_with_a_file_are_heard(world: World) -> None:
    """The file is refused, the report beside it is not; despair beside a file is answered like any other."""
    world.send_file("p1", "foto.jpg", caption="Ich bin heute krank")
    assert 1 == len(world.events("AbsenceReported"))
    world.send_file("p4", "foto.jpg", caption="Ich will nicht mehr leben")
    assert 1 == len(world.events("CrisisDetected"))


def test_four_thousand_characters_are_passed_on_as_written(world: World) -> None:
    """A message of four thousand characters arrives whole, one of 4,001 is sent back kindly."""
    longest = ("Zahnrad <b>&amp; " * 400)[:4000].strip().ljust(4000, "z")
    world.say("p1", longest)
    world.tap("p1", "yes")
    assert longest in world.texts("c1")
    events = world.events()
    (answer,) = world.say("p1", longest + "z")
    assert "zu lang" in answer.text
    assert events == world.events()


def test_despair_in_a_message_that_is_too_long_is_heard(world: World) -> None:
    """Crisis words are answered however long the message is."""
    world.say("p1", "Ich will nicht mehr leben. " + "z" * 5000)
    assert 1 == len(world.events("CrisisDetected"))


def test_control_and_direction_characters_are_left_out(world: World) -> None:
    """What could turn or hide words is removed before anything is stored or passed on; the rest stays as written."""
    world.say("p1", "\u202eZahnrad\u2066 <b>x</b>\x00\x07\nzwei\u200e\ufeff")
    world.tap("p1", "yes")
    assert "Zahnrad <b>x</b>\nzwei" in world.texts("c1")


@pytest.mark.parametrize("text", ["", " ", "\x00\u202e", "😀", "…", "?!"])
def test_without_words_the_menu_is_offered(world: World, text: str) -> None:
    """Emoji, dots or nothing at all: what can be done is offered, nothing is recorded."""
    answers = world.say("p1", text)
    assert "ill" in answers[-1].actions
    assert [] == world.events()


@pytest.mark.parametrize("handle", ["@", "@nonsense", "@help:x", "@language:xx", "@language:uk", "@skip", "@seen:1"])
def test_a_press_that_names_an_action_never_fails(world: World, handle: str) -> None:
    """The bar of the chat page may be tampered with: an unknown action is no action."""
    for who in ("p1", "c1", "g1"):
        assert world.press(who, handle)
    assert {"LanguageChosen"} >= {event.name for event in world.events()}


def test_two_people_do_not_mix(world: World) -> None:
    """Each has a conversation of their own."""
    world.say("p1", "ich kann nicht kommen")
    world.say("p4", "ich kann nicht kommen")
    world.tap("p4", "ill")
    assert ["p4"] == [world.handle(event.fields["who"]) for event in world.events("AbsenceReported")]
    world.tap("p1", "official_date")
    world.tap("p1", "tomorrow")
    assert ["p4", "p1"] == [world.handle(event.fields["who"]) for event in world.events("AbsenceReported")]
