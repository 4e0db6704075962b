"""Who is here: one session per person and browser, each in its own slot with its own cookie (PRIVACY.md, "Access").

The slot is in the path and in the cookie's name, so several people can use one browser at the same time. Only the hash
of a cookie's secret is stored. Whatever does not fit, unknown, old, foreign or altered, gets the same answer: nothing.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flows.people import Address, Person
from flows.rules.access import Operation
from handlers import access
from starlette.responses import Response
from storage.sessions import WebSession
from storage.uow import UnitOfWork

from bot.web.lock import Lock, lock_of
from bot.web.settings import WebSettings

CHANNEL = "web"
_SLOT_BYTES, _SECRET_BYTES = 12, 32
_COOKIE = re.compile(r"(?:__Host-)?lotse-(participant|staff)-([0-9a-f]{24})")
_TOUCH_AFTER = timedelta(minutes=1)


class Kind(StrEnum):
    """Which door a session came through; participants and staff never share a cookie."""

    PARTICIPANT = "participant"
    STAFF = "staff"

    @property
    def path(self) -> str:
        """Where the pages of such sessions lie."""
        return "/staff" if self is Kind.STAFF else "/chat"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a browser says about itself: a slot and the secret that opens it. `lent` is known of a new one only."""

    kind: Kind
    slot: str
    secret: str
    lent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A person at a page: their session is open and the address is theirs."""

    person: Person
    session: WebSession
    claim: Claim
    external: str
    lock: Lock = Lock.OPEN

    @property
    def is_locked(self) -> bool:
        """Whether nothing personal is shown until a PIN was given."""
        return self.lock is not Lock.OPEN

    @property
    def home(self) -> str:
        """The path of this session's chat."""
        return f"{self.claim.kind.path}/{self.claim.slot}"

    @property
    def csrf(self) -> str:
        """The token every form of this session carries."""
        return self.sign("csrf")

    def sign(self, words: str) -> str:
        """A name for `words` that only this session can make and nobody can read back."""
        return hmac.new(self.claim.secret.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]

    def is_own_form(self, token: str) -> bool:
        """Whether a form with this token came from one of our pages in this session."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


def digest(secret: str) -> bytes:
    """What is stored of a secret or a token. They are random and long, so one pass is enough."""
    return hashlib.sha256(secret.encode()).digest()


def claims(cookies: Mapping[str, str]) -> Iterator[Claim]:
    """The sessions this browser says it has, participants' first, in the order of their slots."""
    for name in sorted(cookies):
        if found := _COOKIE.fullmatch(name):
            yield Claim(Kind(found[1]), found[2], cookies[name])


def find(uow: UnitOfWork, claim: Claim, settings: WebSettings, now: datetime) -> Visit | None:
    """The visit a claim stands for, or None: unknown, revoked, expired, idle, wrong secret, wrong door, left."""
    session = uow.sessions.find(claim.slot)
    expected = session.secret_hash if session else digest("")
    if not hmac.compare_digest(expected, digest(claim.secret)) or session is None:
        return None
    if session.kind != claim.kind or not is_open(session, settings, now):
        return None
    external = _external(uow, session)
    if external is None:
        return None
    person, lock = uow.people.get(session.person), lock_of(uow, session, settings, now)
    if uow.people.has_left(person.id) or not access.may_own(person, Operation.READ_OWN_PAGE):
        return None
    return Visit(person=person, session=session, claim=claim, external=external, lock=lock)


def was_open(uow: UnitOfWork, claim: Claim) -> bool:
    """Whether there was such a session at some time; the answer is for figures alone, nobody who asks is told."""
    session = uow.sessions.find(claim.slot)
    known = session is not None and session.kind == claim.kind
    expected = session.secret_hash if session is not None else digest("")
    return hmac.compare_digest(expected, digest(claim.secret)) and known


def is_open(session: WebSession, settings: WebSettings, now: datetime) -> bool:
    """Whether the session may still be used at `now`."""
    idle = idle_of(session, settings)
    bound = session.lent or session.kind == Kind.STAFF
    return not session.revoked and now < session.expires and not (bound and now - session.seen > idle)


def idle_of(session: WebSession, settings: WebSettings) -> timedelta:
    """How long nothing may be done in a session that such a time binds at all."""
    return settings.lent_idle if session.lent else settings.staff_idle


def is_stale(session: WebSession, now: datetime) -> bool:
    """Whether it is time to write down that the person was here."""
    return now - session.seen > _TOUCH_AFTER


def begin(uow: UnitOfWork, person: Person, settings: WebSettings, now: datetime, *, lent: bool = False) -> Claim:
    """Open a session for the person and give the only copy of its secret. Someone without a web address gets one.

    `lent`: the device is not theirs.
    """
    kind = Kind.STAFF if person.role.is_staff else Kind.PARTICIPANT
    lifetime = settings.staff_lifetime if kind is Kind.STAFF else settings.participant_lifetime
    lifetime = min(lifetime, settings.lent_lifetime) if lent else lifetime
    claim = Claim(kind, secrets.token_hex(_SLOT_BYTES), secrets.token_urlsafe(_SECRET_BYTES), lent=lent)
    if not any(address.channel == CHANNEL for address in uow.people.addresses(person.id)):
        external = secrets.token_urlsafe(_SLOT_BYTES)
        uow.people.add_address(Address(id=uow.new_id(), person=person.id, channel=CHANNEL, external=external))
    uow.sessions.add(
        WebSession(
            slot=claim.slot,
            secret_hash=digest(claim.secret),
            person=person.id,
            kind=kind.value,
            created=now,
            seen=now,
            expires=now + lifetime,
            revoked=False,
            may_reset=True,
            lent=lent,
        )
    )
    return claim


def cookie_name(claim: Claim, *, secure: bool) -> str:
    """The cookie that holds this session's secret. `__Host-` is for https only; browsers insist."""
    return f"{'__Host-' if secure else ''}lotse-{claim.kind}-{claim.slot}"


def set_cookie(response: Response, claim: Claim, settings: WebSettings, *, secure: bool) -> None:
    """Give the browser its secret, for as long as the session can last; on a lent device until it is closed."""
    lifetime = settings.staff_lifetime if claim.kind is Kind.STAFF else settings.participant_lifetime
    response.set_cookie(
        cookie_name(claim, secure=secure),
        claim.secret,
        max_age=None if claim.lent else int(lifetime.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, claim: Claim, *, secure: bool) -> None:
    """Take the secret back from the browser."""
    name = cookie_name(claim, secure=secure)
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def _external(uow: UnitOfWork, session: WebSession) -> str | None:
    addresses = uow.people.addresses(session.person)
    return next((address.external for address in addresses if address.channel == CHANNEL), None)
