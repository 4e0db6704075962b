"""Forms for people who are not signed in: cookie and form belong together, so that no other page can post."""

import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

_BYTES = 32
_SECONDS = 30 * 60


def guest_of(request: Request, *, secure: bool) -> str:
    """What tells this browser's forms from others'; a new one if it has none."""
    return request.cookies.get(_cookie(secure=secure), "") or secrets.token_urlsafe(_BYTES)


def token(guest: str, purpose: str) -> str:
    """What a form for this purpose carries."""
    return hmac.new(guest.encode(), purpose.encode(), "sha256").hexdigest()


def is_own_form(request: Request, purpose: str, given: str, *, secure: bool) -> bool:
    """Whether a form came from our page in this browser."""
    guest = request.cookies.get(_cookie(secure=secure), "")
    return bool(guest) and hmac.compare_digest(token(guest, purpose).encode(), given.encode())


def set_cookie(answer: Response, guest: str, *, secure: bool) -> None:
    """Let the browser keep it for the half hour that a form may take."""
    answer.set_cookie(
        _cookie(secure=secure), guest, max_age=_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
    )


def drop_cookie(answer: Response, *, secure: bool) -> None:
    """The browser need not keep it any longer."""
    answer.delete_cookie(_cookie(secure=secure), path="/", secure=secure, httponly=True, samesite="lax")


def _cookie(*, secure: bool) -> str:
    return f"{'__Host-' if secure else ''}lotse-guest"
