"""Receipts on the person's own page, and papers to sign on that of staff."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.profile import load_profile
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.rules.consent import Accepted, Declined, Form, Happening, Party, Shown
from flows.rules.purposes import Scope
from handlers import consent, notices
from handlers.consent import Means
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

C4 = Scope("C4")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SmallProgram]:
    """A program under the profile of the demo."""
    program = SmallProgram(tmp_path, profile=load_profile("demo"))
    yield program
    program.store.close()


@pytest.fixture
def visitor(program: SmallProgram, settings: WebSettings) -> Browser:
    """A browser before its site."""
    return Browser(assemble(program, program.channel, settings, CARRIER), "http://localhost", "127.0.0.1", "de")


def agree(program: SmallProgram, who: str, form: Form = Form.ELECTRONIC) -> None:
    """Somebody reads about C4 in their language and says yes."""
    person, now = program.person(who), program.clock.now()

    def take(uow: UnitOfWork) -> None:
        wording = notices.word(uow.profile, "C4", person.language)
        means = Means(actor=person.id, channel="web", text=wording.shown, evidence={"form": "button"})
        shown = Shown(at=now, notice=wording.notice, form=form)
        assert consent.take(uow, person, C4, shown, means) is None
        assert consent.take(uow, person, C4, Accepted(at=now, notice=wording.notice), means) is None

    program.write(take)


async def test_a_receipt_is_read_in_the_own_language_and_in_german(program: SmallProgram, visitor: Browser) -> None:
    """With the very text that was agreed to; from the chat a link leads to it."""
    agree(program, "p2")
    await visitor.enter(program.link("p2"))
    assert f"{visitor.home}/consents" in await visitor.page()
    listed = (await visitor.get(f"{visitor.home}/consents")).text
    (record,) = re.findall(r"/consents/(\d+)", listed)
    page = (await visitor.get(f"{visitor.home}/consents/{record}")).text
    assert "إيصال" in page
    assert "Beleg" in page
    assert notices.title_of("C4", "ar") in page
    assert 'dir="rtl"' in page


async def test_a_receipt_is_a_file_as_well(program: SmallProgram, visitor: Browser) -> None:
    """With the fields of ISO/IEC TS 27560; nobody is named in it."""
    agree(program, "p1")
    await visitor.enter(program.link("p1"))
    (record,) = re.findall(r"/consents/(\d+)", (await visitor.get(f"{visitor.home}/consents")).text)
    answer = await visitor.get(f"{visitor.home}/consents/{record}.json")
    fields = json.loads(answer.text)
    assert ("p1", "C4") == (fields["pii_principal_id"], fields["pii_processing"]["purpose"]["code"])
    assert "attachment" in answer.headers["content-disposition"]
    assert program.person("p1").name not in answer.text


async def test_nobody_reads_the_receipt_of_somebody_else(program: SmallProgram, visitor: Browser) -> None:
    """A foreign number, an unknown one and no number get the same answer."""
    agree(program, "p1")
    with program.store.read() as uow:
        foreign = uow.consents.trail(program.person("p1").id)[-1].id
    await visitor.enter(program.link("p5"))
    for record in (str(foreign), "1", "x", f"{foreign}.json"):
        assert 404 == (await visitor.get(f"{visitor.home}/consents/{record}")).status_code


def decide_beside(program: SmallProgram, step: Happening) -> None:
    """A guardian takes a step beside the person of 15."""
    guardian, ward, now = program.person("g1"), program.person("p6"), program.clock.now()

    def take(uow: UnitOfWork) -> None:
        wording = notices.word(uow.profile, "C4", guardian.language)
        means = Means(actor=guardian.id, channel="web", text=wording.shown, evidence={"form": "button"})
        shown = Shown(at=now, by=Party.GUARDIAN, notice=wording.notice, form=Form.ELECTRONIC)
        assert consent.take(uow, ward, C4, shown, means) is None
        assert consent.take(uow, ward, C4, step, means) is None

    program.write(take)


async def test_a_guardian_has_receipts_of_the_own_side_alone(program: SmallProgram, visitor: Browser) -> None:
    """With whom it is about; what the person decided stands in none of them."""
    agree(program, "p6")
    await visitor.enter(program.link("g1"))
    assert "Hier gibt es nichts" in (await visitor.get(f"{visitor.home}/consents")).text
    decide_beside(program, Declined(at=program.clock.now(), by=Party.GUARDIAN))
    listed = (await visitor.get(f"{visitor.home}/consents")).text
    assert program.person("p6").name in listed
    (record,) = re.findall(r"/consents/(\d+)", listed)
    page = (await visitor.get(f"{visitor.home}/consents/{record}")).text
    assert "Um wen es geht" in page
    assert "ja, gilt noch nicht" not in page
    fields = json.loads((await visitor.get(f"{visitor.home}/consents/{record}.json")).text)
    assert ("p6", "guardian") == (fields["pii_principal_id"], fields["consent"]["given_by"])
    states = [event["event_state"] for event in fields["events"]]
    assert ["shown", "declined"] == states


async def test_a_block_takes_the_receipts_of_a_guardian_away_at_once(program: SmallProgram, visitor: Browser) -> None:
    """The list is empty and says not why; the receipt that was open is not there any more."""
    decide_beside(program, Declined(at=program.clock.now(), by=Party.GUARDIAN))
    await visitor.enter(program.link("g1"))
    (record,) = re.findall(r"/consents/(\d+)", (await visitor.get(f"{visitor.home}/consents")).text)
    blocked = replace(program.person("p6"), contact_blocked=True)
    program.write(lambda uow: uow.people.update(blocked))
    listed = (await visitor.get(f"{visitor.home}/consents")).text
    assert "Hier gibt es nichts" in listed
    assert blocked.name not in listed
    for ending in ("", ".json"):
        assert 404 == (await visitor.get(f"{visitor.home}/consents/{record}{ending}")).status_code


async def test_staff_print_the_text_in_both_languages(program: SmallProgram, visitor: Browser) -> None:
    """For those they look after, with the place for the signature; for nobody else."""
    agree(program, "p2", Form.WRITTEN)
    await visitor.enter(program.link("c1"))
    assert "Amal Haddad" in (await visitor.get(f"{visitor.home}/papers")).text
    paper = (await visitor.get(f"{visitor.home}/papers/p2")).text
    assert notices.title_of("C4", "ar") in paper
    assert notices.title_of("C4", "de") in paper
    assert "Unterschrift" in paper
    assert 404 == (await visitor.get(f"{visitor.home}/papers/p5")).status_code
    await visitor.enter(program.link("c2"))
    assert 404 == (await visitor.get(f"{visitor.home}/papers/p2")).status_code
