"""What delivery asks before it sends and tells after it could not: consent and state at the moment of sending (F16)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flows.engine.messages import Haste, MessageClass, OutboxStatus, Outgoing, Text
from flows.people import PersonId
from flows.rules.contact import Drop, Later, Send, Why
from flows.rules.profile import THIRD_PARTY
from handlers import absences, alerts, appointments, broadcast_runs, company_mail, contact, pings, reach, unreached
from handlers.contact import Lately, Moment
from handlers.occasion import Occasion
from handlers.reach import Redirected
from locales.catalog import render
from storage.errors import UnknownRow, VaultError
from storage.halts import Halt
from storage.outbox import MAY_HAVE_ARRIVED, UNREADABLE, Claimed, CutOff
from storage.queues import NO_LIMITS, Rooms
from storage.uow import UnitOfWork

WITHDRAWN, HELD, PAUSED = str(Why.CONSENT), str(Why.HELD), str(Why.PAUSED)
SETTLED = "settled meanwhile"
INTERRUPTED = "interrupted"
NO_ANSWER = "no clear answer"
MOVED = "moved"
ALERT_PATIENCE = timedelta(minutes=2)
"""How long an alert is tried in vain before one more person gets it."""


def claim(uow: UnitOfWork, now: datetime, lease: timedelta, limit: int, rooms: Rooms = NO_LIMITS) -> list[Claimed]:
    """Take due messages that are still wanted; what is not wanted any more or has expired is put aside.

    Looks again when all it found was put aside: some of it may have gone another way.
    """
    uow.outbox.expire(now)
    moment = contact.moment_of(uow, now)
    while found := uow.outbox.claim(now, lease, limit, rooms):
        lately = _look_up(uow, [claimed.message for claimed in found], now)
        taken = [ready for claimed in found if (ready := _prepare(uow, claimed, moment, lately)) is not None]
        if taken:
            return taken
    return []


def _look_up(uow: UnitOfWork, messages: Sequence[Outgoing], now: datetime) -> Mapping[PersonId, Lately]:
    """Ask for all at once what is asked about those that somebody or something could have stopped."""
    stoppable = [message for message in messages if message.purpose]
    if len(stoppable) > 1:
        people = {message.to for message in stoppable}
        uow.people.look_up(people)
        uow.consents.look_up(people)
        uow.absences.look_up(about for message in stoppable if (about := absences.asked_about(message.dedupe)))
        parts = (about for message in stoppable if (about := appointments.asked_about(message.dedupe)))
        uow.appointments.look_up_invitees(parts)
    patient = {message.to for message in messages if message.haste is Haste.PATIENT}
    return contact.look_back(uow, patient, now) if patient else {}


def _prepare(uow: UnitOfWork, claimed: Claimed, moment: Moment, lately: Mapping[PersonId, Lately]) -> Claimed | None:
    """The message as it goes out now; None if it does not. One that cannot be looked at never stops the others."""
    message, now = claimed.message, moment.now
    try:
        decided = _decide(uow, message, moment, lately)
        if not isinstance(decided, str) and not reach.may_still_go(uow, message, now):
            _divert(uow, claimed, now)
            return None
        if isinstance(decided, Send):
            return _said_again(uow, claimed) if claimed.in_doubt else claimed
    except (VaultError, UnknownRow):
        uow.outbox.mark_failed(message.id, claimed.lease, UNREADABLE, now)
        return None
    if isinstance(decided, Later):
        reason = MAY_HAVE_ARRIVED if claimed.in_doubt else decided.why
        uow.outbox.mark_postponed(message.id, claimed.lease, contact.in_utc(decided.at), reason)
    else:
        uow.outbox.mark_suppressed(message.id, decided, now, claimed.lease)
    return None


def _divert(uow: UnitOfWork, claimed: Claimed, now: datetime) -> None:
    """The channel may not carry the message any more: it goes another way, or stays where no other is."""
    if reach.redirect(uow, claimed.message, now, claimed.lease) is Redirected.NOWHERE:
        uow.outbox.mark_suppressed(claimed.message.id, WITHDRAWN, now, claimed.lease)


def _decide(
    uow: UnitOfWork, message: Outgoing, moment: Moment, lately: Mapping[PersonId, Lately]
) -> Send | Later | str:
    """Now, later, or for what reason not at all."""
    content = pings.content_of(uow, message) if message.ping else message
    still = (
        absences.is_still_asked(uow, content.dedupe)
        and appointments.is_still_on(uow, content.dedupe)
        and company_mail.may_go(uow, content, moment.now)
    )
    if content.status is OutboxStatus.SUPPRESSED or not still:
        return SETTLED
    held = broadcast_runs.held_back(uow, content)
    if held is not None:
        return held
    decided = contact.decide_sending(uow, message, moment, lately)
    return str(decided.why) if isinstance(decided, Drop) else decided


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
    """A message cannot be delivered where it should go: it goes another way, or somebody has to know.

    `UNREACHABLE` ends the address, unless it is the carrier's own. An alert that reaches nobody goes on.
    """
    message = claimed.message
    abroad = message.channel in THIRD_PARTY
    if abroad:
        uow.people.lock(message.to)
    if abroad and reason == unreached.UNREACHABLE:
        uow.people.end_address(message.address, reason, now)
    went = reach.redirect(uow, message, now, claimed.lease) if abroad else Redirected.NOWHERE
    lost = went is Redirected.NOWHERE and uow.outbox.mark_failed(message.id, claimed.lease, reason, now)
    if lost or went is Redirected.UNTOLD:
        unreached.tell(uow, message, now)
    if abroad and reason == unreached.UNREACHABLE:
        unreached.move_pending(uow, message.address, now)


def move(uow: UnitOfWork, claimed: Claimed, external: str, now: datetime) -> None:
    """The channel calls the address by another name now, and the message is sent there; never to somebody else."""
    message = claimed.message
    uow.people.lock(message.to)
    if uow.people.find(message.channel, external) is not None:
        give_up(uow, claimed, unreached.UNREACHABLE, now)
        return
    uow.people.rename_address(uow.people.address(message.address), external)
    uow.outbox.mark_retry(message.id, claimed.lease, now, MOVED)


def put_off(uow: UnitOfWork, claimed: Claimed, again: datetime, reason: str, now: datetime) -> None:
    """A message is tried again later. An alert is never given up, and goes to one more person when it takes long."""
    message = claimed.message
    if uow.outbox.mark_retry(message.id, claimed.lease, again, MAY_HAVE_ARRIVED if claimed.in_doubt else reason):
        _lose_patience(uow, message, again, now)


def put_back(uow: UnitOfWork, claimed: Claimed, again: datetime, now: datetime) -> None:
    """A message was not sent because it is no time for it: that is no try of it."""
    if uow.outbox.put_back(claimed.message.id, claimed.lease, again):
        _lose_patience(uow, claimed.message, again, now)


def halt(uow: UnitOfWork, claimed: Claimed, asked: Halt, now: datetime) -> None:
    """The channel refused the message and asks to be left alone: everybody who sends keeps to that."""
    uow.halts.lift(asked.channel, now)
    uow.halts.put(asked)
    put_off(uow, claimed, asked.until, "try later", now)


def _lose_patience(uow: UnitOfWork, message: Outgoing, again: datetime, now: datetime) -> None:
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
