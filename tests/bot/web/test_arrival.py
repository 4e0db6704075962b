"""The way in for somebody new: without scripts, no trace before the yes, alike for every code that is no good."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo import CODES
from bot.profile import load_profile
from bot.web.arrival import NO_GOOD
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.rules.invitations import LIFE, check_letter
from handlers import invitations
from locales.catalog import LANGUAGES, own_name, render
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

Open = Callable[..., Browser]
CODE = CODES["p0"]
WRONG = "0000000000" + check_letter("0000000000")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SmallProgram]:
    """The program behind the pages, with a profile: people who arrive are spoken to."""
    program = SmallProgram(tmp_path, profile=load_profile("demo"))
    yield program
    program.store.close()


def invite(program: SmallProgram, handle: str) -> str:
    """A new code for somebody."""
    person = program.person(handle)
    return program.write(lambda uow: invitations.invite(uow, person, None, program.clock.now()))


async def send(browser: Browser, code: str, language: str = "de") -> tuple[int, str]:
    """Type a code on the first page; status and page."""
    assert 200 == (await browser.get(f"/start/{language}")).status_code
    answer = await browser.post(f"/start/{language}", data={"code": code})
    return answer.status_code, answer.text


async def decide(browser: Browser, page: str, mine: str, code: str = CODE, language: str = "de") -> tuple[int, str]:
    """Press yes or no; status, and where it leads or what it says."""
    fields = {"csrf": browser.fields(page)["csrf"], "code": code, "mine": mine}
    answer = await browser.post(f"/start/{language}/answer", data=fields)
    return answer.status_code, answer.headers.get("location", answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_from_the_code_to_the_messages(program: SmallProgram, browser: Browser, language: str) -> None:
    """A code typed in small letters, a yes, and the person is at their own page, in the language chosen first."""
    status, page = await send(browser, f"{CODE[:4].lower()} {CODE[4:8]}-{CODE[8:]}", language)
    assert 200 == status
    assert "R. N." in page
    assert "Neumann" not in page
    status, there = await decide(browser, page, "yes", language=language)
    assert 303 == status
    assert there.startswith("/chat/")
    assert language == program.person("p0").language
    assert 200 == (await browser.get(there.partition("#")[0])).status_code


async def test_the_link_in_the_letter_asks_for_the_language_first(program: SmallProgram, browser: Browser) -> None:
    """The picture's link shows every language by its own name; looking at it uses nothing up."""
    page = ""
    for _ in range(3):
        page = (await browser.get(f"/i/{CODE}")).text
    assert all(own_name(language) in page for language in LANGUAGES)
    assert "R. N." not in page
    status, page = await send(browser, CODE)
    assert (200, True) == (status, "R. N." in page)
    assert program.write(lambda uow: invitations.good(uow, CODE, program.clock.now())) is not None


async def test_codes_that_are_no_good_are_answered_alike(program: SmallProgram, open_browser: Open) -> None:
    """Wrong, mistyped, used, burnt and expired codes get the same page, and no code gets it too."""
    used = invite(program, "p1")
    first = open_browser()
    await decide(first, (await send(first, used))[1], "yes", used)
    burnt = invite(program, "p2")
    second = open_browser()
    assert 200 == (await decide(second, (await send(second, burnt))[1], "no", burnt))[0]
    expired = invite(program, "p3")
    program.clock.time += LIFE
    answers = set()
    for code in (WRONG, WRONG[:-1] + "Z", used, burnt, expired, CODE, "Hallo", ""):
        answers.add(await send(open_browser(), code))
    assert 1 == len(answers)
    ((status, page),) = answers
    assert (404, True) == (status, render(NO_GOOD, "de") in page)


async def test_no_burns_the_code_and_tells_the_caseworker(program: SmallProgram, browser: Browser) -> None:
    """Whoever says that it is somebody else ends it for everybody, and is signed in nowhere."""
    _, page = await send(browser, CODE)
    status, said = await decide(browser, page, "no")
    assert (200, True) == (status, "nichts gespeichert" in said)
    assert not any("participant" in name for name in browser.cookies)
    assert 404 == (await send(browser, CODE))[0]
    with program.store.read() as uow:
        assert ["AlertRaised"] == [event.name for event in uow.events.after(0)]


async def test_only_the_first_yes_counts(program: SmallProgram, open_browser: Open) -> None:
    """Two who look at the same letter at once: one comes in, the other is answered as with any wrong code."""
    one, other = open_browser(), open_browser()
    pages = [(await send(browser, CODE))[1] for browser in (one, other)]
    assert 303 == (await decide(one, pages[0], "yes"))[0]
    assert 404 == (await decide(other, pages[1], "yes"))[0]


async def test_a_code_cannot_be_sent_from_another_page(browser: Browser) -> None:
    """Without the token of our own form no answer is taken."""
    await send(browser, CODE)
    for mine in ("yes", "no"):
        fields = {"csrf": "0" * 64, "code": CODE, "mine": mine}
        assert 403 == (await browser.post("/start/de/answer", data=fields)).status_code


async def test_ten_thousand_tries_open_nothing(program: SmallProgram) -> None:
    """After the limit for an address, and after the one for all, not even the right code is taken until tomorrow."""
    settings = WebSettings(codes_per_day=5, codes_in_all_per_day=12, logins_per_minute=100_000)
    site = assemble(program, program.channel, settings, CARRIER)

    def visitor(at: str) -> Browser:
        return Browser(site, "https://chat.example", at, "de")

    for number in range(3):
        guesser = visitor(f"203.0.113.{number}")
        for _ in range(5):
            assert 404 == (await send(guesser, WRONG))[0]
        assert 404 == (await send(guesser, CODE))[0]
    assert 404 == (await send(visitor("203.0.113.99"), CODE))[0]
    program.clock.time += timedelta(days=1)
    assert 200 == (await send(visitor("203.0.113.99"), CODE))[0]


async def test_a_stranger_leaves_nothing_in_the_database(
    program: SmallProgram, browser: Browser, tmp_path: Path
) -> None:
    """Tries write nothing at all."""

    def stored() -> list[bytes]:
        return [path.read_bytes() for path in sorted((tmp_path / "db").iterdir()) if path.suffix in {".db", ".db-wal"}]

    before = stored()
    for code in (WRONG, "Kanarienvogel", CODE):
        await send(browser, code)
    assert before == stored()
