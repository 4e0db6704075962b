"""Every crafted file through the whole upload: sent as a form, decoded apart, refused or kept as pixels (F32)."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import pytest

from bot.pictures import checking, child
from bot.pictures.inspecting import Inspected, inspect
from bot.web.reaching import Reaching
from bot.web.settings import WebSettings
from bot.web.site import assemble
from bot.web.uploads import MOST_FILES
from storage.uow import UnitOfWork
from tests.bot.test_pictures import LEAST, what_came_along
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram
from tests.crafted import Crafted, crafted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

REFUSED, TAKEN = 422, 303
AT_ONCE = 2
"""So many forms are on their way at the same time, as many as are decoded."""
SEEN: list[Inspected] = []


def remembered(files: Sequence[bytes]) -> list[Inspected]:
    """What really comes of the files, remembered for its figures."""
    found = inspect(files)
    SEEN.extend(found)
    return found


def forms(files: Sequence[Crafted]) -> Iterator[list[Crafted]]:
    """What is hopeless is sent by fours of a kind, which all have to stay out; anything else alone."""
    for (_, hopeless), group in groupby(files, lambda one: (one.kind, one.hopeless)):
        together = list(group)
        size = MOST_FILES if hopeless else 1
        yield from (together[begin : begin + size] for begin in range(0, len(together), size))


async def test_of_what_is_refused_nothing_is_stored(program: SmallProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    """568 files: as many certificates as forms that were taken, none of a hopeless file, only pixels of the others."""
    monkeypatch.setattr(checking, "inspect", remembered)
    settings = WebSettings(answer_wait_seconds=0, messages_per_minute=100_000)
    site = assemble(program, program.channel, settings, CARRIER, Reaching())
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    await browser.enter(program.link("p1"))
    page, answers = f"{browser.home}/certificate", Counter[tuple[str, bool, int]]()
    fields, turns = browser.fields((await browser.get(page)).text), asyncio.Semaphore(AT_ONCE)

    async def send(number: int, form: list[Crafted]) -> None:
        parts = [("files", ("photo.jpg", one.content, "image/jpeg")) for one in form]
        async with turns:
            answer = await browser.post(page, data={**fields, "once": str(number)}, files=parts)
        answers[form[0].kind, form[0].hopeless, answer.status_code] += len(form)

    files = [*crafted()]
    await asyncio.gather(*(send(number, form) for number, form in enumerate(forms(files))))
    assert LEAST <= len(files) == answers.total()
    assert {REFUSED, TAKEN} == {status for _, _, status in answers}
    assert [] == [kind for kind, hopeless, status in answers if hopeless and status != REFUSED]
    taken = sum(count for (*_, status), count in answers.items() if status == TAKEN)
    assert taken == len(stored := pictures(program))
    assert [] == [why for page in stored for why in what_came_along(page)]
    peak = max(one.peak for one in SEEN)
    assert 0 < peak < child.MEMORY
    print(f"{len(files)} files sent, {taken} kept as pixels, peak {peak // 2**20} MB")  # noqa: T201 - the figures
    for (kind, _, status), count in sorted(answers.items()):
        print(f"{kind}: {count} answered {status}")  # noqa: T201 - as above


def pictures(program: SmallProgram) -> list[bytes]:
    """The first picture of every certificate that there is of anybody."""
    person, now = program.person("p1").id, program.clock.now()

    def look(uow: UnitOfWork) -> list[bytes]:
        uow.guard.at(now)
        found = [uow.certificates.page(one.id, 1) for one in uow.certificates.of(person)]
        return [one for one in found if one is not None]

    return program.write(look)
