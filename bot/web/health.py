"""Two questions of whoever watches over the program: is it alive, and can it serve people right now."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from storage.errors import StorageError

from bot.web import desk as desks


def routes() -> list[Route]:
    """Both."""
    return [Route("/healthz", show_alive, methods=["GET"]), Route("/readyz", show_ready, methods=["GET"])]


async def show_alive(_: Request) -> Response:
    """200 as long as the process answers at all."""
    return PlainTextResponse("alive\n")


async def show_ready(request: Request) -> Response:
    """200 when the database answers, 503 when it does not."""
    try:
        await desks.of(request).read(lambda uow: uow.outbox.pending_count())
    except StorageError:
        return PlainTextResponse("database: no answer\n", status_code=503)
    return PlainTextResponse("ready\n")
