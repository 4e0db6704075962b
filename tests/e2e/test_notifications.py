"""Notifications in a real browser: the tap, the permission, the worker, and what the lock screen shows.

Chromium without a display reaches no push service: the subscription is one of the push service of the tests, and what
that service has opened is handed to the worker the way the browser itself does it.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from bot.channel_settings import PushSettings
from bot.channels.web_push import WebPushChannel
from bot.clock import SetClock
from bot.profile import load_profile
from bot.push_key import PushKey
from bot.web.reaching import Notifying, Reaching
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.engine.messages import Level, Outgoing
from handlers import devices
from tests.bot.web.conftest import CARRIER
from tests.bot.web.program import MORNING, SmallProgram
from tests.bot.web.test_push import report
from tests.channels.push_server import Device, PushServer, push_server
from tests.e2e.test_page import overflow, violations

pytestmark = pytest.mark.browser
KEY = PushKey(bytes(32))
SETTINGS = PushSettings(enabled=True, subject="mailto:it@example.org", loopback=True)
SUBSCRIBED = """(() => {
  const given = %s;
  const key = %s;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const found = {
    options: { applicationServerKey: bytes(key).buffer },
    toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
    unsubscribe: async () => { localStorage.removeItem("subscribed"); return true; },
  };
  PushManager.prototype.subscribe = async (wanted) => {
    if (!wanted.userVisibleOnly || wanted.applicationServerKey !== key) throw new Error("wrong");
    localStorage.setItem("subscribed", "yes");
    return found;
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? found : null);
})()"""
SHOWN = """async () => {
  const workers = await navigator.serviceWorker.getRegistrations();
  const shown = (await Promise.all(workers.map((worker) => worker.getNotifications()))).flat();
  return shown.map(({ title, body, lang, dir, tag, data }) => ({ title, body, lang, dir, tag, data }));
}"""
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).map((one) => new URL(one.scope).pathname)"


class Site:
    """The pages with notifications switched on, served from a thread of their own."""

    def __init__(self, program: SmallProgram) -> None:
        """Not serving yet."""
        self.program = program
        reaching = Reaching(push=Notifying(SETTINGS, KEY.public))
        settings = WebSettings(answer_wait_seconds=0)
        site = assemble(program, program.channel, settings, CARRIER, reaching)
        self._server = uvicorn.Server(
            uvicorn.Config(site, host="127.0.0.1", port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run)

    def start(self) -> str:
        """The address it is served at."""
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return f"http://localhost:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """End every page and the thread."""
        self.program.channel.close()
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The program behind the pages, and the pages."""
    site = Site(SmallProgram(tmp_path, profile=replace(load_profile("demo"), levels={"push": Level.L1})))
    yield site
    site.stop()
    site.program.store.close()


@pytest.fixture
def device() -> Device:
    """The subscription that the browser will say it has got."""
    server = PushServer(SetClock(MORNING))
    server.origin = "http://127.0.0.1:9"
    return server.subscribe(KEY.public)


@pytest.fixture
def amal(site: Site, device: Device, window: Callable[..., BrowserContext]) -> Page:
    """A participant at her page, in a browser that will grant what she agrees to."""
    url = site.start()
    context = window()
    context.grant_permissions(["notifications"], origin=url)
    context.add_init_script(SUBSCRIBED % (device.external, json.dumps(KEY.public)))
    page = context.new_page()
    page.goto(url + site.program.link("p2"))
    page.locator("form button").click()
    page.locator("body.live").wait_for()
    return page


def deliver(page: Page, content: dict[str, Any]) -> None:
    """Hand the worker what came for it."""
    session = page.context.new_cdp_session(page)
    registration = _registration(session, page)
    origin = page.url.partition("/chat")[0]
    message = {"origin": origin, "registrationId": registration, "data": json.dumps(content)}
    session.send("ServiceWorker.deliverPushMessage", message)
    session.detach()


def _registration(session: CDPSession, page: Page) -> str:
    found: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(20)
    return str(found[0]["registrationId"])


def shown(page: Page, number: int) -> list[dict[str, Any]]:
    """What the device shows, as soon as there are so many."""
    found: list[dict[str, Any]] = page.evaluate(SHOWN)
    for _ in range(300):
        if len(found) >= number:
            break
        page.wait_for_timeout(50)
        found = page.evaluate(SHOWN)
    return found


def sent(site: Site, device: Device) -> list[dict[str, str]]:
    """Deliver what waits, encrypted, and give what the device can read of it."""
    program = site.program
    claimed = program.write(lambda uow: uow.outbox.claim(program.clock.now(), timedelta(minutes=1), 10))
    run_beside(partial(carry, [each.message for each in claimed if each.message.ping], device))
    return [one.content for one in device.notifications]


def run_beside(work: Callable[[], Any]) -> None:
    """Run a coroutine beside the loop that drives the browser."""
    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()


async def carry(messages: list[Outgoing], device: Device) -> None:
    """Send through the channel to a push service that knows the device."""
    clock = SetClock(MORNING)
    async with push_server(clock) as server:
        address = server.adopt(device)
        channel = WebPushChannel(SETTINGS, key=KEY, clock=clock)
        for message in messages:
            await channel.send(message, address)
        await channel.close()


def test_nothing_is_asked_when_the_page_opens(amal: Page) -> None:
    """No worker, no question, no explanation; the wish can be said at the foot of the page."""
    expect(amal.locator("#notify-open")).to_be_visible()
    expect(amal.locator("#notify")).to_be_hidden()
    assert [] == amal.evaluate(WORKERS)


def test_from_the_tap_to_the_lock_screen(amal: Page, site: Site, device: Device) -> None:
    """She taps, agrees, and her phone shows her sign and nothing else, from right to left."""
    amal.locator("#notify-open").click()
    expect(amal.locator("#notify-said")).to_contain_text("علامتك")
    amal.locator("#notify-yes").click()
    expect(amal.locator("#notify-said")).to_contain_text("من الآن")
    expect(amal.locator("#notify-end")).to_be_visible()
    home = amal.url.partition("#")[0].partition("localhost")[2].partition("/")[2]
    assert [f"/{home}"] == amal.evaluate(WORKERS)
    (content,) = sent(site, device)
    deliver(amal, content)
    (notification,) = shown(amal, 1)
    assert ("\u2068🌴\u2069 رسالة جديدة", "", "rtl", "ar") == tuple(
        notification[name] for name in ("title", "body", "dir", "lang")
    )
    deliver(amal, content)
    deliver(amal, {**content, "title": "🌴 8:00", "tag": "another", "once": "2"})
    assert 2 == len(shown(amal, 2))


def test_a_message_that_cannot_be_read_shows_no_more_than_that(amal: Page) -> None:
    """Whatever comes, the browser's own words about this site do not appear in its place."""
    agree(amal)
    deliver(amal, {})
    assert ["…"] == [notification["title"] for notification in shown(amal, 1)]


def test_it_is_offered_once_a_report_is_answered(amal: Page, site: Site) -> None:
    """After the answer to a report the explanation appears by itself; a no is not asked about again."""
    report(site.program, "p2", MORNING.date())
    amal.wait_for_timeout(700)
    expect(amal.locator("#notify")).to_be_hidden()
    site.program.say("p2", "Danke")
    expect(amal.locator("#notify-choices")).to_be_visible()
    amal.locator("#notify-no").click()
    expect(amal.locator("#notify")).to_be_hidden()
    site.program.say("p2", "Noch etwas")
    expect(amal.locator("#log article")).to_have_count(2)
    amal.wait_for_timeout(1200)
    expect(amal.locator("#notify")).to_be_hidden()


def agree(page: Page) -> None:
    """Say yes, and wait until it is done."""
    page.locator("#notify-open").click()
    page.locator("#notify-yes").click()
    expect(page.locator("#notify-end")).to_be_visible()


def connected(site: Site) -> int:
    """How many devices of hers are told."""
    person = site.program.person("p2")
    return len(site.program.write(lambda uow: devices.connected(uow, person)))


def test_the_offer_is_readable_for_everybody(amal: Page) -> None:
    """On the smallest phone nothing is cut off, and axe finds nothing."""
    amal.locator("#notify-open").click()
    expect(amal.locator("#notify-choices")).to_be_visible()
    amal.set_viewport_size({"width": 320, "height": 568})
    assert 0 >= overflow(amal)
    assert [] == violations(amal)


def test_it_can_be_stopped_where_it_began(amal: Page, site: Site) -> None:
    """One tap ends it: no worker, no subscription, no address."""
    agree(amal)
    assert 1 == connected(site)
    amal.locator("#notify-end").click()
    expect(amal.locator("#notify-open")).to_be_visible()
    assert [] == amal.evaluate(WORKERS)
    assert 0 == connected(site)


def test_it_is_still_on_when_the_page_is_opened_again(amal: Page) -> None:
    """Nobody is asked twice."""
    agree(amal)
    amal.reload()
    expect(amal.locator("#notify-end")).to_be_visible()
    expect(amal.locator("#notify")).to_be_hidden()


def test_a_subscription_that_the_browser_lost_is_renewed(amal: Page, site: Site) -> None:
    """Who has agreed is told again after the next visit, without being asked."""
    agree(amal)
    amal.evaluate("localStorage.removeItem('subscribed')")
    person = site.program.person("p2")
    (address,) = site.program.write(lambda uow: devices.connected(uow, person))
    site.program.write(lambda uow: uow.people.end_address(address.id, "gone", MORNING))
    amal.reload()
    expect(amal.locator("#notify-end")).to_be_visible()
    assert 1 == connected(site)


def test_leaving_the_device_ends_it(amal: Page, site: Site) -> None:
    """After "delete everything on this device" there is no worker, no subscription and no address any more."""
    agree(amal)
    amal.locator(".foot a[href$='/delete']").click()
    amal.locator("button[value='all']").click()
    amal.wait_for_url("**/delete")
    expect(amal.locator("form")).to_have_count(0)
    assert [] == amal.evaluate(WORKERS)
    assert 0 == connected(site)


def test_a_tap_on_the_notification_opens_the_page(amal: Page) -> None:
    """Where the page is open it comes to the front, else it is opened at its newest message."""
    agree(amal)
    worker = amal.context.service_workers[0]
    home = "/chat/" + amal.url.partition("/chat/")[2].partition("#")[0]
    tap = """async (pages) => {
      const done = [];
      self.clients.matchAll = async () => pages.map((url) => ({ url, focus: async () => done.push("front") }));
      self.clients.openWindow = async (url) => done.push(url);
      await self.registration.showNotification("x");
      const [notification] = await self.registration.getNotifications();
      self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
      await new Promise((later) => setTimeout(later, 200));
      return done;
    }"""
    assert ["front"] == worker.evaluate(tap, [f"http://localhost{home}"])
    assert [f"{home}#newest"] == worker.evaluate(tap, ["http://localhost/privacy"])
