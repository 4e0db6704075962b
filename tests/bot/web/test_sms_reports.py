"""Delivery reports of the SMS gateway: whose are believed, and what follows from them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.channel_settings import SmsSettings
from bot.profile import load_profile
from bot.web.reaching import Reaching, Reports
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.engine.messages import Level, MessageClass, Outgoing
from flows.people import Address
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

SECRET = "0123456789abcdef0123456789abcdef"
SETTINGS = SmsSettings(url="https://gateway.example/", body="to={to}&text={text}&id={id}")
HOOK = f"/hooks/sms/{SECRET}"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SmallProgram]:
    """A program that knows the rules of the demo profile, with short messages."""
    program = SmallProgram(tmp_path, profile=replace(load_profile("demo"), levels={"sms": Level.L0, "push": Level.L0}))
    yield program
    program.store.close()


@pytest.fixture
def site(program: SmallProgram) -> Starlette:
    """A site that the gateway may call, with few tries for strangers."""
    settings = WebSettings(answer_wait_seconds=0, logins_per_minute=5)
    return assemble(program, program.channel, settings, CARRIER, Reaching(sms=Reports(SETTINGS, SECRET)))


@pytest.fixture
def gateway(site: Starlette) -> Browser:
    """The gateway, calling."""
    return Browser(site, "http://localhost", "127.0.0.1", "de")


@pytest.fixture
def message(program: SmallProgram) -> int:
    """The id of a short message that the gateway has taken."""
    return sent(program, "sms", "+491701234567")


def sent(program: SmallProgram, channel: str, external: str) -> int:
    """A message that was sent on a channel."""
    person, now = program.person("p2"), program.clock.now()

    def write(uow: UnitOfWork) -> int:
        address = Address(id=uow.new_id(), person=person.id, channel=channel, external=external)
        uow.people.add_address(address)
        id_ = uow.new_id()
        uow.outbox.add(
            Outgoing(
                id=id_,
                to=person.id,
                subject=person.id,
                channel=channel,
                address=address.id,
                text="•",
                language="ar",
                level=Level.L0,
                message_class=MessageClass.REMINDER,
                dedupe=str(id_),
                cause="test",
                created=now,
                not_before=now,
            )
        )
        for claimed in uow.outbox.claim(now, timedelta(minutes=1), 10):
            uow.outbox.mark_sent(claimed.message.id, claimed.lease, None, now)
        return id_

    return program.write(write)


def is_used(program: SmallProgram, channel: str = "sms") -> bool:
    """Whether the person's address on the channel is still one."""
    person = program.person("p2")
    return any(each.channel == channel for each in program.write(lambda uow: uow.people.addresses(person.id)))


@pytest.mark.parametrize("style", ["form", "json", "query"])
async def test_a_failed_message_ends_the_number(
    gateway: Browser, program: SmallProgram, message: int, style: str
) -> None:
    """In whatever style the gateway calls: the number is used no more, and a second report changes nothing."""
    fields = {"id": str(message), "status": "FAILED"}
    for _ in range(2):
        if style == "query":
            answer = await gateway.get(HOOK, params=fields)
        elif style == "json":
            answer = await gateway.post(HOOK, json=fields)
        else:
            answer = await gateway.post(HOOK, data=fields)
        assert 200 == answer.status_code
        assert not is_used(program)


@pytest.mark.parametrize("status", ["delivered", "accepted", "buffered", "expired", ""])
async def test_other_reports_change_nothing(gateway: Browser, program: SmallProgram, message: int, status: str) -> None:
    """What arrived, waits, or waited too long for a phone that was off says nothing against the number."""
    assert 200 == (await gateway.post(HOOK, data={"id": str(message), "status": status})).status_code
    assert is_used(program)


@pytest.mark.parametrize("id_", ["", "0", "99", "-1", "x", "1" * 40, "٣", "7.0"])
async def test_reports_about_nothing_change_nothing(
    gateway: Browser, program: SmallProgram, message: int, id_: str
) -> None:
    """Ids that are none, and ids of messages that never were."""
    assert 200 == (await gateway.post(HOOK, data={"id": id_, "status": "failed"})).status_code
    assert is_used(program)


async def test_only_short_messages_can_be_reported(gateway: Browser, program: SmallProgram) -> None:
    """The gateway has no say about what went elsewhere."""
    other = sent(program, "push", "{}")
    assert 200 == (await gateway.post(HOOK, data={"id": str(other), "status": "failed"})).status_code
    assert is_used(program, "push")


@pytest.mark.parametrize("secret", ["x", SECRET[:-1], SECRET + "0", SECRET.upper(), "ä" * 32])
async def test_a_wrong_secret_is_not_listened_to(
    gateway: Browser, program: SmallProgram, message: int, secret: str
) -> None:
    """Forged reports are refused before anything of them is read."""
    answer = await gateway.post(f"/hooks/sms/{secret}", data={"id": str(message), "status": "failed"})
    assert 401 == answer.status_code
    assert is_used(program)


async def test_guessing_has_a_limit_and_the_gateway_has_none(gateway: Browser, message: int) -> None:
    """Whoever guesses is turned away; whoever knows the secret may call as often as there are messages."""
    assert 300 == sum([(await gateway.post(HOOK, data={"id": "1"})).status_code == 200 for _ in range(300)])
    wrong = [(await gateway.post("/hooks/sms/x", data={})).status_code for _ in range(8)]
    assert [401] * 5 + [429] * 3 == wrong


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 10_000, '"x"'])
async def test_broken_json_is_refused(gateway: Browser, body: str) -> None:
    """Nothing breaks on what is no report."""
    answer = await gateway.post(HOOK, content=body, headers={"content-type": "application/json"})
    assert 400 == answer.status_code


async def test_a_report_without_end_is_refused(gateway: Browser) -> None:
    """As much is read as a report can need."""
    answer = await gateway.post(HOOK, content=b"x" * 100_000, headers={"content-type": "application/json"})
    assert 413 == answer.status_code


async def test_without_a_gateway_there_is_no_such_address(program: SmallProgram) -> None:
    """The page does not exist where short messages are off."""
    site = assemble(program, program.channel, WebSettings(), CARRIER)
    assert 404 == (await Browser(site, "http://localhost", "127.0.0.1", "de").post(HOOK, data={})).status_code
