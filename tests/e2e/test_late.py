"""A page whose messages come from several processes: what arrives late goes where it belongs."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.test_conversation import write

pytestmark = pytest.mark.browser
HTML = '<article class="entry ours" data-id="{id}" data-day="{day}"><p class="text" lang="de">spät</p></article>'


def test_a_late_message_is_shown_once_and_in_its_place(sign_in: Callable[..., Page]) -> None:
    """One that was begun before the newest stands before it, and one that comes twice is there once."""
    page = sign_in("p1")
    write(page, "Hallo")
    answer = page.locator("#log .ours").last
    expect(answer).to_be_visible()
    id_, day = answer.get_attribute("data-id"), answer.get_attribute("data-day")
    assert id_
    late = str(int(id_) - 1)
    entry = {"id": late, "day": day, "divider": "<h2>x</h2>", "html": HTML.format(id=late, day=day)}
    event = f"retry: 200\n\nid: {id_}\nevent: entry\ndata: {json.dumps(entry)}\n\n"

    def serve(route: Route) -> None:
        route.fulfill(content_type="text/event-stream", body=event * 2)

    page.route("**/stream?*", serve)
    page.reload()
    shown = page.locator(f'#log article[data-id="{late}"]')
    expect(shown).to_have_count(1)
    page.wait_for_timeout(600)
    expect(shown).to_have_count(1)
    ids = page.locator("#log article").evaluate_all("(all) => all.map((one) => one.dataset.id)")
    assert sorted(ids, key=int) == ids
    assert id_ == page.locator("input[name=after]").input_value()
