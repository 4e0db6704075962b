"""Agreeing to notifications on one's own device, ending them, and what strangers cannot do with them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.channel_settings import PushSettings
from bot.channels.web_push import WebPushChannel
from bot.clock import SetClock
from bot.profile import load_profile
from bot.push_key import PushKey
from bot.web.reaching import Notifying, Reaching
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.engine.events import Reason
from flows.engine.messages import Level, Outgoing
from flows.people import Address, Person
from flows.rules.absence import Absence
from handlers import devices
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import MORNING, SmallProgram
from tests.channels.push_server import Device, PushServer, push_server

KEY = PushKey(bytes(32))
SETTINGS = PushSettings(enabled=True, subject="mailto:it@example.org", loopback=True)
Open = Callable[..., Browser]
SHOWN = "\u2068🌴\u2069 رسالة جديدة"
"""The sign is set apart, so that its letters do not turn the line around."""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SmallProgram]:
    """A program with the rules of the demo profile, notifications permitted."""
    program = SmallProgram(tmp_path, profile=replace(load_profile("demo"), levels={"push": Level.L1}))
    yield program
    program.store.close()


@pytest.fixture
def open_browser(program: SmallProgram, settings: WebSettings) -> Open:
    """Opens browsers on a site that sends notifications."""
    reaching = Reaching(push=Notifying(SETTINGS, KEY.public))
    site = assemble(program, program.channel, settings, CARRIER, reaching)
    return lambda at="127.0.0.1": Browser(site, "http://localhost", at, "de")


@pytest.fixture
def device() -> Device:
    """A browser's subscription."""
    server = PushServer(SetClock(MORNING))
    server.origin = "http://127.0.0.1:9"
    return server.subscribe(KEY.public)


@pytest.fixture
async def amal(browser: Browser, program: SmallProgram) -> Browser:
    """A participant at her page."""
    await browser.enter(program.link("p2"))
    return browser


def addresses(program: SmallProgram, handle: str) -> list[Address]:
    """The devices of somebody."""
    person = program.person(handle)
    return program.write(lambda uow: devices.connected(uow, person))


def waiting(program: SmallProgram) -> list[Outgoing]:
    """What would be sent now."""
    claimed = program.write(lambda uow: uow.outbox.claim(program.clock.now(), timedelta(minutes=1), 10))
    return [each.message for each in claimed]


def report(program: SmallProgram, handle: str, day: date) -> None:
    """Somebody reports an absence."""
    person = program.person(handle)

    def write(uow: UnitOfWork) -> None:
        absence = Absence(id=uow.new_id(), person=person.id, reason=Reason.ILLNESS, first_day=day, last_day=day)
        uow.absences.add(absence, MORNING)

    program.write(write)


async def post(browser: Browser, path: str, **fields: str) -> int:
    """Send a form of the page's script; the status of the answer."""
    csrf = (await browser.form())["csrf"]
    return (await browser.post(f"{browser.home}/push/{path}", data={"csrf": csrf, **fields})).status_code


async def test_without_push_there_is_nothing_of_it(program: SmallProgram, settings: WebSettings) -> None:
    """A carrier that does not want it has no button, no script and no address for it."""
    site = assemble(program, program.channel, settings, CARRIER)
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    await browser.enter(program.link("p2"))
    page = await browser.page()
    assert "notify" not in page
    assert "data-push-key" not in page
    assert [404] * 3 == [
        (await browser.get("/notifications.js")).status_code,
        (await browser.get(f"{browser.home}/push")).status_code,
        await post(browser, "subscribe", subscription="{}"),
    ]


async def test_the_page_brings_the_key_and_asks_nothing(amal: Browser) -> None:
    """The explanation is there in the person's language, and hidden."""
    page = await amal.page()
    assert f'data-push-key="{KEY.public}"' in page
    assert '<section id="notify" class="notify" hidden' in page
    assert "علامتك" in page


async def test_staff_have_their_own_ways(browser: Browser, program: SmallProgram) -> None:
    """A caseworker's page offers no notification."""
    await browser.enter(program.link("c1"))
    assert 'id="notify"' not in await browser.page()
    assert 'id="notify-open"' not in await browser.page()


async def test_the_worker_is_a_script_of_ours_under_the_strict_policy(browser: Browser) -> None:
    """It stands at the root, so that each session can have its own, and no browser keeps an old one."""
    answer = await browser.get("/notifications.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "no-store" == answer.headers["cache-control"]


async def test_a_device_is_connected_once(amal: Browser, program: SmallProgram, device: Device) -> None:
    """However often the browser says so."""
    for _ in range(3):
        assert 204 == await post(amal, "subscribe", subscription=device.external)
    assert [device.external] == [each.external for each in addresses(program, "p2")]


async def test_spelling_does_not_matter(amal: Browser, program: SmallProgram, device: Device) -> None:
    """The same subscription with its fields in another order is the same device."""
    turned = json.dumps(dict(reversed(json.loads(device.external).items())), indent=1)
    for external in (device.external, turned):
        assert 204 == await post(amal, "subscribe", subscription=external)
    assert 1 == len(addresses(program, "p2"))


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://10.0.0.1/x"},
        {"endpoint": "http://example.org/"},
        {"auth": "x"},
        {"p256dh": ""},
        {"more": 1},
    ],
)
async def test_what_is_no_device_is_refused(
    amal: Browser, program: SmallProgram, device: Device, change: dict[str, object]
) -> None:
    """Addresses inside our network, other servers and broken keys are not kept."""
    wrong = json.dumps({**json.loads(device.external), **change})
    assert 400 == await post(amal, "subscribe", subscription=wrong)
    assert 400 == await post(amal, "unsubscribe", subscriptions=f"[{wrong}]")
    assert [] == addresses(program, "p2")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "[" * 5000, "null", "1"])
async def test_what_is_no_json_is_refused(amal: Browser, text: str) -> None:
    """Nothing breaks on whatever arrives."""
    assert 400 == await post(amal, "subscribe", subscription=text)
    assert 400 == await post(amal, "try", subscription=text)


async def test_only_a_form_of_ones_own_counts(amal: Browser, device: Device) -> None:
    """Another site cannot connect a device."""
    fields = {"csrf": "x" * 32, "subscription": device.external, "subscriptions": f"[{device.external}]"}
    for path in ("subscribe", "unsubscribe", "try", "decline"):
        assert 403 == (await amal.post(f"{amal.home}/push/{path}", data=fields)).status_code
        assert 404 == (await amal.post(f"/chat/{'0' * 24}/push/{path}", data=fields)).status_code


async def test_a_device_of_somebody_else_stays_theirs(
    amal: Browser, open_browser: Open, program: SmallProgram, device: Device
) -> None:
    """Who knows a subscription can neither take it over, nor end it, nor make it ring."""
    await post(amal, "subscribe", subscription=device.external)
    other = open_browser()
    await other.enter(program.link("p3"))
    assert 409 == await post(other, "subscribe", subscription=device.external)
    assert 404 == await post(other, "try", subscription=device.external)
    assert 204 == await post(other, "unsubscribe", subscriptions=f"[{device.external}]")
    assert 1 == len(addresses(program, "p2"))
    assert [] == addresses(program, "p3")


async def test_both_are_facts(amal: Browser, program: SmallProgram, device: Device) -> None:
    """Connecting and ending are recorded, without the address."""
    await post(amal, "subscribe", subscription=device.external)
    await post(amal, "unsubscribe", subscriptions=f"[{device.external}]")
    events = program.write(lambda uow: uow.events.after(0))
    expected = {"who": program.person("p2").id, "channel": "push"}
    assert [("AddressLinked", expected), ("AddressUnlinked", expected)] == [(each.name, each.fields) for each in events]


async def test_what_waits_for_a_device_that_is_gone_is_not_lost(
    amal: Browser, program: SmallProgram, device: Device
) -> None:
    """The message stays on the page; the notification is dropped with the device."""
    await post(amal, "subscribe", subscription=device.external)
    await post(amal, "try", subscription=device.external)
    await post(amal, "unsubscribe", subscriptions=f"[{device.external}]")
    assert ["web"] == [message.channel for message in waiting(program)]


async def test_ending_and_beginning_again(amal: Browser, program: SmallProgram, device: Device) -> None:
    """A device that was disconnected is told nothing, and may be connected anew."""
    await post(amal, "subscribe", subscription=device.external)
    assert 204 == await post(amal, "unsubscribe", subscriptions=f"[{device.external}]")
    assert [] == addresses(program, "p2")
    assert 404 == await post(amal, "try", subscription=device.external)
    assert 204 == await post(amal, "subscribe", subscription=device.external)
    assert 1 == len(addresses(program, "p2"))


async def test_an_address_that_had_ended_comes_back(amal: Browser, program: SmallProgram, device: Device) -> None:
    """The push service said that it was gone; the browser says that it is not."""
    await post(amal, "subscribe", subscription=device.external)
    (address,) = addresses(program, "p2")
    program.write(lambda uow: uow.people.end_address(address.id, "gone", MORNING))
    assert [] == addresses(program, "p2")
    await post(amal, "subscribe", subscription=device.external)
    assert [address.id] == [each.id for each in addresses(program, "p2")]


async def test_leaving_ends_it_for_everybody_on_the_device(
    amal: Browser, program: SmallProgram, device: Device
) -> None:
    """Two people on one browser: the page that leaves ends the subscriptions of both."""
    await post(amal, "subscribe", subscription=device.external)
    first = amal.home
    await amal.enter(program.link("p3"))
    second = replace(device, endpoint=f"{device.endpoint}x")
    await post(amal, "subscribe", subscription=second.external)
    amal.home = first
    assert 204 == await post(amal, "unsubscribe", subscriptions=f"[{device.external},{second.external}]")
    assert [] == [*addresses(program, "p2"), *addresses(program, "p3")]


async def test_the_oldest_of_many_devices_makes_room(amal: Browser, program: SmallProgram, device: Device) -> None:
    """A person has ten devices at most."""
    person, externals = (
        program.person("p2"),
        [replace(device, endpoint=f"{device.endpoint}{n}").external for n in range(12)],
    )
    for external in externals:
        program.write(partial(devices.connect, person=person, external=external, now=MORNING))
    assert externals[2:] == [each.external for each in addresses(program, "p2")]


async def test_trying_out_shows_the_sign_and_nothing_else(amal: Browser, program: SmallProgram, device: Device) -> None:
    """The trial goes through the outbox like everything else, at the lowest level, and once a minute."""
    await post(amal, "subscribe", subscription=device.external)
    for _ in range(3):
        assert 204 == await post(amal, "try", subscription=device.external)
    page, message = sorted(waiting(program), key=lambda each: each.ping)
    assert ("web", "من الآن يصلك تنبيه على هذا الهاتف. سترى حالًا كيف يبدو.") == (page.channel, page.text)
    assert ("push", Level.L0, True) == (message.channel, message.level, message.ping)
    assert SHOWN == message.text


async def test_the_trial_arrives_on_the_device(amal: Browser, program: SmallProgram) -> None:
    """From the tap to the lock screen, in the person's language."""
    clock = SetClock(MORNING)
    async with push_server(clock) as server:
        device = server.subscribe(KEY.public)
        await post(amal, "subscribe", subscription=device.external)
        await post(amal, "try", subscription=device.external)
        channel = WebPushChannel(SETTINGS, key=KEY, clock=clock)
        for message in waiting(program):
            if message.ping:
                await channel.send(message, device.external)
        await channel.close()
    assert [SHOWN] == [shown["title"] for shown in device.shown]


async def is_offered(browser: Browser) -> bool:
    """Whether the page would offer it now."""
    return bool((await browser.get(f"{browser.home}/push")).json()["offer"])


async def test_it_is_offered_after_a_report_and_not_before(amal: Browser, program: SmallProgram) -> None:
    """Nobody is asked before it makes sense to them; a report of long ago is none."""
    assert not await is_offered(amal)
    report(program, "p2", MORNING.date() - timedelta(days=60))
    assert not await is_offered(amal)
    report(program, "p2", MORNING.date())
    assert await is_offered(amal)


async def test_no_is_respected_for_thirty_days(amal: Browser, program: SmallProgram) -> None:
    """The answer is kept in the browser, for this page only, where no script reads it, and leaves with the person."""
    report(program, "p2", MORNING.date())
    csrf = (await amal.form())["csrf"]
    answer = await amal.post(f"{amal.home}/push/decline", data={"csrf": csrf})
    cookie = answer.headers["set-cookie"]
    assert "Max-Age=2592000" in cookie
    assert f"Path={amal.home}" in cookie
    assert "HttpOnly" in cookie
    assert not await is_offered(amal)
    left = await amal.post(f"{amal.home}/delete", data={"csrf": csrf, "who": "me"})
    assert any("lotse-respite" in each and "Max-Age=0" in each for each in left.headers.get_list("set-cookie"))


async def test_who_leaves_the_last_device_without_scripts_is_told_nothing_there_any_more(
    program: SmallProgram, open_browser: Open, device: Device
) -> None:
    """As long as the person is signed in somewhere notifications go on; afterwards nobody is there to read them."""
    here, there = open_browser(), open_browser("127.0.0.2")
    await here.enter(program.link("p2"))
    await there.enter(program.link("p2"))
    person = program.person("p2")
    external = device.external
    program.write(lambda uow: devices.connect(uow, person, external, program.clock.now()))
    for browser, left in ((there, 1), (here, 0)):
        page = (await browser.get(f"{browser.home}/delete")).text
        data = {"csrf": browser.fields(page)["csrf"], "who": "all"}
        answer = await browser.post(f"{browser.home}/delete", data=data)
        assert '"cache", "cookies", "storage"' == answer.headers["clear-site-data"]
        assert left == len(program.write(lambda uow: devices.connected(uow, person)))
        assert 404 == (await browser.get(browser.home)).status_code


async def test_a_locked_session_connects_no_device(program: SmallProgram, open_browser: Open, device: Device) -> None:
    """Whoever only holds the phone gets neither notifications nor an offer of them."""
    browser = open_browser()
    await browser.enter(program.link("p2"))
    page = (await browser.get(f"{browser.home}/pin")).text
    csrf = browser.fields(page)["csrf"]
    await browser.post(f"{browser.home}/pin", data={"csrf": csrf, "do": "choose", "pin": "4711", "again": "4711"})
    await browser.post(f"{browser.home}/pin", data={"csrf": csrf, "do": "lock"})
    data = {"csrf": csrf, "subscription": device.external}
    assert 403 == (await browser.post(f"{browser.home}/push/subscribe", data=data)).status_code
    assert {"offer": False} == (await browser.get(f"{browser.home}/push")).json()
    assert not program.write(lambda uow: devices.connected(uow, program_person(uow)))


def program_person(uow: UnitOfWork) -> Person:
    """p2."""
    person = uow.people.by_handle("p2")
    assert person is not None
    return person
