"""Questions of whoever watches over the program: is it alive, can it serve people now, and how much does it do."""

import ipaddress

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from storage.errors import StorageError

from bot.health import Watch
from bot.web import connection
from bot.web import desk as desks
from bot.web.connection import Doorkeeper

_TEXT_FORM = "text/plain; version=0.0.4; charset=utf-8"


def routes() -> list[Route]:
    """All of them."""
    return [
        Route("/healthz", show_alive, methods=["GET"]),
        Route("/readyz", show_ready, methods=["GET"]),
        Route("/metrics", show_figures, methods=["GET"]),
    ]


class _Door:
    """Middleware that only looks who calls: there is nothing personal behind it."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper) -> None:
        self._app, self._doorkeeper = app, doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let everybody through."""
        if scope["type"] == "http":
            scope["lotse.connection"] = self._doorkeeper.read(scope)
        await self._app(scope, receive, send)


def assemble(watch: Watch) -> Starlette:
    """These questions alone, for a process without pages; nothing personal is said, so plain http is enough."""
    site = Starlette(routes=routes(), middleware=[Middleware(_Door, doorkeeper=Doorkeeper(watch.proxies))])
    site.state.watch = watch
    return site


async def show_alive(_: Request) -> Response:
    """200 as long as the process answers at all."""
    return PlainTextResponse("alive\n")


async def show_ready(request: Request) -> Response:
    """200 when the database answers, the clock ticks and what this process sends goes out; 503 says what does not."""
    watch: Watch | None = request.app.state.watch
    try:
        if watch is None:
            await desks.of(request).read(lambda uow: uow.outbox.pending_count())
            problems = []
        else:
            problems = await anyio.to_thread.run_sync(watch.problems)
    except StorageError:
        problems = ["database: no answer"]
    if problems:
        return PlainTextResponse("\n".join(problems) + "\n", status_code=503)
    return PlainTextResponse("ready\n")


async def show_figures(request: Request) -> Response:
    """The figures for this machine and for whom the setting health.metrics_for names; 404 for everybody else."""
    watch: Watch | None = request.app.state.watch
    if watch is None or not _may_see(request, watch.readers):
        raise HTTPException(404)
    return Response(await anyio.to_thread.run_sync(watch.figures), media_type=_TEXT_FORM)


def _may_see(request: Request, readers: tuple[str, ...]) -> bool:
    """A call that came over a proxy is the browser's call, not the proxy's."""
    known = connection.of(request)
    try:
        caller = ipaddress.ip_address(known.caller)
    except ValueError:
        return False
    return known.local or any(caller in ipaddress.ip_network(network, strict=False) for network in readers)
