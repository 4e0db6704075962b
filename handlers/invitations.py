"""Invitations: made by staff, used once by whoever they are for, and answered alike when they are no good (F2, F3)."""

import secrets
from dataclasses import replace
from datetime import datetime

from flows.engine.messages import Inbound, InboundKind
from flows.people import Address, Person, PersonId
from flows.rules import invitations as rules
from flows.rules.profile import THIRD_PARTY
from handlers import arriving, linking
from storage.invitations import Invitation
from storage.uow import UnitOfWork

UNCONFIRMED = "unconfirmed"
"""Why nothing goes to an address whose owner has not said yet that the invitation is theirs."""


class NotAssigned(Exception):
    """Nobody looks after the person yet: where the profile wants an assignment, no invitation comes before it (R39)."""


def invite(uow: UnitOfWork, person: Person, made_by: PersonId | None, now: datetime) -> str:
    """The code of a new invitation, in the form in which codes are kept; earlier ones end. Raises `NotAssigned`."""
    if uow.profile.assigned_first and uow.people.caseworker_of(person.id) is None:
        raise NotAssigned(person.handle)
    uow.people.lock(person.id)
    for earlier in uow.invitations.open_of(person.id):
        arriving.end(uow, earlier, now)
    letters = "".join(secrets.choice(rules.LETTERS) for _ in range(rules.RANDOM))
    code = letters + rules.check_letter(letters)
    add(uow, code, person.id, made_by, now)
    return code


def add(uow: UnitOfWork, code: str, person: PersonId, made_by: PersonId | None, now: datetime) -> None:
    """Let this code invite the person, once, until it expires."""
    invitation = Invitation(id=uow.new_id(), person=person, made_by=made_by, expires=now + rules.LIFE)
    uow.invitations.add(code, invitation)


def good(uow: UnitOfWork, code: str, now: datetime) -> Invitation | None:
    """The invitation with this code; None for a wrong, used, expired and foreign one alike, after the same question."""
    invitation = uow.invitations.find(code)
    return invitation if invitation is not None and invitation.is_good(now) else None


def arrive(uow: UnitOfWork, inbound: Inbound, now: datetime) -> bool:
    """A stranger has written: with the code of an invitation the questions begin. False: there is no such code.

    None is taken on channels of others: people begin on the page, and a code of another kind links such a chat.
    """
    words = inbound.text if inbound.kind is InboundKind.TEXT and inbound.channel not in THIRD_PARTY else ""
    code = rules.code_in(words)
    invitation = good(uow, code, now) if code else None
    if invitation is None:
        return False
    uow.people.lock(invitation.person)
    address = Address(id=uow.new_id(), person=invitation.person, channel=inbound.channel, external=inbound.sender)
    uow.people.add_address(address)
    uow.people.end_address(address.id, UNCONFIRMED, now)
    if not uow.invitations.use(invitation.id, now, address.id):
        uow.people.unlink_address(address.id, linking.UNLINKED, now)
        return False
    arriving.begin(uow, replace(invitation, address=address.id), inbound, address, now)
    return True
