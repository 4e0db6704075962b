"""What somebody typed into a form that came too late: their session was over, so it is given back instead of kept."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bot.web.forms import READ, read_form
from bot.web.settings import WebSettings

_FORM: Final = "application/x-www-form-urlencoded"
_SECRET: Final = frozenset({"csrf", "once", "press", "pin", "again", "password", "code", "credential"})


async def words_of(request: Request, settings: WebSettings) -> str:
    """Every field of two words or more, and nothing secret; empty for files."""
    if not request.headers.get("content-type", "").startswith(_FORM):
        return ""
    try:
        form = request.scope.get(READ) or await read_form(request, settings)
    except (HTTPException, ClientDisconnect):  # too much, or gone
        return ""
    typed = (words.strip() for name, words in form.fields.items() if name not in _SECRET)
    return "\n\n".join(words for words in typed if len(words.split()) > 1)
