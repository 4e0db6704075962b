"""The cookie that leads through a login or a set-up: the token of the step somebody is at (`handlers/accounts.py`)."""

from typing import Final

from flows.rules.accounts import SETUP_LIFE
from starlette.requests import Request
from starlette.responses import Response

_MOST_SECONDS: Final = int(SETUP_LIFE.total_seconds())


def token_of(request: Request, *, secure: bool) -> str:
    """The token this browser has, or nothing."""
    return request.cookies.get(_name(secure=secure), "")


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
