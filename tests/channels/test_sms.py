"""Short messages through a gateway on this machine: three styles of asking, and every kind of answer."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.channel_settings import SmsSettings
from bot.channels import Level, Outgoing, Rejected, TryLater, Unreachable
from bot.channels.sms import Credentials, NoClearAnswer, SmsChannel, parts, read_credentials
from bot.clock import SetClock
from bot.directions import plain
from flows.engine.messages import MessageClass
from flows.people import PersonId
from tests.channels.sms_gateway import Sms, SmsGateway, Trouble, sms_gateway

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
PHONE = "+491701234567"
FORM = "to={to}&text={text}&id={id}&sender={sender}"
JSON = '{"to": "{to}", "text": "{text}", "id": "{id}", "sender": "{sender}"}'
NASTY = 'Zeile 1\n"&to=+490000\\ {to} %41 🦊 שלום'
PING = Outgoing(
    id=7,
    to=PersonId(1),
    subject=PersonId(1),
    channel="sms",
    address=2,
    text="🦊 Heute 8:00 https://lotse.example",
    language="de",
    level=Level.L1,
    message_class=MessageClass.REMINDER,
    dedupe="d",
    cause="c",
    created=NOW,
    not_before=NOW,
    ping=True,
)
Make = Callable[..., SmsChannel]


@pytest.fixture
async def gateway() -> AsyncIterator[SmsGateway]:
    """A gateway."""
    async with sms_gateway() as gateway:
        yield gateway


@pytest.fixture
async def make(gateway: SmsGateway) -> AsyncIterator[Make]:
    """Makes channels for the gateway, by settings that differ from a plain form."""
    made: list[SmsChannel] = []

    def make_(credentials: Credentials | None = None, **changes: Any) -> SmsChannel:
        given = {"url": gateway.url, "body": FORM, "sender": "Fuchs", "timeout_seconds": 1, **changes}
        settings = SmsSettings(**given)
        made.append(SmsChannel(settings, credentials=credentials or Credentials(), clock=SetClock(NOW)))
        return made[-1]

    yield make_
    for channel in made:
        await channel.close()


def styles(url: str) -> list[dict[str, Any]]:
    """The three ways of asking."""
    return [
        {"body": FORM},
        {"body": JSON, "headers": {"Content-Type": "application/json; charset=utf-8"}},
        {"method": "GET", "body": "", "headers": {}, "url": f"{url}?{FORM}"},
    ]


@pytest.mark.parametrize("style", range(3))
@pytest.mark.parametrize("words", ["🦊 Heute 8:00 https://lotse.example", NASTY])
async def test_each_style_carries_the_words_unharmed(gateway: SmsGateway, make: Make, style: int, words: str) -> None:
    """As a form, as JSON and in the address: quotes, line breaks and placeholders in the words change nothing."""
    channel = make(**styles(gateway.url)[style])
    assert "sms:7" == await channel.send(replace(PING, text=words), PHONE)
    assert [Sms(PHONE, words, "7", "Fuchs")] == gateway.sent


async def test_a_number_without_its_plus(gateway: SmsGateway, make: Make) -> None:
    """Gateways that want only digits get only digits."""
    await make(body="to={number}&text={text}").send(PING, PHONE)
    assert PHONE.removeprefix("+") == gateway.sent[0].to


async def test_user_and_password_as_basic_authentication(make: Make, gateway: SmsGateway) -> None:
    """The gateway serves who it knows."""
    gateway.login = ("lotse", "geheim: ü")
    with pytest.raises(Rejected):
        await make().send(PING, PHONE)
    await make(Credentials("lotse", "geheim: ü")).send(PING, PHONE)
    assert 1 == len(gateway.sent)


async def test_a_key_in_a_header(make: Make, gateway: SmsGateway, tmp_path: Path) -> None:
    """Where a template names the password, it stands there and nowhere else."""
    file = tmp_path / "key"
    file.write_text("s3cret\n", "utf-8")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Key": "Key {password}"}
    channel = make(Credentials("", "s3cret"), headers=headers, password_file=file)
    await channel.send(PING, PHONE)
    assert "Key s3cret" == gateway.headers[0]["X-Key"]
    assert "Authorization" not in gateway.headers[0]


def test_secrets_come_from_files(tmp_path: Path) -> None:
    """The first line of each file counts."""
    user, password = tmp_path / "user", tmp_path / "password"
    user.write_text("lotse\n", "utf-8")
    password.write_text(" geheim \nsecond line", "utf-8")
    settings = SmsSettings(user_file=user, password_file=password)
    assert Credentials("lotse", "geheim") == read_credentials(settings)
    assert Credentials() == read_credentials(SmsSettings())


@pytest.mark.parametrize("text", ["ERROR 105 no credit", '{"success": "900"}', "<html>Fehler</html>", ""])
async def test_a_good_status_with_an_error_in_the_text_is_a_refusal(make: Make, gateway: SmsGateway, text: str) -> None:
    """Only what the pattern of success recognises is a success, however good the status is."""
    gateway.troubles.append(Trouble(200, text))
    with pytest.raises(Rejected):
        await make(success_pattern=r'^200 .*"success":\s*"100"').send(PING, PHONE)


async def test_success_is_recognised(make: Make, gateway: SmsGateway) -> None:
    """The answer of a gateway that has taken the message matches."""
    channel = make(success_pattern=r'^200 .*"success":\s*"100"', failure_pattern="error")
    assert "sms:7" == await channel.send(PING, PHONE)


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (Trouble(200, "Error: invalid sender"), Rejected),
        (Trouble(200, "error: unknown subscriber"), Unreachable),
        (Trouble(400, "error: unknown subscriber"), Unreachable),
        (Trouble(200, "error: queue full"), TryLater),
        (Trouble(400, "what?"), Rejected),
        (Trouble(401), Rejected),
        (Trouble(404), Rejected),
        (Trouble(302, headers={"Location": "/elsewhere"}), Rejected),
        (Trouble(429), TryLater),
        (Trouble(500), TryLater),
        (Trouble(503), TryLater),
        (Trouble(504), NoClearAnswer),
        (Trouble(0), NoClearAnswer),
        (Trouble(200, after=30), NoClearAnswer),
    ],
)
async def test_every_bad_answer_has_its_meaning(
    make: Make, gateway: SmsGateway, trouble: Trouble, expected: type[Exception]
) -> None:
    """Refused for good, gone, later, or unknown: nothing that was not sent counts as sent."""
    channel = make(failure_pattern="error", unreachable_pattern="unknown subscriber", busy_pattern="queue full")
    gateway.troubles.append(trouble)
    with pytest.raises(expected):
        await channel.send(PING, PHONE)
    assert [] == gateway.sent


async def test_a_busy_gateway_is_obeyed_by_all(make: Make, gateway: SmsGateway) -> None:
    """There is one gateway for everybody: its wait holds for every number."""
    gateway.troubles.append(Trouble(429, headers={"Retry-After": "90"}))
    with pytest.raises(TryLater) as caught:
        await make().send(PING, PHONE)
    assert (timedelta(seconds=90), True) == (caught.value.after, caught.value.for_all)


async def test_a_gateway_that_is_away_is_tried_later(make: Make, gateway: SmsGateway) -> None:
    """Nothing can have been sent when nobody took the call."""
    with pytest.raises(TryLater):
        await make(url="http://127.0.0.1:9/send").send(PING, PHONE)


async def test_a_long_answer_is_read_so_far_and_no_further(make: Make, gateway: SmsGateway) -> None:
    """A gateway that talks without end neither fills the memory nor hides its success at the beginning."""
    gateway.troubles.append(Trouble(200, "OK " + "x" * 1_000_000))
    assert "sms:7" == await make(success_pattern="^200 OK").send(PING, PHONE)


async def test_a_gateway_that_knows_ids_may_be_asked_twice(make: Make) -> None:
    """With `idempotent` a repetition carries the same id, and the phone rings once."""
    async with sms_gateway(once=True) as gateway:
        channel = make(url=gateway.url, idempotent=True)
        assert channel.capabilities.idempotent
        gateway.troubles.append(Trouble(0, taken=True))
        with pytest.raises(NoClearAnswer):
            await channel.send(PING, PHONE)
        await channel.send(PING, PHONE)
        assert 1 == len(gateway.sent)


@pytest.mark.parametrize("number", ["", "01701234567", "+49", "+49 170 1234567", "+49170x", "p3", "+0491701234567"])
async def test_what_is_no_number_reaches_nobody(make: Make, gateway: SmsGateway, number: str) -> None:
    """Numbers are international, digits only."""
    with pytest.raises(Unreachable):
        await make().send(PING, number)
    assert [] == gateway.sent


@pytest.mark.parametrize("change", [{"level": Level.L2}, {"level": Level.L4}, {"text": "ж" * 135}])
async def test_nothing_above_the_level_or_the_length_leaves_the_house(
    make: Make, gateway: SmsGateway, change: dict[str, Any]
) -> None:
    """A message that may not be carried is refused before the gateway is asked."""
    with pytest.raises(Rejected):
        await make().send(replace(PING, **change), PHONE)
    assert [] == gateway.sent


def test_what_the_channel_says_it_takes_it_takes(make: Make) -> None:
    """Text of the greatest length fits in every script, with signs in it that count twice."""
    for segments in range(1, 7):
        most = make(segments=segments).capabilities.max_text
        assert parts(("🦊 " + "ж" * most)[:most]) <= segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("🦊" * 35, 1),
        ("🦊" * 36, 2),
    ],
)
def test_parts_are_counted_as_telephone_networks_do(text: str, expected: int) -> None:
    """Plain letters fit more than Cyrillic, Arabic or pictures."""
    assert expected == parts(text)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"url": "http://gateway.example/send", "body": FORM}, "https"),
        ({"url": "gateway", "body": FORM}, "address"),
        ({"url": "https://{to}.example/", "body": FORM}, "address"),
        ({"body": "to={to}"}, "{text}"),
        ({"body": "text={text}"}, "{to}"),
        ({"body": FORM, "method": "GET"}, "GET"),
        ({"body": FORM, "headers": {"Content-Type": "text/xml"}}, "Content-Type"),
        ({"body": FORM, "headers": {"X-Key": "a\nb"}}, "header"),
        ({"body": FORM, "headers": {"X Key": "a"}}, "header"),
        ({"body": FORM, "sender": ""}, "sender"),
        ({"body": FORM + "&user={user}"}, "user_file"),
        ({"body": "to={to}&text={text}", "idempotent": True}, "{id}"),
        ({"body": "to={to}&text={text}", "report_secret_file": "x"}, "{id}"),
        ({"body": FORM, "success_pattern": "("}, "regular expression"),
        ({"body": FORM, "segments": 0}, "segments"),
        ({"body": FORM, "unknown": 1}, "unknown"),
    ],
)
def test_wrong_settings_are_named(given: dict[str, Any], word: str) -> None:
    """Whatever cannot work is said before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        SmsSettings(**{"url": "https://gateway.example/send", "sender": "Fuchs", **given})
    assert word in str(caught.value)


async def test_invisible_marks_stay_at_home_unless_they_are_needed(gateway: SmsGateway, make: Make) -> None:
    """An old phone would show a box for each; beside Arabic they keep the sign in its place."""
    marked, arabic = "\u2068Birke\u2069 Heute 8:00", "\u2068Birke\u2069 اليوم 8:00"
    for words in (marked, arabic):
        await make().send(replace(PING, text=words), PHONE)
    assert ["Birke Heute 8:00", arabic] == [sms.text for sms in gateway.sent]
    assert (1, 3) == (parts(plain(marked + "a" * 140)), parts(marked + "a" * 140))
