"""The whole assistant with both bots over real HTTP: what people say arrives once, whatever happens on the way."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import pytest

from bot.bot_api.commands import PARTICIPANTS, STAFF
from bot.channels import Inbound
from bot.demo import CODES
from bot.lines import Line
from bot.operating import protecting
from bot.polling import LONGEST_POLL
from handlers import linking, strangers
from storage.errors import DatabaseLocked
from tests.channels.telegram_house import House, build_house, close_house, open_house
from tests.channels.telegram_server import BotApiServer, MovableClock, Trouble
from tests.channels.telegram_server.phone import PATIENCE

ILL = "Ich bin heute krank"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The assistant at work."""
    async with open_house(tmp_path) as opened:
        yield opened


async def settled(house: House, within: float = PATIENCE) -> None:
    """Everything that was said has been taken in, and what was answered has been sent."""
    await house.service.until(house.is_settled, within)


async def test_a_report_goes_its_way_on_both_bots(house: House) -> None:
    """She reports on Telegram and is told neutrally; the caseworker sees "Hinweis", presses "seen", and it counts."""
    house.says("p1", ILL)
    hint = await house.people["c1"].sees("Hinweis", bot=house.bots[STAFF])
    assert [["Gesehen"]] == [[button.text for button in row] for row in hint.buttons]
    assert not any("krank" in text for text in (*house.seen("p1"), *house.seen("c1")))
    tap = house.people["c1"].tap("Gesehen", bot=house.bots[STAFF])
    await house.service.until(lambda: house.count("AlertAcknowledged") == 1)
    await house.service.until(lambda: house.people["c1"].answers(tap) == [{"text": "", "show_alert": False}])
    await house.service.until(lambda: not house.people["c1"].screen(house.bots[STAFF])[-1].labels or bool(tap.url))
    assert 1 == house.count("AbsenceReported")


async def test_one_update_three_times_and_shuffled_has_one_effect(house: House) -> None:
    """However often and in whatever order the service brings it, a report is one report."""
    house.service.hold(house.bots[PARTICIPANTS])
    for who in ("p1", "p2", "p3"):
        house.says(who, ILL if who == "p1" else "/menu")
    update = house.says("p5", "/menu")
    house.service.release(house.bots[PARTICIPANTS], shuffle=Random(3), copies=3)
    await settled(house)
    house.service.redeliver(house.bots[PARTICIPANTS], update, copies=2)
    await settled(house)
    assert 1 == house.count("AbsenceReported")
    assert [1, 1, 1] == [len(house.seen(who)) for who in ("p2", "p3", "p5")]


async def test_nothing_is_acknowledged_before_it_is_committed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an update is being handled the service still has it; after the commit it does not."""
    gate, inside = asyncio.Event(), asyncio.Event()
    receive = house.app.receive

    async def wait(update: Inbound) -> str | None:
        inside.set()
        await gate.wait()
        return await receive(update)

    monkeypatch.setattr(house.app, "receive", wait)
    house.says("p1", ILL)
    await asyncio.wait_for(inside.wait(), PATIENCE)
    await asyncio.sleep(0.3)
    assert (1, 0) == (house.service.pending(house.bots[PARTICIPANTS]), house.count("AbsenceReported"))
    gate.set()
    await settled(house)
    assert 1 == house.count("AbsenceReported")


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
async def test_a_bot_that_dies_around_the_commit_loses_and_doubles_nothing(tmp_path: Path, committed: bool) -> None:
    """Whether it dies before the commit or between commit and acknowledgement: the next start has it once."""
    async with open_house(tmp_path, poll=False) as house:
        receive, line = house.app.receive, house.lines[PARTICIPANTS]
        died = asyncio.Event()

        async def die(update: Inbound) -> str | None:
            if committed:
                await receive(update)
            died.set()
            await asyncio.Event().wait()
            return None

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(house.app, "receive", die)
            line.start()
            house.says("p1", ILL)
            await asyncio.wait_for(died.wait(), PATIENCE)
            await killed(line)
        assert int(committed) == house.count("AbsenceReported")
        assert 1 == house.service.pending(house.bots[PARTICIPANTS])
        house.lines[PARTICIPANTS] = Line(line.intake)
        house.lines[PARTICIPANTS].start()
        await settled(house)
        assert 1 == house.count("AbsenceReported")


async def killed(line: Line) -> None:
    """End a line as a crash does: nothing is finished, nothing is acknowledged."""
    for task in line._tasks:
        task.cancel()
    await asyncio.gather(*line._tasks, return_exceptions=True)


async def test_what_the_database_cannot_keep_is_tried_until_it_can(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A locked database delays an update and the later ones of the same person, in order, and loses none."""
    receive, heard, failures = house.app.receive, [], 2

    async def fail(update: Inbound) -> str | None:
        nonlocal failures
        if update.text == "eins" and failures:
            failures -= 1
            raise DatabaseLocked
        heard.append(update.text)
        return await receive(update)

    monkeypatch.setattr(house.app, "receive", fail)
    house.service.hold(house.bots[PARTICIPANTS])
    for text in ("eins", "zwei"):
        house.says("p1", text)
    house.says("p2", "drei")
    house.service.release(house.bots[PARTICIPANTS])
    await settled(house)
    assert ["drei", "eins", "zwei"] == heard


async def test_a_poisoned_update_holds_up_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can never be handled is counted as lost, and everybody else is heard, the same person too."""
    receive = house.app.receive

    async def choke(update: Inbound) -> str | None:
        if update.text == "Gift":
            raise RuntimeError
        return await receive(update)

    monkeypatch.setattr(house.app, "receive", choke)
    bot = house.bots[PARTICIPANTS]
    with house.service.world.lock:
        house.service.world.update(bot, "message", {"message_id": "?", "chat": 5}, house.people["p1"].id)
    house.says("p1", "Gift")
    house.says("p1", "/menu")
    house.says("p2", "/menu")
    await settled(house)
    assert [1, 1] == [len(house.seen(who)) for who in ("p1", "p2")]
    assert 2 == house.lines[PARTICIPANTS].intake.counts["lost"]


async def test_a_stranger_hears_the_same_words_and_not_for_ever(house: House) -> None:
    """Somebody unknown gets the static answer past the outbox, twenty times a day at most; nothing is kept."""
    stranger = house.service.user(language_code="en")
    for number in range(25):
        stranger.send(f"Hallo {number}", bot=house.bots[PARTICIPANTS])
    await settled(house)
    await house.service.until(lambda: len(answers(house, stranger.id)) == 20)
    await asyncio.sleep(0.2)
    assert {strangers.STATIC} == set(answers(house, stranger.id))
    assert 20 == len(answers(house, stranger.id))
    with house.app.store.read() as uow:
        assert uow.people.find(PARTICIPANTS, str(stranger.id)) is None


def answers(house: House, person: int) -> list[str]:
    """What the participants' bot said to somebody."""
    return [message.text for message in house.service.user(person).screen(house.bots[PARTICIPANTS]) if not message.own]


async def test_a_link_from_the_page_connects_the_phone_once(house: House) -> None:
    """Who opens the link is that person from then on; the same link means nothing to anybody else."""
    with house.app.store.read() as uow:
        owner = uow.people.by_handle("p4")
    assert owner is not None
    now = house.service.clock.now()
    code = await house.app.run(lambda uow: linking.new_code(uow, owner.id, PARTICIPANTS, now))
    first, second = house.service.user(), house.service.user()
    first.start(code, bot=house.bots[PARTICIPANTS])
    await first.sees("verbunden", bot=house.bots[PARTICIPANTS])
    second.start(code, bot=house.bots[PARTICIPANTS])
    await second.sees("Code", bot=house.bots[PARTICIPANTS])
    assert 1 == house.count("AddressLinked")


async def test_codes_cannot_be_tried_for_ever(house: House) -> None:
    """After twenty wrong codes a day a stranger is not even heard with the right one."""
    with house.app.store.read() as uow:
        owner = uow.people.by_handle("p4")
    assert owner is not None
    now = house.service.clock.now()
    code = await house.app.run(lambda uow: linking.new_code(uow, owner.id, PARTICIPANTS, now))
    thief = house.service.user()
    for number in range(22):
        thief.start("ABCDEFGHJKLMNPQ" + "ABCDEFGHJKLMNPQRSTUVWXYZ"[number], bot=house.bots[PARTICIPANTS])
    thief.start(code, bot=house.bots[PARTICIPANTS])
    await settled(house)
    assert 0 == house.count("AddressLinked")
    assert 3 == house.lines[PARTICIPANTS].intake.counts["attempt"]


async def test_a_newcomer_begins_with_the_link_of_the_bot(house: House) -> None:
    """`/start CODE` begins the questions on the phone; nothing else is said, and nothing is linked."""
    newcomer, bot = house.service.user(), house.bots[PARTICIPANTS]
    newcomer.start(CODES["p0"], bot=bot)
    await newcomer.sees("Welche Sprache", bot=bot)
    newcomer.tap("Deutsch", bot=bot)
    await newcomer.sees("Zeichen", bot=bot)
    await settled(house)
    assert not any("Neumann" in message.text for message in newcomer.screen(bot))
    assert 0 == house.count("AddressLinked")


async def test_codes_of_invitations_cannot_be_tried_for_ever(house: House) -> None:
    """After twenty wrong codes a day a stranger is not even heard with a good one; who is known is heard always."""
    thief = house.service.user()
    for number in range(22):
        thief.send(f"00000000{number:03}", bot=house.bots[PARTICIPANTS])
    thief.start(CODES["p0"], bot=house.bots[PARTICIPANTS])
    house.says("p1", ILL)
    await settled(house)
    assert 0 == house.count("LanguageChosen")
    assert 3 == house.lines[PARTICIPANTS].intake.counts["attempt"]
    assert 1 == house.count("AbsenceReported")


async def test_a_halted_bot_says_nothing_at_all(house: House) -> None:
    """Neither people nor strangers are answered; what people write is taken in, and answered when it goes on."""
    halting_ = {"do": "halt", "channel": PARTICIPANTS}
    await protecting.serve(house.app, json.dumps(halting_))
    stranger, known = house.service.user(), house.seen("p1")
    stranger.send("Hallo", bot=house.bots[PARTICIPANTS])
    house.says("p1", ILL)
    await house.service.until(lambda: house.count("AbsenceReported") == 1)
    await settled(house)
    assert known == house.seen("p1")
    assert not [message for message in stranger.screen(house.bots[PARTICIPANTS]) if not message.own]
    await protecting.serve(house.app, json.dumps({**halting_, "do": "resume"}))
    await house.service.until(lambda: len(house.seen("p1")) > len(known), 15)


@pytest.mark.parametrize(("code", "words"), [("uk", "Я пишу"), ("fr", "Ich schreibe")])
async def test_a_group_hears_one_sentence(house: House, code: str, words: str) -> None:
    """Taken into a group the bot says why it leaves, in the language of whoever took it there, and leaves."""
    person = house.service.user(language_code=code)
    group, bot = house.service.group(members=[person]), house.bots[PARTICIPANTS]
    group.add(bot, by=person)
    await house.service.until(lambda: group.chat.bots[bot.id] == "left")
    await settled(house)
    said = [message.text for message in group.screen() if not message.own]
    assert [words] == [text[: len(words)] for text in said]


async def test_a_voice_message_gets_a_kind_sentence(house: House) -> None:
    """What cannot be read is answered, and nothing of it is kept."""
    house.people["p1"].send_voice(bot=house.bots[PARTICIPANTS])
    await house.people["p1"].sees("nicht lesen", bot=house.bots[PARTICIPANTS])


async def test_who_blocks_the_bot_is_not_written_to(house: House) -> None:
    """The address ends with the block, and is there again when she comes back."""
    person, bot = house.people["p1"], house.bots[PARTICIPANTS]

    def is_ended() -> bool:
        with house.app.store.read() as uow:
            known = uow.people.find(PARTICIPANTS, str(person.id))
            assert known is not None
            return known[1].ended

    person.block(bot=bot)
    await house.service.until(is_ended)
    person.unblock(bot=bot)
    await house.service.until(lambda: not is_ended())


async def test_invented_presses_are_answered_alike_and_counted(house: House) -> None:
    """A handle nobody gave out, and one that belongs to somebody else, do nothing; both are counted."""
    house.says("p1", "/menu")
    menu = await house.people["p1"].sees("/./", bot=house.bots[PARTICIPANTS])
    stolen = next(button.data for row in menu.buttons for button in row)
    house.says("p2", "/menu")
    own = await house.people["p2"].sees("/./", bot=house.bots[PARTICIPANTS])
    for data in (stolen, stolen[:-1] + "!", "x"):
        house.people["p2"].tap_data(data, on=own.message_id, bot=house.bots[PARTICIPANTS])
    await settled(house)
    assert 3 == sum("غير صالح" in text or "لم يعد" in text for text in house.seen("p2")[1:]), house.seen("p2")
    assert 3 == house.lines[PARTICIPANTS].intake.counts["tap"]
    assert own.labels == house.people["p2"].screen(house.bots[PARTICIPANTS])[-4].labels


async def test_a_flood_does_not_delay_the_others(house: House) -> None:
    """A hundred messages in a moment from one person: another one has an answer before she has ten of hers."""
    for number in range(100):
        house.says("p1", f"Nachricht {number}")
    house.says("p2", "/help")
    await house.people["p2"].sees("/./", bot=house.bots[PARTICIPANTS])
    assert len(house.seen("p1")) < 10


BAD_DAYS: list[dict[str, Any]] = [
    {"trouble": Trouble.RESET},
    {"trouble": Trouble.BROKEN_JSON},
    {"trouble": Trouble.SERVER_ERROR, "code": 502},
    {"trouble": Trouble.SERVER_ERROR, "code": 500},
    {"trouble": Trouble.REFUSAL, "code": 429, "description": "Too Many Requests: retry after 1"},
]


@pytest.mark.parametrize("name", [PARTICIPANTS, STAFF])
@pytest.mark.parametrize("fault", BAD_DAYS, ids=lambda fault: f"{fault['trouble']}{fault.get('code', '')}")
async def test_polling_survives_a_bad_day(tmp_path: Path, name: str, fault: dict[str, Any]) -> None:
    """Broken and refused polls are waited out, and what was said meanwhile arrives."""
    who = {PARTICIPANTS: "p1", STAFF: "c1"}[name]
    async with open_house(tmp_path, poll=False) as house:
        hits = house.service.trouble(method="getUpdates", bot=house.bots[name].id, times=2, **fault)
        house.lines[name].start()
        house.says(who, "/help")
        await house.people[who].sees("/./", bot=house.bots[name])
        assert 2 == hits.hits


async def test_two_of_a_kind_share_quietly(tmp_path: Path) -> None:
    """A second process with the same token takes over or waits; what is said is handled once."""
    async with open_house(tmp_path) as house:
        other = Line(house.lines[PARTICIPANTS].intake)
        other.start()
        await asyncio.sleep(0.3)
        house.says("p1", ILL)
        await settled(house)
        assert 1 == house.count("AbsenceReported")
        await other.stop()


async def test_it_stops_at_once_and_acknowledges_on_the_way_out(tmp_path: Path) -> None:
    """A request that waits for updates does not hold up the end, and what was taken does not come again."""
    async with open_house(tmp_path) as house:
        house.says("p1", "/help")
        await house.people["p1"].sees("/./", bot=house.bots[PARTICIPANTS])
        begun = monotonic()
        await house.lines[PARTICIPANTS].stop()
        assert monotonic() - begun < LONGEST_POLL / 2
        assert 0 == house.service.pending(house.bots[PARTICIPANTS])


async def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What is said while nobody listens is heard at the next start, on the same database."""
    with BotApiServer(clock=MovableClock()) as service:
        first = build_house(tmp_path, service)
        await close_house(first)
        first.says("p1", "/help")
        second = build_house(tmp_path, service)
        await second.app.start()
        second.lines[PARTICIPANTS].start()
        await second.people["p1"].sees("/./", bot=second.bots[PARTICIPANTS])
        await close_house(second)


async def test_a_menu_is_set_although_the_service_was_away(tmp_path: Path) -> None:
    """Trouble while the bot introduces itself is waited for; the commands are there in the end."""
    async with open_house(tmp_path, poll=False) as house:
        house.service.trouble(Trouble.SERVER_ERROR, method="setMyCommands", times=1)
        house.lines[STAFF].start()
        colleague = house.service.user(language_code="en")
        await house.service.until(lambda: bool(house.service.commands(house.bots[STAFF], colleague)), 15)
        await house.service.until(lambda: house.lines[STAFF].intake.channel.username == "team_bot")
