"""Every visitor asks for every page of the site, in their own slot and in another one: as the table by hand says."""

import re
import tomllib
from pathlib import Path

import pytest
from starlette.routing import Mount, Route

from bot.web.doors import PERSONAL, PUBLIC
from flows.rules.access import POLICY, Actor, Operation, Relation, is_allowed
from tests.bot.web import page_world
from tests.bot.web.page_asking import Outcome, Row, Visit, visit
from tests.bot.web.page_visitors import VISITORS
from tests.bot.web.page_world import Template
from tests.handlers import access_sums

TABLE = tomllib.loads(Path(__file__).with_name("page_matrix.toml").read_text("utf-8"))
GROUPS = {**TABLE.pop("groups"), "everybody": list(VISITORS)}
EVERYBODY = "everybody"
EVERY = 9
"""So far apart are the rows that some visitors ask for each time; all ask for all where time is no matter."""
QUICK = ("nobody", "another participant", "caseworker of others", "stand-in, ended", "officer")
STEP = ("GET", "POST")
ANSWERS = frozenset({"page", "done", "led", "form"})
GONE = (Actor.ANONYMOUS, Actor.CONTACT)


def named(visitors: list[str]) -> list[str]:
    """The visitors, with those of each group that is named."""
    found = [one for each in visitors for one in (GROUPS[each[1:]] if each[0] == "@" else [each])]
    assert set(found) <= set(VISITORS), set(found) - set(VISITORS)
    assert len(set(found)) == len(found), visitors
    return found


def rows() -> dict[str, Row]:
    """The table by hand, with the names of groups resolved."""
    made = {}
    for name, fields in TABLE.items():
        method, _, path = name.partition(" ")
        known = {each: {key: named(who) for key, who in fields.get(each, {}).items()} for each in ("gets", "reads")}
        made[name] = Row(method, path, {**fields, **known, "acts": named(fields.get("acts", []))})
    return made


ROWS = rows()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The filled world."""
    return page_world.make(tmp_path_factory.mktemp("pages"))


def routes_of(template: Template, folder: Path) -> set[str]:
    """Every address and method of the assembled site, as the table calls them; HEAD is GET without a body."""
    program = template.restore(folder)
    found = set()
    for route in page_world.site_of(program).routes:
        assert isinstance(route, Route | Mount), route
        methods = {"GET"} if isinstance(route, Mount) else (route.methods or set()) - {"HEAD"}
        found |= {f"{method} {re.sub(r':[a-z]+}', '}', route.path)}" for method in methods}
    program.store.close()
    return found


def test_every_route_has_a_row_and_every_row_a_route(template: Template, tmp_path: Path) -> None:
    """A new page without a row fails here, and so does a row for none; no page takes another method."""
    assert routes_of(template, tmp_path) == set(ROWS)
    assert {row.method for row in ROWS.values()} == set(STEP)


def test_a_row_names_the_operation_that_the_site_names() -> None:
    """What stands behind an address is the same in the table by hand and where the limits are named."""
    for row in ROWS.values():
        known = PERSONAL[row.path].value if row.path in PERSONAL else EVERYBODY
        assert known == row.fields["behind"], row.name
        assert row.path in PERSONAL or row.path in PUBLIC
        assert all(called in ANSWERS or called.isdigit() for called in row.fields["gets"]), row.name
        assert set(row.fields["reads"]) <= set(Operation), row.name


def test_nobody_is_shown_what_the_access_table_forbids() -> None:
    """Whoever gets a page may do what is behind it towards somebody; where it is about one person, towards them."""
    for row in (one for one in ROWS.values() if one.has_session):
        operation = Operation(row.fields["behind"])
        for name in row.fields["gets"].get("page", []):
            one = VISITORS[name]
            assert one.actor not in GONE, (row.name, name)
            relations = (one.relation,) if "{handle}" in row.path else tuple(Relation)
            actors = {one.actor, Actor.SUBSTITUTE if one.actor is Actor.CASEWORKER else one.actor}
            actors |= {Actor.CASEWORKER} if one.actor is Actor.SUBSTITUTE and len(relations) > 1 else set()
            allowed = any(is_allowed(actor, operation, each) for actor in actors for each in relations)
            assert allowed, (row.name, name)


def test_what_is_logged_is_logged_where_it_is_read() -> None:
    """A page about one person whose operation leaves an entry leaves it for everybody who gets the page."""
    about_one = [one for one in ROWS.values() if "{handle}" in one.path and one.has_session]
    assert about_one
    for row in about_one:
        if POLICY[Operation(row.fields["behind"])].logged:
            assert row.fields["gets"]["page"] == row.fields["reads"][row.fields["behind"]], row.name


def wrong(row: Row, visitor: str, came: Outcome) -> str:
    """What is not as the table says; nothing if all is well."""
    expected, acts = row.expected(visitor), visitor in row.fields["acts"]
    if expected != came.answer:
        return f"{came.answer} instead of {expected}"
    reads = tuple(sorted(op for op, who in row.fields["reads"].items() if visitor in who))
    if reads != came.reads:
        return f"entries {came.reads} instead of {reads}"
    allowed = frozenset(row.fields.get("answered", ())) if expected != "nothing" else frozenset()
    if acts != bool(came.changed - allowed):
        return f"changed {sorted(came.changed)}"
    if came.reads and came.refused and row.method == "GET":
        return f"read and refused at once: {came.refused}"
    return ""


class Tour:
    """One visitor who asks for many pages; whatever changed something is followed by a fresh world."""

    def __init__(self, name: str, template: Template, folder: Path) -> None:
        """Nobody has come yet."""
        self.name, self.template, self.folder = name, template, folder
        self.cells, self.wrong, self._visits = 0, list[str](), 0

    async def go(self, found: list[Row]) -> None:
        """Ask for each of them."""
        here = await self._come()
        try:
            for row in sorted(found, key=lambda one: one.method == "POST"):
                if row.has_session:
                    self._note(row, await here.ask(row, foreign=True), foreign=True)
                came = await here.ask(row)
                self._note(row, came)
                if came.changed:
                    here.close()
                    here = await self._come()
        finally:
            here.close()

    async def _come(self) -> Visit:
        self._visits += 1
        return await visit(self.name, self.template, self.folder / str(self._visits))

    def _note(self, row: Row, came: Outcome, *, foreign: bool = False) -> None:
        self.cells += 1
        if foreign:
            same = ("nothing", (), (), frozenset()) == (came.answer, came.reads, came.refused, came.changed)
            problem = "" if same else f"foreign slot: {came}"
        else:
            problem = wrong(row, self.name, came)
        if problem:
            self.wrong.append(f"{self.name}, {row.name}: {problem}")


def sample(visitor: str) -> list[Row]:
    """Other rows for each visitor."""
    first = list(VISITORS).index(visitor) % EVERY
    return [row for number, row in enumerate(ROWS.values()) if number % EVERY == first]


@pytest.mark.parametrize("visitor", QUICK)
async def test_some_visitors_get_what_the_table_says(visitor: str, template: Template, tmp_path: Path) -> None:
    """Each time, some pages."""
    tour = Tour(visitor, template, tmp_path)
    await tour.go(sample(visitor))
    access_sums.note("pages, sample", tour.cells, len(tour.wrong))
    assert [] == tour.wrong


@pytest.mark.slow
@pytest.mark.parametrize("visitor", VISITORS)
async def test_every_visitor_gets_what_the_table_says(visitor: str, template: Template, tmp_path: Path) -> None:
    """Page or none, who acts and who does not, one entry for each look; in somebody else's slot nothing at all."""
    tour = Tour(visitor, template, tmp_path)
    await tour.go(list(ROWS.values()))
    access_sums.note(f"pages for {visitor}", tour.cells, len(tour.wrong))
    assert [] == tour.wrong
