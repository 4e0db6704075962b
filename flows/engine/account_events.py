"""What happens to the accounts of staff: it stands in the chain, and holds no secret."""

from dataclasses import dataclass
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOffered(Event):
    """A link was made with which somebody sets their account up; `again`: what opened it before opens it no more."""

    NAME: ClassVar[str] = "AccountOffered"
    who: PersonId
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSet(Event):
    """Somebody has chosen a password and a second factor."""

    NAME: ClassVar[str] = "AccountSet"
    who: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn(Event):
    """Somebody of the staff has logged in."""

    NAME: ClassVar[str] = "LoggedIn"
    who: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRefused(Event):
    """A try to log in was wrong; `tries` of them since the last login."""

    NAME: ClassVar[str] = "LoginRefused"
    who: PersonId
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKept(Event):
    """`by` has done `what` about the account of somebody: added, link, reset, secrecy, group, role, leave."""

    NAME: ClassVar[str] = "AccountKept"
    who: PersonId
    by: PersonId | None
    what: str
    value: str = ""
