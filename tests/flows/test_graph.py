"""The flows as graphs: what is named exists, and every question can be reached."""

import pytest

from flows.dialogues.registry import FLOWS, OPENS, STAFF_OPENS
from flows.engine.conversation import Status
from flows.engine.flow import END, Ask, Flow
from flows.engine.run import MISSES, resume, start
from tests.flows.samples import (
    ALL_FLOWS,
    BEGINNINGS,
    BROUGHT,
    FITTING,
    NOW,
    SITUATIONS,
    at,
    facts,
    open_questions,
    press,
    question,
    situations,
)

EVERY_FLOW = pytest.mark.parametrize("flow", ALL_FLOWS.values(), ids=ALL_FLOWS)


@EVERY_FLOW
def test_a_flow_stands_under_its_name_and_begins_somewhere(flow: Flow) -> None:
    """A flow is registered under its own name, and its first node exists."""
    assert flow is ALL_FLOWS[flow.name]
    assert flow.start in flow.nodes


@EVERY_FLOW
def test_every_question_can_be_reached(flow: Flow) -> None:
    """No question is written in vain: some way of answering leads to it."""
    asks = {name for name, node in flow.nodes.items() if isinstance(node, Ask)}
    assert asks == set(open_questions(flow))


@EVERY_FLOW
def test_every_way_on_exists(flow: Flow) -> None:
    """Whatever was answered, what comes next is a node of the flow or its end."""
    for known in situations(flow):
        for answers in BEGINNINGS:
            view = at(start(flow, now=NOW, facts=known, answers={**BROUGHT, **answers}).conversation, known)
            for node in flow.nodes.values():
                assert node.then(view) in {END, *flow.nodes}


@EVERY_FLOW
def test_no_two_questions_keep_their_answer_under_one_name(flow: Flow) -> None:
    """Each question has a place of its own for its answer."""
    saved = [node.save for node in flow.nodes.values() if isinstance(node, Ask)]
    assert len(set(saved)) == len(saved)


@EVERY_FLOW
def test_a_flow_comes_to_its_end(flow: Flow) -> None:
    """Somebody who answers every question comes to the end of the flow, in fewer turns than it has nodes."""
    known = SITUATIONS[3] if flow.name.startswith("staff") else facts(*SITUATIONS[2].absences)
    turn = start(flow, now=NOW, facts=known, answers=BROUGHT)
    for _ in range(len(flow.nodes) + MISSES):
        asked = question(turn)
        if turn.conversation.status is not Status.WAITING or asked is None:
            break
        replies = (*(press(button) for button in asked.buttons if button.action != "back"), *FITTING)
        tries = [resume(flow, turn.conversation, reply, now=NOW, facts=known) for reply in replies]
        turn = next(one for one in tries if one.conversation.node != turn.conversation.node)
    assert Status.DONE is turn.conversation.status


def test_every_wish_opens_a_registered_flow() -> None:
    """What a wish opens is in the register, so that its conversations can be taken up again."""
    for flow in (*OPENS.values(), *STAFF_OPENS.values()):
        assert flow is FLOWS[flow.name]
