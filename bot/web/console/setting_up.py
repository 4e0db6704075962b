"""Setting an account up: a link from the operators that works once, then a password and a second factor."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from flows.engine.messages import Text
from flows.people import Person
from flows.rules import accounts as rules
from handlers import accounts, second_factors
from handlers.accounts import NotBound, Step
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.accounts import Account, SecurityKey

from bot.web import connection, guests, hashing, words
from bot.web import desk as desks
from bot.web.console import keys, steps
from bot.web.console.entry import NOT_BOUND
from bot.web.desk import Desk
from bot.web.forms import Form, read_form
from bot.web.qr import picture_of

ACCOUNT: Final = "/account"
_PURPOSE: Final = "account"
SHORT = Text(
    "The password needs at least {n} characters. A sentence of your own is easy to keep in mind.", {"n": rules.SHORTEST}
)
EASY = Text("Others guess this password quickly. Please choose one without your name.")
UNLIKE = Text("The two passwords are not the same. Please type the new password twice.")
WRONG_CODE = Text("The code does not fit. Please type the six digits that the app shows now.")
WRONG_KEY = Text("The security key could not be taken up. Please try again, or use an app.")


def routes() -> list[Route]:
    """The link and the set-up behind it."""
    return [
        Route(f"{ACCOUNT}/{{token}}", show_door, methods=["GET"]),
        Route(f"{ACCOUNT}/{{token}}", enter, methods=["POST"]),
        Route(ACCOUNT, show_form, methods=["GET"]),
        Route(ACCOUNT, take_form, methods=["POST"]),
    ]


async def show_door(request: Request) -> Response:
    """A button, the same for every token: looking at a link changes nothing."""
    return await _own(request, "console/account_door.html", token=request.path_params["token"])


async def enter(request: Request) -> Response:
    """Use the link up. Links that are no good all answer alike."""
    desk = desks.of(request)
    await _form(request)
    token, now = request.path_params["token"], desk.program.clock.now()
    setup = await desk.program.run(lambda uow: accounts.use_link(uow, token, now))
    if setup is None:
        raise HTTPException(404)
    answer = RedirectResponse(ACCOUNT, status_code=303)
    steps.set_cookie(answer, setup, secure=desk.is_secure(request))
    return answer


async def show_form(request: Request) -> Response:
    """Password, and the picture for the app."""
    token, person, account, _ = await _here(request)
    return await _page(request, (token, person, account))


async def take_form(request: Request) -> Response:
    """Keep it if all of it fits; the recovery codes are shown once. Otherwise what is wrong stands above the form."""
    desk = desks.of(request)
    form = await _form(request)
    token, person, account, challenge = await _here(request)
    key = _key(request, form.get("credential"), challenge)
    now = desk.program.clock.now()
    step = second_factors.matching_step(account.pending, form.get("code"), now)
    problems = [*_problems(form, person, account)]
    if key is None and step is None:
        problems.append(WRONG_KEY if form.get("credential") else WRONG_CODE)
    if problems:
        return await _page(request, (token, person, account), problems)
    hashed = await hashing.hash_of(form.get("password"))
    chosen = replace(account, password=hashed, secret="" if key else account.pending, keys=(key,) if key else ())
    try:
        codes = await desk.program.run(lambda uow: accounts.set_up(uow, token, chosen, now))
    except NotBound:
        return await _page(request, (token, person, account), [NOT_BOUND])
    if codes is None:
        raise HTTPException(404)
    answer = await _own(request, "console/recovery.html", person=person, codes=codes, user_name=account.user_name)
    steps.drop_cookie(answer, secure=desk.is_secure(request))
    return answer


def _problems(form: Form, person: Person, account: Account) -> Iterator[Text]:
    password = form.get("password")
    if not rules.has_length(password):
        yield SHORT
    elif rules.is_easy(password, account.user_name, *person.name.split()):
        yield EASY
    elif password != form.get("again"):
        yield UNLIKE


def _key(request: Request, credential: str, challenge: bytes | None) -> SecurityKey | None:
    party = keys.party_of(request)
    if not credential or party is None or challenge is None:
        return None
    return keys.made(party, credential, challenge)


async def _here(request: Request) -> tuple[str, Person, Account, bytes | None]:
    desk = desks.of(request)
    token, now = steps.token_of(request, secure=desk.is_secure(request)), desk.program.clock.now()
    found = await desk.read(lambda uow: accounts.at_step(uow, token, Step.SETUP, now)) if token else None
    if found is None:
        raise HTTPException(404)
    return token, *found


async def _form(request: Request) -> Form:
    desk = desks.of(request)
    if not desk.passwords.allows(connection.of(request).caller):
        raise HTTPException(429)
    form = await read_form(request, desk.settings)
    if not guests.is_own_form(request, _PURPOSE, form.get("csrf"), secure=desk.is_secure(request)):
        raise HTTPException(403)
    return form


async def _page(request: Request, here: tuple[str, Person, Account], problems: list[Text] | None = None) -> Response:
    token, person, account = here
    desk, party, options = desks.of(request), keys.party_of(request), ""
    if party is not None:
        challenge, now, hashed = keys.new_challenge(), desk.program.clock.now(), accounts.digest(token)
        await desk.program.run(lambda uow: uow.accounts.challenge(hashed, Step.SETUP, challenge, now))
        options = keys.to_make(party, account, challenge)
    reader = words.reader_of(person, desk.program.clock.now())
    address = second_factors.address_of(account.pending, account.user_name)
    return await _own(
        request,
        "console/account.html",
        status=403 if problems else 200,
        person=person,
        account=account,
        problems=[reader.say(one) for one in problems or ()],
        picture=picture_of(address),
        options=options,
        shortest=rules.SHORTEST,
    )


async def _own(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    """A page with a form that only this browser can send, in the language of its owner where they are known."""
    desk: Desk = desks.of(request)
    secure, person = desk.is_secure(request), values.get("person")
    reader = (
        words.reader_of(person, desk.program.clock.now())
        if isinstance(person, Person)
        else await desk.reader_of(request)
    )
    guest = guests.guest_of(request, secure=secure)
    answer = desk.page(template, reader, status=status, csrf=guests.token(guest, _PURPOSE), **values)
    guests.set_cookie(answer, guest, secure=secure)
    return answer
