"""The engine is total: whatever somebody says or presses at any question of any flow, there is a turn."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flows.engine.conversation import Conversation, Status
from flows.engine.events import Said
from flows.engine.flow import END, Do, Done, Facts, Flow, goto
from flows.engine.messages import Text
from flows.engine.replies import ACTION_COMMANDS, Intent, Reading, Reply
from flows.engine.run import MISSES, FlowLoop, Turn, ask_again, resume, start
from flows.engine.wishes import Wish
from tests.flows.samples import (
    ALL_FLOWS,
    BEGINNINGS,
    BROUGHT,
    NOW,
    REPLIES,
    SITUATIONS,
    again,
    every_question,
    facts,
    press,
    question,
    read,
)

QUESTIONS = list(every_question())
NAMES = [f"{flow.name}-{conversation.node}" for flow, conversation, _ in QUESTIONS]
AT_EVERY_QUESTION = pytest.mark.parametrize(("flow", "conversation", "known"), QUESTIONS, ids=NAMES)


def check(flow: Flow, turn: Turn) -> None:
    """What must hold after every turn."""
    conversation = turn.conversation
    assert conversation == again(conversation)
    assert conversation.misses <= MISSES
    assert (conversation.status is Status.HANDED_OVER) == (conversation.misses == MISSES)
    assert turn.events or conversation.status is Status.DONE
    if conversation.status is Status.WAITING:
        asked = question(turn)
        assert conversation.node in flow.nodes
        assert asked is not None
        assert len(asked.buttons) <= 7


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(QUESTIONS), REPLIES)
def test_any_reply_at_any_question_gives_a_turn(opened: tuple[Flow, Conversation, Facts], reply: Reply) -> None:
    """Any Unicode text with any reading, any button and any file gives a turn at every question of every flow."""
    flow, conversation, known = opened
    check(flow, resume(flow, conversation, reply, now=NOW, facts=known))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(QUESTIONS), st.sampled_from(Status), st.integers(0, 2), REPLIES)
def test_any_stored_state_takes_a_reply(
    opened: tuple[Flow, Conversation, Facts], status: Status, misses: int, reply: Reply
) -> None:
    """A conversation in whatever status and with whatever misses gives a turn, even one that is over."""
    flow, conversation, known = opened
    stored = replace(conversation, status=status, misses=misses)
    turn = resume(flow, stored, reply, now=NOW, facts=known)
    assert turn.conversation == again(turn.conversation)
    assert turn.conversation.misses <= MISSES


class Walk(RuleBasedStateMachine):
    """Somebody who says anything, in any order, while days pass and reports come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.known = SITUATIONS[0]
        self.flow = ALL_FLOWS["absence"]
        self.turn: Turn | None = None

    def _answer(self, reply: Reply) -> None:
        assert self.turn is not None
        self.turn = resume(self.flow, again(self.turn.conversation), reply, now=self.now, facts=self.known)

    def _talks(self) -> bool:
        return self.turn is not None and self.turn.conversation.status.is_open

    @precondition(lambda self: not self._talks())
    @rule(flow=st.sampled_from(list(ALL_FLOWS)), known=st.sampled_from(SITUATIONS), answers=st.sampled_from(BEGINNINGS))
    def begin(self, flow: str, known: Facts, answers: dict[str, str]) -> None:
        """A new conversation."""
        self.flow, self.known = ALL_FLOWS[flow], known
        self.turn = start(self.flow, now=self.now, facts=known, answers={**BROUGHT, **answers})

    @precondition(lambda self: self._talks())
    @rule(reply=REPLIES)
    def say_anything(self, reply: Reply) -> None:
        """Any reply."""
        self._answer(reply)

    @precondition(lambda self: self._talks())
    @rule(which=st.integers(0, 20))
    def press_something_offered(self, which: int) -> None:
        """A button of the open question."""
        assert self.turn is not None
        asked = question(self.turn)
        if asked is not None and asked.buttons:
            self._answer(press(asked.buttons[which % len(asked.buttons)]))

    @precondition(lambda self: self._talks())
    @rule(action=st.sampled_from(sorted(ACTION_COMMANDS)))
    def press_a_command(self, action: str) -> None:
        """A command."""
        self._answer(Reply(action=action, standing=True))

    @rule(hours=st.integers(1, 40), known=st.sampled_from(SITUATIONS))
    def wait(self, hours: int, known: Facts) -> None:
        """Time passes, and what is known may be otherwise afterwards."""
        self.now += timedelta(hours=hours)
        if known.person == self.known.person:
            self.known = known

    @invariant()
    def stays_sound(self) -> None:
        """Every turn is a sound one."""
        if self.turn is not None and self.turn.events:
            check(self.flow, self.turn)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@AT_EVERY_QUESTION
def test_help_says_something_and_asks_again(flow: Flow, conversation: Conversation, known: Facts) -> None:
    """Help is given at every question, and the question is put again with the same buttons."""
    turn = resume(flow, conversation, Reply(action="help"), now=NOW, facts=known)
    before = ask_again(flow, conversation, now=NOW, facts=known)
    assert conversation.node == turn.conversation.node
    assert 2 == len(turn.events)
    assert before == turn.events[-1]
    assert 0 == turn.conversation.misses


@AT_EVERY_QUESTION
def test_pause_rests_until_resume(flow: Flow, conversation: Conversation, known: Facts) -> None:
    """A paused conversation waits at its question and puts it again when it goes on."""
    paused = resume(flow, conversation, Reply(action="pause"), now=NOW, facts=known)
    assert Status.PAUSED is paused.conversation.status
    woken = resume(flow, again(paused.conversation), Reply(action="resume"), now=NOW, facts=known)
    assert Status.WAITING is woken.conversation.status
    assert conversation.node == woken.conversation.node
    assert ask_again(flow, conversation, now=NOW, facts=known) == question(woken)


@AT_EVERY_QUESTION
def test_back_goes_one_question_back(flow: Flow, conversation: Conversation, known: Facts) -> None:
    """Back puts the question before, or says that this is the first one."""
    turn = resume(flow, conversation, Reply(action="back"), now=NOW, facts=known)
    before = conversation.asked[-2] if len(conversation.asked) > 1 else conversation.node
    assert before == turn.conversation.node
    assert before == turn.conversation.asked[-1]
    assert Status.WAITING is turn.conversation.status


@AT_EVERY_QUESTION
@pytest.mark.parametrize(
    ("action", "wish", "status"),
    [
        ("cancel", Wish.CANCELLED, Status.CANCELLED),
        ("stop_all", Wish.STOP, Status.CANCELLED),
        ("call", Wish.CALL, Status.WAITING),
        ("ask", Wish.TALK, Status.WAITING),
        ("language", Wish.LANGUAGE, Status.WAITING),
    ],
)
def test_wishes_leave_the_engine(
    flow: Flow, conversation: Conversation, known: Facts, action: str, wish: Wish, status: Status
) -> None:
    """Cancel, stop, call, talk and language are obeyed at every question, and the first two end the conversation."""
    turn = resume(flow, conversation, Reply(action=action), now=NOW, facts=known)
    assert wish in turn.events
    assert status is turn.conversation.status
    assert turn.understood


@AT_EVERY_QUESTION
@pytest.mark.parametrize("intent", [Intent.STOP, Intent.CANCEL, Intent.HELP, Intent.PAUSE, Intent.CALL_ME])
def test_a_written_command_counts_like_its_button(
    flow: Flow, conversation: Conversation, known: Facts, intent: Intent
) -> None:
    """A command of a word or two is obeyed at every question, where any words are an answer too."""
    action = next(action for action, meant in ACTION_COMMANDS.items() if meant is intent)
    written = resume(flow, conversation, read("stop jetzt", intents=(intent,)), now=NOW, facts=known)
    assert resume(flow, conversation, Reply(action=action), now=NOW, facts=known) == written


@AT_EVERY_QUESTION
def test_three_misses_hand_over(flow: Flow, conversation: Conversation, known: Facts) -> None:
    """The third reply in a row that answers nothing hands the person over, the first two ask again."""
    nonsense = Reply(action="nonsense", value="nonsense")
    for _ in range(MISSES - 1):
        turn = resume(flow, conversation, nonsense, now=NOW, facts=known)
        assert Status.WAITING is turn.conversation.status
        assert ask_again(flow, conversation, now=NOW, facts=known) == question(turn)
        assert not turn.understood
        conversation = turn.conversation
    last = resume(flow, conversation, nonsense, now=NOW, facts=known)
    assert Status.HANDED_OVER is last.conversation.status
    assert Wish.PERSON in last.events


@AT_EVERY_QUESTION
def test_an_answer_clears_the_misses(flow: Flow, conversation: Conversation, known: Facts) -> None:
    """Going back after a miss begins to count anew."""
    missed = resume(flow, conversation, Reply(action="nonsense"), now=NOW, facts=known).conversation
    assert 1 == missed.misses
    if len(missed.asked) > 1:
        assert 0 == resume(flow, missed, Reply(action="back"), now=NOW, facts=known).conversation.misses


@AT_EVERY_QUESTION
def test_another_version_fails_politely(flow: Flow, conversation: Conversation, known: Facts) -> None:
    """A conversation of another version of its flow, or at a question that is gone, ends with a kind word."""
    for stale in (
        replace(conversation, version=flow.version + 1),
        replace(conversation, node="gone"),
        replace(conversation, node="gone", status=Status.PAUSED),
    ):
        turn = resume(flow, stale, Reply(text="ja", reading=Reading(yes=True)), now=NOW, facts=known)
        assert Status.FAILED is turn.conversation.status
        assert [Said] == [type(event) for event in turn.events]
        assert ask_again(flow, replace(conversation, node="gone"), now=NOW, facts=known) is None


@AT_EVERY_QUESTION
def test_back_to_a_question_that_is_gone_stays(flow: Flow, conversation: Conversation, known: Facts) -> None:
    """Back does not lead to a question that a newer program has removed."""
    stale = replace(conversation, asked=("gone", conversation.node))
    turn = resume(flow, stale, Reply(action="back"), now=NOW, facts=known)
    assert conversation.node == turn.conversation.node


def test_a_circle_without_a_question_is_a_fault() -> None:
    """A flow that runs in circles without a question stops with an error that names it."""
    circle = Flow(name="circle", version=1, start="a", nodes={"a": Do(run=lambda _: Done(), then=goto("a"))})
    with pytest.raises(FlowLoop, match="circle"):
        start(circle, now=NOW, facts=facts())


def test_a_flow_without_questions_ends_at_once() -> None:
    """A flow of steps alone is done in its first turn, with everything that happened in order."""
    said = [Said(Text("You are welcome.")), Said(Text("Hello {name}!"))]
    nodes = {
        "a": Do(run=lambda _: Done((said[0],), {"kept": 1}), then=goto("b")),
        "b": Do(run=lambda _: Done((said[1],)), then=goto(END)),
    }
    turn = start(Flow(name="steps", version=1, start="a", nodes=nodes), now=NOW, facts=facts())
    assert Status.DONE is turn.conversation.status
    assert tuple(said) == turn.events
    assert {"kept": 1} == turn.conversation.answers


def test_every_turn_has_a_new_number() -> None:
    """Each pass raises the turn, so that buttons of an older one are known to be stale."""
    for flow, conversation, known in QUESTIONS:
        for reply in (Reply(text="?"), Reply(action="help"), Reply(action="pause"), Reply(action="cancel")):
            assert resume(flow, conversation, reply, now=NOW, facts=known).conversation.turn == conversation.turn + 1
