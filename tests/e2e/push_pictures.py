"""Pictures of a notification and of the page behind it, in Arabic.

A browser without a display has no lock screen. What is drawn here is what its worker shows, word for word: the message
went through the outbox, encrypted, to the push service of the tests, and from there to the browser's own worker.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, CDPSession, Page, ViewportSize

from tests.channels.push_server import Device
from tests.e2e.test_notifications import SHOWN, SUBSCRIBED

REMINDED = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""Tuesday at nine in Berlin: the second working day, on which an open sick note is asked for."""
LOCKED = ViewportSize(width=390, height=520)
_PAUSE_MS = 100
_TRIES = 100
_LOCK_SCREEN = """<!doctype html><html lang="%(lang)s" dir="%(dir)s"><style>
body { margin: 0; height: 520px; background: linear-gradient(160deg, #16324f, #2a5d67 60%%, #7fa99b); color: #fff;
  font-family: "Noto Sans", "Noto Sans Arabic", sans-serif; text-align: center; }
time { display: block; padding-top: 64px; font-size: 72px; font-weight: 300; }
article { margin: 56px 14px 0; padding: 14px 18px; border-radius: 22px; text-align: start;
  background: rgb(255 255 255 / .92); color: #1b1b1b; }
small { display: block; color: #5a5a5a; font-size: 13px; margin-bottom: 4px; }
strong { font-size: 18px; font-weight: 600; }
</style><time dir="ltr">%(clock)s</time>
<article><small><bdi dir="ltr">%(host)s</bdi></small><strong>%(title)s</strong>%(body)s</article></html>"""


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody's page, and the subscription that her browser says it has got."""

    page: Page
    device: Device

    async def agree(self, key: str) -> None:
        """Be told on this phone from now on."""
        context = self.page.context
        await context.grant_permissions(["notifications"])
        await context.add_init_script(SUBSCRIBED % (self.device.external, json.dumps(key)))
        await self.page.reload()
        await self.page.locator("body.live").wait_for()
        await self.page.locator("#notify-open").click()
        await self.page.locator("#notify-yes").click()
        await self.page.locator("#notify-end").wait_for()

    async def put_away(self) -> None:
        """Look at something else: the chat is not open any more."""
        parts = urlsplit(self.page.url)
        await self.page.goto(f"{parts.scheme}://{parts.netloc}/privacy")

    async def deliver(self) -> dict[str, Any]:
        """Hand the worker the newest message that came for it; what the phone shows then."""
        session = await self.page.context.new_cdp_session(self.page)
        message = {
            "origin": "{0.scheme}://{0.netloc}".format(urlsplit(self.page.url)),
            "registrationId": await _registration(session, self.page),
            "data": json.dumps(self.device.notifications[-1].content),
        }
        await session.send("ServiceWorker.deliverPushMessage", message)
        for _ in range(_TRIES):
            if found := await self.page.evaluate(SHOWN):
                newest: dict[str, Any] = found[-1]
                return newest
            await self.page.wait_for_timeout(_PAUSE_MS)
        raise TimeoutError("the worker shows nothing")


async def _registration(session: CDPSession, page: Page) -> str:
    found: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    await session.send("ServiceWorker.enable")
    while not found:
        await page.wait_for_timeout(_PAUSE_MS)
    return str(found[0]["registrationId"])


async def draw_lock_screen(browser: Browser, shown: dict[str, Any], host: str, path: Path) -> None:
    """A locked phone with what the worker shows; `host` is what browsers write above it."""
    context = await browser.new_context(viewport=LOCKED, device_scale_factor=2)
    page = await context.new_page()
    body = f"<div>{escape(shown['body'])}</div>" if shown["body"] else ""
    words = {"lang": shown["lang"], "dir": shown["dir"], "title": escape(shown["title"]), "body": body}
    await page.set_content(_LOCK_SCREEN % {**words, "clock": "9:00", "host": escape(host)})
    await page.screenshot(path=path)
    await context.close()
