"""The officer's page: state of the chain, signatures, alarms, breaches; and the proof of every consent of a person."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.operating.auditing import Outcome
from flows.people import Person, PersonId, Role
from flows.rules.access import Operation
from handlers import breaches, halting, timers
from storage.audit_check import ChainBroken, verify
from storage.audit_roots import Signer, sign_heads
from storage.breaches import Breach
from storage.uow import UnitOfWork
from tests.bot.web import page_world
from tests.bot.web.conftest import Browser
from tests.bot.web.page_world import AT, SUBJECT, URL, Restored, Template
from tests.handlers.world import read_rows

SIGNER = Signer(bytes(range(32)))
OTHER = Signer(bytes(range(1, 33)))


class Auditor:
    """Verifies chain and signatures as the running assistant does, with one key."""

    def __init__(self, program: Restored, public: bytes | None) -> None:
        self.program, self.public = program, public

    async def verify(self) -> Outcome:
        """Walk all of it."""
        with self.program.store.read() as uow:
            try:
                found = verify(uow.audit, uow.audit.roots())
            except ChainBroken as broken:
                return Outcome(fault=str(broken))
        return Outcome(found.groups, found.entries, found.roots)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The filled world."""
    return page_world.make(tmp_path_factory.mktemp("audit"))


@pytest.fixture
def program(template: Template, tmp_path: Path) -> Iterator[Restored]:
    """A copy of it."""
    program = template.restore(tmp_path)
    yield program
    program.store.close()


@pytest.fixture
def site(program: Restored) -> Starlette:
    """A site whose assistant signs with one key."""
    site = page_world.site_of(program)
    site.state.auditor = Auditor(program, SIGNER.public)
    return site


@pytest.fixture
async def officer(site: Starlette, program: Restored) -> Browser:
    """The data-protection officer, logged in."""
    browser = Browser(site, URL, AT, "de")
    await browser.enter(program.link("d1"))
    return browser


def sign(program: Restored, signer: Signer = SIGNER) -> None:
    """The end of the chain is signed now."""
    program.write(lambda uow: sign_heads(uow.audit, signer, program.clock.now()))


async def audit(browser: Browser, query: str = "") -> str:
    """The page."""
    answer = await browser.get(f"{browser.home}/audit{query}")
    assert 200 == answer.status_code, answer.text
    return answer.text


async def press(browser: Browser, **fields: str) -> str:
    """Send a form of the page."""
    data = {**browser.fields(await audit(browser)), **fields}
    return (await browser.post(f"{browser.home}/audit", data=data)).text


async def test_signatures_are_shown_with_their_key_and_whether_they_fit(program: Restored, officer: Browser) -> None:
    """Signed when, up to where, by which key; what another key has signed does not fit."""
    assert "noch nicht unterschrieben" in await audit(officer)
    sign(program, OTHER)
    program.clock.time += timedelta(minutes=1)
    program.write(lambda uow: halting.halt(uow, "sms", program.clock.now()))
    sign(program)
    page = (await audit(officer)).partition('id="roots"')[2].partition('id="halts"')[0]
    assert page.index("passt") < page.index("passt nicht")
    assert 2 == page.count('<code dir="ltr">')


async def test_what_is_not_signed_yet_is_counted(program: Restored, officer: Browser) -> None:
    """Groups since the last signature."""
    sign(program)
    assert "davon noch nicht unterschrieben: 0" in await audit(officer)
    program.write(lambda uow: halting.halt(uow, "sms", program.clock.now()))
    assert "davon noch nicht unterschrieben: 1" in await audit(officer)


async def test_a_press_verifies_chain_and_signatures(program: Restored, officer: Browser) -> None:
    """As the command does; a row that was changed past the program is named."""
    sign(program)
    whole = await press(officer)
    assert "Die Prüfspur ist vollständig" in whole or "Einträge" in whole
    assert "Auch die Unterschriften sind geprüft." in whole
    with closing(sqlite3.connect(program.file)) as database, database:
        database.execute("DROP TRIGGER IF EXISTS consents_no_update")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE consents SET at = at + 1 WHERE id = (SELECT max(id) FROM consents)")
    broken = await press(officer)
    assert 'role="alert"' in broken
    assert "consents row" in broken


async def test_kill_switches_and_breaches_stand_there(program: Restored, officer: Browser) -> None:
    """Which channels are off; each breach with its clock, until it is closed; no words of it."""
    page = await audit(officer)
    assert "Kein Kanal ist abgeschaltet." in page
    assert "Keine Datenpanne ist eingetragen." in page
    now = program.clock.now()
    breach = Breach(id=7, kind="lost", known=now, began=now - timedelta(days=1), ended=now, words={"what": "Rucksack"})
    program.write(lambda uow: breaches.enter(uow, breach, now))
    program.write(lambda uow: halting.halt(uow, "telegram", now))
    page = await audit(officer)
    assert '<code dir="ltr">telegram</code>' in page
    assert "Der Behörde zu melden bis Do 26.11., 7:40" in page
    assert "Rucksack" not in page
    program.write(lambda uow: breaches.close(uow, breach, {"done": "x"}, now))
    assert "Geschlossen: " in await audit(officer)


def _stranger(uow: UnitOfWork, number: int) -> str:
    handle = f"q{number}"
    made = Person(
        id=PersonId(uow.new_id()), handle=handle, role=Role.PARTICIPANT, name=f"Fremd {number}", language="de"
    )
    uow.people.add(made)
    return handle


def fire(program: Restored) -> None:
    """What is due fires."""
    now = program.clock.now()
    program.write(lambda uow: [timers.fire(uow, one, now) for one in uow.timers.due(now, 99)])


async def test_an_alarm_is_seen_on_the_page(program: Restored, site: Starlette, officer: Browser) -> None:
    """Reads over pages count like those in the chat; the officer presses "seen", the one it is about hears nothing."""
    reader = Browser(site, URL, AT, "de")
    home = await reader.enter(program.link("c1"))
    for number in range(5):
        handle = program.write(partial(_stranger, number=number))
        assert 404 == (await reader.get(f"{home}/people/{handle}")).status_code
    fire(program)
    page = await audit(officer)
    assert "Zugriffs-Alarm: Frau Albers. Personen außerhalb der eigenen Liste in 24 Stunden: 5." in page
    assert "Zugriffs-Alarm" not in (await reader.get(f"{home}/alerts")).text
    value = page.partition('name="press" value="')[2].partition('"')[0]
    done = await press(officer, press=value)
    assert "Zugriffs-Alarm" not in done.partition('id="chain"')[0].partition("</h1>")[2].partition('class="cards"')[2]
    (seen,) = [one for one in program.write(lambda uow: uow.events.after(0)) if one.name == "AlertAcknowledged"]
    assert "outside_reads" == seen.fields["kind"]
    told = [row for row in read_rows(program.file)["outbox"] if program.person("c1").id in row]
    fire(program)
    assert told == [row for row in read_rows(program.file)["outbox"] if program.person("c1").id in row]


async def test_every_consent_is_proven(template: Template, program: Restored, officer: Browser) -> None:
    """Text with version and hash, side, state, place in the chain, signature; no name; printable; the look an entry."""
    sign(program)
    page = (await officer.get(f"{officer.home}/audit/consents?of={SUBJECT}")).text
    with program.store.read() as uow:
        trail = uow.consents.trail(program.person(SUBJECT).id)
    assert len(trail) == page.count('<dl class="proof">') == page.count("seitdem unverändert")
    for record in trail:
        assert str(record.id) in page
        assert record.proof.text is None or f"SHA-256 {record.proof.text.digest}" in page
    assert page.count("passt") == len(trail)
    assert not [word for word in ("Leon", "Fischer") if word in page]
    answer = await officer.get(f"{officer.home}/audit/consents/{template.values['record']}.json?of={SUBJECT}")
    assert SUBJECT == json.loads(answer.text)["pii_principal_id"]
    assert f"/audit/consents/{template.values['record']}.json?of={SUBJECT}" in page
    person = program.person(SUBJECT).id
    entries = program.write(lambda uow: uow.access_log.of(person, 99))
    mine = [one for one in entries if one.reader == program.person("d1").id]
    assert [Operation.PROVE_CONSENT] * 2 == [one.operation for one in mine]
    assert not any(one.refused for one in mine)


async def test_what_was_changed_is_not_proven(program: Restored, officer: Browser) -> None:
    """A record changed past the program, and one that was put there, are named as such; the others hold."""
    sign(program)
    with closing(sqlite3.connect(program.file)) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        person = program.person(SUBJECT).id
        database.execute(
            "UPDATE consents SET at = at + 1 WHERE id = (SELECT max(id) FROM consents WHERE person = ?)", (person,)
        )
    page = (await officer.get(f"{officer.home}/audit/consents?of={SUBJECT}")).text
    assert 1 == page.count("verändert, oder die Prüfspur ist hier unterbrochen")
    assert page.count("seitdem unverändert") == page.count('<dl class="proof">') - 1


@pytest.mark.parametrize("of", ["", "c1", "p99", "%27%22%3Cimg src=x%3E", "P6"])
async def test_whoever_there_is_not_is_not_proven(of: str, officer: Browser) -> None:
    """Staff, nobody, and what is no handle are answered alike; markup stays text."""
    page = (await officer.get(f"{officer.home}/audit/consents?of={of}")).text
    assert "Es gibt niemanden mit dieser Kennung" in page
    assert "<img" not in page
