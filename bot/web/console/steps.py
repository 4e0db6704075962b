"""On the way in: who is at which step of a login or a set-up, and the cookie that leads through it.

The cookie holds the token of the step somebody is at (`handlers/accounts.py`).
"""

from dataclasses import dataclass
from typing import Final

from flows.people import Person
from flows.rules.accounts import SETUP_LIFE
from handlers import accounts
from handlers.accounts import Step
from starlette.requests import Request
from starlette.responses import Response
from storage.accounts import Account

from bot.web import desk as desks
from bot.web.console import keys

_MOST_SECONDS: Final = int(SETUP_LIFE.total_seconds())


@dataclass(frozen=True, slots=True)
class At:
    """Somebody at a step; `challenge` is what a security key has to sign, if one was asked."""

    step: Step
    token: str
    person: Person
    account: Account
    challenge: bytes | None


async def at(request: Request, step: Step) -> At | None:
    """Who this browser is at the step; None: nobody, or not any more."""
    desk = desks.of(request)
    token = request.cookies.get(_name(secure=desk.is_secure(request)), "")
    if not token:
        return None
    now = desk.program.clock.now()
    found = await desk.read(lambda uow: accounts.at_step(uow, token, step, now))
    return None if found is None else At(step, token, *found)


async def new_challenge(request: Request, here: At) -> bytes:
    """Something new to sign at this step: what was signed before fits no more."""
    desk = desks.of(request)
    challenge, hashed = keys.new_challenge(), accounts.digest(here.token)
    now = desk.program.clock.now()
    await desk.program.run(lambda uow: uow.accounts.challenge(hashed, here.step, challenge, now))
    return challenge


def set_cookie(answer: Response, token: str, *, secure: bool) -> None:
    """Let the browser keep it as long as a step can take; no other page can have it sent along."""
    answer.set_cookie(
        _name(secure=secure), token, max_age=_MOST_SECONDS, path="/", secure=secure, httponly=True, samesite="strict"
    )


def drop_cookie(answer: Response, *, secure: bool) -> None:
    """The step is over."""
    answer.delete_cookie(_name(secure=secure), path="/", secure=secure, httponly=True, samesite="strict")


def _name(*, secure: bool) -> str:
    return f"{'__Host-' if secure else ''}lotse-step"
