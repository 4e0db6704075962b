"""How somebody comes in: when, by which settings, and whether the device is lent."""

from dataclasses import dataclass
from datetime import datetime

from flows.people import PersonId
from storage.uow import UnitOfWork

from bot.web import sessions
from bot.web.forms import Form
from bot.web.sessions import Claim
from bot.web.settings import WebSettings

LENT = "lent"
"""The box on every page that opens a session: "This device is not mine"."""


@dataclass(frozen=True, slots=True)
class Entering:
    """What a new session needs to know; `lent`: nothing may stay on the device."""

    settings: WebSettings
    now: datetime
    lent: bool = False

    def begin(self, uow: UnitOfWork, person: PersonId) -> Claim:
        """The session."""
        return sessions.begin(uow, uow.people.get(person), self.settings, self.now, lent=self.lent)


def is_lent(form: Form) -> bool:
    """Whether somebody has said that the device is not theirs."""
    return form.get(LENT) == "yes"
