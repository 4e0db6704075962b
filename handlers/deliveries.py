"""What delivery asks before it sends and tells after it could not: consent and state at the moment of sending (F16)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.engine.messages import MessageClass, Outgoing, Text
from flows.people import Role
from flows.rules.contact import after_quiet
from handlers import absences, alerts
from handlers.occasion import UNASKED, Occasion
from locales.catalog import render
from storage.errors import UnknownRow, VaultError
from storage.outbox import MAY_HAVE_ARRIVED, UNREADABLE, Claimed, CutOff
from storage.uow import UnitOfWork

WITHDRAWN = "no consent"
HELD = "held"
SETTLED = "settled meanwhile"
INTERRUPTED = "interrupted"
NO_ANSWER = "no clear answer"
ALERT_PATIENCE = timedelta(minutes=2)
"""How long an alert is tried in vain before one more person gets it."""


def claim(uow: UnitOfWork, now: datetime, lease: timedelta, limit: int) -> list[Claimed]:
    """Take due messages that are still wanted; what is not wanted any more or has expired is put aside."""
    uow.outbox.expire(now)
    taken = (_prepare(uow, claimed, now) for claimed in uow.outbox.claim(now, lease, limit))
    return [claimed for claimed in taken if claimed is not None]


def _prepare(uow: UnitOfWork, claimed: Claimed, now: datetime) -> Claimed | None:
    """The message as it goes out now; None if it does not. One that cannot be looked at never stops the others."""
    message = claimed.message
    try:
        problem = _problem(uow, message)
        later = _after_the_night(uow, message, now)
        if not problem and later == now:
            return _said_again(uow, claimed) if claimed.in_doubt else claimed
    except (VaultError, UnknownRow):
        uow.outbox.mark_failed(message.id, claimed.lease, UNREADABLE, now)
        return None
    if problem:
        uow.outbox.mark_suppressed(message.id, problem, now, claimed.lease)
    else:
        uow.outbox.mark_postponed(message.id, claimed.lease, later)
    return None


def _problem(uow: UnitOfWork, message: Outgoing) -> str:
    if not absences.is_still_asked(uow, message.dedupe):
        return SETTLED
    if not message.purpose:
        return ""
    if not {"C1", message.purpose} <= uow.consents.effective(message.to):
        return WITHDRAWN
    automatic = message.message_class in UNASKED
    return HELD if automatic and uow.people.get(message.to).held_since is not None else ""


def _after_the_night(uow: UnitOfWork, message: Outgoing, now: datetime) -> datetime:
    """When the message may go out: now, or in the morning if nobody asked for it and it was held up into the night."""
    if message.message_class not in UNASKED:
        return now
    person = uow.people.get(message.to)
    if person.role is not Role.PARTICIPANT:
        return now
    local = now.astimezone(ZoneInfo(person.zone))
    allowed = after_quiet(local, uow.profile.quiet_from, uow.profile.quiet_until)
    return now if allowed == local else allowed.astimezone(UTC)


def _said_again(uow: UnitOfWork, claimed: Claimed) -> Claimed:
    """The same message, saying that it may be there already."""
    message = claimed.message
    text = Text("This may have arrived before: {message}", {"message": message.text})
    words = render(text, message.language, formal=uow.people.get(message.to).formal)
    return replace(claimed, message=replace(message, text=words))


def is_alert(message: Outgoing) -> bool:
    """Whether somebody must know: such a message is never given up for trouble that may pass."""
    return message.message_class is MessageClass.ALERT


def give_up(uow: UnitOfWork, claimed: Claimed, reason: str, now: datetime) -> None:
    """A message cannot be delivered: somebody has to know, and an alert goes on to the next person."""
    message = claimed.message
    if not uow.outbox.mark_failed(message.id, claimed.lease, reason, now):
        return
    _pass_on(uow, message, now)


def put_off(uow: UnitOfWork, claimed: Claimed, again: datetime, reason: str, now: datetime) -> None:
    """A message is tried again later. An alert is never given up, and goes to one more person when it takes long."""
    message = claimed.message
    if not uow.outbox.mark_retry(message.id, claimed.lease, again, MAY_HAVE_ARRIVED if claimed.in_doubt else reason):
        return
    patience = message.created + ALERT_PATIENCE
    if is_alert(message) and message.not_before <= patience < again:
        _pass_on(uow, message, now)


def _pass_on(uow: UnitOfWork, message: Outgoing, now: datetime) -> None:
    occasion = Occasion(uow=uow, now=now, cause=f"failed:{message.id}")
    alerts.undeliverable(occasion, message.subject, message.to, message.dedupe)


def in_doubt(uow: UnitOfWork, claimed: Claimed, again: datetime, now: datetime) -> None:
    """The channel does not know whether it arrived: an alert goes again and says so, anything else is held."""
    if is_alert(claimed.message):
        put_off(uow, replace(claimed, in_doubt=True), again, MAY_HAVE_ARRIVED, now)
    else:
        uow.outbox.mark_uncertain(claimed.message.id, claimed.lease, NO_ANSWER, now)


def look_after(uow: UnitOfWork, send: CutOff, now: datetime, *, again: datetime, safe: bool) -> None:
    """A send was cut off and nobody knows whether it arrived.

    Where sending twice is `safe` it is sent `again`, an alert is sent again too and says so, anything else is held.
    """
    if safe:
        uow.outbox.mark_retry(send.id, send.lease, again, INTERRUPTED)
    elif send.message_class is MessageClass.ALERT:
        uow.outbox.mark_retry(send.id, send.lease, again, MAY_HAVE_ARRIVED)
    else:
        uow.outbox.mark_uncertain(send.id, send.lease, INTERRUPTED, now)
