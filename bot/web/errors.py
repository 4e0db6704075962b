"""Error pages: what happened, whether anything was lost, and what to do now, in the reader's language."""

from http import HTTPStatus
from secrets import token_hex

from flows.engine.messages import Text
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web import connection, lost
from bot.web import desk as desks
from bot.web.refusals import Refusal
from bot.web.sessions import Kind, Visit

HOOKS = "/hooks/"
WITH_SESSION = tuple(f"{kind.path}/" for kind in Kind)

_SAID = {
    400: (Text("This did not arrive in one piece."), Text("Please try again.")),
    403: (Text("This page cannot do that."), Text("Please go back, load the page again and try once more.")),
    404: (Text("There is nothing here."), Text("Open the link from your contact person again, or ask for a new one.")),
    413: (Text("That was too much at once."), Text("Please send it in smaller parts.")),
    429: (Text("That was very fast."), Text("Please wait a minute and try again.")),
    500: (Text("Something went wrong on our side."), Text("It is not your fault. Please try again in a minute.")),
    503: (Text("We are not ready right now."), Text("Please try again in a minute. If it is urgent, please call us.")),
}
_COUNTED = {403: Refusal.FORM, 429: Refusal.TOO_OFTEN}
_UNKNOWN = {404, 405}
_OTHER = {405: 403, 406: 403, 422: 400}
_SIGNED_OUT = (Text("You are not logged in here."), Text("Please log in again. Nothing that was sent before is lost."))
_PLAIN_HTTP = (Text("This connection is not safe."), Text("Please open the address that begins with https."))


class Refused(HTTPException):
    """A message was not taken in; the page that says so gives the words back, ready to be sent again."""

    def __init__(self, status: int, *, draft: str = "", visit: Visit | None = None) -> None:
        """`draft` are the words; with the `visit` they come in a form that can be sent."""
        super().__init__(status)
        self.draft = draft
        self.visit = visit


async def show_refusal(request: Request, error: Exception) -> Response:
    """The page for an HTTPException; its status decides the words."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    status = 429 if status in _UNKNOWN and _is_too_often(request) else status
    if (kind := _COUNTED.get(status)) is not None:
        desks.of(request).refusals.note(kind)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    answer = await _page(request, status, error if isinstance(error, Refused) else None)
    answer.headers.update(headers)
    return answer


async def show_cross_site(request: Request) -> Response:
    """The page for a form that another site has sent in somebody's name: nothing of it was looked at."""
    desks.of(request).refusals.note(Refusal.CROSS_SITE)
    return await _page(request, 403, None)


async def show_outage(request: Request, _: Exception) -> Response:
    """The page while the database cannot be reached or has too much to do."""
    return await _page(request, 503, None)


async def show_fault(request: Request) -> Response:
    """The page for what we did not foresee."""
    return await _page(request, 500, None)


async def show_plain_http(request: Request) -> Response:
    """The page for a connection anybody could listen to."""
    desk = desks.of(request)
    reader = await desk.reader_of(request)
    title, advice = _PLAIN_HTTP
    return desk.page("error.html", reader, status=403, title=title, advice=advice, visit=None, door="")


def _is_too_often(request: Request) -> bool:
    """Whether somebody comes too often to where they have nothing: the gate leaves counting these to whoever knows."""
    desk, caller = desks.of(request), connection.of(request).caller
    if "lotse.reader" in request.scope:
        return False
    if request.url.path.startswith(HOOKS):
        return not desk.logins.allows(caller)
    return request.url.path.startswith(WITH_SESSION) and not desk.pages.allows(caller)


def _is_outside_console(request: Request, status: int) -> bool:
    """Whether somebody comes to a page of staff without a session that holds, for whatever reason."""
    return status == 404 and request.url.path.startswith("/staff/") and "lotse.reader" not in request.scope


async def _page(request: Request, status: int, refused: Refused | None) -> Response:
    desk = desks.of(request)
    reader = await desk.reader_of(request)
    known = _OTHER.get(status, status)
    title, advice = _SAID.get(known, _SAID[400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500])
    door = "/login" if _is_outside_console(request, status) else ""
    title, advice = _SIGNED_OUT if door else (title, advice)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": f"{reader.say(title)} {reader.say(advice)}"}, status_code=status)
    draft, visit = (refused.draft, refused.visit) if refused else ("", None)
    if door and request.method == "POST" and not draft:
        draft = await lost.words_of(request, desk.settings)
    values = {"title": title, "advice": advice, "draft": draft, "visit": visit, "once": token_hex(16)}
    values["door"] = door
    answer = desk.page("error.html", reader, status=status, **values)
    if status in {429, 503}:
        answer.headers["Retry-After"] = "60"
    return answer
