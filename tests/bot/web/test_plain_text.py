"""Markup, formulas and links in people's text: on every page and in every file of the site they stay plain text."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import httpx
import openpyxl
import pytest

from flows.engine.events import AlertKind
from flows.engine.meetings import MeetingWanted
from flows.engine.messages import Inbound, InboundKind
from flows.rules.alerts import Alert
from flows.rules.appointments import Kind
from flows.rules.broadcasts import Audience
from flows.rules.thread import Entry
from flows.rules.thread import Kind as Thread
from handlers import appointments, broadcast_page, inbound, on_page
from handlers.occasion import Occasion
from handlers.understanding import clean
from storage.uow import UnitOfWork
from tests.bot.web import page_world
from tests.bot.web.conftest import Browser
from tests.bot.web.page_visitors import person
from tests.bot.web.page_world import AT, SUBJECT, URL, Restored, Template
from tests.bot.web.program import MORNING
from tests.bot.web.test_page_matrix import ROWS

MARK = "kanari"
TURNING = "\u0634\u0645\u0633"
"""Letters that run from right to left: where they are not set apart they turn the words around them."""
MARKUP = f'<img src=x onerror="{MARK}()"><b>{MARK}</b> {TURNING}'
FORMULA = f'=HYPERLINK("https://{MARK}.example/","{MARK}{TURNING}")'
LINK = f"javascript:{MARK}() https://{MARK}.example/x"
LONG = MARK * 60
TURNED = f"\u202e{MARK}\u202c\u200b\u2066x\u2069\ufeff\u0007"
HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066\u2067\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f]")
ISOLATED = re.compile("\u2068[^\u2069]*" + MARK)
WORDS = "\n".join((MARKUP, FORMULA, LINK, LONG, TURNED))
ADDRESSES = ("href", "src", "action", "formaction", "data")
ALONE = frozenset({"bdi", "textarea", "title", "option", "code", "pre"})
VOID = frozenset({"img", "input", "br", "meta", "link", "hr", "path", "circle", "rect", "line", "polyline", "use"})
OURS = re.compile(r"(?:/|#|\?|tel:|mailto:|data:image/(?:svg|png)|https://t\.me/beispiel_bot|$)")
CALENDAR = {"URL", "ATTACH", "ATTENDEE", "ORGANIZER", "X-ALT-DESC"}
"""What a calendar program would make a link or a mail of."""
READERS = ("p6", "g1", "c2", "k1", "v1", "d1")
MORE = (
    "/people/p6?written=1&reasons=1",
    "/people?q=" + MARK,
    f"/audit?of={MARK}{TURNING}",
    f"/audit/consents?of={MARK}{TURNING}",
)
"""What is shown only when it is asked for."""


@dataclass
class Page(HTMLParser):
    """What a browser would make of a page: addresses, handlers of events, and where the mark stands in it."""

    text: str
    addresses: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    exposed: list[str] = field(default_factory=list)
    shown: int = 0
    _open: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read all of it."""
        super().__init__(convert_charrefs=True)
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element with its addresses."""
        known = dict(attrs)
        self.addresses += [
            known[name] or "" for name in ("href", "src", "action", "formaction", "data") if name in known
        ]
        self.handlers += [name for name in known if name.startswith("on") or name == "style"]
        if tag not in VOID:
            self._open.append((tag, tag in ALONE or (known.get("dir") in {"auto", "ltr", "rtl"} and tag != "html")))

    def handle_endtag(self, tag: str) -> None:
        """Back to the element around it."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Somebody's words stand by themselves: whatever they are, they turn nothing around them."""
        if MARK in data:
            self.shown += 1
            if not any(alone for _, alone in self._open) and not ISOLATED.search(data):
                self.exposed.append(f"{self._open[-1][0]}: {data.strip()[:60]}")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The filled world, with the words in every field that somebody can write in."""
    folder = tmp_path_factory.mktemp("plain")
    made = page_world.make(folder)
    program = page_world.Restored(made.file)
    program.write(partial(_fill, broadcast=int(made.values["broadcast"])))
    program.store.close()
    return made


def _fill(uow: UnitOfWork, broadcast: int) -> None:
    p6, c2, g1, k1, v1 = (person(uow, handle) for handle in (SUBJECT, "c2", "g1", "k1", "v1"))
    uow.guard.hears(p6.id, MORNING)
    for one, name in ((p6, MARKUP), (c2, FORMULA), (g1, LINK), (k1, LONG), (v1, MARKUP)):
        uow.people.update(replace(one, name=name, group=FORMULA if one is p6 else one.group, phone=f"1 {MARKUP}"))
    for kind, by in ((Thread.MESSAGE, p6), (Thread.NOTE, c2), (Thread.PROTECTED, p6)):
        words = clean(WORDS)
        uow.thread.add(Entry(id=uow.new_id(), person=p6.id, by=by.id, kind=kind, at=MORNING, words=words))
    for about, to in ((AlertKind.MESSAGE, c2), (AlertKind.COMPLAINT, v1), (AlertKind.VIOLENCE, v1)):
        raised = Alert(id=uow.new_id(), subject=p6.id, kind=about, to=to.id, raised_at=MORNING, words=clean(WORDS))
        uow.alerts.add(raised)
    wanted = MeetingWanted(
        people=(p6.id,), kind=Kind.IN_PERSON, starts=MORNING + timedelta(hours=2), minutes=30, place=FORMULA,
        interpreter="ar", interpreter_name=MARKUP,
    )  # fmt: skip
    appointments.plan(Occasion(uow=uow, now=MORNING, cause="plain"), wanted, c2)
    occasion = on_page.occasion_of(uow, k1, MORNING)
    broadcast_page.write(occasion, broadcast, {"de": clean(MARKUP), "en": clean(FORMULA)}, None)
    broadcast_page.begin(occasion, Audience(groups=(FORMULA,)))
    for number, one in enumerate((p6, g1, c2)):
        address = next(each for each in uow.people.addresses(one.id) if each.channel == "web")
        told = Inbound(
            channel="web", external_id=f"plain{number}", sender=address.external, kind=InboundKind.TEXT, text=WORDS
        )
        inbound.receive(uow, told, MORNING)


@pytest.fixture
def program(template: Template, tmp_path: Path) -> Iterator[Restored]:
    """A copy of it."""
    program = template.restore(tmp_path)
    yield program
    program.store.close()


def addresses(template: Template, home: str) -> list[str]:
    """Every page and file from the router that this session could be shown, and what is only shown on request."""
    found = []
    for row in ROWS.values():
        if row.method != "GET" or row.path.endswith("/stream") or "/hooks/" in row.path:
            continue
        path = row.path.replace("{slot}", home.rpartition("/")[2]) + row.fields.get("query", "")
        for name, key in row.fields.get("with", {}).items():
            path = path.replace("{" + name + "}", template.values.get(key, key))
        found.append(path)
    return [*found, *(home + more for more in MORE)]


def wrong_in(path: str, answer: httpx.Response) -> list[str]:
    """What a page or a file makes of the words beside showing them."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/html"):
        return _wrong_in_page(path, Page(answer.text), answer.text)
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        return [f"{path}: formula {cell.value}" for cell in found if cell.data_type == "f" or cell.hyperlink]
    if kind.startswith("text/csv"):
        cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        return [
            f"{path}: formula {cell}" for cell in cells if cell.lstrip().startswith(("=", "+", "@")) and MARK in cell
        ]
    if kind.startswith("text/calendar"):
        known = {
            line.partition(":")[0].partition(";")[0] for line in answer.text.splitlines() if not line.startswith(" ")
        }
        return [f"{path}: {name}" for name in known & {"URL", "ATTACH", "ATTENDEE", "ORGANIZER", "X-ALT-DESC"}]
    return []


def _wrong_in_page(path: str, page: Page, text: str) -> list[str]:
    found = [f"{path}: leads to {one}" for one in page.addresses if not OURS.match(one) or f"{MARK}." in one]
    found += [f"{path}: {one}" for one in page.handlers if one != "style"]
    found += [f"{path}: not set apart, {one}" for one in page.exposed]
    found += [f"{path}: hidden {one.group().encode('unicode_escape')!r}" for one in HIDDEN.finditer(text)]
    return found


@pytest.mark.parametrize("handle", READERS)
async def test_words_stay_words_on_every_page(handle: str, template: Template, program: Restored) -> None:
    """No element, address or handler is made of them, they are set apart, and nothing hidden comes through."""
    browser = Browser(page_world.site_of(program), URL, AT, "de")
    home = await browser.enter(program.link(handle))
    wrong, shown = list[str](), 0
    for path in addresses(template, home):
        answer = await browser.get(path)
        assert answer.status_code < 500, path
        wrong += wrong_in(path.replace(home, ""), answer)
        shown += MARK in answer.text
    assert [] == wrong
    assert shown >= 1
