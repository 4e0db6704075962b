"""How messages reach people: where each goes, who gets a ping, what is tried when no device fetches it (F48, F83)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from flows.dialogues import levels
from flows.engine.events import Said
from flows.engine.messages import MessageClass, OutboxStatus, Outgoing
from flows.people import Person, PersonId, Place
from flows.rules import reach
from flows.rules.profile import THIRD_PARTY
from flows.rules.reach import Route, Ways
from handlers import pings
from handlers.pings import Ping
from storage.uow import UnitOfWork

TIMER = "reach"
CONSENT = "C2"
NOT_FETCHED = "not fetched"
UNCONFIRMED = "unconfirmed"
"""Why nothing goes to an address whose owner has not said yet that the invitation is theirs."""
AWAITS = "waits for consent"
DECLINED = "declined"
NEWCOMERS = frozenset({UNCONFIRMED, AWAITS, DECLINED})
"""Why nothing but answers goes to an address at which somebody began with a code."""


class Redirected(Enum):
    """What became of a message that could not go where it should."""

    TOLD = "told"
    """It goes another way on which the person hears of it."""
    UNTOLD = "untold"
    """It is at home, and nothing says so."""
    NOWHERE = "nowhere"
    """There is no other address."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where one message goes, in which words, and which addresses get a ping; `asked`: it answers the person."""

    address: Place
    said: Said
    pings: tuple[Place, ...] = ()
    asked: bool = False


def ways(
    uow: UnitOfWork, person: PersonId, now: datetime, here: str = "", without: int | None = None
) -> tuple[Ways, bool]:
    """How the person is reached now, and whether C2 is effective (asked only where it matters).

    `without` this address.
    """
    addresses = [address for address in uow.people.places(person) if address.id != without]
    agreed = any(each.channel in reach.NEEDS_CONSENT for each in addresses) and is_agreed(uow, person, now)
    return reach.ways_of(uow.profile, addresses, here, agreed=agreed), agreed


def is_agreed(uow: UnitOfWork, person: PersonId, now: datetime) -> bool:
    """Whether the consent to messages on other people's channels is effective."""
    return CONSENT in uow.consents.effective(person, now)


def destination(uow: UnitOfWork, to: Person, said: Said, here: Place | None, now: datetime) -> Destination | None:
    """Where a message to somebody with addresses elsewhere goes. `here`: they have just written from there."""
    known, agreed = ways(uow, to.id, now, "" if here is None else here.channel)
    worded = levels.neutral(said)
    level = levels.level_of(worded)
    if here is None:
        route = reach.route_unasked(uow.profile, known, level)
    else:
        route = reach.route_of_reply(uow.profile, known, here, level, agreed=agreed)
    if route.content is None:
        return None
    abroad = route.content.channel in THIRD_PARTY
    return Destination(route.content, worded if abroad else said, route.pings, asked=here is not None)


def here_alone(uow: UnitOfWork, said: Said, here: Place) -> Destination | None:
    """A message to somebody who is reached nowhere yet: where they write from, or not at all."""
    worded = levels.neutral(said)
    if not reach.may_carry(uow.profile, here.channel, levels.level_of(worded), agreed=True):
        return None
    return Destination(here, worded, asked=True)


def await_fetching(uow: UnitOfWork, message: Outgoing, now: datetime) -> None:
    """Look after the time the profile gives whether a device has fetched the message."""
    _look_later(uow, message, max(now, message.not_before), 0)


def _look_later(uow: UnitOfWork, message: Outgoing, since: datetime, step: int) -> None:
    order = uow.profile.reach
    wait = order.wait.get(message.message_class.value, order.default)
    uow.timers.add(TIMER, (since + wait).astimezone(UTC), message.to, message.id, str(step))


def look_again(uow: UnitOfWork, message_id: int, guard: str, now: datetime) -> None:
    """No device has fetched the message yet: the next channel is tried, at last somebody is to call."""
    message = uow.outbox.get(message_id)
    if message.status in {OutboxStatus.SUPPRESSED, OutboxStatus.FAILED} or not uow.reaching.is_awaited(message_id):
        return
    heard = uow.reaching.last_heard(message.to)
    if heard is not None and heard >= message.created:
        return
    if message.status is not OutboxStatus.SENT:
        _look_later(uow, message, now, int(guard))
    elif try_next(uow, message, now):
        _look_later(uow, message, now, int(guard) + 1)
    elif reach.ends_in_call(message.message_class, uow.people.get(message.to).role):
        call(uow, message.to, NOT_FETCHED, now)


def try_next(uow: UnitOfWork, message: Outgoing, now: datetime, without: int | None = None) -> bool:
    """A ping on the first channel that has had none for this message; False: there is no such channel."""
    ping = Ping(to=uow.people.get(message.to), content=message)
    for step in ways(uow, message.to, now, without=without)[0].steps:
        if sum(pings.send(uow, ping, address, now) for address in step):
            return True
    return False


def call(uow: UnitOfWork, person: PersonId, why: str, now: datetime) -> None:
    """Somebody is to call the person. An entry from before they last wrote is settled."""
    known = uow.phone_list.entry(person)
    heard = uow.reaching.last_heard(person) if known is not None else None
    if known is not None and heard is not None and heard > known.since:
        uow.phone_list.settle(person, person, heard)
    uow.phone_list.add(person, why, now)


def redirect(uow: UnitOfWork, message: Outgoing, now: datetime, lease: int | None = None) -> Redirected:
    """A message may or can not go to its address any more: it goes another way.

    Of a ping the next channel gets one; a message itself goes home, and a ping says so elsewhere. `lease`: of the
    message if it is being sent.
    """
    if message.ping:
        uow.reaching.drop(message.id, now, lease)
        found = try_next(uow, pings.content_of(uow, message), now, without=message.address)
        return Redirected.TOLD if found else Redirected.UNTOLD
    known, _ = ways(uow, message.to, now, without=message.address)
    route = reach.route_unasked(uow.profile, known, message.level)
    if route.content is None:
        return Redirected.NOWHERE
    if lease is None:
        uow.reaching.move(message.id, route.content)
    else:
        uow.reaching.move_held(message.id, lease, route.content, now)
    return _follow(uow, message, route, known, now)


def _follow(uow: UnitOfWork, message: Outgoing, route: Route, known: Ways, now: datetime) -> Redirected:
    """What a message brings with it where it has gone: pings when it went home, and somebody who waits for a device."""
    person = uow.people.get(message.to)
    for address in route.pings:
        pings.send(uow, Ping(to=person, content=message), address, now)
    if route.content is not None and reach.is_awaited(known, route.content, message.message_class, person.role):
        uow.reaching.wait_for(message.id)
        await_fetching(uow, message, now)
    told = route.pings or (route.content is not None and route.content.channel in THIRD_PARTY)
    return Redirected.TOLD if told else Redirected.UNTOLD


def may_still_go(uow: UnitOfWork, message: Outgoing, now: datetime) -> bool:
    """Whether a message may still go to its channel: the profile permits it, and C2 holds where it is needed.

    A ping that answers needs none, nor does an answer to a newcomer.
    """
    if message.channel not in THIRD_PARTY:
        return True
    asked = message.ping and not message.purpose and message.message_class is MessageClass.REPLY
    agreed = asked or message.channel not in reach.NEEDS_CONSENT or is_agreed(uow, message.to, now)
    agreed = agreed or _answers_newcomer(uow, message)
    return reach.may_carry(uow.profile, message.channel, message.level, agreed=agreed)


def _answers_newcomer(uow: UnitOfWork, message: Outgoing) -> bool:
    """Whether the message answers somebody who began there and is not reached there yet."""
    if message.message_class is not MessageClass.REPLY or message.purpose:
        return False
    return uow.people.ended_why(message.address) in NEWCOMERS
