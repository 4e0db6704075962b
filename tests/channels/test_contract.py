"""The contract of every channel: the same rows for memory, web, both Telegram bots, Web Push, SMS and mail.

Web Push and SMS carry pings only, mail one sentence. They are ours and short, so one that is too long is a mistake and
refused whole: cut short, it could lose the address of the page. Buttons stay behind: the answer is given on the page.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.app import App
from bot.channels import Inbound, Level, Rejected, TryLater, Unreachable
from bot.numbered import numbered
from bot.transcript.outside import Outside
from bot.transcript.reader import read_text
from bot.transcript.runner import Session, run_script
from bot.transcript.stage import perform_script
from bot.transcript.world import Opening, World, borrow_place
from flows.engine.events import AbsenceReported
from tests.channels.benches import BENCHES, BUTTONS, WITHOUT_BUTTONS, Bench, message, take_buttons_away
from tests.channels.telegram_server.process import running_service
from tests.transcripts.through.stages import Stage

LONG = " ".join(f"Das ist der Satz mit der Nummer {number}." for number in range(250))
PEOPLE = ["memory", "web", "telegram"]


@pytest.fixture(params=list(BENCHES))
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Each channel in turn."""
    async with BENCHES[request.param]() as opened:
        yield opened


async def test_messages_arrive_in_order(bench: Bench) -> None:
    """What is sent one after the other is seen one after the other, and each has an id."""
    ids = [await bench.channel.send(message(number, f"🦊 {number}:00"), bench.external) for number in (1, 2, 3)]
    assert ["🦊 1:00", "🦊 2:00", "🦊 3:00"] == list(bench.texts())
    assert 3 == len(set(ids))


async def test_long_texts_are_cut_at_sentence_ends(bench: Bench) -> None:
    """Every part fits and ends with a sentence, and nothing is lost; a page shows all; a ping is not shortened."""
    sending = bench.channel.send(message(1, LONG), bench.external)
    if bench.short_only:
        with pytest.raises(Rejected):
            await sending
        assert [] == list(bench.texts())
        return
    await sending
    parts = list(bench.texts())
    assert LONG == " ".join(parts)
    assert all(part.endswith(".") for part in parts)
    assert bench.channel.name == "web" or all(len(part) <= bench.channel.capabilities.max_text for part in parts)


async def test_buttons_are_shown_or_numbered(bench: Bench) -> None:
    """Where there are buttons they stand under the words, elsewhere in them, those of a ping stay behind."""
    await bench.channel.send(message(1, "🦊?", buttons=BUTTONS), bench.external)
    shown = (list(bench.texts()), list(bench.labels()))
    if bench.short_only:
        assert (["🦊?"], []) == shown
    elif bench.channel.capabilities.buttons:
        assert (["🦊?"], ["Ja", "Nein"]) == shown
    else:
        assert (["🦊?\n1 Ja\n2 Nein"], []) == shown


async def test_answered_questions_lose_their_buttons_where_messages_can_change(bench: Bench) -> None:
    """Exactly the channels that say they can edit do so; the words stay."""
    platform_id = await bench.channel.send(message(1, "🦊?", buttons=BUTTONS), bench.external)
    before = list(bench.labels())
    await take_buttons_away(bench, platform_id)
    assert ([] if bench.channel.capabilities.edits else before) == list(bench.labels())
    assert bench.texts()[0].startswith("🦊?")


async def test_nothing_above_its_level_leaves(bench: Bench) -> None:
    """A channel of others refuses what it may not carry, whoever asks; the own ones carry everything."""
    sending = bench.channel.send(message(1, "🦊", level=Level.L4), bench.external)
    if bench.channel.capabilities.level is Level.L4:
        await sending
        assert ["🦊"] == list(bench.texts())
    else:
        with pytest.raises(Rejected):
            await sending
        assert [] == list(bench.texts())


async def test_what_has_been_ended_is_not_opened_again(bench: Bench) -> None:
    """Who wants to send after the end of the connections hears that nothing was sent; some have no connections."""
    await bench.channel.send(message(1, "🦊 8:00"), bench.external)
    if bench.end is None:
        await bench.channel.send(message(2, "🦊 9:00"), bench.external)
        return
    for number in (2, 3):
        await bench.end()
        with pytest.raises(TryLater):
            await bench.channel.send(message(number, "🦊 9:00"), bench.external)
    assert ["🦊 8:00"] == list(bench.texts())


async def test_who_is_gone_is_unreachable(bench: Bench) -> None:
    """The error says that the address is no good any more; a page takes messages when nobody is there, too."""
    bench.block()
    sending = bench.channel.send(message(1, "🦊"), bench.external)
    if not bench.blocks:
        await sending
        return
    with pytest.raises(Unreachable):
        await sending
    assert [] == list(bench.texts())


@pytest.mark.parametrize("seconds", [0, 17])
async def test_a_busy_channel_says_so_and_takes_the_message_later(bench: Bench, seconds: int) -> None:
    """The wait is the one that was asked for, if it can be; nothing was sent; our own channels are never busy."""
    bench.halt(seconds)
    sending = bench.channel.send(message(1, "🦊"), bench.external)
    if not bench.busy:
        await sending
        return
    with pytest.raises(TryLater) as raised:
        await sending
    assert (timedelta(seconds=seconds) if seconds and bench.says_when else None) == raised.value.after
    assert [] == list(bench.texts())
    if not seconds:
        await bench.channel.send(message(1, "🦊"), bench.external)
        assert ["🦊"] == list(bench.texts())


async def test_sent_twice_is_seen_once_where_the_channel_says_so(bench: Bench) -> None:
    """Delivery repeats a send after a crash only where `idempotent` promises that nobody sees it twice."""
    for _ in range(2):
        await bench.channel.send(message(1, "🦊"), bench.external)
    assert (1 if bench.channel.capabilities.idempotent else 2) == len(bench.texts())


def test_numbers_stand_before_the_labels_they_choose() -> None:
    """Without buttons nothing is added; with some each has its number, from one on."""
    assert "Wann?" == numbered("Wann?", ())
    assert "Wann?\n1 Ja\n2 Nein" == numbered("Wann?", BUTTONS)
    assert WITHOUT_BUTTONS in BENCHES


# -- what people do, on each channel that they can write on


@pytest.fixture(scope="module")
def ports() -> Any:
    """A Bot API server for both bots."""
    with running_service() as service:
        yield (service.port, service.control_port)


@pytest.fixture(params=PEOPLE)
def stage(request: pytest.FixtureRequest, ports: Any) -> Stage:
    """The channel people write on; with "telegram" participants are at one bot and staff at the other."""
    return Stage(request.param, ports)


def differences(text: str, stage: Stage) -> list[str]:
    """What went otherwise than the transcript says."""
    _, found = perform_script(read_text(text), open_world=stage)
    return [str(each) for each in found]


def test_a_typed_number_is_the_answer(stage: Stage) -> None:
    """ "2" chooses the second answer, with or without buttons to press."""
    text = """
        at 2026-11-23 07:40
        p1: Ich kann heute nicht kommen
        bot to p1: Grund
        p1: 2
        event AbsenceReported who=p1 reason=child_ill
    """
    assert [] == differences(text, stage)


def test_one_update_three_times_has_one_effect(stage: Stage) -> None:
    """Words, and staff's presses, count once however often they are delivered."""
    text = """
        at 2026-11-23 07:40
        p1: Ich bin heute krank
        p1 again
        p1 again
        event AbsenceReported who=p1
        no event AbsenceReported
        bot to c1: krank
        nothing to c1
        c1 taps: @seen
        c1 again
        c1 again
        event AlertAcknowledged by=c1
        no event AlertAcknowledged
    """
    assert [] == differences(text, stage)


@pytest.mark.parametrize("who", ["p1", "c1"])
def test_files_are_refused_kindly(stage: Stage, who: str) -> None:
    """A file gets a sentence, and nothing of it is kept; what is written next is read as ever."""
    text = f"""
        at 2026-11-23 07:40
        {who} sends: README.md
        bot to {who}: nicht gespeichert
        no event CertificateReceived
        p1: Ich bin heute krank
        event AbsenceReported who=p1 reason=illness
    """
    assert [] == differences(text, stage)


class Looking:
    """Hands on to the real outside, and looks into the database the moment the channel counts an update as taken."""

    def __init__(self, inner: Outside) -> None:
        """Nothing was looked at."""
        self.found: list[bool] = []
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        """As the real one."""
        return getattr(self._inner, name)

    async def open(self, app: App, *, fresh: bool) -> None:
        """Keep the program."""
        self._app = app
        await self._inner.open(app, fresh=fresh)

    async def bring(self, update: Inbound) -> None:
        """The update is acknowledged: is it committed?"""
        await self._inner.bring(update)
        with self._app.store.read() as uow:
            self.found.append(any(event.name == AbsenceReported.NAME for event in uow.events.after(0)))


def test_an_update_is_acknowledged_after_its_commit(stage: Stage) -> None:
    """When the page answers, or the next updates are asked for, what was said is in the database."""
    looking: list[Looking] = []

    def look(inner: Outside) -> Any:
        looking.append(Looking(inner))
        return looking[-1]

    script = read_text("at 2026-11-23 07:40\np1: Ich bin heute krank")
    with borrow_place(script.profile) as place:
        world: World = stage.look(Opening(place=place, now=script.start), look)
        try:
            assert [] == run_script(script, Session(world))
        finally:
            world.close()
    assert [True] == looking[0].found
