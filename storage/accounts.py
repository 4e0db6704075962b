"""Staff accounts: what opens one lies sealed, tries are counted, and every step on the way in works once."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.people import PersonId
from storage.account_tables import account_steps, accounts
from storage.instants import instant_or_none, micros_or_none, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into

_TABLE: Final = "accounts"
_THIS = accounts.c.person == sa.bindparam("person")
_ADD = insert_into(accounts)
_SAVE = Statement(
    sa.update(accounts).where(_THIS).values(name_hash=sa.bindparam("name_hash"), sealed=sa.bindparam("sealed"))
)
_FIND = Statement(sa.select(accounts).where(_THIS))
_NAMED = Statement(sa.select(accounts.c.person).where(accounts.c.name_hash == sa.bindparam("name_hash")))
_NOTE = Statement(
    sa.update(accounts).where(_THIS).values(tries=sa.bindparam("tries"), wait_until=sa.bindparam("wait_until"))
)
_STEP = Statement(
    sa.update(accounts).where(_THIS, accounts.c.last_step < sa.bindparam("step")).values(last_step=sa.bindparam("step"))
)
_DROP = Statement(sa.delete(accounts).where(_THIS))

_VALID = (
    account_steps.c.token_hash == sa.bindparam("token_hash"),
    account_steps.c.purpose == sa.bindparam("purpose"),
    account_steps.c.expires > sa.bindparam("now"),
)
_BEGIN_STEP = insert_into(account_steps)
_FIND_STEP = Statement(sa.select(account_steps.c.person, account_steps.c.challenge).where(*_VALID))
_CHALLENGE = Statement(sa.update(account_steps).where(*_VALID).values(challenge=sa.bindparam("challenge")))
_END_STEP = Statement(sa.delete(account_steps).where(*_VALID))
_END_STEPS = Statement(sa.delete(account_steps).where(account_steps.c.person == sa.bindparam("person")))
_SWEEP = Statement(sa.delete(account_steps).where(account_steps.c.expires <= sa.bindparam("now")))


@dataclass(frozen=True, slots=True)
class SecurityKey:
    """A security key (WebAuthn): its id and public key in hex, and how often it has signed, as far as it counts."""

    id: str
    public_key: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What opens the console for one person; empty where nothing is set yet.

    `password`: its Argon2 hash. `secret`: of the authenticator app, `pending`: one that was shown and not confirmed
    yet. `recovery`: hashes of codes that each work once. `tries`: wrong ones since the last login. `last_step`: the
    interval of the newest code of the app that was taken. `offered`: when the newest link was made, `reset`: when what
    opened it before was taken away last.
    """

    person: PersonId
    user_name: str
    password: str = ""
    secret: str = ""
    pending: str = ""
    keys: tuple[SecurityKey, ...] = ()
    recovery: tuple[str, ...] = ()
    tries: int = 0
    wait_until: datetime | None = None
    last_step: int = 0
    offered: datetime | None = None
    reset: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether somebody can log in with it: a password and a second factor are set."""
        return bool(self.password and (self.secret or self.keys))

    def emptied(self) -> "Account":
        """The same account with nothing that opens it."""
        return Account(person=self.person, user_name=self.user_name)

    def with_count(self, key: str, count: int) -> "Account":
        """The same after this key has signed."""
        return replace(self, keys=tuple(replace(one, count=count) if one.id == key else one for one in self.keys))


class Accounts(Repository):
    """One account for each member of staff, and the steps of a login or a set-up that is under way."""

    __slots__ = ()

    def find(self, person: PersonId) -> Account | None:
        """The person's account, if they have one."""
        row = self._db.row(_FIND, person=person)
        if row is None:
            return None
        _, _, tries, wait_until, last_step, sealed = row
        held = self._seals.open(person, _TABLE, person, sealed)
        return Account(
            person=person,
            user_name=held["user_name"],
            password=held["password"],
            secret=held["secret"],
            pending=held["pending"],
            keys=tuple(SecurityKey(**key) for key in held["keys"]),
            recovery=tuple(held["recovery"]),
            tries=tries,
            wait_until=instant_or_none(wait_until),
            last_step=last_step,
            offered=_instant(held.get("offered")),
            reset=_instant(held.get("reset")),
        )

    def named(self, user_name: str) -> PersonId | None:
        """Whose account has this user name."""
        row = self._db.row(_NAMED, name_hash=self._name_hash(user_name))
        return None if row is None else PersonId(row[0])

    def save(self, account: Account) -> None:
        """Keep what opens it; tries are kept by `note_tries`, codes that were taken by `take_step`."""
        held = {
            "user_name": account.user_name,
            "password": account.password,
            "secret": account.secret,
            "pending": account.pending,
            "keys": [asdict(key) for key in account.keys],
            "recovery": list(account.recovery),
            "offered": account.offered and account.offered.isoformat(),
            "reset": account.reset and account.reset.isoformat(),
        }
        person, name_hash = account.person, self._name_hash(account.user_name)
        sealed = self._seals.seal(person, _TABLE, person, held)
        if not self._db.change(_SAVE, person=person, name_hash=name_hash, sealed=sealed):
            self._db.put(_ADD, person=person, name_hash=name_hash, tries=0, wait_until=None, last_step=0, sealed=sealed)

    def note_tries(self, person: PersonId, tries: int, wait_until: datetime | None) -> None:
        """So many wrong tries, and the next one not before then."""
        self._db.change(_NOTE, person=person, tries=tries, wait_until=micros_or_none(wait_until))

    def take_step(self, person: PersonId, step: int) -> bool:
        """A code of this interval is taken, and none of it or of one before ever again; False if one was."""
        return self._db.change(_STEP, person=person, step=step) == 1

    def drop(self, person: PersonId) -> None:
        """There is no account of the person any more, and nobody is on the way into it."""
        self.end_steps(person)
        self._db.change(_DROP, person=person)

    def begin_step(self, token_hash: bytes, person: PersonId, purpose: str, expires: datetime, now: datetime) -> None:
        """Somebody may take this step until then; steps whose time is over go."""
        self._db.send(_SWEEP, now=to_micros(now))
        self._db.put(
            _BEGIN_STEP,
            token_hash=token_hash,
            person=person,
            purpose=purpose,
            challenge=None,
            expires=to_micros(expires),
        )

    def step(self, token_hash: bytes, purpose: str, now: datetime) -> tuple[PersonId, bytes | None] | None:
        """Whose step this is, and what a security key has to sign; None: unknown, used, over, of another purpose."""
        row = self._db.row(_FIND_STEP, token_hash=token_hash, purpose=purpose, now=to_micros(now))
        return None if row is None else (PersonId(row[0]), row[1])

    def challenge(self, token_hash: bytes, purpose: str, challenge: bytes, now: datetime) -> None:
        """From now on a security key has to sign this."""
        self._db.change(_CHALLENGE, token_hash=token_hash, purpose=purpose, challenge=challenge, now=to_micros(now))

    def end_step(self, token_hash: bytes, purpose: str, now: datetime) -> bool:
        """The step is taken; False if somebody else just did."""
        return self._db.change(_END_STEP, token_hash=token_hash, purpose=purpose, now=to_micros(now)) == 1

    def end_steps(self, person: PersonId) -> None:
        """Every link and step of the person works no more."""
        self._db.send(_END_STEPS, person=person)

    def _name_hash(self, user_name: str) -> bytes:
        return self._seals.fingerprint("account", user_name)


def _instant(text: str | None) -> datetime | None:
    """Accounts from before this was kept have none."""
    return None if text is None else datetime.fromisoformat(text)
