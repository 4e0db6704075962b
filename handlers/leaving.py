"""Somebody of the staff leaves: from that moment nothing of theirs opens anything (PRIVACY.md, "Access")."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flows.engine.duties import StaffLeft
from flows.engine.events import AddressUnlinked
from flows.people import Person
from handlers import escalating, linking, rewording, unreached
from handlers.arriving import CHANNELS
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

LEFT = "has left"


class NotStaff(Exception):
    """Only somebody of the staff can leave this way."""


class LeftBefore(Exception):
    """The person has left before."""


def leave(uow: UnitOfWork, person: Person, now: datetime) -> int:
    """End sessions, links, codes and addresses; what waited for them goes to others. How many sessions there were.

    Their participants belong to the stand-in, then to a coordinator, until they are assigned anew. Raises `NotStaff`
    or `LeftBefore`.
    """
    if not person.role.is_staff:
        raise NotStaff(person.handle)
    uow.people.lock(person.id)
    if not uow.people.depart(person.id, now, now.astimezone(ZoneInfo(person.zone)).date()):
        raise LeftBefore(person.handle)
    sessions = uow.sessions.revoke_all(person.id)
    uow.sessions.drop_links(person.id)
    uow.accounts.drop(person.id)
    uow.feeds.end_all(person.id, now)
    occasion = Occasion(uow=uow, now=now, cause=f"left:{person.id}")
    addresses = uow.people.addresses(person.id)
    for address in addresses:
        uow.link_codes.drop(person.id, address.channel)
        uow.people.unlink_address(address.id, LEFT, now)
        channel = CHANNELS.get(address.channel, linking.NAMES.get(address.channel, address.channel))
        occasion.record(AddressUnlinked(who=person.id, channel=channel), person.id)
    escalating.give_up(occasion, person)
    rewording.when_left(occasion, person)
    for address in addresses:
        unreached.move_pending(uow, address.id, now)
    occasion.record(StaffLeft(who=person.id), person.id)
    return sessions
