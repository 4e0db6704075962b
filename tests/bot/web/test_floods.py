"""Floods of calls without a session: each address has the limits that are named for it, and they stop them."""

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.demo import CODES as GOOD
from bot.web.doors import ARRIVING, CODES, PAGES, PUBLIC, WITHOUT_SESSION, Limit
from bot.web.site import assemble
from flows.rules.invitations import check_letter
from tests.bot.web import page_world
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.page_world import AT, MANY, SETTINGS, URL, Restored

FEW, FLOOD = 3, 6
WRONG = "0000000000" + check_letter("0000000000")
ELSEWHERE = "198.51.100.9"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    """A world, which no flood changes."""
    folder = tmp_path_factory.mktemp("floods")
    program = page_world.make(folder / "made").restore(folder)
    yield program
    program.store.close()


def calls(site: Starlette) -> list[tuple[str, str, Limit]]:
    """Every method and address from the router, with each limit that is named for coming there without a session.

    The one on pages binds whatever is asked; another one binds forms, or all where there is no other way to ask.
    """
    named, found = {**PUBLIC, **ARRIVING}, []
    for route in site.routes:
        assert isinstance(route, Route | Mount)
        path = re.sub(r":\w+}", "}", route.path)
        methods = {"GET"} if isinstance(route, Mount) else (route.methods or set()) - {"HEAD"}
        for method in sorted(methods):
            limits = (WITHOUT_SESSION,) if "{slot}" in path else named[path].limits
            first, *more = limits
            asked = method == "POST" or path.startswith("/hooks/") or path == "/static" or not more
            found += [(method, path, first)] if first is PAGES and path != "/static" else []
            found += [(method, path, limit) for limit in (more or limits) if asked and limit is not PAGES]
    return found


def site_with(program: Restored, limit: Limit, *, on: bool = True) -> Starlette:
    """A site on which this limit alone is low; `on`: the channels that have hooks are switched on."""
    name = limit.setting.removeprefix("web.")
    assert MANY == getattr(SETTINGS, name)
    settings = SETTINGS.model_copy(update={name: FEW})
    if not on:
        return assemble(program, program.channel, settings, CARRIER)
    return page_world.site_of(program, settings)


async def flood(site: Starlette, method: str, path: str, at: str = AT) -> list[int]:
    """Call again and again, each time with another token; the answers."""
    browser, statuses = Browser(site, URL, at, "de"), []
    for number in range(FLOOD):
        address = re.sub(r"{[^}]*}", f"x{number}" if "language" not in path else "de", path)
        address += "/style.css" if path == "/static" else ""
        statuses.append((await browser.request(method, address)).status_code)
    return statuses


@pytest.mark.parametrize("on", [True, False], ids=["channels on", "channels off"])
async def test_every_address_without_a_session_stops_a_flood(on: bool, program: Restored) -> None:
    """As often as its setting says, then "too fast"; whoever comes from elsewhere is not held up by it."""
    tried, wrong = calls(page_world.site_of(program)), []
    assert {PAGES, *(limit for one in PUBLIC.values() for limit in one.limits)} == {each for *_, each in tried} - {
        CODES
    }
    for method, path, limit in tried:
        if limit is CODES:
            continue
        site = site_with(program, limit, on=on)
        statuses = await flood(site, method, path)
        stopped = [status == 429 for status in statuses]
        if [False] * FEW + [True] * (FLOOD - FEW) != stopped:
            wrong.append(f"{method} {path}, {limit.setting}: {statuses}")
        if 429 in (await flood(site, method, path, ELSEWHERE))[:FEW]:
            wrong.append(f"{method} {path}, {limit.setting}: somebody else is stopped, too")
    assert [] == wrong
    assert len(tried) > 100


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_asking_in_a_way_that_no_page_knows_is_counted(method: str, program: Restored) -> None:
    """Under an address of a session, too, with cookies that somebody has made up."""
    browser = Browser(site_with(program, WITHOUT_SESSION), URL, AT, "de")
    for number in range(20):
        browser.cookies.set(f"__Host-lotse-participant-{number:024x}", "guess")
    statuses = [(await browser.request(method, f"/chat/{1:024x}/send")).status_code for _ in range(FLOOD)]
    assert [405] * FEW + [429] * (FLOOD - FEW) == statuses


async def test_codes_that_are_no_good_are_counted_by_the_day(program: Restored) -> None:
    """When they are used up a good one is answered like a wrong one; from elsewhere it still opens."""
    site = site_with(program, CODES)
    thief, other = Browser(site, URL, AT, "de"), Browser(site, URL, ELSEWHERE, "de")
    for _ in range(FEW):
        assert 404 == (await thief.post("/start/de", data={"code": WRONG})).status_code
    good = await thief.post("/start/de", data={"code": GOOD["p0"]})
    assert (404, False) == (good.status_code, "R. N." in good.text)
    assert 200 == (await other.post("/start/de", data={"code": GOOD["p0"]})).status_code
