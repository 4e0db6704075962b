"""What a participant does by a button after a report: answer what staff asked or decided, let the company know."""

from typing import Final

from flows.engine.replies import Reply
from flows.people import Person
from handlers import companies, company_offers, questions, verdicts
from handlers.occasion import Occasion

DOES: Final = {company_offers.SHOW: companies.show, verdicts.ANSWER: questions.answer_verdict}


def knows(action: str) -> bool:
    """Whether a button says this."""
    return action in DOES


def press(occasion: Occasion, person: Person, reply: Reply) -> bool:
    """Do it; False when the report is not theirs."""
    return DOES[reply.action](occasion, person, reply.value)
