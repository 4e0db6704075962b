"""The site as the program builds it."""

from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from bot.app import App
from bot.channels.web import WebChannel
from bot.pictures.scanning import ScanSettings
from bot.web.settings import WebSettings
from bot.web.site import build_site
from tests.bot.web.conftest import CARRIER
from tests.bot.web.program import SmallProgram


def app(program: SmallProgram, channel: object) -> App:
    """What of the program the site looks at."""
    parts = {"store": program.store, "clock": program.clock, "receive": program.receive, "run": program.run}
    settings, profile = SimpleNamespace(web=WebSettings(), scan=ScanSettings()), SimpleNamespace(carrier=CARRIER)
    return cast(App, SimpleNamespace(**parts, channels={"web": channel}, settings=settings, profile=profile))


async def test_the_site_is_built_from_the_program(program: SmallProgram) -> None:
    """Channel, settings and carrier come from the running assistant."""
    site = build_site(app(program, WebChannel()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://localhost") as browser:
        assert CARRIER["name"] in (await browser.get("/imprint")).text


def test_another_channel_under_its_name_is_refused(program: SmallProgram) -> None:
    """A site cannot be live on a channel that is not the web's."""
    with pytest.raises(TypeError, match="web"):
        build_site(app(program, object()))
