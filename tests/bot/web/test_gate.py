"""The gate: connections, headers, error pages."""

import re
from collections.abc import Callable

import pytest
from starlette.exceptions import HTTPException

from bot.web.connection import Connection, Doorkeeper
from bot.web.settings import WebSettings
from locales.catalog import LANGUAGES, direction
from storage.errors import DatabaseLocked
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

Open = Callable[..., Browser]


def scope(peer: str, scheme: str = "http", **headers: str) -> dict[str, object]:
    """A request as the server hands it over."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "scheme": scheme, "client": (peer, 1), "headers": raw}


DOORKEEPER = Doorkeeper(["192.0.2.10", "10.0.0.0/8"])
CONNECTIONS = [
    ("this machine", scope("127.0.0.1", host="localhost:8080"), Connection("127.0.0.1", secure=False, local=True)),
    ("this machine, IPv6", scope("::1", host="[::1]:8080"), Connection("::1", secure=False, local=True)),
    ("elsewhere, http", scope("203.0.113.7", host="localhost"), Connection("203.0.113.7", secure=False, local=False)),
    ("elsewhere, https", scope("203.0.113.7", "https"), Connection("203.0.113.7", secure=True, local=False)),
    (
        "a name that points here",
        scope("127.0.0.1", host="evil.example"),
        Connection("127.0.0.1", secure=False, local=False),
    ),
    (
        "an unknown proxy on this machine",
        scope("127.0.0.1", host="localhost", x_forwarded_proto="https", x_forwarded_for="203.0.113.7"),
        Connection("127.0.0.1", secure=False, local=False),
    ),
    (
        "somebody who claims to be a proxy",
        scope("203.0.113.7", x_forwarded_proto="https"),
        Connection("203.0.113.7", secure=False, local=False),
    ),
    (
        "a trusted proxy",
        scope("192.0.2.10", x_forwarded_proto="https", x_forwarded_for="203.0.113.7"),
        Connection("203.0.113.7", secure=True, local=False),
    ),
    (
        "a chain of trusted proxies, with a forged beginning",
        scope("10.1.2.3", x_forwarded_proto="https", x_forwarded_for="127.0.0.1, 203.0.113.7, 192.0.2.10"),
        Connection("203.0.113.7", secure=True, local=False),
    ),
    (
        "a trusted proxy that was reached by http",
        scope("192.0.2.10", x_forwarded_proto="http"),
        Connection("192.0.2.10", secure=False, local=False),
    ),
    ("no address at all", scope("", host="localhost"), Connection("", secure=False, local=False)),
]


@pytest.mark.parametrize(("request_", "expected"), [c[1:] for c in CONNECTIONS], ids=[c[0] for c in CONNECTIONS])
def test_only_a_trusted_proxy_is_believed(request_: dict[str, object], expected: Connection) -> None:
    """Who calls and whether the way is safe is read from the socket, or from a proxy the carrier has named."""
    assert expected == DOORKEEPER.read(request_)


def test_a_proxy_must_be_an_address() -> None:
    """A wrong entry is refused when the settings are read."""
    with pytest.raises(ValueError, match="trusted_proxies"):
        WebSettings(trusted_proxies=("my-proxy",))


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_plain_http_from_elsewhere_is_refused_in_words(open_browser: Open, method: str) -> None:
    """Nothing is served over a line others can listen to, not even to somebody who is signed in."""
    answer = await open_browser("http://chat.example", at="203.0.113.7", language="en").request(method, "/")
    assert 403 == answer.status_code
    assert "https" in answer.text
    assert "set-cookie" not in answer.headers


async def test_every_answer_has_its_headers(program: SmallProgram, browser: Browser) -> None:
    """Pages, redirects, errors: no inline code, no framing, no referrer, no guessing of types, no keeping."""
    await browser.enter(program.link("p1"))
    for path in ("/", browser.home, "/privacy", "/nothing", "/healthz", "/l/x", f"{browser.home}/delete"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert ("nosniff", "no-referrer", "no-store") == (
            headers["x-content-type-options"],
            headers["referrer-policy"],
            headers["cache-control"],
        )
        assert "strict-transport-security" not in headers


async def test_https_stays_https(open_browser: Open) -> None:
    """Over https browsers are told not to try anything else."""
    headers = (await open_browser("https://chat.example", at="203.0.113.7").get("/")).headers
    assert headers["strict-transport-security"].startswith("max-age=")


async def test_shipped_files_may_be_kept(browser: Browser) -> None:
    """Style and script are fetched once; their addresses change with them."""
    page = (await browser.get("/")).text
    style = re.search(r'href="(/static/style\.css\?v=[0-9a-f]+)"', page)
    assert style is not None
    answer = await browser.get(style[1])
    assert (200, "public, max-age=31536000, immutable") == (answer.status_code, answer.headers["cache-control"])


@pytest.mark.parametrize("path", ["/static/", "/static/../site.py", "/static/%2e%2e/site.py", "/chat/", "/chat/a/b/c"])
async def test_nothing_else_is_served(browser: Browser, path: str) -> None:
    """There is no way around the listed pages."""
    assert 404 == (await browser.get(path)).status_code


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [403, 404, 413, 429, 500, 503])
async def test_errors_are_said_in_the_readers_language(
    program: SmallProgram, open_browser: Open, monkeypatch: pytest.MonkeyPatch, language: str, status: int
) -> None:
    """Each error has its page in each language, with a way back, and nothing of the fault itself."""

    async def fail(_: object) -> None:
        raise {500: ValueError("secret"), 503: DatabaseLocked("secret")}.get(status, HTTPException(status, "secret"))

    browser = open_browser(language=language)
    route = next(r for r in browser.site.routes if getattr(r, "path", "") == "/privacy")
    monkeypatch.setattr(route, "app", lambda scope, receive, send: fail(scope))
    answer = await browser.get("/privacy")
    assert status == answer.status_code
    assert f'<html lang="{language}" dir="{direction(language)}">' in answer.text
    assert "secret" not in answer.text
    assert 'href="/"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_wrong_methods_are_refused(browser: Browser) -> None:
    """A page that can only be read says so."""
    assert 405 == (await browser.post("/privacy")).status_code


async def test_alive_and_ready_are_two_questions(program: SmallProgram, browser: Browser) -> None:
    """Without its database the program is alive, but not ready."""
    assert (200, 200) == ((await browser.get("/healthz")).status_code, (await browser.get("/readyz")).status_code)
    program.store.close()
    assert (200, 503) == ((await browser.get("/healthz")).status_code, (await browser.get("/readyz")).status_code)
