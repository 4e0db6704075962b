"""Old, forged and borrowed cookies, forms from elsewhere, and addresses that were made up: refused, and all alike."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from bot.web.doors import PERSONAL
from tests.bot.web import page_world
from tests.bot.web.conftest import Browser
from tests.bot.web.page_world import AT, SUBJECT, URL, Restored, Template
from tests.handlers.world import read_rows

Open = Callable[[], Browser]
TRICKS = (
    "//staff/{slot}/people/p6", "/staff//{slot}/people/p6", "/staff/{slot}//people/p6", "/staff/{slot}/people//p6",
    "/chat/../staff/{slot}/people/p6", "/chat/%2e%2e/staff/{slot}/people/p6", "/staff/{slot}/people/..%2fp6",
    "/static/..%2f..%2fsite.py", "/static/%2e%2e/%2e%2e/site.py", "/staff/{slot}/people/p6%00",
    "/staff/{slot}%2fpeople%2fp6", "/staff/{slot}/people/P6", "/STAFF/{slot}/people/p6", "/staff/{slot};x/people/p6",
    "/staff/{slot}/people/%252e%252e", "/staff/{slot}/people/p6%20", "/staff/{slot}/certificates/{certificate}.jpg",
    "/staff/{slot}/certificates/-1", "/staff/{slot}/certificates/999999999999999999999999",
    "/staff/{slot}/broadcasts/{broadcast}/../{broadcast}", "/staff/{slot}/calendar/0.ics",
)  # fmt: skip
"""Asked for by a caseworker to whom none of it belongs."""
REFUSALS = frozenset({"access_log", "audit_groups", "outbox"})
FOREIGN = {
    "/staff/{slot}/people/{0}": ("p6", "p99"),
    "/staff/{slot}/papers/{0}": ("p6", "p99"),
    "/staff/{slot}/certificates/{0}": ("{certificate}", "1"),
    "/staff/{slot}/certificates/{0}/1.jpg": ("{certificate}", "1"),
    "/staff/{slot}/calendar/{0}.ics": ("{meeting}", "1"),
    "/staff/{slot}/broadcasts/{0}": ("{broadcast}", "1"),
    "/staff/{slot}/broadcasts/{0}/progress": ("{broadcast}", "1"),
}
"""What is somebody else's, and what there is not, by address."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The filled world."""
    return page_world.make(tmp_path_factory.mktemp("forged"))


@pytest.fixture
def program(template: Template, tmp_path: Path) -> Iterator[Restored]:
    """A copy of it."""
    program = template.restore(tmp_path)
    yield program
    program.store.close()


@pytest.fixture
def open_browser(program: Restored) -> Open:
    """Opens browsers on one site, over https."""
    site = page_world.site_of(program)
    return lambda: Browser(site, URL, AT, "de")


def session_routes(browser: Browser) -> list[tuple[str, str]]:
    """Every method and address behind a session, from the router, with something in the place of what follows."""
    found = []
    for route in browser.site.routes:
        if isinstance(route, Route) and "{slot}" in route.path:
            rest = re.sub(r"{(?!slot)[^}]*}", "1", route.path)
            found += [(method, rest) for method in sorted((route.methods or set()) - {"HEAD"})]
    assert {re.sub(r"{(?!slot)[^}]*}", "1", path) for path in PERSONAL if "{slot}" in path} == {one for _, one in found}
    return found


def cookie_of(browser: Browser) -> tuple[str, str]:
    """Name and secret of the session."""
    (found,) = [(name, value) for name, value in browser.cookies.items() if browser.home.rpartition("/")[2] in name]
    return found


async def answers_of(browser: Browser, slot: str) -> set[tuple[int, str]]:
    """What every page behind a session says in this slot: status and words, by kind of door."""
    answers = set()
    for method, path in session_routes(browser):
        answer = await browser.request(method, path.replace("{slot}", slot))
        answers.add((answer.status_code, f"{path.split('/')[1]}: {words(answer)}"))
    return answers


def words(answer: httpx.Response) -> str:
    """What the page says, without what is new each time, and without words that are only given back."""
    return re.sub(r'value="[0-9a-f]{32}"', "", answer.text)


def age(program: Restored, slot: str) -> None:
    """The session has ended by itself."""
    program.clock.time += timedelta(days=91)


def revoke(program: Restored, slot: str) -> None:
    """It was ended: logged out here, or on another device."""
    program.write(lambda uow: uow.sessions.revoke(slot))


def keep(program: Restored, slot: str) -> None:
    """Nothing has become of it."""


@pytest.mark.parametrize("handle", [SUBJECT, "c2"])
@pytest.mark.parametrize("how", ["old", "revoked", "altered", "borrowed", "empty", "wrong door", "without prefix"])
async def test_every_page_answers_a_bad_cookie_as_it_answers_none(
    how: str, handle: str, program: Restored, open_browser: Open
) -> None:
    """Whatever is wrong with it: on each page the answer is to the letter that to a slot which nobody has."""
    owner, thief, nobody = open_browser(), open_browser(), open_browser()
    home = await owner.enter(program.link(handle))
    slot, (name, secret) = home.rpartition("/")[2], cookie_of(owner)
    await thief.enter(program.link("p1"))
    borrowed = cookie_of(thief)[1]
    kind, other = ("staff", "participant") if "staff" in name else ("participant", "staff")
    forged = {
        "old": (name, secret, age), "revoked": (name, secret, revoke),
        "altered": (name, secret[:-1] + ("A" if secret[-1] != "A" else "B"), keep), "borrowed": (name, borrowed, keep),
        "empty": (name, "", keep), "wrong door": (name.replace(kind, other), secret, keep),
        "without prefix": (name.removeprefix("__Host-") + "x", secret, keep),
    }  # fmt: skip
    thief.cookies.clear()
    named, value, becomes = forged[how]
    becomes(program, slot)
    thief.cookies.set(named, value)
    expected = await answers_of(nobody, "0" * 24)
    assert {404} == {status for status, _ in expected}
    assert expected == await answers_of(thief, slot)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"},
        {"origin": "https://chat.example.evil.example"}, {"origin": "http://chat.example"},
        {"origin": "https://chat.example:8443"}, {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("handle", [SUBJECT, "k1"])
async def test_a_form_from_elsewhere_changes_nothing_on_any_page(
    handle: str, headers: dict[str, str], program: Restored, open_browser: Open
) -> None:
    """With the right token but from another page, or from our address without the token: refused everywhere."""
    browser = open_browser()
    home = await browser.enter(program.link(handle))
    token = browser.fields((await browser.get(home)).text)["csrf"]
    before = read_rows(program.file)
    for method, path in session_routes(browser):
        if method == "POST" and path.startswith(home.rpartition("/")[0]):
            data = {"csrf": token if headers else "0" * 32, "text": "Hallo", "do": "away", "first": "2026-12-01"}
            answer = await browser.post(path.replace("{slot}", home.rpartition("/")[2]), data=data, headers=headers)
            assert answer.status_code in {400, 403, 404}, (path, answer.status_code)
    assert before == read_rows(program.file)


@pytest.mark.parametrize("origin", [None, "null", "https://chat.example"])
async def test_our_own_forms_are_taken(origin: str | None, program: Restored, open_browser: Open) -> None:
    """Browsers that say nothing, hide where they were, or name our own address."""
    browser = open_browser()
    home = await browser.enter(program.link("c2"))
    token = browser.fields((await browser.get(home)).text)["csrf"]
    headers = {} if origin is None else {"origin": origin, "sec-fetch-site": "same-origin"}
    data = {"csrf": token, "do": "away", "first": "2026-12-01"}
    assert 200 == (await browser.post(f"{home}/away", data=data, headers=headers)).status_code


async def test_what_only_takes_forms_shows_nothing(program: Restored, open_browser: Open) -> None:
    """Looking at an address for forms, or asking in a way no page knows, is answered without a page behind it."""
    browser = open_browser()
    home = await browser.enter(program.link("c2"))
    routes = session_routes(browser)
    takes = {path: {method for method, one in routes if one == path} for _, path in routes}
    before, asked = read_rows(program.file), 0
    for path, methods in takes.items():
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} - methods:
            answer = await browser.request(method, path.replace("{slot}", home.rpartition("/")[2]))
            assert answer.status_code in {404, 405}, (method, path)
            assert "Leon" not in answer.text
            asked += 1
    assert asked > 200
    assert before == read_rows(program.file)


@pytest.mark.parametrize("trick", TRICKS)
async def test_a_made_up_address_leads_nowhere(
    trick: str, template: Template, program: Restored, open_browser: Open
) -> None:
    """Doubled or encoded slashes, dots, other cases and numbers reach nothing that is somebody else's."""
    browser = open_browser()
    home = await browser.enter(program.link("c1"))
    path = partial(str.replace, trick, "{slot}", home.rpartition("/")[2])()
    for name, value in template.values.items():
        path = path.replace("{" + name + "}", value)
    request = httpx.Request("GET", httpx.URL(URL).copy_with(raw_path=path.encode()), headers=dict(browser.headers))
    request.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    answer = await browser.send(request)
    assert 404 == answer.status_code, path
    assert "Leon" not in answer.text


@pytest.mark.parametrize("address", FOREIGN)
async def test_what_is_somebody_elses_answers_like_what_there_is_not(
    address: str, template: Template, program: Restored, open_browser: Open
) -> None:
    """Nobody learns from the answer whether there is such a person, certificate, appointment or broadcast."""
    browser = open_browser()
    home = await browser.enter(program.link("c1"))
    answers = []
    for one in FOREIGN[address]:
        known = template.values.get(one.strip("{}"), one)
        path = address.replace("{slot}", home.rpartition("/")[2]).replace("{0}", known)
        answers.append(((found := await browser.get(path)).status_code, found.text, sorted(found.headers)))
    assert answers[0] == answers[1]
    assert 404 == answers[0][0]


@pytest.mark.parametrize("number", ["x", "9" * 30, "-1", "0", "1;2", "", "\u0661", "{p1}"])
async def test_a_number_that_was_made_up_is_no_fault_of_ours(
    number: str, program: Restored, open_browser: Open
) -> None:
    """In addresses and in forms: what is no number of theirs is refused, and nothing breaks or changes."""
    number = number.replace("{p1}", str(program.person("p1").id))
    browser = open_browser()
    home = await browser.enter(program.link("c2"))
    token = browser.fields((await browser.get(home)).text)["csrf"]
    before = counts(program)
    for path in ("certificates/{}", "certificates/{}/1.jpg", "certificates/1/{}.jpg", "calendar/{}.ics"):
        assert 404 == (await browser.get(f"{home}/{path.format(number)}")).status_code or not number, path
    forms = {
        "month": {"do": number, "month": "2026-10"},
        "attendance": {"do": number, "day": "2026-11-23", "marked": "present"},
        "away": {"do": "stand_in", "who": number},
    }
    for path, form in forms.items():
        answer = await browser.post(f"{home}/{path}", data={"csrf": token, **form})
        assert answer.status_code in {303, 403, 404}, (path, answer.status_code)
    await browser.get(f"{home}?from={number}")
    assert before == counts(program)


def counts(program: Restored) -> dict[str, int]:
    """How many rows there are of everything but what was refused and what was said about that."""
    return {name: len(rows) for name, rows in read_rows(program.file).items() if name not in REFUSALS}


async def test_a_coordinator_s_numbers_too(program: Restored, open_browser: Open) -> None:
    """Broadcasts have theirs in the address."""
    browser = open_browser()
    home = await browser.enter(program.link("k1"))
    for number in ("x", "9" * 30, "-1", "0", "\u0661"):
        for path in ("broadcasts/{}", "broadcasts/{}/progress"):
            assert 404 == (await browser.get(f"{home}/{path.format(number)}")).status_code
