"""What a participant does by a button under something they were told: answer it, or let the company know."""

from typing import Final

from flows.engine.replies import Reply
from flows.people import Person
from handlers import broadcast_replies, broadcast_runs, companies, company_offers, questions, verdicts
from handlers.occasion import Occasion

DOES: Final = {
    company_offers.SHOW: companies.show,
    verdicts.ANSWER: questions.answer_verdict,
    broadcast_runs.REPLY: broadcast_replies.press,
}


def knows(action: str) -> bool:
    """Whether a button says this."""
    return action in DOES


def press(occasion: Occasion, person: Person, reply: Reply) -> bool:
    """Do it; False when what it is about is not theirs."""
    return DOES[reply.action](occasion, person, reply.value)
