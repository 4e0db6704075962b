"""What delivery asks about a mail to a company before it goes, and what happens when it does not arrive (R20a)."""

from datetime import datetime
from typing import Final

from flows.engine.events import AlertKind
from flows.engine.messages import Outgoing, Text
from flows.people import PersonId
from flows.rules.purposes import Scope
from handlers import alerts
from handlers.alerts import News
from handlers.occasion import Occasion
from storage.errors import UnknownRow
from storage.uow import UnitOfWork

CODE: Final = "C7"
PREFIX: Final = "company:"
"""What the dedupe key of such a mail begins with; then the report, and the digest of what was agreed to."""
NOT_ARRIVED: Final = Text("The mail to the company of {name} did not arrive. Please call there.")


def may_go(uow: UnitOfWork, message: Outgoing, now: datetime) -> bool:
    """Whether a mail to a company may go out as far as consent and the report know; True for any other message."""
    if not message.dedupe.startswith(PREFIX):
        return True
    _, number, digest = message.dedupe.split(":")
    try:
        report = uow.absences.get(int(number))
    except UnknownRow:
        return False
    scope = Scope(CODE, digest, uow.people.get(message.to).handle)
    return not report.taken_back and uow.consents.unlocks(report.person, scope, now)


def not_delivered(occasion: Occasion, subject: PersonId, dedupe: str) -> bool:
    """The mail server refuses it: somebody has to call; False for any other message."""
    if not dedupe.startswith(PREFIX):
        return False
    alerts.raise_alert(occasion, occasion.uow.people.get(subject), News(kind=AlertKind.UNDELIVERABLE, text=NOT_ARRIVED))
    return True
