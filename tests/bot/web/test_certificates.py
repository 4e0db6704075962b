"""The page for sick notes, and the one where staff read them off: what is taken, what is kept, who sees it (F32)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest

from bot.pictures.scanning import ScanSettings
from bot.web import uploads
from bot.web.reaching import Reaching
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.rules.access import Operation
from flows.rules.certificates import Certificate, State
from flows.rules.excuses import Span
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram
from tests.crafted import pdf, photo

Open = Callable[..., Browser]
NOTHING_KEPT = "Nichts wurde gespeichert."


async def send(browser: Browser, *files: bytes, **more: str) -> httpx.Response:
    """Fill in the form of the page."""
    fields = browser.fields((await browser.get(f"{browser.home}/certificate")).text)
    parts = [("files", (f"{n}.jpg", one, "image/jpeg")) for n, one in enumerate(files)]
    return await browser.post(
        f"{browser.home}/certificate", data={**fields, **more}, files=parts or [("files", ("", b""))]
    )


def known(program: SmallProgram, who: str = "p1") -> list[Certificate]:
    """What is kept of somebody."""
    with program.store.read() as uow:
        return uow.certificates.of(program.person(who).id)


async def test_photos_and_a_pdf_are_taken_without_scripts(program: SmallProgram, browser: Browser) -> None:
    """One page for several pictures; afterwards the chat says that it has arrived."""
    await browser.enter(program.link("p1"))
    answer = await send(browser, photo("JPEG"), photo("PNG"), pdf())
    assert (303, f"{browser.home}#newest") == (answer.status_code, answer.headers["location"])
    (certificate,) = known(program)
    assert (3, State.WAITING) == (certificate.pages, certificate.state)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"just text, renamed to .jpg", "Es gehen Fotos (JPEG, PNG, WebP) und PDF"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "Am iPhone"),
        (b"\xff\xd8\xff" + bytes(30 * 2**20), "bis 10 MB"),
        (photo()[:900], "beschädigt"),
        (b"%PDF-1.7 /Encrypt", "Passwort"),
        (pdf(6), "zu viele Seiten"),
    ],
    ids=["text", "HEIC", "30 MB", "cut off", "locked PDF", "six pages"],
)
async def test_what_cannot_be_taken_is_answered_kindly(
    program: SmallProgram, browser: Browser, content: bytes, said: str
) -> None:
    """Which files work and how; nothing is kept, also not of a good picture beside it."""
    await browser.enter(program.link("p1"))
    answer = await send(browser, photo(), content)
    assert 422 == answer.status_code
    assert said in answer.text
    assert NOTHING_KEPT in answer.text
    assert [] == known(program)


async def test_an_empty_form_and_too_many_files_are_asked_again(program: SmallProgram, browser: Browser) -> None:
    """Nothing chosen, and five at once."""
    await browser.enter(program.link("p1"))
    assert "Da war kein Bild dabei" in (await send(browser)).text
    assert "höchstens 4" in (await send(browser, *[photo()] * 5)).text
    assert [] == known(program)


async def test_the_same_form_twice_counts_once(program: SmallProgram, browser: Browser) -> None:
    """A double tap, or going back and sending again."""
    await browser.enter(program.link("p1"))
    await send(browser, photo(), once="a")
    await send(browser, photo(), once="a")
    assert 1 == len(known(program))


async def test_a_form_of_another_page_is_refused(program: SmallProgram, browser: Browser) -> None:
    """Without the session's own token nothing is looked at."""
    await browser.enter(program.link("p1"))
    assert 403 == (await send(browser, photo(), csrf="0" * 32)).status_code
    assert [] == known(program)


async def test_a_form_that_never_ends_is_cut_off(
    program: SmallProgram, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the limit of what is read nothing is read."""
    monkeypatch.setattr(uploads, "MOST_READ", 1000)
    await browser.enter(program.link("p1"))
    assert 413 == (await send(browser, photo())).status_code


async def test_whoever_has_not_agreed_finds_another_way(program: SmallProgram, browser: Browser) -> None:
    """Without C3 there is no form, and what is sent all the same is not kept."""
    p1 = program.person("p1").id
    now = program.clock.now()
    program.write(lambda uow: uow.consents.record(p1, "C3", "withdrawn", actor=p1, now=now, evidence={}))
    await browser.enter(program.link("p1"))
    page = (await browser.get(f"{browser.home}/certificate")).text
    assert "sobald du dazu Ja gesagt hast" in page
    assert 'type="file"' not in page
    fields = await browser.form()
    sent = await browser.post(f"{browser.home}/certificate", data=fields, files={"files": ("a.jpg", photo())})
    assert 200 == sent.status_code
    assert [] == known(program)


def agreed(program: SmallProgram, who: str) -> None:
    """Somebody has agreed to messages and to pictures of sick notes."""
    person, now = program.person(who).id, program.clock.now()

    def give(uow: UnitOfWork) -> None:
        for purpose in ("C1", "C3"):
            uow.consents.record(person, purpose, "effective", actor=person, now=now, evidence={})

    program.write(give)


async def test_a_guardian_sends_one_for_the_ward(program: SmallProgram, browser: Browser) -> None:
    """The page names whose it is; without a choice, or for somebody else, nothing is kept."""
    home = await browser.enter(program.link("g1"))
    page = f"{home}/certificate/ward"
    assert 404 == (await browser.get(f"{home}/certificate")).status_code
    assert 'type="file"' not in (await browser.get(page)).text
    agreed(program, "p6")
    shown = (await browser.get(page)).text
    assert "Die Krankschreibung von Leon Fischer" in shown
    fields, files = browser.fields(shown), {"files": ("a.jpg", photo())}
    for wrong in ("", "x", str(program.person("p1").id)):
        refused = await browser.post(page, data={**fields, "ward": wrong}, files=files)
        assert (422, True) == (refused.status_code, 'role="alert"' in refused.text)
    assert 303 == (await browser.post(page, data=fields, files=files)).status_code
    assert ([], 1) == (known(program), len(known(program, "p6")))


async def test_staff_see_the_picture_and_enter_two_dates(
    program: SmallProgram, browser: Browser, open_browser: Open
) -> None:
    """Each look is a read; the picture may be kept nowhere; after the dates it is gone."""
    await browser.enter(program.link("p1"))
    await send(browser, photo())
    staff = open_browser()
    home = await staff.enter(program.link("c1"))
    (waiting,) = known(program)
    assert f'href="{home}/certificates/{waiting.id}"' in (await staff.get(f"{home}/certificates")).text
    picture = await staff.get(f"{home}/certificates/{waiting.id}/1.jpg")
    assert ("image/jpeg", "no-store") == (picture.headers["content-type"], picture.headers["cache-control"])
    assert "sandbox" in picture.headers["content-security-policy"]
    with program.store.read() as uow:
        reads = uow.access_log.reads_of(program.person("p1").id, 10)
    assert Operation.READ_CERTIFICATE in {one.operation for one in reads}
    page = await staff.get(f"{home}/certificates/{waiting.id}")
    form = {**staff.fields(page.text), "do": "dates"}
    wrong = await staff.post(page.url.path, data={**form, "first": "2026-11-27", "last": "2026-11-23"})
    assert (422, True) == (wrong.status_code, "nicht vor dem ersten" in wrong.text)
    far = await staff.post(page.url.path, data={**form, "first": "2025-11-23", "last": "2025-11-27"})
    assert (422, True) == (far.status_code, "weit weg" in far.text)
    none = await staff.post(page.url.path, data={**form, "first": "", "last": "31.06."})
    assert (422, True) == (none.status_code, "zum Beispiel" in none.text)
    await staff.post(page.url.path, data={**form, "first": "2026-11-23", "last": "2026-11-27"})
    (checked,) = known(program)
    assert (State.CHECKED, Span(date(2026, 11, 23), date(2026, 11, 27))) == (checked.state, checked.span)
    assert 404 == (await staff.get(f"{home}/certificates/{waiting.id}/1.jpg")).status_code
    assert "schon gelöscht" in (await staff.get(page.url.path)).text


async def test_a_visible_diagnosis_is_one_tap(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """The picture is gone with the tap."""
    await browser.enter(program.link("p1"))
    await send(browser, photo())
    staff, (waiting,) = open_browser(), known(program)
    home = await staff.enter(program.link("c1"))
    page = await staff.get(f"{home}/certificates/{waiting.id}")
    await staff.post(page.url.path, data={**staff.fields(page.text), "do": "visible"})
    assert State.VISIBLE is known(program)[0].state
    assert 404 == (await staff.get(f"{home}/certificates/{waiting.id}/1.jpg")).status_code


@pytest.mark.parametrize("who", ["c2", "d1", "v1", "k1"])
async def test_nobody_else_finds_it(program: SmallProgram, browser: Browser, open_browser: Open, who: str) -> None:
    """Neither the list, nor the page, nor the picture, nor the buttons."""
    await browser.enter(program.link("p1"))
    await send(browser, photo())
    staff, (waiting,) = open_browser(), known(program)
    home = await staff.enter(program.link(who))
    assert str(waiting.id) not in (await staff.get(f"{home}/certificates")).text
    one = f"{home}/certificates/{waiting.id}"
    assert [404, 404] == [(await staff.get(address)).status_code for address in (one, f"{one}/1.jpg")]
    form = await staff.form()
    assert 404 == (await staff.post(one, data={**form, "do": "visible"})).status_code
    assert State.WAITING is known(program)[0].state


@asynccontextmanager
async def clamd(answer: bytes) -> AsyncIterator[int]:
    """Something that speaks as clamd does, on the loopback; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readline()
        if command == b"nPING\n":
            writer.write(b"PONG\n")
        else:
            while size := int.from_bytes(await reader.readexactly(4), "big"):
                await reader.readexactly(size)
            writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"stream: OK\n", 303),
        (b"stream: Eicar-Test-Signature FOUND\n", 422),
        (b"INSTREAM size limit exceeded. ERROR\n", 422),
    ],
)
async def test_a_scan_decides_where_one_is_set_up(program: SmallProgram, answer: bytes, status: int) -> None:
    """What clamd finds, or cannot look at, is not taken."""
    async with clamd(answer) as port:
        browser = scanned(program, port)
        await browser.enter(program.link("p1"))
        assert status == (await send(browser, photo())).status_code
    assert (status == 303) == bool(known(program))


async def test_nothing_is_taken_while_the_scan_is_away(program: SmallProgram, unused_port: int) -> None:
    """Set up and not to be reached: kindly refused, nothing kept."""
    browser = scanned(program, unused_port)
    await browser.enter(program.link("p1"))
    answer = await send(browser, photo())
    assert "gerade nicht prüfen" in answer.text
    assert [] == known(program)


def scanned(program: SmallProgram, port: int) -> Browser:
    """A browser of a site whose files are scanned."""
    reaching = Reaching(scanning=ScanSettings(host="127.0.0.1", port=port, timeout_seconds=5))
    site = assemble(program, program.channel, WebSettings(answer_wait_seconds=0), CARRIER, reaching)
    return Browser(site, "http://localhost", "127.0.0.1", "de")


@pytest.fixture
async def unused_port() -> int:
    """A port nobody listens on any more."""
    async with clamd(b"") as port:
        return port


def found_in(folder: Path, pieces: list[bytes]) -> list[tuple[str, bytes]]:
    """Which of these lie in a file of the folder, the database's journal included."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files)
    return [(path.name, piece) for path in files for piece in pieces if piece in path.read_bytes()]


async def test_no_byte_of_a_picture_lies_anywhere_in_clear(
    program: SmallProgram, browser: Browser, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the database, not in its journal, not in a log: neither what was sent nor what came of it."""
    await browser.enter(program.link("p1"))
    await send(browser, photo("JPEG", comment=b"KANARIENVOGEL"))
    (waiting,) = known(program)

    def open_it(uow: UnitOfWork) -> bytes | None:
        uow.guard.at(program.clock.now())
        return uow.certificates.page(waiting.id, 1)

    picture = program.write(open_it)
    assert picture is not None
    pieces = [picture[begin : begin + 24] for begin in range(0, len(picture) - 24, 500)] + [b"KANARIENVOGEL", b"JFIF"]
    assert [] == found_in(tmp_path, pieces)
    assert "KANARIENVOGEL" not in caplog.text
