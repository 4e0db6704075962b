"""Somebody of the staff leaves while everything of theirs is open: over HTTP, at a program of its own."""

import json
import re
import signal
from collections.abc import Callable, Iterator

import httpx
import pytest

from bot.clock import SystemClock
from bot.demo_accounts import PASSWORD, of
from bot.web.settings import WebSettings
from tests.bot.test_serving import IN_TIME, Machine

HIDDEN = re.compile(r'name="(csrf|once|after)" value="([^"]*)"')


class Window:
    """A browser of one of the demo's staff."""

    def __init__(self, machine: Machine) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{machine.port}", timeout=30, trust_env=False)
        self.home = ""

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the forms on a page."""
        return dict(HIDDEN.findall(self.http.get(path).text))

    def give_password(self, handle: str) -> httpx.Response:
        """The first step of a login."""
        account = of(handle)
        assert account is not None
        sent = {**self.form("/login"), "user_name": account.user_name, "password": PASSWORD}
        return self.http.post("/login", data=sent)

    def log_in(self, handle: str) -> None:
        """Both steps."""
        assert 303 == self.give_password(handle).status_code
        account = of(handle)
        assert account is not None
        sent = {**self.form("/login/second"), "code": account.code(SystemClock().now())}
        answer = self.http.post("/login/second", data=sent)
        assert 303 == answer.status_code, answer.text
        self.home = "/".join(answer.headers["location"].split("/")[:3])

    def status(self, path: str) -> int:
        """What a page of the session answers."""
        return self.http.get(f"{self.home}{path}").status_code


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine of its own; its folder has a short name because of the control socket."""
    made = Machine(tmp_path_factory.mktemp("m"))
    yield made
    made.clean_up()


@pytest.fixture
def open_window(machine: Machine) -> Iterator[Callable[[], Window]]:
    """Opens windows, and closes them when the test is over."""
    opened: list[Window] = []

    def open_() -> Window:
        opened.append(Window(machine))
        return opened[-1]

    yield open_
    for one in opened:
        one.http.close()


def ends(lines: Iterator[str]) -> bool:
    """Whether an open stream is told that its session is over, and then ends."""
    return "event: gone" in list(lines)


@pytest.mark.slow
def test_whoever_leaves_is_out_everywhere(machine: Machine, open_window: Callable[[], Window]) -> None:
    """Pages, stream, chat, half a login, a link and a calendar are dead; colleagues and people go on."""
    child = machine.start("demo")
    link = machine.ask("login-link", "c2").stdout.strip().partition(f":{machine.port}")[2]
    lead, leaving, half, guest = (open_window() for _ in range(4))
    lead.log_in("k1")
    leaving.log_in("c2")
    half.give_password("c2")
    made = leaving.http.post(
        f"{leaving.home}/calendar", data={**leaving.form(f"{leaving.home}/calendar"), "do": "make"}
    )
    (feed,) = set(re.findall(r"/calendar/[\w-]+\.ics", made.text))
    chat = leaving.form(leaving.home)
    assert [200, 200, 200] == [leaving.status(path) for path in ("/today", "/people", "")]
    assert 200 == guest.http.get(feed).status_code
    with leaving.http.stream("GET", f"{leaving.home}/stream") as stream:
        lines = stream.iter_lines()
        assert "retry: 2000" == next(lines)
        page = f"{lead.home}/team/c2"
        done = lead.http.post(page, data={**lead.form(page), "do": "leave", "sure": "yes"})
        assert 200 == done.status_code, done.text
        assert ends(lines)
    assert [404] * 5 == [leaving.status(path) for path in ("/today", "/people", "", "/stream", "/left")]
    assert 404 == leaving.http.post(f"{leaving.home}/send", data={**chat, "text": "noch da"}).status_code
    assert "/login?late" == half.http.get("/login/second").headers["location"]
    assert 403 == half.give_password("c2").status_code
    assert 404 == guest.http.get(feed).status_code
    assert 404 == guest.http.post(link, data=guest.form(link)).status_code
    assert 200 == lead.status("/team")
    assert "c2" not in {one["who"] for one in json.loads(machine.ask("alerts", "--json").stdout or "[]")}
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=IN_TIME)
    assert 0 == child.returncode


def test_an_open_stream_looks_often_enough() -> None:
    """A session that was ended is noticed within five seconds: no setting can make it longer."""
    most = next(one.le for one in WebSettings.model_fields["stream_check_seconds"].metadata if hasattr(one, "le"))
    assert most <= 5
    assert WebSettings().stream_check_seconds <= 5
