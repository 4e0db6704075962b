"""Somebody new in the team, from the lead's form to the first person who is looked after."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from flows.engine.events import AlertKind
from handlers import alerts
from handlers.alerts import News
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.staff_login import give_code, give_password, log_in, make_accounts
from tests.bot.web.test_console_account import PASSWORD, set_up
from tests.bot.web.test_team import Lead, kept, row, told

Open = Callable[..., Browser]


@pytest.fixture
async def lead(program: SmallProgram, browser: Browser) -> Lead:
    """The coordinator, logged in as people do."""
    make_accounts(program)
    return Lead(browser, await log_in(browser, program, "k1"))


async def add(lead: Lead, **fields: str) -> tuple[int, str]:
    """Send the form under the list; the status, and where it leads or what it says."""
    own = lead.browser.fields(await lead.page())
    answer = await lead.browser.post(f"{lead.home}/team", data={**own, **fields})
    return answer.status_code, answer.headers.get("location", answer.text)


def raise_alert(uow: UnitOfWork, program: SmallProgram) -> None:
    """Something has come from p1."""
    occasion = Occasion(uow=uow, now=program.clock.now(), cause="test")
    person = uow.people.by_handle("p1")
    assert person is not None
    alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, words="Hallo"))


async def test_whoever_was_added_logs_in_gets_people_and_hears_of_them(
    program: SmallProgram, lead: Lead, open_browser: Open
) -> None:
    """Form, link, password and second factor, a case, an alert: nothing of it needs the server."""
    status, place = await add(lead, name="Herr  Neu", phone="0221/4710-107", group="A")
    assert (303, f"{lead.home}/team/c3") == (status, place)
    assert "Herr Neu Fachkraft Noch kein Zugang" in row(await lead.page(), "Herr Neu")
    assert [("added", "k1")] == kept(program, "c3")
    assert [one for one in told(program, "d1") if "Herr Neu ist neu im Team." in one]
    answer = await lead.do("c3", "link", user_name="h.neu")
    (link,) = re.findall(r"http://localhost(/account/[\w-]+)", answer.text)
    codes = await set_up(open_browser(), program, link)
    mine = open_browser()
    assert 303 == (await give_password(mine, "h.neu", PASSWORD)).status_code
    entered = await give_code(mine, codes[0])
    home = entered.headers["location"].rpartition("/")[0]
    assert 200 == (await lead.do("c1", "cases", to="c3")).status_code
    program.write(lambda uow: raise_alert(uow, program))
    page = (await mine.get(f"{home}/alerts")).text
    assert "Jonas Weber" in page
    program.clock.time += timedelta(hours=1)
    heard = told(program, "p1")
    assert [one for one in heard if "Herr Neu" in one and "0221 4710107" in one], heard


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Herr Neu", "phone": "intern"}, "Bitte eine Durchwahl mit Vorwahl angeben"),
        ({"name": "Herr Neu", "phone": ""}, "Bitte eine Durchwahl mit Vorwahl angeben"),
        ({"name": " ", "phone": "0221 4710 107"}, "Bitte den Namen so angeben"),
        ({"name": "N" * 81, "phone": "0221 4710 107"}, "Bitte den Namen so angeben"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_stays(
    fields: dict[str, str], said: str, program: SmallProgram, lead: Lead
) -> None:
    """Nobody is added without a name and a line that can be called."""
    status, page = await add(lead, **fields)
    assert 403 == status
    assert said in page
    assert f'value="{fields["phone"]}"' in page
    assert program.write(lambda uow: uow.people.by_handle("c3")) is None


async def test_who_may_not_add_has_no_form(program: SmallProgram, lead: Lead, open_browser: Open) -> None:
    """The officer sees the list alone; a form sent nevertheless, or by another site, adds nobody."""
    browser = open_browser()
    officer = Lead(browser, await log_in(browser, program, "d1"))
    assert 'name="phone"' not in await officer.page()
    own = browser.fields((await browser.get(f"{officer.home}/away")).text)
    sent = {"name": "Herr Neu", "phone": "0221 4710 107", "role": "dpo"}
    assert 403 == (await browser.post(f"{officer.home}/team", data={**own, **sent})).status_code
    assert 403 == (await add(lead, **sent, csrf="x"))[0]
    assert program.write(lambda uow: uow.people.by_handle("c3")) is None
