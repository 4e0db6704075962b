"""The team on a page: the lead keeps accounts of caseworkers, the officer looks, nobody opens their own supervision."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import httpx
import pytest

from flows.people import Role
from handlers import accounts, secrecy
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.staff_login import give_password, log_in, make_accounts
from tests.bot.web.test_console_account import PASSWORD, set_up

Open = Callable[..., Browser]


class Lead:
    """Somebody at the pages of the team."""

    def __init__(self, browser: Browser, home: str) -> None:
        self.browser, self.home = browser, home

    async def page(self, handle: str = "") -> str:
        """The list, or the page of one of them."""
        answer = await self.browser.get(f"{self.home}/team" + (f"/{handle}" if handle else ""))
        assert 200 == answer.status_code, answer.text
        return unescape(answer.text)

    async def do(self, handle: str, what: str, **fields: str) -> httpx.Response:
        """Send one of the forms on the page of somebody."""
        own = self.browser.fields((await self.browser.get(f"{self.home}/team/{handle}")).text)
        return await self.browser.post(f"{self.home}/team/{handle}", data={**own, "do": what, **fields})


@pytest.fixture
async def lead(program: SmallProgram, browser: Browser) -> Lead:
    """The coordinator, logged in as people do."""
    make_accounts(program)
    return Lead(browser, await log_in(browser, program, "k1"))


def row(page: str, name: str) -> str:
    """The words of one line of the list."""
    found = next(one for one in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if name in one)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def kept(program: SmallProgram, handle: str) -> list[tuple[str, str]]:
    """What stands in the chain about the account of somebody: what was done, by whom."""
    who, names = program.person(handle).id, {program.person(one).id: one for one in ("k1", "d1", "c1")}
    found = program.write(lambda uow: uow.events.after(0))
    return [
        (one.fields["what"], names[one.fields["by"]])
        for one in found
        if one.name == "AccountKept" and one.fields["who"] == who
    ]


def told(program: SmallProgram, handle: str) -> list[str]:
    """What waits to be sent to somebody, or was."""
    who = program.person(handle).id
    claimed = program.write(lambda uow: uow.outbox.claim(program.clock.now(), timedelta(minutes=1), 100))
    return [one.message.text for one in claimed if one.message.to == who]


async def test_the_list_says_how_far_everybody_is(program: SmallProgram, lead: Lead) -> None:
    """Role, account, secrecy, last reset, how many people: no names of those who are looked after."""
    who = program.person("c1")
    program.write(lambda uow: secrecy.record(uow, who, date(2026, 11, 20), program.clock.now()))
    page = await lead.page()
    assert "Frau Albers Fachkraft In Benutzung" in row(page, "Frau Albers")
    assert row(page, "Frau Albers").endswith(" 5")
    assert "Fr 20.11." in row(page, "Frau Albers")
    assert "Frau Sommer Schutzperson" in row(page, "Frau Sommer")
    assert not [name for name in ("Jonas Weber", "Amal Haddad", "Sabine Fischer") if name in page]


@pytest.mark.parametrize(("handle", "status"), [("c1", 404), ("v1", 404), ("d1", 200), ("k1", 200)])
async def test_who_may_look(handle: str, status: int, program: SmallProgram, browser: Browser) -> None:
    """Whoever leads, and whoever watches over data protection."""
    make_accounts(program)
    home = await log_in(browser, program, handle)
    assert status == (await browser.get(f"{home}/team")).status_code
    assert status == (await browser.get(f"{home}/team/c2")).status_code
    assert (f'href="{home}/team"' in (await browser.get(f"{home}/away")).text) == (status == 200)


@pytest.mark.parametrize("who", ["k1", "d1", "v1"])
async def test_nobody_opens_their_own_supervision(who: str, program: SmallProgram, lead: Lead) -> None:
    """The own account, and those who protect people or data, are the operators': nothing is offered, nothing done."""
    page = await lead.page(who)
    assert "Diesen Zugang betreut der Betrieb." in page
    assert 'name="do"' not in page
    before = program.person(who)
    for what in ("link", "reset", "secrecy", "group", "role", "leave"):
        answer = await lead.do(who, what, sure="yes", day="2026-11-20", group="X", role="coordinator", csrf="")
        assert 403 == answer.status_code
        own = lead.browser.fields(await lead.page("c1"))
        sent = {**own, "do": what, "sure": "yes", "day": "2026-11-20", "group": "X", "role": "coordinator"}
        refused = await lead.browser.post(f"{lead.home}/team/{who}", data=sent)
        assert 403 == refused.status_code
        assert "Diesen Zugang betreut der Betrieb." in refused.text
    assert [] == kept(program, who)
    assert before == program.person(who)
    assert not program.write(lambda uow: uow.people.has_left(before.id))


async def test_the_officer_looks_and_changes_nothing(program: SmallProgram, browser: Browser) -> None:
    """The same page without forms; a form sent nevertheless is refused."""
    make_accounts(program)
    officer = Lead(browser, await log_in(browser, program, "d1"))
    assert 'name="do"' not in await officer.page("c2")
    fields = browser.fields((await browser.get(f"{officer.home}/away")).text)
    answer = await browser.post(f"{officer.home}/team/c2", data={**fields, "do": "leave", "sure": "yes"})
    assert 403 == answer.status_code
    assert [] == kept(program, "c2")


async def test_a_reset_shows_one_link_and_ends_what_was_before(
    program: SmallProgram, lead: Lead, open_browser: Open
) -> None:
    """The link stands there once; the owner and the officer hear of it; the old password and session are dead."""
    other = open_browser()
    home = await log_in(other, program, "c2")
    answer = await lead.do("c2", "reset")
    (link,) = re.findall(r"http://localhost(/account/[\w-]+)", answer.text)
    assert "/account/" not in (await lead.page("c2")).replace('action="', "")
    assert 404 == (await other.get(f"{home}/today")).status_code
    assert 403 == (await give_password(open_browser(), "c2")).status_code
    page = await lead.page()
    assert "Link ausgegeben, gilt bis" in row(page, "Herr Demir")
    assert [("reset", "k1")] == kept(program, "c2")
    assert [one for one in told(program, "d1") if "Frau Lindner hat den Zugang von Herrn Demir zurückgesetzt." in one]
    await set_up(open_browser(), program, link)
    assert 303 == (await give_password(open_browser(), "c2", PASSWORD)).status_code
    assert "In Benutzung" in row(await lead.page(), "Herr Demir")
    assert "Mo 23.11." in row(await lead.page(), "Herr Demir")


async def test_a_first_link_with_a_user_name(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """Whoever has no account gets a link; what cannot be a user name, or is somebody's, is said."""
    make_accounts(program)
    person = program.person("c2").id
    program.write(lambda uow: uow.accounts.drop(person))
    lead = Lead(browser, await log_in(browser, program, "k1"))
    assert "Noch kein Zugang" in row(await lead.page(), "Herr Demir")
    for name, said in (("x", "2 bis 40 Zeichen"), ("albers", "hat schon jemand")):
        assert said in (await lead.do("c2", "link", user_name=name)).text
    answer = await lead.do("c2", "link", user_name="H.Demir")
    (link,) = re.findall(r"http://localhost(/account/[\w-]+)", answer.text)
    await set_up(open_browser(), program, link)
    assert "h.demir" in await lead.page("c2")
    assert "schon eingerichtet" in (await lead.do("c2", "link", user_name="h.demir")).text


async def test_a_link_that_nobody_used_lapses(program: SmallProgram, browser: Browser) -> None:
    """After a day the list says that no link is valid any more."""
    make_accounts(program)
    person = program.person("c2")
    program.write(lambda uow: accounts.offer(uow, person, "", program.clock.now(), again=True))
    program.clock.time += timedelta(hours=25)
    lead = Lead(browser, await log_in(browser, program, "k1"))
    assert "Nicht eingerichtet, kein Link gilt" in row(await lead.page(), "Herr Demir")


async def test_wrong_tries_show_as_locked(program: SmallProgram, lead: Lead, open_browser: Open) -> None:
    """While no try is taken the list says until when."""
    for _ in range(4):
        await give_password(open_browser(), "c2", "falsch")
    assert "gesperrt bis" in row(await lead.page(), "Herr Demir")
    program.clock.time += timedelta(minutes=1)
    assert "In Benutzung" in row(await lead.page(), "Herr Demir")


@pytest.mark.parametrize("day", ["", "2026-11-24", "1974-01-01", "gestern"])
async def test_a_day_that_cannot_be_is_not_recorded(day: str, program: SmallProgram, lead: Lead) -> None:
    """The declaration was signed on a day that has come."""
    answer = await lead.do("c1", "secrecy", day=day)
    assert (403, []) == (answer.status_code, kept(program, "c1"))
    assert "Bitte den Tag auf der Erklärung angeben" in answer.text


async def test_secrecy_and_group_are_recorded(program: SmallProgram, lead: Lead) -> None:
    """Both stand on the page afterwards, and in the chain with who did it."""
    assert 200 == (await lead.do("c1", "secrecy", day="2026-11-20")).status_code
    assert 200 == (await lead.do("c1", "group", group="  Werkstatt   Nord ")).status_code
    assert "Werkstatt Nord" == program.person("c1").group
    assert "Fr 20.11." in await lead.page("c1")
    assert [("secrecy", "k1"), ("group", "k1")] == kept(program, "c1")
    assert "Bitte eine Gruppe angeben." in (await lead.do("c1", "group", group="   ")).text


async def test_a_role_needs_empty_hands_and_a_new_login(program: SmallProgram, lead: Lead, open_browser: Open) -> None:
    """Whoever looks after people hands them over first; then sessions end, and the officer is told."""
    other = open_browser()
    home = await log_in(other, program, "c2")
    assert "Bitte zuerst übergeben." in (await lead.do("c2", "role", role="coordinator")).text
    assert 200 == (await lead.do("c2", "cases", to="c1")).status_code
    for role in ("protection", "dpo", "participant", "king"):
        assert "Diese Rolle vergibt der Betrieb." in (await lead.do("c2", "role", role=role)).text
    assert 200 == (await lead.do("c2", "role", role="coordinator")).status_code
    assert Role.COORDINATOR is program.person("c2").role
    assert 404 == (await other.get(f"{home}/away")).status_code
    assert [one for one in told(program, "d1") if "Herr Demir hat jetzt eine andere Rolle." in one]
    assert "Diesen Zugang betreut der Betrieb." in await lead.page("c2")


async def test_one_case_goes_to_a_colleague_by_two_presses(program: SmallProgram, lead: Lead) -> None:
    """Name, then colleague: the hand-over that the chat knows; the people concerned are told."""
    page = unescape((await lead.do("c1", "case", who="Jonas")).text)
    (press,) = re.findall(r'name="press" value="([^"]+)"[^>]*>An Herrn Demir<', page)
    fields = lead.browser.fields(page)
    done = await lead.browser.post(f"{lead.home}/team/c1", data={**fields, "press": press})
    assert "Herr Demir" in done.text
    p1, c2 = program.person("p1").id, program.person("c2").id
    caseworker = program.write(lambda uow: uow.people.caseworker_of(p1))
    assert caseworker is not None
    assert c2 == caseworker.id
    assert [one for one in told(program, "c2") if "Jonas Weber" in one]
    nobody = await lead.do("c1", "case", who="Niemandsname")
    assert "nicht sicher" in nobody.text


async def test_everybody_of_somebody_who_has_left_goes_to_a_colleague(program: SmallProgram, lead: Lead) -> None:
    """After the account has ended the people are still there to be handed over; each is told who is there now."""
    assert "Bitte ankreuzen" in (await lead.do("c2", "leave")).text
    assert 200 == (await lead.do("c2", "leave", sure="yes")).status_code
    assert "Ausgeschieden am" in row(await lead.page(), "Herr Demir")
    page = await lead.page("c2")
    assert "Alle übergeben" in page
    assert "Zugang beenden" not in page
    assert "Bitte eine Fachkraft wählen" in (await lead.do("c2", "cases", to="c2")).text
    assert "Bitte eine Fachkraft wählen" in (await lead.do("c2", "cases", to="k1")).text
    assert 200 == (await lead.do("c2", "cases", to="c1")).status_code
    c1, c2 = program.person("c1").id, program.person("c2").id
    assert ([], 7) == (
        program.write(lambda uow: uow.people.ids_of(c2)),
        len(program.write(lambda uow: uow.people.ids_of(c1))),
    )
    assert "Diese Person arbeitet nicht mehr hier." in (await lead.do("c2", "reset")).text
    assert "begleitet niemanden" in (await lead.do("c2", "cases", to="c1")).text


async def test_a_form_of_another_page_does_nothing(program: SmallProgram, lead: Lead) -> None:
    """Without the token of this session, with no such thing to do, about nobody who works here."""
    answers = [
        await lead.browser.post(f"{lead.home}/team/c2", data={"csrf": "x", "do": "leave", "sure": "yes"}),
        await lead.do("c2", "promote"),
        await lead.browser.post(
            f"{lead.home}/team/p1", data={**lead.browser.fields(await lead.page("c2")), "do": "link"}
        ),
    ]
    assert [403, 403, 404] == [one.status_code for one in answers]
    assert 404 == (await lead.browser.get(f"{lead.home}/team/p1")).status_code
    assert [] == kept(program, "c2")
