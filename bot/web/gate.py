"""The gate before every page: reads the connection, refuses what is unsafe or too often, adds headers."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web import desk as desks
from bot.web import errors
from bot.web.connection import Doorkeeper
from bot.web.desk import Desk

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
_STATIC = "/static/"


class Gate:
    """Middleware; `app` is everything behind it."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper) -> None:
        """`doorkeeper` knows which proxies are trusted."""
        self._app, self._doorkeeper = app, doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = scope["lotse.connection"] = self._doorkeeper.read(scope)

        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _complete(MutableHeaders(scope=message), scope["path"], secure=connection.secure)
            await send(message)

        request = Request(scope, receive)
        if not connection.is_allowed:
            await (await errors.show_plain_http(request))(scope, receive, send_with_headers)
        elif not _admits(desks.of(request), scope["path"], connection.caller):
            await (await errors.show_refusal(request, HTTPException(429)))(scope, receive, send_with_headers)
        elif scope["method"] == "POST" and connection.comes_from_elsewhere(request.headers):
            await (await errors.show_cross_site(request))(scope, receive, send_with_headers)
        else:
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception:
                if not started:
                    await (await errors.show_fault(request))(scope, receive, send_with_headers)
                raise


def _admits(desk: Desk, path: str, caller: str) -> bool:
    """Pages of a session, and calls of other servers, are limited where they turn out to be none."""
    if path.startswith((errors.HOOKS, *errors.WITH_SESSION)):
        return True
    return (desk.files if path.startswith(_STATIC) else desk.pages).allows(caller)


def _complete(headers: MutableHeaders, path: str, *, secure: bool) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not path.startswith(_STATIC):
        headers["Cache-Control"] = "no-store"
