"""The chat page without scripts: reading, writing, tapping, and what goes wrong."""

import re
from collections.abc import Callable

import pytest

from bot.channels import InboundKind, OutgoingButton
from storage.errors import StoreFull
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

Open = Callable[..., Browser]
TAP = r'name="tap" value="([\w-]{32})"'


def button(name: str, action: str = "yes", value: str = "") -> OutgoingButton:
    """An answer that says its name."""
    return OutgoingButton(name.capitalize(), action, value)


async def test_what_is_written_arrives_and_is_shown(program: SmallProgram, browser: Browser) -> None:
    """A message goes in as text from the person's own address, and the page after it shows it as sent."""
    await browser.enter(program.link("p1"))
    answer = await browser.say("Ich bin heute krank")
    assert (303, f"{browser.home}#newest") == (answer.status_code, answer.headers["location"])
    assert [("p1", InboundKind.TEXT, "Ich bin heute krank")] == [(i.sender, i.kind, i.text) for i in program.heard]
    assert "Ich bin heute krank" in await browser.page()


async def test_the_same_form_sent_twice_counts_once(program: SmallProgram, browser: Browser) -> None:
    """A double click, or a resend after the connection broke, makes no second message."""
    await browser.enter(program.link("p1"))
    form = {**await browser.form(), "text": "Hallo"}
    for _ in range(3):
        await browser.post(f"{browser.home}/send", data=form)
    assert ["Hallo"] == [inbound.text for inbound in program.heard]


async def test_going_back_and_writing_something_else_loses_nothing(program: SmallProgram, browser: Browser) -> None:
    """The same page used again for other words, or another button, is another message."""
    await browser.enter(program.link("p1"))
    form = await browser.form()
    for said in ({"text": "eins"}, {"text": "zwei"}, {"text": "", "tap": "a"}, {"text": "", "tap": "b"}):
        await browser.post(f"{browser.home}/send", data={**form, **said})
    assert ["eins", "zwei", "a", "b"] == [inbound.text or inbound.tap for inbound in program.heard]


async def test_the_id_of_an_update_tells_nothing_of_its_words(program: SmallProgram, browser: Browser) -> None:
    """The id is signed with the browser's secret: nobody can try words against it."""
    await browser.enter(program.link("p1"))
    await browser.say("krank", once="1")
    await browser.enter(program.link("p1"))
    await browser.say("krank", once="1")
    assert 2 == len({inbound.external_id.partition(":")[2] for inbound in program.heard})


async def test_tapping_keeps_what_is_being_written(program: SmallProgram, browser: Browser) -> None:
    """A button beside a half-written message sends the tap, and the words are still in the box."""
    await browser.enter(program.link("p1"))
    answer = await browser.say("noch nicht fertig", tap="@help")
    assert 200 == answer.status_code
    assert "\nnoch nicht fertig</textarea>" in answer.text
    assert [("@help", "")] == [(inbound.tap, inbound.text) for inbound in program.heard]


async def test_an_empty_message_is_no_message(program: SmallProgram, browser: Browser) -> None:
    """Nothing, blanks and invisible characters are not passed on."""
    await browser.enter(program.link("p1"))
    for nothing in ("", "  \n ", "\u200e\u200f\u202e", "\u00a0"):
        assert 303 == (await browser.say(nothing)).status_code
    assert [] == program.heard


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "{{ 7*7 }}", "&amp; </p>"])
async def test_markup_is_shown_as_written(program: SmallProgram, browser: Browser, words: str) -> None:
    """What looks like markup is text, from the person and from us, on the page and in the live stream."""
    await browser.enter(program.link("p1"))
    answer = (await browser.say(words, script=True)).json()
    program.say("p1", words)
    page = await browser.page()
    for html in (page, answer["entries"][0]["html"]):
        assert words not in html or words == "{{ 7*7 }}"
        assert "49" not in re.sub(r"<svg.*?</svg>|<input[^>]*>|data-\S+|[^\s>]*/chat/[^\s>]*|\?v=\w+", "", html)
    assert 2 == page.count(words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;"))


async def test_four_thousand_characters_arrive_as_they_are(program: SmallProgram, browser: Browser) -> None:
    """A long message with emoji, control and direction characters is passed on unchanged."""
    words = ("ж🙂\u202e\u0007\n" * 800)[:4000]
    await browser.enter(program.link("p3"))
    await browser.say(words.replace("\n", "\r\n"))
    assert [words] == [inbound.text for inbound in program.heard]


async def test_what_is_too_long_comes_back_in_the_form(program: SmallProgram, browser: Browser) -> None:
    """More than that is refused with words, and nothing that was typed is lost."""
    words = "x" * 4001
    await browser.enter(program.link("p1"))
    answer = await browser.say(words)
    assert 413 == answer.status_code
    assert f"\n{words}</textarea>" in answer.text
    assert f'action="{browser.home}/send"' in answer.text
    assert [] == program.heard


async def test_a_form_beyond_all_bounds_is_refused(program: SmallProgram, browser: Browser) -> None:
    """Bodies are read up to a limit only."""
    await browser.enter(program.link("p1"))
    assert 413 == (await browser.say("x" * 200_000)).status_code


async def test_while_the_store_is_busy_the_words_come_back(program: SmallProgram, browser: Browser) -> None:
    """An outage says so, gives the words back in a form, and the same form works afterwards without doubling."""
    await browser.enter(program.link("p1"))
    program.broken = StoreFull("the queue is full")
    answer = await browser.say("Hallo")
    assert (503, "60") == (answer.status_code, answer.headers["retry-after"])
    assert "\nHallo</textarea>" in answer.text
    program.broken = None
    again = {**browser.fields(answer.text), "text": "Hallo"}
    for _ in range(2):
        assert 303 == (await browser.post(f"{browser.home}/send", data=again)).status_code
    assert ["Hallo"] == [inbound.text for inbound in program.heard]


async def test_who_is_signed_out_gets_the_words_back_to_copy(program: SmallProgram, browser: Browser) -> None:
    """A message written into a page whose session is over is shown again, but cannot be sent."""
    await browser.enter(program.link("p1"))
    form = await browser.form()
    program.write(lambda uow: uow.sessions.revoke(browser.home.rpartition("/")[2]))
    answer = await browser.post(f"{browser.home}/send", data={**form, "text": "Hallo"})
    assert 404 == answer.status_code
    assert re.search(r"<textarea[^>]*readonly>\nHallo</textarea>", answer.text)
    assert [] == program.heard


async def test_forms_from_elsewhere_are_refused(program: SmallProgram, browser: Browser) -> None:
    """No token, another session's token and a form on another site do nothing; the words come back."""
    await browser.enter(program.link("p2"))
    foreign = (await browser.form())["csrf"]
    await browser.enter(program.link("p1"))
    for token in ("", foreign, "x" * 32, "ж"):
        answer = await browser.say("Hallo", csrf=token)
        assert 403 == answer.status_code
        assert "\nHallo</textarea>" in answer.text
    cross = await browser.post(
        f"{browser.home}/send", data={**await browser.form(), "text": "x"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert 403 == cross.status_code
    assert [] == program.heard


async def test_every_form_carries_its_token(program: SmallProgram, browser: Browser) -> None:
    """Each form on each page that changes something has a token of its session."""
    link = program.link("p1")
    door = (await browser.get(link)).text
    await browser.enter(link)
    program.broken = StoreFull("")
    pages = [
        door,
        await browser.page(),
        (await browser.get(f"{browser.home}/delete")).text,
        (await browser.say("x")).text,
    ]
    for page in pages:
        forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
        assert forms
        assert all(re.search(r'name="csrf" value="[0-9a-f]{32,}"', form) for form in forms)


async def test_a_file_is_not_kept_but_answered(program: SmallProgram, browser: Browser) -> None:
    """A file that is sent nevertheless reaches the dialogue by its name only, whatever its size."""
    await browser.enter(program.link("p1"))
    for size in (10, 300_000):
        files = {"file": ("Attest.jpg", b"\xff\xd8" + b"x" * size, "image/jpeg")}
        answer = await browser.post(f"{browser.home}/send", data={**await browser.form(), "text": ""}, files=files)
        assert 303 == answer.status_code
    assert [(InboundKind.FILE, "Attest.jpg")] * 2 == [(i.kind, i.file_name) for i in program.heard]


async def test_a_file_beyond_all_bounds_is_refused(program: SmallProgram, browser: Browser) -> None:
    """Files are read past up to a limit only."""
    await browser.enter(program.link("p1"))
    files = {"file": ("a.jpg", b"x" * 13_000_000, "image/jpeg")}
    answer = await browser.post(f"{browser.home}/send", data=await browser.form(), files=files)
    assert 413 == answer.status_code


@pytest.mark.parametrize("boundary", ["", "; boundary=x", "; boundary="])
async def test_a_broken_form_is_refused_in_words(program: SmallProgram, browser: Browser, boundary: str) -> None:
    """A body that is not what it says gets an answer, not a fault."""
    await browser.enter(program.link("p1"))
    headers = {"content-type": f"multipart/form-data{boundary}"}
    answer = await browser.post(f"{browser.home}/send", content=b"\0not a form", headers=headers)
    assert answer.status_code in {400, 403}


async def test_both_directions_are_merged_in_order(program: SmallProgram, browser: Browser) -> None:
    """Own words and answers stand in the order in which they came, each day under its own line."""
    await browser.enter(program.link("p1"))
    for number in range(3):
        await browser.say(f"frage {number}")
        program.say("p1", f"antwort {number}")
    page = await browser.page()
    assert [f"{who} {n}" for n in range(3) for who in ("frage", "antwort")] == re.findall(r"(?:frage|antwort) \d", page)
    assert 1 == page.count('<h2 class="day">')


async def test_old_messages_are_a_link_away(program: SmallProgram, browser: Browser) -> None:
    """The page begins with the newest sixty; the ones before come by a link, without a gap."""
    await browser.enter(program.link("p1"))
    for number in range(70):
        program.say("p1", f"nr {number:03}")
    page = await browser.page()
    assert [f"nr {n:03}" for n in range(10, 70)] == re.findall(r"nr \d{3}", page)
    earlier = re.search(r'href="(\?from=\d+)"', page)
    assert earlier is not None
    assert [f"nr {n:03}" for n in range(70)] == re.findall(
        r"nr \d{3}", (await browser.get(browser.home + earlier[1])).text
    )


async def test_every_message_says_its_language_and_direction(program: SmallProgram, browser: Browser) -> None:
    """An Arabic message is marked as Arabic from right to left; one's own words find their direction themselves."""
    await browser.enter(program.link("p2"))
    await browser.say("Hallo")
    program.say("p2", "مرحبا")
    page = await browser.page()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<p class="text" lang="ar" dir="rtl">مرحبا</p>' in page
    assert '<p class="text" lang="ar" dir="auto">Hallo</p>' in page
    assert 2 == len(re.findall(r'class="text" lang="\S+" dir="\S+"', page))


async def test_answers_are_buttons_with_a_picture_and_a_word(program: SmallProgram, browser: Browser) -> None:
    """At most five answers stand at once, the others behind "more"; tapping one sends its handle."""
    await browser.enter(program.link("p1"))
    handles = program.handles(program.say("p1", "Wann?", *(button(f"b{n}") for n in range(7))))
    page = await browser.page()
    answers = page[page.index('<details class="answers"') :]
    first, _, more = answers.partition("<details>")
    assert handles[:5] == re.findall(TAP, first)
    assert handles[5:] == re.findall(TAP, more)
    assert 7 == len(re.findall(r'<svg class="icon[^>]*aria-hidden="true">.*?</svg> <span>B\d</span>', answers))
    await browser.say("", tap=handles[6])
    assert handles[6:] == [inbound.tap for inbound in program.heard]


async def test_used_answers_disappear(program: SmallProgram, browser: Browser) -> None:
    """A button that has done its work is not offered again, on the page and to the script."""
    await browser.enter(program.link("p1"))
    used, unused = program.handles(program.say("p1", "Kommst du?", button("one"), button("two")))
    program.use(used, "p1")
    page = await browser.page()
    assert [unused] == re.findall(TAP, page)
    fields = {**await browser.form(), "handles": f"{used} {unused} three"}
    assert {"open": [unused]} == (await browser.post(f"{browser.home}/answers", data=fields)).json()
    assert 403 == (await browser.post(f"{browser.home}/answers", data={"handles": unused})).status_code


async def test_another_persons_buttons_look_like_unknown_ones(program: SmallProgram, browser: Browser) -> None:
    """Asking about somebody else's button tells nothing."""
    [theirs] = program.handles(program.say("p2", "?", button("theirs")))
    await browser.enter(program.link("p1"))
    fields = {**await browser.form(), "handles": f"{theirs} nobodys"}
    assert {"open": []} == (await browser.post(f"{browser.home}/answers", data=fields)).json()


async def test_only_the_newest_question_is_unfolded(program: SmallProgram, browser: Browser) -> None:
    """A participant sees one open question; staff see the answers of every alert."""
    for handle, unfolded in (("p1", 1), ("c1", 2)):
        await browser.enter(program.link(handle))
        program.say(handle, "Erste?", button(f"{handle}a"))
        program.say(handle, "Zweite?", button(f"{handle}b"))
        page = await browser.page()
        assert 2 == page.count('<details class="answers"')
        assert unfolded == len(re.findall(r'<details class="answers"[^>]* open>', page))


async def test_the_script_gets_what_is_new_with_its_answer(program: SmallProgram, browser: Browser) -> None:
    """Sending by script returns the entries after the one it knows, as text ids, days and finished markup."""
    await browser.enter(program.link("p1"))
    program.say("p1", "Guten Morgen")
    known = (await browser.form())["after"]
    program.say("p1", "Noch etwas")
    entries = (await browser.say("Ja", script=True, after=known)).json()["entries"]
    assert ["Noch etwas", "Ja"] == [re.findall(r'class="text"[^>]*>([^<]*)<', entry["html"])[0] for entry in entries]
    assert all(isinstance(entry["id"], str) and entry["id"] > known for entry in entries)
    assert {"2026-11-23"} == {entry["day"] for entry in entries}


async def test_the_script_gets_refusals_as_words(program: SmallProgram, browser: Browser) -> None:
    """What goes wrong is said in the reader's language, for the script as one sentence."""
    await browser.enter(program.link("p1"))
    answer = await browser.say("x" * 4001, script=True)
    assert (413, ["error"]) == (answer.status_code, list(answer.json()))
