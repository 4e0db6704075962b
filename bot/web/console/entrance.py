"""Pages before there is a session: their forms are bound to this browser, and few may be sent from one address."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web import connection, guests
from bot.web import desk as desks
from bot.web.forms import Form, read_form
from bot.web.words import Reader


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way in; `purpose` keeps its forms apart from those of another."""

    purpose: str

    async def form(self, request: Request) -> Form:
        """The form, if it is ours and this address has not tried too often."""
        desk = desks.of(request)
        if not desk.passwords.allows(connection.of(request).caller):
            raise HTTPException(429)
        form = await read_form(request, desk.settings)
        if not guests.is_own_form(request, self.purpose, form.get("csrf"), secure=desk.is_secure(request)):
            raise HTTPException(403)
        return form

    async def page(
        self, request: Request, template: str, *, reader: Reader | None = None, status: int = 200, **values: object
    ) -> Response:
        """A page with a form that only this browser can send; `reader`: its owner, where they are known."""
        desk = desks.of(request)
        secure, reads = desk.is_secure(request), reader or await desk.reader_of(request)
        guest = guests.guest_of(request, secure=secure)
        token = guests.token(guest, self.purpose)
        answer = desk.page(template, reads, status=status, csrf=token, **values)
        guests.set_cookie(answer, guest, secure=secure)
        return answer
