"""Web Push against a push service on this machine: what arrives, what nobody else can read, and every refusal."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from socket import AF_INET

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.channel_settings import PushSettings
from bot.channels import Level, Outgoing, Rejected, TryLater, Unreachable
from bot.channels.web_push import PublicResolver, WebPushChannel
from bot.clock import SetClock
from bot.push_key import PushKey
from bot.subscription import Subscription
from flows.engine.messages import MessageClass
from flows.people import PersonId
from tests.channels.push_server import Fault, PushServer, push_server

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
SETTINGS = PushSettings(enabled=True, subject="mailto:it@example.org", loopback=True, timeout_seconds=1)
KEY = PushKey(bytes(32))
PING = Outgoing(
    id=7,
    to=PersonId(1),
    subject=PersonId(1),
    channel="push",
    address=2,
    text="🦊 Heute 8:00",
    language="de",
    level=Level.L1,
    message_class=MessageClass.REMINDER,
    dedupe="d",
    cause="c",
    created=NOW,
    not_before=NOW,
    ping=True,
)


@pytest.fixture
def clock() -> SetClock:
    """A Monday morning, for both sides."""
    return SetClock(NOW)


@pytest.fixture
async def server(clock: SetClock) -> AsyncIterator[PushServer]:
    """A push service."""
    async with push_server(clock) as server:
        yield server


@pytest.fixture
async def channel(clock: SetClock) -> AsyncIterator[WebPushChannel]:
    """The channel, allowed to call this machine."""
    channel = WebPushChannel(SETTINGS, key=KEY, clock=clock)
    yield channel
    await channel.close()


async def test_a_ping_arrives_as_the_device_will_show_it(server: PushServer, channel: WebPushChannel) -> None:
    """Sign and time are the title, language and direction come along, and nothing else does."""
    device = server.subscribe(KEY.public)
    assert "push:7" == await channel.send(PING, device.external)
    (shown,) = device.shown
    assert {"title": "🦊 Heute 8:00", "body": "", "lang": "de", "dir": "ltr"} == {
        name: value for name, value in shown.items() if name not in {"tag", "once"}
    }
    assert [] == server.refusals


async def test_arabic_comes_from_the_right(server: PushServer, channel: WebPushChannel) -> None:
    """The device is told which way the words run."""
    device = server.subscribe(KEY.public)
    await channel.send(replace(PING, text="🦊 اليوم 8:00", language="ar"), device.external)
    assert ("🦊 اليوم 8:00", "rtl") == (device.shown[0]["title"], device.shown[0]["dir"])


async def test_longer_words_stand_below_a_neutral_title(server: PushServer, channel: WebPushChannel) -> None:
    """What does not fit into one line is the body."""
    device, words = server.subscribe(KEY.public), "🦊 " + "Neue Nachricht. " * 6
    await channel.send(replace(PING, text=words), device.external)
    assert ("…", words) == (device.shown[0]["title"], device.shown[0]["body"])


async def test_the_push_service_learns_nothing(server: PushServer, channel: WebPushChannel) -> None:
    """The name under which messages replace each other is no word of them, and differs from device to device."""
    first, second = server.subscribe(KEY.public), server.subscribe(KEY.public)
    for device in (first, second):
        await channel.send(PING, device.external)
    assert first.notifications[0].topic != second.notifications[0].topic
    assert 32 == len(first.notifications[0].topic)


async def test_the_same_message_twice_is_shown_once(server: PushServer, channel: WebPushChannel) -> None:
    """A repetition replaces what it repeats, and says that it is one."""
    device = server.subscribe(KEY.public)
    assert channel.capabilities.idempotent
    await channel.send(PING, device.external)
    before = device.shown
    await channel.send(PING, device.external)
    assert before == device.shown


async def test_equal_words_of_another_message_replace_and_other_words_do_not(
    server: PushServer, channel: WebPushChannel
) -> None:
    """A phone that was off shows each thing once; two different hours are two things."""
    device = server.subscribe(KEY.public)
    await channel.send(PING, device.external)
    await channel.send(replace(PING, id=8), device.external)
    await channel.send(replace(PING, id=9, text="🦊 Heute 10:00"), device.external)
    assert ["🦊 Heute 8:00", "🦊 Heute 10:00"] == [one.content["title"] for one in device.notifications]
    first, again = device.notifications[0].content["once"], device.notifications[1].content["once"]
    assert first != again


@pytest.mark.parametrize(
    ("message_class", "urgency"),
    [
        (MessageClass.ALERT, "high"),
        (MessageClass.REPLY, "high"),
        (MessageClass.REMINDER, "normal"),
        (MessageClass.BROADCAST, "low"),
    ],
)
async def test_the_class_says_how_urgent_it_is(
    server: PushServer, channel: WebPushChannel, message_class: MessageClass, urgency: str
) -> None:
    """An alert wakes the phone, a broadcast waits until it is awake."""
    device = server.subscribe(KEY.public)
    await channel.send(replace(PING, message_class=message_class), device.external)
    assert urgency == device.notifications[0].urgency


@pytest.mark.parametrize(
    ("left", "ttl"), [(None, 86_400), (timedelta(minutes=90), 5400), (timedelta(days=40), 86_400), (-NOW.resolution, 0)]
)
async def test_a_message_waits_for_the_phone_until_it_expires(
    server: PushServer, channel: WebPushChannel, left: timedelta | None, ttl: int
) -> None:
    """The push service drops what comes too late; without an expiry, after a day."""
    device = server.subscribe(KEY.public)
    await channel.send(replace(PING, expires=None if left is None else NOW + left), device.external)
    assert ttl == device.notifications[0].ttl


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_is_unreachable(
    server: PushServer, channel: WebPushChannel, status: int
) -> None:
    """The push service has forgotten the device: nobody tries again."""
    device = server.subscribe(KEY.public)
    server.faults.append(Fault(status))
    with pytest.raises(Unreachable):
        await channel.send(PING, device.external)


async def test_a_device_that_takes_its_permission_back_is_unreachable(
    server: PushServer, channel: WebPushChannel
) -> None:
    """As soon as the person has switched notifications off, the address is over."""
    device = server.subscribe(KEY.public)
    device.gone = True
    with pytest.raises(Unreachable):
        await channel.send(PING, device.external)


@pytest.mark.parametrize("status", [400, 401, 403, 413, 302])
async def test_a_refusal_is_for_good(server: PushServer, channel: WebPushChannel, status: int) -> None:
    """What the push service does not want as it is, it will not want later; no redirect is followed."""
    device = server.subscribe(KEY.public)
    server.faults.append(Fault(status, {"Location": f"{server.origin}/wpush/elsewhere"}))
    with pytest.raises(Rejected):
        await channel.send(PING, device.external)
    assert 1 == server.requests


@pytest.mark.parametrize(
    ("asked", "after"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 23 Nov 2026 07:45:00 GMT", timedelta(minutes=5)),
        ("Mon, 23 Nov 2026 07:00:00 GMT", timedelta(seconds=1)),
        ("99999999999999999999", None),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_service_says_when(
    server: PushServer, channel: WebPushChannel, status: int, asked: str, after: timedelta | None
) -> None:
    """Retry-After is obeyed, as seconds and as an instant; words that say nothing are none."""
    device = server.subscribe(KEY.public)
    server.faults.append(Fault(status, {"Retry-After": asked}))
    with pytest.raises(TryLater) as caught:
        await channel.send(PING, device.external)
    assert (after, False) == (caught.value.after, caught.value.for_all)


@pytest.mark.parametrize("fault", [Fault(500), Fault(502), Fault(201, after=30), Fault(0)])
async def test_a_broken_service_is_tried_later(server: PushServer, channel: WebPushChannel, fault: Fault) -> None:
    """Faults, silence and a dead line pass."""
    device = server.subscribe(KEY.public)
    server.faults.append(fault)
    with pytest.raises(TryLater):
        await channel.send(PING, device.external)
    assert "push:7" == await channel.send(PING, device.external)


async def test_a_service_that_is_away_is_tried_later(channel: WebPushChannel, clock: SetClock) -> None:
    """Nobody listens at the port."""
    async with push_server(clock) as server:
        device = server.subscribe(KEY.public)
    with pytest.raises(TryLater):
        await channel.send(PING, device.external)


@pytest.mark.parametrize("change", [{"level": Level.L2}, {"level": Level.L4}, {"text": "a" * 301}])
async def test_nothing_above_the_level_leaves_the_house(
    server: PushServer, channel: WebPushChannel, change: dict[str, object]
) -> None:
    """A message that may not be carried is refused before anybody is called."""
    device = server.subscribe(KEY.public)
    with pytest.raises(Rejected):
        await channel.send(replace(PING, **change), device.external)  # type: ignore[arg-type]  # fields by name
    assert 0 == server.requests


async def test_a_message_signed_by_another_key_is_refused(server: PushServer, channel: WebPushChannel) -> None:
    """A device that subscribed to somebody else does not hear us."""
    device = server.subscribe(PushKey(bytes(31) + b"1").public)
    with pytest.raises(Rejected):
        await channel.send(PING, device.external)
    assert ["another sender"] == server.refusals


async def test_many_devices_at_once(server: PushServer, channel: WebPushChannel) -> None:
    """A hundred notifications share the connections and each reaches its own device."""
    devices = [server.subscribe(KEY.public) for _ in range(100)]
    messages = [replace(PING, id=place, text=f"🦊 {place}") for place in range(100)]
    await asyncio.gather(
        *(channel.send(message, device.external) for message, device in zip(messages, devices, strict=True))
    )
    assert [message.text for message in messages] == [device.shown[0]["title"] for device in devices]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.example.org/x",
        "https://evilgoogleapis.com/x",
        "https://user@fcm.googleapis.com/x",
        "https://10.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://metadata.internal/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com:99999/x",
        "",
    ],
)
async def test_only_push_services_are_called(channel: WebPushChannel, server: PushServer, endpoint: str) -> None:
    """An address that leads elsewhere, above all into our own network, is none."""
    found = json.loads(server.subscribe(KEY.public).external)
    with pytest.raises(Unreachable):
        await channel.send(PING, json.dumps({**found, "endpoint": endpoint}))


def test_the_big_services_are_known() -> None:
    """Chrome, Firefox, Safari and Edge can be reached as shipped, this machine cannot."""
    shipped = PushSettings()
    for host in (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
        "a.notify.windows.com",
    ):
        assert Subscription(f"https://{host}/x", "", "").is_at(shipped), host
    assert not Subscription("http://127.0.0.1/x", "", "").is_at(shipped)


@pytest.mark.parametrize(
    "external", ["", "{}", "[]", "null", '"x"', "x" * 3000, '{"endpoint":1,"p256dh":"","auth":""}']
)
async def test_what_is_no_subscription_reaches_nobody(channel: WebPushChannel, external: str) -> None:
    """Broken addresses end without a call."""
    with pytest.raises(Unreachable):
        await channel.send(PING, external)


@pytest.mark.parametrize(("field", "value"), [("auth", "AAAA"), ("p256dh", "A" * 87), ("auth", "#" * 22), ("more", "")])
def test_keys_are_looked_at(field: str, value: str) -> None:
    """A point that is not on the curve, a short secret and fields that do not belong there are refused."""
    device = PushServer(SetClock(NOW)).subscribe(KEY.public)
    assert device.external == Subscription.parse(device.external).external
    with pytest.raises(ValueError, match=r"."):
        Subscription.parse(json.dumps({**json.loads(device.external), field: value}))


class Names(AbstractResolver):
    """Knows one name."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = hosts

    async def resolve(self, host: str, port: int = 0, family: int = AF_INET) -> list[ResolveResult]:
        """The addresses it was given."""
        return [
            {"hostname": host, "host": each, "port": port, "family": AF_INET, "proto": 0, "flags": 0}
            for each in self.hosts
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1", "0.0.0.0"]
)
async def test_a_known_name_that_leads_into_our_own_network_is_not_followed(host: str, clock: SetClock) -> None:
    """Whoever bends the name of a push service reaches nothing in here; later it may be right again."""
    settings = PushSettings(enabled=True, subject="mailto:it@example.org", timeout_seconds=1)
    channel = WebPushChannel(settings, key=KEY, clock=clock, resolver=Names(host))
    found = json.loads(PushServer(clock).subscribe(KEY.public).external)
    with pytest.raises(TryLater):
        await channel.send(PING, json.dumps({**found, "endpoint": "https://fcm.googleapis.com/x"}))
    await channel.close()


async def test_of_several_addresses_the_public_ones_are_kept() -> None:
    """One bad answer among good ones does not stop a message."""
    found = await PublicResolver(Names("10.0.0.1", "8.8.8.8")).resolve("fcm.googleapis.com", 443)
    assert ["8.8.8.8"] == [each["host"] for each in found]
