"""A second person looks at a broadcast on a page: what is pointed out is marked, one decision counts (F52)."""

from flows.people import PersonId
from flows.rules.broadcasts import Audience, Broadcast, State, Warned, WarningKind, digest
from handlers import broadcast_audience as audiences
from handlers.broadcast_approval import Piece, pieces
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.test_broadcast_pages import newest, post

SUMMER = (Warned(WarningKind.NAME, "Sommer"),)


def submit(program: SmallProgram) -> int:
    """The lead has written one about the summer, and c1 and c2 are asked to look."""

    ids = {who: PersonId(program.person(who).id) for who in ("k1", "c1", "c2")}

    def work(uow: UnitOfWork) -> int:
        occasion = Occasion(uow=uow, now=program.clock.now(), cause="test")
        found = audiences.audience(occasion, Audience())
        texts = {one.language: "Im Sommer <b>fahren</b> wir." for one in found}
        made = Broadcast(
            id=uow.new_id(), by=ids["k1"], created=program.clock.now(), state=State.AWAITING, texts=texts,
            warned=SUMMER, seen=digest(found), asked=(ids["c1"], ids["c2"], ids["k1"]),
        )  # fmt: skip
        uow.broadcasts.add(made)
        return made.id

    return program.write(work)


async def decide(browser: Browser, number: int, decision: str, reason: str = "") -> str:
    """Press one of the two buttons of a page that was opened before anybody decided."""
    token = (await browser.form())["csrf"]
    form = {"csrf": token, "revision": "0", "decision": decision, "reason": reason}
    return (await browser.post(f"{browser.home}/broadcasts/{number}/approval", data=form)).text


async def test_of_two_decisions_the_first_counts(program: SmallProgram, browser: Browser) -> None:
    """The first sends it back with a reason; the second, whose page is older, is told that it has moved on."""
    number = submit(program)
    await browser.enter(program.link("c1"))
    page = (await browser.get(f"{browser.home}/broadcasts/{number}/approval")).text
    assert "Im <mark>Sommer</mark> &lt;b&gt;fahren&lt;/b&gt; wir." in page
    assert "Zurückgegeben" in await decide(browser, number, "back", "Bitte kürzer")
    assert State.DRAFT is newest(program).state
    await browser.enter(program.link("c2"))
    assert "Das geht nicht mehr" in await decide(browser, number, "fine")
    assert (State.DRAFT, None) == (newest(program).state, newest(program).approved_by)


async def test_it_is_approved_on_the_page(program: SmallProgram, browser: Browser) -> None:
    """It goes on to the cooling time; made-up decisions and revisions do nothing."""
    number = submit(program)
    await browser.enter(program.link("c1"))
    path = f"broadcasts/{number}/approval"
    assert 403 == (await post(browser, path, revision="x", decision="fine"))[0]
    assert 403 == (await post(browser, path, revision="0", decision="perhaps"))[0]
    assert State.AWAITING is newest(program).state
    await decide(browser, number, "fine")
    assert (State.COOLING, program.person("c1").id) == (newest(program).state, newest(program).approved_by)


async def test_nobody_approves_their_own(program: SmallProgram, browser: Browser) -> None:
    """Not even if their name stood among those who are asked: there is no such page for them."""
    number = submit(program)
    await browser.enter(program.link("k1"))
    assert 404 == (await browser.get(f"{browser.home}/broadcasts/{number}/approval")).status_code
    assert 404 == (await post(browser, f"broadcasts/{number}/approval", revision="0", decision="fine"))[0]
    assert State.AWAITING is newest(program).state


def test_what_was_pointed_out_is_cut_out() -> None:
    """Whatever the case of its letters; a text without any stays whole."""
    assert (Piece("Der ", False), Piece("SOMMER", True), Piece("!", False)) == pieces("Der SOMMER!", SUMMER)
    assert (Piece("Der Winter", False),) == pieces("Der Winter", SUMMER)


async def test_whoever_is_asked_finds_it_among_the_things_of_today(program: SmallProgram, browser: Browser) -> None:
    """Today leads a caseworker to the page as long as it waits; nobody else's today does."""
    number = submit(program)
    page = f"/broadcasts/{number}/approval"
    await browser.enter(program.link("c1"))
    assert page in (await browser.get(f"{browser.home}/today")).text
    await decide(browser, number, "fine")
    assert page not in (await browser.get(f"{browser.home}/today")).text
