"""A site with the demo world behind it, and browsers without scripts to look at it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.web.settings import WebSettings
from bot.web.site import assemble
from tests.bot.web.program import SmallProgram

CARRIER = {"name": "Beispielträger gGmbH", "address": "Musterweg 1\n12345 Beispielstadt", "officer": "Herr Voss"}
HIDDEN = re.compile(r'name="(csrf|once|after|ward)" value="([^"]*)"')


class Browser(httpx.AsyncClient):
    """A browser without scripts; `at` is the address it calls from."""

    def __init__(self, site: Starlette, url: str, at: str, language: str) -> None:
        """It speaks one language and follows no redirect by itself."""
        transport = httpx.ASGITransport(site, raise_app_exceptions=False, client=(at, 50000))
        super().__init__(transport=transport, base_url=url, headers={"accept-language": language})
        self.site = site
        self.home = ""

    def fields(self, page: str) -> dict[str, str]:
        """The hidden fields of the form on a page."""
        return dict(HIDDEN.findall(page))

    async def enter(self, link: str) -> str:
        """Follow a login link and press its button; the path of the chat."""
        answer = await self.post(link, data=self.fields((await self.get(link)).text))
        assert answer.status_code == 303, answer.text
        self.home = answer.headers["location"].partition("#")[0]
        return self.home

    async def form(self) -> dict[str, str]:
        """The hidden fields of the chat's form, freshly loaded."""
        return self.fields((await self.get(self.home)).text)

    async def page(self) -> str:
        """The chat as it is now."""
        answer = await self.get(self.home)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def say(self, text: str = "", *, script: bool = False, **fields: str) -> httpx.Response:
        """Send the chat's form, as its script does or without."""
        headers = {"accept": "application/json"} if script else {}
        data = {**await self.form(), "text": text, **fields}
        return await self.post(f"{self.home}/send", data=data, headers=headers)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SmallProgram]:
    """The program behind the pages."""
    program = SmallProgram(tmp_path)
    yield program
    program.store.close()


@pytest.fixture
def settings() -> WebSettings:
    """The settings as shipped, but nobody waits for answers, which this small program never gives."""
    return WebSettings(answer_wait_seconds=0)


@pytest.fixture
def open_browser(program: SmallProgram, settings: WebSettings) -> Callable[..., Browser]:
    """Opens browsers; `at` is the address they call from, `url` the one they call."""
    site = assemble(program, program.channel, settings, CARRIER)

    def open_(url: str = "http://localhost", at: str = "127.0.0.1", language: str = "de") -> Browser:
        return Browser(site, url, at, language)

    return open_


@pytest.fixture
def browser(open_browser: Callable[..., Browser]) -> Browser:
    """One of them."""
    return open_browser()
