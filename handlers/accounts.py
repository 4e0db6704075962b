"""Accounts of staff: offered by an operator, set up by their owner, opened by password and second factor (ADR 0037).

Whatever is wrong is counted before it is known to be wrong, so that no try is free, and answered alike whether there is
such an account or not.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from flows.engine.account_events import AccountOffered, AccountSet, LoggedIn, LoginRefused
from flows.engine.events import Said
from flows.engine.messages import MessageClass, Text
from flows.people import Person, PersonId, Role
from flows.rules import accounts as rules
from handlers import second_factors, secrecy
from handlers.occasion import Occasion, Sending
from storage.accounts import Account
from storage.uow import UnitOfWork

TOKEN_BYTES: Final = 32
GONE: Final = Text("This person does not work here (any more): there is no account for them.")
UNBOUND: Final = Text("Please record the declaration of secrecy first (§ 203 StGB).")
NO_NAME: Final = Text("A user name has 2 to 40 characters: a to z, 0 to 9, dot and hyphen, as in m.albers.")
TAKEN: Final = Text("Somebody else has this user name. Please choose another one.")
WORKS: Final = Text("This account is set up already. If something was lost, reset it.")


class Step(StrEnum):
    """What a token is for: a link to set an account up, the set-up itself, the second half of a login."""

    LINK = "link"
    SETUP = "setup"
    LOGIN = "login"


class CannotOffer(Exception):
    """There can be no account for somebody now; the message says why and what to do, `said` the same on a page."""

    def __init__(self, problem: str, said: Text) -> None:
        """`problem` is for operators, `said` for staff."""
        super().__init__(problem)
        self.said = said


class NotBound(Exception):
    """The declaration of secrecy is not recorded: nobody logs in without it (§ 203 StGB)."""


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted: whose account, and the hash to compare with."""

    person: PersonId
    hashed: str


def may_come_by_link(uow: UnitOfWork, person: Person) -> bool:
    """Whether a login link opens anything: staff need password and second factor, but where everybody is invented."""
    return not person.role.is_staff or (uow.profile is not None and uow.profile.staff_links)


def digest(token: str) -> bytes:
    """What is stored of a token: they are random and long, so one pass is enough."""
    return hashlib.sha256(token.encode()).digest()


def offer(uow: UnitOfWork, person: Person, user_name: str, now: datetime, *, again: bool = False) -> str:
    """The token of a new link with which somebody sets their account up; earlier ones work no more.

    `again`: password, second factor and sessions end at once. Raises `CannotOffer`.
    """
    uow.people.lock(person.id)
    found = uow.accounts.find(person.id)
    name = rules.name_in(user_name) or (found.user_name if found else person.handle)
    for problem, said in _problems(uow, person, name, found, again=again):
        raise CannotOffer(problem, said)
    if again:
        uow.sessions.revoke_all(person.id)
    account = found or Account(person=person.id, user_name=name)
    kept = replace(account.emptied(), reset=now) if again else account
    uow.accounts.save(replace(kept, user_name=name, offered=now))
    uow.accounts.end_steps(person.id)
    uow.events.add(AccountOffered(who=person.id, again=again), now, subject=person.id)
    return _begin(uow, person.id, Step.LINK, now)


def _problems(
    uow: UnitOfWork, person: Person, name: str, found: Account | None, *, again: bool
) -> Iterator[tuple[str, Text]]:
    handle = person.handle
    if not person.role.is_staff:
        yield f"{handle} does not work for the carrier: accounts are for staff", GONE
    if uow.people.has_left(person.id):
        yield f"{handle} works here no more: there is no account for them", GONE
    if secrecy.is_missing(uow, person):
        yield (
            f"{handle} has no declaration of secrecy yet (§ 203 StGB): have it signed, then "
            f"python -m bot staff secrecy {handle} --date 2026-11-20",
            UNBOUND,
        )
    if not rules.is_name(name):
        shape = "take 2 to 40 of a to z, 0 to 9, dot, hyphen, as in m.albers"
        yield f"--user-name: {name!r} cannot be one; {shape}", NO_NAME
    if uow.accounts.named(name) not in {None, person.id}:
        yield f"--user-name: {name!r} is somebody else's; choose another", TAKEN
    if found is not None and found.is_active and not again:
        anew = "a new password and second factor: --reset, the old ones end at once"
        yield f"{handle} has an account already; {anew}", WORKS


def use_link(uow: UnitOfWork, token: str, now: datetime) -> str | None:
    """Use a link up; the token of the set-up it leads to, None for whatever is no good."""
    found = uow.accounts.step(digest(token), Step.LINK, now)
    if found is None or not uow.accounts.end_step(digest(token), Step.LINK, now):
        return None
    person = found[0]
    account = uow.accounts.find(person)
    if account is None or uow.people.has_left(person):
        return None
    uow.accounts.save(replace(account, pending=second_factors.new_secret()))
    return _begin(uow, person, Step.SETUP, now)


def _begin(uow: UnitOfWork, person: PersonId, step: Step, now: datetime) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    life = {Step.LINK: rules.LINK_LIFE, Step.SETUP: rules.SETUP_LIFE, Step.LOGIN: rules.LOGIN_LIFE}[step]
    uow.accounts.begin_step(digest(token), person, step, now + life, now)
    return token


def at_step(uow: UnitOfWork, token: str, step: Step, now: datetime) -> tuple[Person, Account, bytes | None] | None:
    """Who is at this step, with their account and what a security key has to sign; None: nobody, or not any more."""
    found = uow.accounts.step(digest(token), step, now)
    account = None if found is None else uow.accounts.find(found[0])
    if found is None or account is None or uow.people.has_left(found[0]):
        return None
    return uow.people.get(found[0]), account, found[1]


def set_up(uow: UnitOfWork, token: str, chosen: Account, now: datetime) -> list[str] | None:
    """Keep a password and a second factor that were tried; the recovery codes, shown once. None: too late.

    Every session of before ends, and the step with it.
    """
    found = at_step(uow, token, Step.SETUP, now)
    if found is None or found[0].id != chosen.person or not uow.accounts.end_step(digest(token), Step.SETUP, now):
        return None
    person = found[0]
    if secrecy.is_missing(uow, person):
        raise NotBound(person.handle)
    codes = second_factors.new_codes()
    kept = tuple(second_factors.code_hash(code) for code in codes)
    uow.accounts.save(replace(chosen, pending="", recovery=kept))
    uow.accounts.note_tries(person.id, 0, None)
    uow.sessions.revoke_all(person.id)
    uow.events.add(AccountSet(who=person.id), now, subject=person.id)
    return codes


def begin_try(uow: UnitOfWork, user_name: str, now: datetime) -> Try | None:
    """Count a try of a password; the hash to compare with. None: nobody, nothing set yet, or no try is taken now."""
    person = uow.accounts.named(rules.name_in(user_name))
    if person is None:
        return None
    uow.people.lock(person)
    account = uow.accounts.find(person)
    if account is None or not account.is_active or uow.people.has_left(person) or not _counted(uow, account, now):
        return None
    return Try(person, account.password)


def _counted(uow: UnitOfWork, account: Account, now: datetime) -> bool:
    if account.wait_until is not None and now < account.wait_until:
        return False
    tries = account.tries + 1
    uow.accounts.note_tries(account.person, tries, now + rules.wait_after(tries))
    return True


def end_try(uow: UnitOfWork, tried: Try, now: datetime, *, right: bool) -> str | None:
    """The token of the second half of the login after the right password; a wrong one stays counted, and is told."""
    uow.people.lock(tried.person)
    account = uow.accounts.find(tried.person)
    if account is None:
        return None
    if not right:
        _refuse(uow, account, now)
        return None
    uow.accounts.note_tries(account.person, max(0, account.tries - 1), None)
    return _begin(uow, account.person, Step.LOGIN, now)


def _refuse(uow: UnitOfWork, account: Account, now: datetime) -> None:
    person = uow.people.get(account.person)
    uow.events.add(LoginRefused(who=person.id, tries=account.tries), now, subject=person.id)
    if rules.is_told(account.tries):
        _tell(Occasion(uow=uow, now=now, cause=f"login:{person.id}:{account.tries}"), person, account.tries)


def _tell(occasion: Occasion, person: Person, tries: int) -> None:
    """Whoever owns the account hears of it, and whoever watches over data protection."""
    day = occasion.local(person).date().isoformat()
    for to in {one.id: one for one in (person, *occasion.uow.people.all(Role.DPO))}.values():
        text = Text(
            "Somebody has tried to log in as {person}, {n} times in vain. Was it not you? Please tell the operators.",
            {"person": person.name, "n": tries},
        )
        dedupe = f"login:{person.id}:{to.id}:{day}:{tries}"
        occasion.say(to, Said(text), Sending(message_class=MessageClass.ALERT, subject=person, dedupe=dedupe))


def take_code(uow: UnitOfWork, token: str, code: str, now: datetime) -> Person | None:
    """Who is in by a code of the app or a recovery code; None: wrong, taken before, too late, or no try is taken now.

    Raises `NotBound`.
    """
    found = _second_try(uow, token, now)
    if found is None:
        return None
    person, account = found
    left = second_factors.spend(account, code)
    step = second_factors.step_of(account, code, now)
    if left is not None:
        uow.accounts.save(left)
    elif step is None or not uow.accounts.take_step(person.id, step):
        _refuse(uow, account, now)
        return None
    return _enter(uow, token, person, now)


def take_key(uow: UnitOfWork, token: str, signed: tuple[str, int] | None, now: datetime) -> Person | None:
    """Who is in by a security key: its id and count, as checked; None for one that did not fit. Raises `NotBound`."""
    found = _second_try(uow, token, now)
    if found is None:
        return None
    person, account = found
    if signed is None or signed[0] not in {key.id for key in account.keys}:
        _refuse(uow, account, now)
        return None
    uow.accounts.save(account.with_count(*signed))
    return _enter(uow, token, person, now)


def _second_try(uow: UnitOfWork, token: str, now: datetime) -> tuple[Person, Account] | None:
    found = at_step(uow, token, Step.LOGIN, now)
    if found is None:
        return None
    uow.people.lock(found[0].id)
    account = uow.accounts.find(found[0].id)
    if account is None or not _counted(uow, account, now):
        return None
    return found[0], replace(account, tries=account.tries + 1)


def _enter(uow: UnitOfWork, token: str, person: Person, now: datetime) -> Person | None:
    if not uow.accounts.end_step(digest(token), Step.LOGIN, now):
        return None
    uow.accounts.note_tries(person.id, 0, None)
    if secrecy.is_missing(uow, person):
        raise NotBound(person.handle)
    uow.events.add(LoggedIn(who=person.id), now, subject=person.id)
    return person
