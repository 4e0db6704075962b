"""People's own pages, one browser window each: they write, tap and attach there, and read what comes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.app import App
from bot.channels import Inbound, InboundKind, Outgoing
from bot.channels.web import WebChannel
from bot.transcript.news import HOME, Button
from bot.web import sessions
from bot.web.login import make_link
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.people import Person

OFTEN = 1_000_000
SETTINGS = WebSettings(
    answer_wait_seconds=0, pages_per_minute=OFTEN, logins_per_minute=OFTEN, messages_per_minute=OFTEN
)
"""A transcript does in seconds what people do in days: nothing is limited by the minute."""


class NotedChannel(WebChannel):
    """The web channel, which notes whom something was sent to."""

    def __init__(self) -> None:
        """Nobody yet."""
        super().__init__()
        self._noted: list[str] = []

    async def send(self, message: Outgoing, external: str) -> str:
        """Note the address and send."""
        self._noted.append(external)
        return await super().send(message, external)

    def noted(self) -> Collection[str]:
        """Addresses at which something is new since the last call."""
        noted, self._noted = dict.fromkeys(self._noted), []
        return noted


@dataclass
class Shown:
    """A message on a page: its words, and the buttons (handle, label) below."""

    text: str = ""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    own: bool = False


class _Entry(HTMLParser):
    """Reads one message as the page shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()
        self._place = ""
        self._fields: dict[str, str] = {}

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields."""
        return self._fields

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A paragraph of words, or a button."""
        given = {name: value or "" for name, value in attrs}
        if tag == "article":
            self.shown.own = "own" in given["class"].split()
        elif tag == "p":
            self._place = "text" if given.get("class") == "text" else ""
        elif tag == "button" and given.get("name") == "tap":
            self.shown.buttons.append((given["value"], ""))
            self._place = "button"
        elif tag == "input" and given.get("type") == "hidden":
            self._fields[given["name"]] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        """It is over."""
        if tag in {"p", "button"}:
            self._place = ""

    def handle_data(self, data: str) -> None:
        """The words themselves."""
        if self._place == "text":
            self.shown.text += data
        elif self._place == "button":
            handle, label = self.shown.buttons[-1]
            self.shown.buttons[-1] = (handle, f"{label}{data}".strip())


@dataclass
class _Window:
    """A browser in which one person is signed in."""

    browser: httpx.AsyncClient
    home: str = ""
    csrf: str = ""
    after: str = "0"
    seen: set[str] = field(default_factory=set)


class Pages:
    """The site over the running program, and everybody's window."""

    def __init__(self, app: App, channel: WebChannel, kept: dict[str, Any]) -> None:
        """`kept` are the windows as they were when the program was stopped."""
        self._app = app
        self._site: Starlette = assemble(app, channel, SETTINGS, app.profile.carrier)
        self._windows = {who: self._reopened(**window) for who, window in kept.items()}

    def keep(self) -> dict[str, Any]:
        """The windows as a browser would have them after the program was stopped."""
        return {
            who: {
                "home": window.home,
                "csrf": window.csrf,
                "after": window.after,
                "cookies": dict(window.browser.cookies.items()),
            }
            for who, window in self._windows.items()
        }

    def _reopened(self, home: str, csrf: str, after: str, cookies: dict[str, str]) -> "_Window":
        return _Window(self._browser(cookies), home, csrf, after)

    def _browser(self, cookies: dict[str, str]) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self._site, client=("127.0.0.1", 50000))
        return httpx.AsyncClient(transport=transport, base_url="http://localhost", cookies=cookies)

    async def bring(self, update: Inbound) -> None:
        """The person sends the form of the page; the same update again is the same form again."""
        fields = {"once": sha256(update.external_id.encode()).hexdigest()[:32], "text": update.text}
        files = None
        if update.kind is InboundKind.TAP:
            fields["tap"] = update.tap
        elif update.kind is InboundKind.FILE:
            files = {"file": (update.file_name, b"bytes", "application/octet-stream")}
        answer = await self._post(update.sender, fields, files=files)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text

    async def read(self, who: str) -> list[Shown]:
        """What is new on the page, as its script asks for it; own words are left out."""
        window = await self._window(who)
        answer = await self._post(who, {"after": window.after}, headers={"accept": "application/json"})
        assert answer.is_success, answer.text
        found = [entry for entry in answer.json()["entries"] if entry["id"] not in window.seen]
        window.seen.update(entry["id"] for entry in found)
        window.after = max([window.after, *(entry["id"] for entry in found)], key=int)
        shown = [_parsed(entry["html"]).shown for entry in found]
        return [each for each in shown if not each.own]

    async def buttons(self, who: str, found: list[tuple[str, str]], channel: str = HOME) -> tuple[Button, ...]:
        """The buttons with their stable names, which no page and no phone shows."""
        if not found:
            return ()
        person = await self._person(who)
        handles = [handle for handle, _ in found]
        known = await self._app.run(lambda uow: uow.buttons.find_all(handles, person.id))
        actions = {button.handle: button.action for button in known}
        return tuple(Button(handle, label, actions.get(handle, ""), channel) for handle, label in found)

    async def close(self) -> None:
        """Close every window."""
        for window in self._windows.values():
            await window.browser.aclose()

    async def _post(self, who: str, fields: dict[str, str], **more: Any) -> httpx.Response:
        """Send the form; whoever was signed out meanwhile signs in again."""
        window = await self._window(who)
        answer = await window.browser.post(f"{window.home}/send", data={**fields, "csrf": window.csrf}, **more)
        if answer.status_code != httpx.codes.NOT_FOUND:
            return answer
        await self._enter(window, who)
        return await window.browser.post(f"{window.home}/send", data={**fields, "csrf": window.csrf}, **more)

    async def _window(self, who: str) -> _Window:
        if who not in self._windows:
            window = self._windows[who] = _Window(self._browser({}))
            await self._enter(window, who)
        return self._windows[who]

    async def _enter(self, window: _Window, who: str) -> None:
        person, now = await self._person(who), self._app.clock.now()
        if person.role.is_staff and not self._app.profile.staff_links:
            await self._let_in(window, person)
            return
        token = await self._app.run(
            lambda uow: make_link(uow, person.id, now=now, lifetime=SETTINGS.participant_lifetime)
        )
        door = await window.browser.get(f"/l/{token}")
        entered = await window.browser.post(f"/l/{token}", data=_parsed(door.text).fields)
        assert entered.status_code == httpx.codes.SEE_OTHER, entered.text
        window.home = entered.headers["location"].partition("#")[0]
        window.csrf = _parsed((await window.browser.get(window.home)).text).fields["csrf"]

    async def _let_in(self, window: _Window, person: Person) -> None:
        """Staff of a programme that knows no links for them: as after password and second factor."""
        now = self._app.clock.now()
        claim = await self._app.run(lambda uow: sessions.begin(uow, person, SETTINGS, now))
        window.browser.cookies.set(sessions.cookie_name(claim, secure=False), claim.secret)
        window.home = f"{claim.kind.path}/{claim.slot}"
        window.csrf = _parsed((await window.browser.get(window.home)).text).fields["csrf"]

    async def _person(self, who: str) -> Person:
        person = await self._app.run(lambda uow: uow.people.by_handle(who))
        if person is None:
            raise LookupError(f"{who} has no page")
        return person


def _parsed(html: str) -> _Entry:
    entry = _Entry()
    entry.feed(html)
    entry.close()
    return entry
