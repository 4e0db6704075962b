"""Accounts of the demo's staff: everybody knows what opens them, so they are made for the demo's profile alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
from flows.people import PersonId
from storage.accounts import Account
from storage.uow import UnitOfWork

PASSWORD: Final = "lotse probiert es aus"  # nosec B105 - of invented people, printed at every start of the demo


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Whose account it is, and what an authenticator app needs for it."""

    handle: str
    user_name: str
    secret: str

    def code(self, now: datetime) -> str:
        """What the app would show."""
        return pyotp.TOTP(self.secret).at(now)


ACCOUNTS: Final = (
    DemoAccount("c1", "albers", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    DemoAccount("c2", "demir", "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"),
    DemoAccount("k1", "lindner", "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"),
    DemoAccount("d1", "voss", "ONSWG4TFOQQGK5TFNZUW4ZZAORUGK4TF"),
    DemoAccount("v1", "sommer", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
)


def of(handle: str) -> DemoAccount | None:
    """The account of this member of the demo's staff."""
    return next((one for one in ACCOUNTS if one.handle == handle), None)


def load(uow: UnitOfWork, hash_of: Callable[[str], str]) -> None:
    """Make the accounts that are not there yet; `hash_of` makes of a password what is kept."""
    waiting = [(one, person) for one in ACCOUNTS if (person := _lacks_one(uow, one)) is not None]
    hashed = hash_of(PASSWORD) if waiting else ""
    for one, person in waiting:
        account = Account(person=person, user_name=one.user_name, password=hashed, secret=one.secret)
        uow.accounts.save(account)


def _lacks_one(uow: UnitOfWork, one: DemoAccount) -> PersonId | None:
    person = uow.people.by_handle(one.handle)
    if person is None or uow.people.has_left(person.id) or uow.accounts.find(person.id) is not None:
        return None
    return person.id
