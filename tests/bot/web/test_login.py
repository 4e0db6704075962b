"""The way in: login links, sessions and their cookies."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from storage.errors import StoreFull
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

Open = Callable[..., Browser]


async def test_looking_at_a_link_does_not_use_it_up(program: SmallProgram, open_browser: Open) -> None:
    """Previews and curious people may open a link as often as they like; the button still works afterwards."""
    link = program.link("p1")
    for _ in range(3):
        assert (await open_browser().get(link)).status_code == 200
        assert (await open_browser().head(link)).status_code == 200
    assert (await open_browser().enter(link)).startswith("/chat/")


async def test_a_link_works_once(program: SmallProgram, open_browser: Open) -> None:
    """The second press of the button gets nothing, in the same browser and in another one."""
    link, first = program.link("p1"), open_browser()
    await first.enter(link)
    for browser in (first, open_browser()):
        fields = browser.fields((await browser.get(link)).text)
        assert (await browser.post(link, data=fields)).status_code == 404


async def test_wrong_used_and_expired_links_answer_alike(program: SmallProgram, open_browser: Open) -> None:
    """Nobody can tell a link that was good from one that never was."""
    used, expired, unknown = program.link("p1"), program.link("p2", lifetime=timedelta(minutes=1)), "/l/" + "A" * 43
    await open_browser().enter(used)
    program.clock.time += timedelta(minutes=1)
    answers = set()
    for link in (used, expired, unknown):
        browser = open_browser()
        door = await browser.get(link)
        answer = await browser.post(link, data=browser.fields(door.text))
        answers.add((door.status_code, answer.status_code, answer.text))
    assert len(answers) == 1


async def test_a_link_cannot_be_pressed_from_another_page(program: SmallProgram, browser: Browser) -> None:
    """Without the token of its own page a link stays unused."""
    link = program.link("p1")
    assert (await browser.post(link, data={"csrf": "0" * 64})).status_code == 403
    await browser.get(link)
    assert (await browser.post(link, data={"csrf": "0" * 64})).status_code == 403
    assert (await browser.post(link, headers={"sec-fetch-site": "cross-site"})).status_code == 403
    await browser.enter(link)


async def test_only_hashes_are_stored(program: SmallProgram, browser: Browser, tmp_path: Path) -> None:
    """Neither the token of a link nor the secret of a cookie is anywhere in the database's files."""
    link = program.link("p1")
    await browser.enter(link)
    secrets = [link.removeprefix("/l/"), *browser.cookies.values()]
    stored = b"".join(path.read_bytes() for path in (tmp_path / "db").iterdir())
    assert len(secrets) == 2
    assert not [secret for secret in secrets if secret.encode() in stored]


@pytest.mark.parametrize(("handle", "kind", "days"), [("p1", "participant", 90), ("c1", "staff", 1 / 3)])
async def test_cookies_over_https_belong_to_this_host_alone(
    program: SmallProgram, open_browser: Open, handle: str, kind: str, days: float
) -> None:
    """Over https the cookie is __Host-, Secure, HttpOnly, SameSite=Lax, for all paths and no domain."""
    browser = open_browser("https://chat.example", at="203.0.113.7")
    link = program.link(handle)
    answer = await browser.post(link, data=browser.fields((await browser.get(link)).text))
    cookie = next(c for c in answer.headers.get_list("set-cookie") if kind in c)
    assert cookie.startswith(f"__Host-lotse-{kind}-")
    assert {"secure", "httponly", "samesite=lax", "path=/"} < set(cookie.lower().split("; "))
    assert f"Max-Age={int(days * 86400)}" in cookie
    assert "domain" not in cookie.lower()


async def test_cookies_on_this_machine_do_without_https(program: SmallProgram, browser: Browser) -> None:
    """On plain http over loopback the cookie has the same bounds without prefix and Secure."""
    link = program.link("p1")
    answer = await browser.post(link, data=browser.fields((await browser.get(link)).text))
    cookie = next(c for c in answer.headers.get_list("set-cookie") if "participant" in c)
    assert cookie.startswith("lotse-participant-")
    assert {"httponly", "samesite=lax", "path=/"} < set(cookie.lower().split("; "))
    assert "secure" not in cookie.lower()


async def test_several_people_use_one_browser(program: SmallProgram, browser: Browser) -> None:
    """Two participants and a caseworker sign in side by side; the first page lets them choose by their sign."""
    homes = {handle: await browser.enter(program.link(handle)) for handle in ("p1", "p2", "c1")}
    for handle, home in homes.items():
        assert f'lang="{program.person(handle).language}"' in (await browser.get(home)).text
    choice = (await browser.get("/")).text
    assert all(home in choice for home in homes.values())
    assert program.person("p1").sign in choice
    assert program.person("p2").sign in choice
    assert program.person("p1").name not in choice


async def test_signing_in_again_takes_the_place_of_the_first_session(program: SmallProgram, browser: Browser) -> None:
    """Somebody who opens a second link in the same browser is there once, and the others stay."""
    other = await browser.enter(program.link("p2"))
    first = await browser.enter(program.link("p1"))
    second = await browser.enter(program.link("p1"))
    assert [404, 200, 200] == [(await browser.get(home)).status_code for home in (first, second, other)]
    assert 2 == len(dict(browser.cookies))


async def test_one_person_goes_straight_to_the_chat(program: SmallProgram, browser: Browser) -> None:
    """Where only one is signed in there is nothing to choose."""
    home = await browser.enter(program.link("p1"))
    answer = await browser.get("/")
    assert (303, f"{home}#newest") == (answer.status_code, answer.headers["location"])


async def test_staff_are_signed_out_after_half_an_hour_of_nothing(program: SmallProgram, browser: Browser) -> None:
    """29 minutes of quiet are fine, again and again; 31 are not."""
    home = await browser.enter(program.link("c1"))
    for _ in range(3):
        program.clock.time += timedelta(minutes=29)
        assert (await browser.get(home)).status_code == 200
    program.clock.time += timedelta(minutes=31)
    assert (await browser.get(home)).status_code == 404


async def test_staff_are_signed_out_after_eight_hours_of_work(program: SmallProgram, browser: Browser) -> None:
    """However busy: after eight hours somebody of the staff signs in again."""
    home = await browser.enter(program.link("c1"))
    for _ in range(31):
        program.clock.time += timedelta(minutes=15)
        assert (await browser.get(home)).status_code == 200
    program.clock.time += timedelta(minutes=15)
    assert (await browser.get(home)).status_code == 404


async def test_participants_stay_signed_in_for_ninety_days(program: SmallProgram, browser: Browser) -> None:
    """A participant comes back after 89 days, and not after 90."""
    home = await browser.enter(program.link("p1"))
    program.clock.time += timedelta(days=89)
    assert (await browser.get(home)).status_code == 200
    program.clock.time += timedelta(days=1)
    assert (await browser.get(home)).status_code == 404


async def test_whatever_does_not_fit_gets_the_same_answer(program: SmallProgram, open_browser: Open) -> None:
    """Unknown, foreign, revoked, altered, at the wrong door: one answer, to the letter."""
    mine, theirs = open_browser(), open_browser()
    await mine.enter(program.link("p1"))
    await theirs.enter(program.link("p2"))
    slot = theirs.home.rpartition("/")[2]
    secret = next(iter(theirs.cookies.values()))
    forged = {
        "unknown": ("/chat/" + "0" * 24, {}),
        "no slot at all": ("/chat/x", {}),
        "foreign": (theirs.home, {"lotse-participant-" + slot: next(iter(mine.cookies.values()))}),
        "altered": (theirs.home, {"lotse-participant-" + slot: secret[:-1] + ("A" if secret[-1] != "A" else "B")}),
        "empty": (theirs.home, {"lotse-participant-" + slot: ""}),
    }
    answers = {}
    for name, (path, cookies) in forged.items():
        thief = open_browser()
        thief.cookies.update(cookies)
        answer = await thief.get(path)
        answers[name] = (answer.status_code, answer.text)
    program.write(lambda uow: uow.sessions.revoke(slot))
    revoked = await theirs.get(theirs.home)
    answers["revoked"] = (revoked.status_code, revoked.text)
    assert {404} == {status for status, _ in answers.values()}
    assert len({text for _, text in answers.values()}) == 1
    doors = {"unknown": ("0" * 24, {}), "wrong door": (slot, {"lotse-staff-" + slot: secret})}
    for name, (place, cookies) in doors.items():
        thief = open_browser()
        thief.cookies.update(cookies)
        answers[name] = ((answer := await thief.get(f"/staff/{place}")).status_code, answer.text)
    assert 404 == answers["unknown"][0]
    assert answers["unknown"] == answers["wrong door"]


async def test_thousands_of_guesses_open_nothing(program: SmallProgram, open_browser: Open) -> None:
    """A browser that tries slots and secrets is told to wait, and never let in."""
    await open_browser().enter(program.link("p1"))
    thief, seen = open_browser(), set()
    for guess in range(400):
        slot = f"{guess:024x}"
        thief.cookies.clear()
        thief.cookies.set(f"lotse-participant-{slot}", "guess")
        seen.add((await thief.get(f"/chat/{slot}")).status_code)
    assert {404, 429} == seen


async def test_deleting_everything_is_two_taps_away(program: SmallProgram, browser: Browser) -> None:
    """A link below the messages, a button: then every session of this browser is over and its cookies are gone."""
    for handle in ("p1", "p2"):
        await browser.enter(program.link(handle))
    assert f"{browser.home}/delete" in await browser.page()
    first = await browser.get(f"{browser.home}/delete")
    answer = await browser.post(f"{browser.home}/delete", data={**browser.fields(first.text), "who": "all"})
    assert answer.status_code == 200
    assert not dict(browser.cookies)
    assert '"cache", "cookies", "storage"' == answer.headers["clear-site-data"]
    assert (await browser.get(browser.home)).status_code == 404


async def test_one_of_two_can_leave_alone(program: SmallProgram, browser: Browser) -> None:
    """Who shares a browser can sign out without signing the other one out."""
    stays = await browser.enter(program.link("p1"))
    goes = await browser.enter(program.link("p2"))
    first = await browser.get(f"{goes}/delete")
    await browser.post(f"{goes}/delete", data={**browser.fields(first.text), "who": "me"})
    assert (await browser.get(goes)).status_code == 404
    assert (await browser.get(stays)).status_code == 200


async def test_reading_works_while_nothing_can_be_written(
    program: SmallProgram, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the writer is stuck people still see what was said, even if their visit cannot be noted."""
    await browser.enter(program.link("p1"))
    program.say("p1", "Guten Morgen")
    program.clock.time += timedelta(minutes=5)

    async def fail(_: object) -> None:
        raise StoreFull("busy")

    monkeypatch.setattr(program, "run", fail)
    assert "Guten Morgen" in await browser.page()


async def test_an_outage_is_not_taken_for_being_signed_out(
    program: SmallProgram, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that does not answer gives "try again", never "who are you"."""
    await browser.enter(program.link("p1"))

    def fail() -> None:
        raise StoreFull("busy")

    monkeypatch.setattr(program.store, "read", fail)
    assert 503 == (await browser.get(browser.home)).status_code
