"""Webhooks: nothing is read before the secret is right, nothing is acknowledged before it is committed."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.commands import PARTICIPANTS
from bot.channels import Inbound
from bot.channels.web import WebChannel
from bot.health import Watch
from bot.lines import Hook
from bot.web.reaching import Reaching
from bot.web.settings import WebSettings
from bot.web.site import assemble
from bot.web.telegram_webhook import HEADER, MOST_BYTES
from storage.errors import DatabaseLocked
from tests.channels.telegram_house import House, open_house

SECRET = "Geheim-0123456789_abcdefghij"
PATH = "/hooks/telegram/participants"
Raw = dict[str, Any]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The assistant, to which updates are posted."""
    async with open_house(tmp_path, hook=Hook("https://hallo.example" + PATH, SECRET), poll=False) as opened:
        yield opened


@pytest.fixture
async def caller(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who calls the pages from this machine."""
    channel = house.app.channels["web"]
    assert isinstance(channel, WebChannel)
    reaching = Reaching(telegram={"participants": house.lines[PARTICIPANTS]})
    settings = WebSettings(logins_per_minute=8)
    site = assemble(house.app, channel, settings, house.app.profile.carrier, reaching)
    transport = httpx.ASGITransport(site, raise_app_exceptions=False, client=("127.0.0.1", 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


def update_of(house: House, text: str, number: int = 77) -> Raw:
    """An update in which p1 writes."""
    id_ = house.people["p1"].id
    sender = {"id": id_, "is_bot": False, "first_name": "Ada"}
    chat = {"id": id_, "type": "private", "first_name": "Ada"}
    message = {"message_id": number, "from": sender, "chat": chat, "date": 1, "text": text}
    return {"update_id": number, "message": message}


async def test_an_update_is_taken_once(house: House, caller: httpx.AsyncClient) -> None:
    """With the secret it is answered with 200 when it is committed; the same again changes nothing."""
    for _ in range(3):
        answer = await caller.post(PATH, json=update_of(house, "Ich bin heute krank"), headers={HEADER: SECRET})
        assert (200, b"") == (answer.status_code, answer.content)
    assert 1 == house.count("AbsenceReported")


@pytest.mark.parametrize("secret", [None, "", "falsch", SECRET[:-1], SECRET + "x", SECRET.lower(), "ä"])
async def test_a_forged_call_is_not_even_read(
    house: House, caller: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    """Without the right secret: 401 before the body is looked at; it is counted."""
    read: list[Any] = []
    monkeypatch.setattr(TelegramChannel, "read", lambda _, raw: read.append(raw))
    monkeypatch.setattr(json, "loads", read.append)
    headers = {} if secret is None else {HEADER.encode(): secret.encode()}
    answer = await caller.post(PATH, content=b"{" * 100, headers=headers)
    assert (401, []) == (answer.status_code, read)
    counted = 'lotse_refused_total{channel="telegram",kind="secret"} 1'
    assert counted in Watch(house.app, list(house.lines.values())).figures()


async def test_who_guesses_is_slowed_down(house: House, caller: httpx.AsyncClient) -> None:
    """After some wrong secrets in a minute the caller gets 429; the right one is never slowed down."""
    found = [(await caller.post(PATH, headers={HEADER: "falsch"})).status_code for _ in range(12)]
    assert {401, 429} == set(found)
    assert 429 == found[-1]
    answer = await caller.post(PATH, json=update_of(house, "/help"), headers={HEADER: SECRET})
    assert 200 == answer.status_code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[1]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"x" * (MOST_BYTES + 1), 413),
        (b'{"update_id": 5}', 200),
        (b'{"update_id": 6, "message": {"message_id": "?", "chat": 5}}', 200),
        (b"{}", 200),
    ],
)
async def test_what_is_no_update_harms_nobody(
    house: House, caller: httpx.AsyncClient, body: bytes, status: int
) -> None:
    """Torn, nested and huge bodies are refused; an update nobody understands is taken, or it would come for ever."""
    assert status == (await caller.post(PATH, content=body, headers={HEADER: SECRET})).status_code


async def test_what_cannot_be_kept_has_to_come_again(
    house: House, caller: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is locked the answer is 503, so that the service tries again."""

    async def fail(_: Inbound) -> str | None:
        raise DatabaseLocked

    with monkeypatch.context() as patch:
        patch.setattr(house.app, "receive", fail)
        answer = await caller.post(PATH, json=update_of(house, "Ich bin heute krank"), headers={HEADER: SECRET})
        assert 503 == answer.status_code
    await caller.post(PATH, json=update_of(house, "Ich bin heute krank"), headers={HEADER: SECRET})
    assert 1 == house.count("AbsenceReported")


async def test_a_bot_that_is_off_has_no_address(house: House, caller: httpx.AsyncClient) -> None:
    """The staff's bot is not there, and there is nothing to look at."""
    assert 404 == (await caller.post("/hooks/telegram/staff", headers={HEADER: SECRET})).status_code
    assert 405 == (await caller.get(PATH)).status_code


async def test_the_service_is_told_where_to_post(house: House) -> None:
    """Starting the line sets the webhook with its secret."""
    line = house.lines[PARTICIPANTS]
    line.start()
    await house.service.until(lambda: line.intake.channel.username == "hallo_bot")
    await line.stop()
