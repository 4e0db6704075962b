"""One cell of the matrix of pages: a visitor asks for a page, and what came of it."""

import asyncio
import hashlib
import hmac
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx

from bot.web.console import handles
from flows.people import PersonId
from flows.rules.access import Operation
from handlers.on_page import Way
from tests.bot.web.conftest import Browser
from tests.bot.web.page_visitors import VISITORS, Visitor, enter
from tests.bot.web.page_world import AT, OTHER, SUBJECT, URL, Restored, Template, site_of
from tests.crafted import photo
from tests.handlers.world import read_rows

CALLED = {200: "page", 204: "done", 303: "led", 403: "form", 404: "nothing", 405: "nothing"}
"""What an answer is called in the table; any other one by its number."""
NOTED = frozenset({"access_log", "audit_groups"})
"""What a look leaves behind; a refused try, too."""
NO_SLOT = "0" * 24


@dataclass(frozen=True, slots=True)
class Row:
    """One address and method of the table by hand."""

    method: str
    path: str
    fields: dict[str, Any]

    @property
    def name(self) -> str:
        """As the table calls it."""
        return f"{self.method} {self.path}"

    @property
    def has_session(self) -> bool:
        """Whether it lies behind a session."""
        return "{slot}" in self.path

    def expected(self, visitor: str) -> str:
        """What this visitor gets at their own address."""
        for called, names in self.fields.get("gets", {}).items():
            if visitor in names:
                return str(called)
        return "nothing"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking: the answer by name, entries about p6 in the access log, refused ones, changed tables."""

    answer: str
    reads: tuple[str, ...]
    refused: tuple[str, ...]
    changed: frozenset[str]
    text: str = field(compare=False, default="")


class Visit:
    """A visitor in a world of their own."""

    def __init__(self, name: str, program: Restored, database: Path, values: dict[str, str]) -> None:
        """Not entered yet."""
        self.name, self.visitor, self.program, self.database = name, VISITORS[name], program, database
        self.values = values
        self.site = site_of(program)
        self.browser = Browser(self.site, URL, AT, "de")
        self.browser.headers["accept-encoding"] = "identity"
        self.foreign: dict[str, str] = {}
        self.own_slot = NO_SLOT
        self._watch = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self._version = 0
        self._rows: dict[str, list[tuple[object, ...]]] = {}
        self._entries: list[tuple[PersonId, Operation, bool]] = []
        self._me: PersonId | None = None

    async def begin(self) -> None:
        """Two others are logged in elsewhere; then the visitor comes."""
        self.program.write(self.visitor.prepare)
        for home, handle in (("/chat", SUBJECT), ("/staff", "c2")):
            instead = {SUBJECT: OTHER, "c2": "k1"}
            whose = instead[handle] if handle == self.visitor.handle else handle
            other = Browser(self.site, URL, AT, "de")
            self.foreign[home] = (await other.enter(self.program.link(whose))).rpartition("/")[2]
            self._secret = next(value for name, value in other.cookies.items() if self.foreign[home] in name)
        if self.visitor.handle:
            await enter(self.visitor, self.browser, self.program)
            self.own_slot = self.browser.home.rpartition("/")[2]
            self._me = self.program.person(self.visitor.handle).id

    async def ask(self, row: Row, *, foreign: bool = False) -> Outcome:
        """Ask for the page in the own slot, or in that of somebody else with the own secret."""
        slot = self.foreign["/" + row.path.split("/")[1]] if foreign else self.own_slot
        path = row.path.replace("{slot}", slot)
        for name, key in row.fields.get("with", {}).items():
            path = path.replace("{" + name + "}", self.values.get(key, key))
        path += row.fields.get("query", "")
        self._refresh()
        before, known = self._rows, self._entries
        answer = await self._send(row, path, slot)
        self._refresh()
        changed = frozenset(name for name, each in self._rows.items() if each != before[name]) - NOTED
        new = self._entries[len(known) :]
        mine = [(str(op), refused) for reader, op, refused in new if reader == self._me]
        return Outcome(
            CALLED.get(answer.status_code, str(answer.status_code)),
            tuple(sorted(op for op, refused in mine if not refused)),
            tuple(sorted(op for op, refused in mine if refused)),
            changed, answer.text,
        )  # fmt: skip

    async def _send(self, row: Row, path: str, slot: str) -> httpx.Response:
        cookies = self._cookies(slot)
        if path.endswith("/stream"):
            return await self._listen(path, cookies)
        if row.method == "GET":
            return await self.browser.get(path, headers=cookies)
        form = {name: self._filled(value, slot) for name, value in row.fields.get("form", {}).items()}
        if row.has_session:
            form["csrf"] = self._sign(slot, "csrf")
        else:
            form = {**await self._fields_of_guest(row, path), **form}
        if row.fields.get("upload"):
            return await self.browser.post(
                path, data=form, files=[("files", ("a.jpg", photo(), "image/jpeg"))], headers=cookies
            )
        return await self.browser.post(path, data=form, headers=cookies)

    async def _fields_of_guest(self, row: Row, path: str) -> dict[str, str]:
        """The hidden fields of the form that a browser without a session is shown before."""
        place = self._filled(row.fields.get("form_at", path), "")
        sent = {name: self._filled(value, "") for name, value in row.fields.get("form_before", {}).items()}
        shown = await (self.browser.post(place, data=sent) if sent else self.browser.get(place))
        return self.browser.fields(shown.text)

    def _cookies(self, slot: str) -> dict[str, str]:
        """In somebody else's slot: the own secret under the name of their cookie, beside the own cookies."""
        if slot not in self.foreign.values() or not self.visitor.handle:
            return {}
        kind = next("participant" if home == "/chat" else "staff" for home, one in self.foreign.items() if one == slot)
        held = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        return {"cookie": f"{held}; __Host-lotse-{kind}-{slot}={self._own_secret()}"}

    def _own_secret(self) -> str:
        names = {f"__Host-lotse-{kind}-{self.own_slot}" for kind in ("participant", "staff")}
        return next((value for name, value in self.browser.cookies.items() if name in names), "guessed")

    def _sign(self, _: str, words: str) -> str:
        """What a form of the visitor's own session carries."""
        return hmac.new(self._own_secret().encode(), words.encode(), hashlib.sha256).hexdigest()[:32]

    def _filled(self, value: str, slot: str) -> str:
        for name, known in self.values.items():
            value = value.replace("{" + name + "}", known)
        if value.startswith("press:"):
            _, action, of = value.split(":")
            signing = cast(Any, SimpleNamespace(sign=lambda words: self._sign(slot, words)))
            return handles.handle_of(signing, Way("", action, of))
        return value

    async def _listen(self, path: str, cookies: dict[str, str]) -> httpx.Response:
        """The status of a stream that never ends by itself: whoever asks hangs up at the first word."""
        status, begun = 0, asyncio.Event()
        held = cookies.get("cookie") or "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        headers = [(b"host", b"chat.example"), (b"cookie", held.encode())]
        scope = {
            "type": "http", "method": "GET", "scheme": "https", "path": path, "raw_path": path.encode(),
            "root_path": "", "query_string": b"", "headers": headers, "client": (AT, 1), "server": ("x", 443),
            "http_version": "1.1", "asgi": {"version": "3.0", "spec_version": "2.3"},
        }  # fmt: skip

        async def receive() -> dict[str, str]:
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            begun.set()

        await self.site(scope, receive, send)
        return httpx.Response(status)

    def _refresh(self) -> None:
        """Read all rows anew, if anything was committed since."""
        version = self._watch.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return
        self._version, self._rows = version, read_rows(self.database)
        with self.program.store.read() as uow:
            found = uow.access_log.of(self.program.person(SUBJECT).id, 10_000)
        self._entries = [(one.reader, one.operation, one.refused) for one in reversed(found)]
        self._version = self._watch.execute("PRAGMA data_version").fetchone()[0]

    def close(self) -> None:
        """The world is over."""
        self._watch.close()
        self.program.store.close()


async def visit(name: str, template: Template, folder: Path) -> Visit:
    """A visitor who has come to a fresh copy of the world."""
    program = template.restore(folder)
    made = Visit(name, program, folder / "lotse.db", dict(template.values))
    await made.begin()
    return made


__all__ = ["VISITORS", "Outcome", "Row", "Visit", "Visitor", "visit"]
