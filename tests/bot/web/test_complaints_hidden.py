"""A complaint on no page of the own caseworker, their stand-in or the coordinator, in five languages (F47, R59)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.engine.events import AlertKind
from flows.engine.messages import Inbound, InboundKind
from handlers import inbound
from handlers.alert_cards import TEXTS
from locales.catalog import render
from storage.uow import UnitOfWork
from tests.bot.web import page_world
from tests.bot.web.conftest import Browser
from tests.bot.web.page_visitors import person
from tests.bot.web.page_world import AT, SUBJECT, URL, Restored, Template
from tests.bot.web.program import MORNING
from tests.bot.web.test_plain_text import addresses

MARK = "kanarienvogel"
COMPLAINTS = {
    "de": "Ich will mich über Herrn Demir beschweren, er ist unfair",
    "de@simple": "Ich will mich beschweren. Der Trainer lacht mich aus",
    "en": "I want to complain about my caseworker, he is rude to me",
    "ar": "بدي اشتكي على المشرفة لأنها بتصرخ عليي",
    "uk": "Хочу поскаржитися на пані Альберс, вона кричить на мене",
}
TITLE = render(TEXTS[AlertKind.COMPLAINT], "de", formal=True, params={"name": ""})[-36:]
CHANGING = re.compile(r"[0-9a-f]{16,}|[A-Za-z0-9_-]{24,}|\b\d{15,}\b")
"""What is another one on every page: tokens and numbers that nobody can guess."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The filled world."""
    return page_world.make(tmp_path_factory.mktemp("complaints"))


@pytest.fixture
def program(template: Template, tmp_path: Path) -> Iterator[Restored]:
    """A copy of it."""
    program = template.restore(tmp_path)
    yield program
    program.store.close()


def complain(program: Restored, language: str) -> None:
    """The participant complains, and writes more."""

    def speak(uow: UnitOfWork) -> None:
        p6 = replace(person(uow, SUBJECT), language=language)
        uow.people.update(p6)
        sender = next(one for one in uow.people.addresses(p6.id) if one.channel == "web").external
        for number, words in enumerate((COMPLAINTS[language], f"{MARK} {MARK}")):
            told = Inbound(
                channel="web", external_id=f"complaint{number}", sender=sender, kind=InboundKind.TEXT, text=words
            )
            inbound.receive(uow, told, MORNING)

    program.write(speak)


async def shown(program: Restored, template: Template, handle: str) -> dict[str, str]:
    """Every page and file of the site as this person is shown it."""
    browser = Browser(page_world.site_of(program), URL, AT, "de")
    home = await browser.enter(program.link(handle))
    found = {}
    for path in (*addresses(template, home), f"{home}/people?q={MARK}", f"{home}/people?q=beschwer"):
        answer = await browser.get(path)
        found[path.replace(home, "")] = CHANGING.sub("…", answer.text.replace(home, ""))
    return found


@pytest.mark.parametrize("language", COMPLAINTS)
async def test_no_page_of_the_own_caseworker_shows_it(language: str, template: Template, program: Restored) -> None:
    """Neither the words, nor that there is a complaint."""
    complain(program, language)
    pages = await shown(program, template, "c2")
    assert len(pages) > 20
    for path, text in pages.items():
        assert MARK not in text.replace(f"q={MARK}", "").replace(f'value="{MARK}"', ""), path
        assert COMPLAINTS[language] not in text, path
        assert TITLE not in text, path


@pytest.mark.parametrize("handle", ["c1", "k1", "d1"])
async def test_no_page_of_others_shows_it(handle: str, template: Template, program: Restored) -> None:
    """A colleague, the coordinator and the officer read nothing of it, either."""
    complain(program, "de")
    for path, text in (await shown(program, template, handle)).items():
        assert MARK not in text.replace(f"q={MARK}", "").replace(f'value="{MARK}"', ""), path
        assert COMPLAINTS["de"] not in text, path


async def test_the_protection_person_reads_it_on_a_page(template: Template, program: Restored) -> None:
    """It is there: what the others do not see is not simply lost."""
    complain(program, "de")
    pages = await shown(program, template, "v1")
    assert any(COMPLAINTS["de"] in text and TITLE in text for text in pages.values())
