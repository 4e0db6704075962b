"""The site as the program builds it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from bot.app import App, build, prepare
from bot.channels import Channel
from bot.channels.web import WebChannel
from bot.clock import SetClock
from bot.web.site import build_site
from tests.bot.running import MORNING, Scripted, settings_in


@pytest.fixture
def app_with(tmp_path: Path) -> Iterator[Callable[[Channel], App]]:
    """Builds the program with one channel; its database is closed at the end."""
    with ExitStack() as ending:

        def building(channel: Channel) -> App:
            settings = settings_in(tmp_path)
            prepare(settings)
            app = build(settings, clock=SetClock(MORNING), channels=[channel])
            ending.callback(app.store.close)
            return app

        yield building


async def test_the_site_is_built_from_the_program(app_with: Callable[[Channel], App]) -> None:
    """Channel, settings, carrier and who verifies signatures come from the running assistant."""
    app = app_with(WebChannel())
    site = build_site(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://localhost") as browser:
        assert app.profile.carrier["name"] in (await browser.get("/imprint")).text
    assert site.state.auditor.public is None


def test_another_channel_under_its_name_is_refused(app_with: Callable[[Channel], App]) -> None:
    """A site cannot be live on a channel that is not the web's."""
    scripted = Scripted()
    scripted.name = "web"
    with pytest.raises(TypeError, match="web"):
        build_site(app_with(scripted))
