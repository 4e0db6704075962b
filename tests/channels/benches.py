"""One bench for each channel: what the contract needs to try it, and to see what reached the person."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.commands import PARTICIPANTS, STAFF
from bot.channel_settings import EmailSettings, PushSettings, SmsSettings
from bot.channels import Channel, Level, Outgoing, OutgoingButton
from bot.channels.email import EmailChannel, Login
from bot.channels.memory import WEB, MemoryChannel
from bot.channels.sms import Credentials, SmsChannel
from bot.channels.web import WebChannel
from bot.channels.web_push import WebPushChannel
from bot.clock import SetClock
from bot.push_key import PushKey
from flows.engine.messages import MessageClass
from flows.people import PersonId
from tests.channels.mail_server import mail_server, words_of
from tests.channels.push_server import Fault, push_server
from tests.channels.sms_gateway import Trouble as Refused
from tests.channels.sms_gateway import sms_gateway
from tests.channels.telegram_bots import open_channel
from tests.channels.telegram_server import BotApiServer, Trouble

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
PHONE = "+491701234567"
MAIL = "krause@werkstatt.example"
BUTTONS = (OutgoingButton("Ja", "yes", handle="h1"), OutgoingButton("Nein", "no", handle="h2"))
WITHOUT_BUTTONS = "memory without buttons"


def nothing() -> None:
    """Does nothing: such a channel is never in trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A channel and its other side. `external` is the person's address there.

    `texts` and `labels` are what the person sees, oldest first; on the page that is the outbox, so `shown` is what the
    bell rang for. `block`: from now on nothing arrives. `halt`: busy, with a wait of so many seconds (0: it says none).
    `blocks`, `busy`: whether it can be that at all; `says_when`: whether a busy one can say how long. `short_only`: it
    carries pings, or one sentence, and nothing else. `end`: ends the connections it keeps, if it keeps any.
    """

    channel: Channel
    external: str
    texts: Callable[[], Sequence[str]]
    labels: Callable[[], Sequence[str]]
    block: Callable[[], object] = nothing
    halt: Callable[[int], object] = lambda _: None
    blocks: bool = True
    end: Callable[[], Awaitable[None]] | None = None
    busy: bool = True
    says_when: bool = True
    short_only: bool = False


def message(number: int, text: str, *, buttons: tuple[OutgoingButton, ...] = (), level: Level = Level.L1) -> Outgoing:
    """Something short enough for every channel, unless `text` is not."""
    return Outgoing(
        id=number,
        to=PersonId(1),
        subject=PersonId(1),
        channel="any",
        address=2,
        text=text,
        language="de",
        level=level,
        message_class=MessageClass.REPLY,
        dedupe=str(number),
        cause="c",
        created=NOW,
        not_before=NOW,
        buttons=buttons,
    )


@asynccontextmanager
async def memory(*, buttons: bool = True) -> AsyncIterator[Bench]:
    """The stand-in of tests and transcripts."""
    channel = MemoryChannel(capabilities=replace(WEB, buttons=buttons))
    kept = channel.take()

    def seen() -> Sequence[str]:
        nonlocal kept
        kept += channel.take()
        return [each.text for each in kept]

    def labels() -> Sequence[str]:
        seen()
        return [button.label for button in kept[-1].buttons]

    yield Bench(
        channel=channel, external="p1", texts=seen, labels=labels, block=lambda: channel.refuse(["p1"]), busy=False
    )


@asynccontextmanager
async def web() -> AsyncIterator[Bench]:
    """The page: the outbox itself is what it shows, so what is sent is what the bell rings for."""
    shown: list[Outgoing] = []

    class Page(WebChannel):
        async def send(self, message: Outgoing, external: str) -> str:
            with self.listen(external, "slot") as bell:
                sent = await super().send(message, external)
                assert bell.expected == {message.id}
            if message not in shown:
                shown.append(message)
            return sent

    yield Bench(
        channel=Page(),
        external="p1",
        texts=lambda: [each.text for each in shown],
        labels=lambda: [button.label for button in shown[-1].buttons],
        blocks=False,
        busy=False,
    )


@asynccontextmanager
async def telegram(name: str) -> AsyncIterator[Bench]:
    """A bot in front of the Bot API server."""
    with BotApiServer() as service:
        service.bot()
        person = service.user()
        person.start()

        def halt(seconds: int) -> None:
            if seconds:
                service.halt(seconds)
            else:
                service.trouble(Trouble.SERVER_ERROR, method="sendMessage", code=503)

        async with open_channel(name, service, between=0) as channel:
            yield Bench(
                channel=channel,
                external=str(person.id),
                texts=lambda: [seen.text for seen in person.screen() if not seen.own],
                labels=lambda: person.screen()[-1].labels,
                block=person.block,
                halt=halt,
                end=channel.close,
            )


@asynccontextmanager
async def push() -> AsyncIterator[Bench]:
    """Web Push, with a device that has subscribed."""
    clock, key = SetClock(NOW), PushKey(bytes(32))
    settings = PushSettings(enabled=True, subject="mailto:it@example.org", loopback=True, timeout_seconds=5)
    channel = WebPushChannel(settings, key=key, clock=clock)
    async with push_server(clock) as server:
        device = server.subscribe(key.public)

        def halt(seconds: int) -> None:
            server.faults.append(Fault(429, {"Retry-After": str(seconds)}) if seconds else Fault(503))

        yield Bench(
            channel=channel,
            external=device.external,
            texts=lambda: [shown["title"] for shown in device.shown],
            labels=tuple,
            block=lambda: setattr(device, "gone", True),
            halt=halt,
            end=channel.close,
            short_only=True,
        )
        await channel.close()


@asynccontextmanager
async def sms() -> AsyncIterator[Bench]:
    """Short messages through a gateway that keeps what it has seen before."""
    async with sms_gateway(once=True) as gateway:
        settings = SmsSettings(
            url=gateway.url,
            body="to={to}&text={text}&id={id}&sender={sender}",
            sender="Fuchs",
            timeout_seconds=5,
            idempotent=True,
            unreachable_pattern="no such number",
        )
        channel = SmsChannel(settings, credentials=Credentials(), clock=SetClock(NOW))

        def halt(seconds: int) -> None:
            headers: Mapping[str, str] = {"Retry-After": str(seconds)} if seconds else {}
            gateway.troubles.append(Refused(429, headers=headers))

        yield Bench(
            channel=channel,
            external=PHONE,
            texts=lambda: [sms.text for sms in gateway.sent],
            labels=tuple,
            block=lambda: gateway.troubles.append(Refused(400, "no such number")),
            halt=halt,
            end=channel.close,
            short_only=True,
        )
        await channel.close()


@asynccontextmanager
async def mail() -> AsyncIterator[Bench]:
    """Mail through a server of the carrier's own."""
    async with mail_server() as house:
        settings = EmailSettings(host="127.0.0.1", port=house.port, security="none", sender="lotse@example.org")
        yield Bench(
            channel=EmailChannel(settings, login=Login(), clock=SetClock(NOW)),
            external=MAIL,
            texts=lambda: [words_of(each) for each in house.mails],
            labels=tuple,
            block=lambda: house.once.append("550 no such user"),
            halt=lambda _: house.once.append("450 later"),
            says_when=False,
            short_only=True,
        )


BENCHES: dict[str, Callable[[], AbstractAsyncContextManager[Bench]]] = {
    "memory": memory,
    WITHOUT_BUTTONS: lambda: memory(buttons=False),
    "web": web,
    PARTICIPANTS: lambda: telegram(PARTICIPANTS),
    STAFF: lambda: telegram(STAFF),
    "push": push,
    "sms": sms,
    "mail": mail,
}


async def take_buttons_away(bench: Bench, platform_id: str) -> None:
    """A question is answered: its buttons go, where the channel can change what it has sent."""
    if isinstance(bench.channel, TelegramChannel):
        await bench.channel.remove_buttons(bench.external, int(platform_id))
