"""Who works here, on a page: role, account, duty of secrecy, for how many people; no content, no comparing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flows.people import Person, Role
from flows.rules import staffing
from flows.rules.access import Operation
from flows.rules.accounts import LINK_LIFE
from handlers import access, secrecy
from handlers.on_page import PageOccasion
from storage.accounts import Account

STAFF = tuple(role for role in Role if role.is_staff)


class Stands(StrEnum):
    """How far somebody's account is."""

    NONE = "none"
    INVITED = "invited"
    LAPSED = "lapsed"
    SET_UP = "set_up"
    LOCKED = "locked"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the staff. `until`: how long the link or the lock lasts, or since when they are gone. `bound`: secrecy.

    `lacks_secrecy`: no account works before it is recorded. `looks_after` counts people, it names nobody.
    """

    person: Person
    stands: Stands
    until: datetime | None
    bound: date | None
    lacks_secrecy: bool
    reset: datetime | None
    looks_after: int
    user_name: str = ""

    @property
    def has_left(self) -> bool:
        """Whether they work here no more."""
        return self.stands is Stands.LEFT


def may_see(person: Person) -> bool:
    """Whether the table lets somebody in this role see the list."""
    return access.may_own(person, Operation.SEE_STAFF)


def may_add(by: Person) -> bool:
    """Whether the reader may add caseworkers."""
    return access.may_own(by, Operation.KEEP_STAFF)


def may_keep(by: Person, person: Person) -> bool:
    """Whether the reader keeps this account: the table, whose it is, and never the own one."""
    lead = access.may_own(by, Operation.KEEP_STAFF)
    return lead and by.id != person.id and staffing.is_kept_by_lead(person.role)


def members(occasion: PageOccasion) -> list[Member]:
    """Everybody who works here in the order of roles, then those who have left."""
    if not may_see(occasion.reader):
        return []
    here = [_member(occasion, one) for role in STAFF for one in occasion.uow.people.all(role)]
    return [*here, *_departed(occasion)]


def find(occasion: PageOccasion, handle: str) -> Member | None:
    """One of them; None for anybody else."""
    return next((one for one in members(occasion) if one.person.handle == handle), None)


def _departed(occasion: PageOccasion) -> Iterator[Member]:
    for role in STAFF:
        for person, at in occasion.uow.people.departed(role):
            yield _member(occasion, person, left=at)


def _member(occasion: PageOccasion, person: Person, left: datetime | None = None) -> Member:
    uow = occasion.uow
    account = uow.accounts.find(person.id)
    stands, until = (Stands.LEFT, left) if left is not None else _stands(account, occasion.now)
    return Member(
        person=person,
        stands=stands,
        until=until,
        bound=uow.secrecy.day_of(person.id),
        lacks_secrecy=secrecy.is_missing(uow, person),
        reset=None if account is None else account.reset,
        looks_after=len(uow.people.ids_of(person.id)),
        user_name="" if account is None else account.user_name,
    )


def _stands(account: Account | None, now: datetime) -> tuple[Stands, datetime | None]:
    if account is None:
        return Stands.NONE, None
    if not account.is_active:
        until = None if account.offered is None else account.offered + LINK_LIFE
        return (Stands.INVITED, until) if until is not None and now < until else (Stands.LAPSED, None)
    if account.wait_until is not None and now < account.wait_until:
        return Stands.LOCKED, account.wait_until
    return Stands.SET_UP, None
