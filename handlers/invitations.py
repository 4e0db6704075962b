"""Invitations: made by staff, used once by whoever they are for, and answered alike when they are no good (F2, F3)."""

import secrets
from dataclasses import replace
from datetime import datetime

from flows.dialogues import arrival
from flows.engine.conversation import Json
from flows.engine.events import AddressLinked
from flows.engine.messages import Inbound, InboundKind
from flows.engine.run import start
from flows.people import Address, Person, PersonId, Role
from flows.rules import invitations as rules
from flows.rules.profile import THIRD_PARTY
from handlers import arriving, awaiting, contact_data, linking
from handlers.apply import apply_turn, choose_language
from handlers.facts import gather
from handlers.occasion import Occasion
from handlers.reach import UNCONFIRMED
from storage.invitations import Invitation
from storage.uow import UnitOfWork


class NotInvited(Exception):
    """There are no invitations for this person."""


class NotAssigned(NotInvited):
    """Nobody looks after the person yet: where the profile wants an assignment, no invitation comes before it (R39)."""


def invite(uow: UnitOfWork, person: Person, made_by: PersonId | None, now: datetime) -> str:
    """The code of a new invitation, in the form in which codes are kept; earlier ones end. Raises `NotInvited`.

    Staff have a way of their own to sign in; for them there is none.
    """
    if person.role.is_staff or person.role is Role.CONTACT:
        raise NotInvited(person.handle)
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

    On channels of others only where the profile permits the questions, and only one chat may begin with a code: it
    opens the page afterwards.
    """
    may_begin = inbound.kind is InboundKind.TEXT and awaiting.may_begin(uow.profile, inbound.channel)
    code = rules.code_in(inbound.text) if may_begin else ""
    invitation = good(uow, code, now) if code else None
    if invitation is None or (inbound.channel in THIRD_PARTY and invitation.address is not None):
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


def accept_on_page(uow: UnitOfWork, code: str, language: str, now: datetime) -> Invitation | None:
    """Somebody has said on the page that the invitation is theirs: it is used up. None if it is no good any more."""
    invitation = good(uow, code, now)
    if invitation is None:
        return None
    uow.people.lock(invitation.person)
    if not uow.invitations.use(invitation.id, now, invitation.address):
        return None
    uow.invitations.settle(invitation.id, now)
    person = uow.people.get(invitation.person)
    if person.language != language:
        choose_language(_occasion(uow, invitation, now), person, language)
    return invitation


def welcome_on_page(uow: UnitOfWork, invitation: Invitation, channel: str, now: datetime) -> None:
    """Their page is open: what is not known yet is asked there, then they are welcome."""
    uow.guard.hears(invitation.person, now)
    person = uow.people.get(invitation.person)
    uow.events.add(AddressLinked(who=person.id, channel=channel), now, subject=person.id)
    occasion = _occasion(uow, invitation, now, channel)
    known = {"language": person.language, "sign": person.sign, "mine": "yes"}
    answers: dict[str, Json] = {name: value for name, value in known.items() if value}
    turn = start(arrival.FLOW, now=occasion.local(person), facts=gather(occasion, person), answers=answers)
    contact_data.begin(uow, person.id, now)
    apply_turn(occasion, person, None, turn)


def refuse_on_page(uow: UnitOfWork, code: str, now: datetime) -> bool:
    """Somebody has said on the page that the invitation is not theirs. False if it is no good any more."""
    invitation = good(uow, code, now)
    if invitation is None or not uow.invitations.use(invitation.id, now):
        return False
    arriving.refuse(_occasion(uow, invitation, now), invitation, uow.people.get(invitation.person))
    return True


def _occasion(uow: UnitOfWork, invitation: Invitation, now: datetime, channel: str = "") -> Occasion:
    return Occasion(uow=uow, now=now, cause=f"invitation:{invitation.id}", channel=channel)
