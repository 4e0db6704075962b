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

from bot.web import desk as desks
from bot.web import hashing, words
from bot.web.console import keys, steps
from bot.web.console.entrance import Entrance
from bot.web.console.entry import NOT_BOUND
from bot.web.console.steps import At
from bot.web.forms import Form
from bot.web.qr import picture_of
from bot.web.refusals import Refusal
from bot.web.words import Reader

ACCOUNT: Final = "/account"
_WAY_IN: Final = Entrance("account")
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
    return await _WAY_IN.page(request, "console/account_door.html", token=request.path_params["token"])


async def enter(request: Request) -> Response:
    """Use the link up. Links that are no good all answer alike."""
    desk = desks.of(request)
    await _WAY_IN.form(request)
    token, now = request.path_params["token"], desk.program.clock.now()
    setup = await desk.program.run(lambda uow: accounts.use_link(uow, token, now))
    if setup is None:
        desk.refusals.note(Refusal.LINK)
        raise HTTPException(404)
    answer = RedirectResponse(ACCOUNT, status_code=303)
    steps.set_cookie(answer, setup, secure=desk.is_secure(request))
    return answer


async def show_form(request: Request) -> Response:
    """Password, and the picture for the app."""
    return await _page(request, await _here(request))


async def take_form(request: Request) -> Response:
    """Keep it if all of it fits; the recovery codes are shown once. Otherwise what is wrong stands above the form."""
    desk = desks.of(request)
    form = await _WAY_IN.form(request)
    here = await _here(request)
    account = here.account
    key = _key(request, form.get("credential"), here.challenge)
    now = desk.program.clock.now()
    step = second_factors.matching_step(account.pending, form.get("code"), now)
    problems = [*_problems(form, here.person, account)]
    if key is None and step is None:
        problems.append(WRONG_KEY if form.get("credential") else WRONG_CODE)
    if problems:
        return await _page(request, here, problems)
    hashed = await hashing.hash_of(form.get("password"))
    chosen = replace(account, password=hashed, secret="" if key else account.pending, keys=(key,) if key else ())
    try:
        codes = await desk.program.run(lambda uow: accounts.set_up(uow, here.token, chosen, now))
    except NotBound:
        return await _page(request, here, [NOT_BOUND])
    if codes is None:
        raise HTTPException(404)
    answer = await _WAY_IN.page(
        request, "console/recovery.html", reader=_reader(request, here), codes=codes, user_name=account.user_name
    )
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


async def _here(request: Request) -> At:
    here = await steps.at(request, Step.SETUP)
    if here is None:
        raise HTTPException(404)
    return here


def _reader(request: Request, here: At) -> Reader:
    """Whose account it is reads their own language, whatever the browser speaks."""
    return words.reader_of(here.person, desks.of(request).program.clock.now())


async def _page(request: Request, here: At, problems: list[Text] | None = None) -> Response:
    party, options, account = keys.party_of(request), "", here.account
    if party is not None:
        options = keys.to_make(party, account, await steps.new_challenge(request, here))
    reader = _reader(request, here)
    address = second_factors.address_of(account.pending, account.user_name)
    return await _WAY_IN.page(
        request,
        "console/account.html",
        reader=reader,
        status=403 if problems else 200,
        account=account,
        problems=[reader.say(one) for one in problems or ()],
        picture=picture_of(address),
        options=options,
        shortest=rules.SHORTEST,
    )
