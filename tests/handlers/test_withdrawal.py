"""What ends when somebody says so: exactly that, from that second, at every question, told once (F15)."""

from functools import partial

import pytest

from flows.dialogues.registry import FLOWS
from flows.engine.conversation import Conversation, Json
from flows.engine.flow import Ask
from flows.engine.messages import InboundKind
from handlers import consent
from storage.uow import UnitOfWork
from tests.handlers.world import Arrived, World

STOPS = {
    "p1": ("Stopp", "bitte keine Nachrichten mehr", "Schreibt mir nicht mehr"),
    "p2": ("توقف", "لا أريد رسائل", "لا ترسلوا لي رسائل"),
    "p3": ("Стоп", "не пишіть мені більше", "не хочу повідомлень"),
    "p4": ("Stopp", "keine Nachrichten mehr", "ich sage Stopp"),
    "p5": ("Stop", "no more messages", "stop messaging me"),
}
NOT_FOR_PARTICIPANTS = {"write", "arrival"}
NODES = [
    (flow.name, name)
    for flow in FLOWS.values()
    if flow.name not in NOT_FOR_PARTICIPANTS
    for name, node in flow.nodes.items()
    if isinstance(node, Ask)
]
KNOWN: dict[str, Json] = {
    "first_day": "2026-11-23",
    "recorded": True,
    "reason": "illness",
    "words": "Zahnrad",
    "day": "2026-11-24",
    "time": "10:00",
    "minutes": "30",
    "person": "1",
    "meet_kind": "in_person",
    "meet_at": "2026-11-24T10:00:00+01:00",
    "meet_with": "Frau Albers",
    "meet_place": "",
    "meet_until": "",
}
"""What was answered before, for questions that need it."""
NO_REMINDERS = {
    "p1": "keine Erinnerungen mehr, aber krank melden will ich weiter hier",
    "p2": "لا أريد تذكيرات بعد الآن، لكن أريد أن أبلغ عن المرض هنا",
    "p3": "не нагадуйте мені більше, але про хворобу хочу повідомляти тут далі",
    "p4": "Keine Erinnerungen mehr. Krank melden will ich mich weiter hier.",
    "p5": "no more reminders, but I still want to report sick here",
}


def effective(world: World, who: str) -> set[str]:
    """The purposes in effect."""
    with world.store.read() as uow:
        return set(uow.consents.effective(world.person(who).id, world.now))


def put_at(world: World, who: str, flow: str, node: str) -> None:
    """Somebody stands at this question."""
    person = world.person(who)
    at = Conversation(flow=flow, version=FLOWS[flow].version, node=node, answers=KNOWN, turn=1, asked=(node,))

    def work(uow: UnitOfWork) -> None:
        uow.guard.hears(person.id, world.now)
        for stored in filter(None, [uow.conversations.current(person.id)]):
            uow.conversations.save(stored.id, person.id, at, world.now)
            return
        uow.conversations.add(person.id, at, world.now)

    world.write(work)


def give(world: World, who: str, *purposes: str) -> None:
    """These purposes are in effect."""
    for purpose in purposes:
        world.write(partial(_give, world, who, purpose))


def _give(world: World, who: str, purpose: str, uow: UnitOfWork) -> None:
    consent.give(uow, world.person(who), purpose, world.now)


def _agree_all(world: World, who: str, purpose: str, uow: UnitOfWork) -> None:
    consent.put(uow, world.person(who), purpose, world.now)


def to(arrived: list[Arrived], who: str) -> list[Arrived]:
    """What somebody got of it."""
    return [one for one in arrived if one.to == who]


@pytest.mark.parametrize(("flow", "node"), NODES)
def test_stop_withdraws_at_every_question_in_every_language(world: World, flow: str, node: str) -> None:
    """Whatever is being asked, and in whatever words: C1 ends, the phone is named, nothing is said twice."""
    for who, wordings in STOPS.items():
        for words in wordings:
            put_at(world, who, flow, node)
            answers = [one.text for one in to(world.say(who, words), who)]
            assert "C1" not in effective(world, who), words
            assert any("4710" in text for text in answers), words
            assert len(set(answers)) == len(answers)
            give(world, who, "C1")


@pytest.mark.parametrize(("flow", "node"), NODES)
def test_reminders_end_at_every_question_in_every_language(world: World, flow: str, node: str) -> None:
    """One thing ends in the middle of any dialogue; the consents and the dialogue stay as they are."""
    for who, words in NO_REMINDERS.items():
        put_at(world, who, flow, node)
        world.say(who, words)
        assert world.person(who).no_reminders, who
        assert {"C1", "C3"} <= effective(world, who)
        with world.store.read() as uow:
            uow.guard.at(world.now)
            stored = uow.conversations.current(world.person(who).id)
        assert stored is not None
        assert node == stored.conversation.node
    assert [] == world.events("ConsentWithdrawn")


@pytest.mark.parametrize("who", sorted(NO_REMINDERS))
def test_reminders_end_and_reports_go_on(world: World, who: str) -> None:
    """No reminder comes from that second on; a report is taken as before; the caseworker gets one alert."""
    world.say(who, "Ich bin heute krank")
    world.say(who, NO_REMINDERS[who])
    assert 1 == len([one for one in world.events("AlertRaised") if one.fields["kind"] == "withdrawal"])
    assert [] == [one for one in world.to("2026-12-04 12:00") if one.to == who]
    assert [] == world.events("ReminderSent")
    world.say(who, "Ich bin am 7.12. krank")
    assert ["2026-11-23", "2026-12-07"] == [event.fields["first_day"] for event in world.events("AbsenceReported")]


def test_two_wishes_in_one_message_are_both_done(world: World) -> None:
    """Reminders end, and the report is recorded."""
    world.say("p1", "Ich bin heute krank und will keine Erinnerungen mehr")
    assert world.person("p1").no_reminders
    assert 1 == len(world.events("AbsenceReported"))
    world.say("p5", "Stop. I am ill today.")
    assert "C1" not in effective(world, "p5")
    assert 2 == len(world.events("AbsenceReported"))


@pytest.mark.parametrize(
    "words",
    [
        "Ich will NICHT aufhören",
        "bitte nicht aufhören",
        "please don't stop",
        "لا تتوقف",
        "не зупиняйтесь",
        "Ich habe keine Erinnerung bekommen",
        "Warum kriege ich keine Erinnerungen mehr?",
        "stop worrying",
    ],
)
def test_what_only_sounds_like_it_ends_nothing(world: World, words: str) -> None:
    """ "Do not stop" and a complaint about something missing change nothing."""
    world.say("p1", words)
    assert {"C1", "C3"} == effective(world, "p1")
    assert not world.person("p1").no_reminders


def test_stop_then_a_break(world: World) -> None:
    """Only a break was meant: C1 stands again as a new act, nothing automatic comes for two weeks, then a question."""
    world.say("p1", "Ich bin heute krank")
    world.say("p1", "Stopp")
    world.tap("p1", "pause", "choose")
    assert {"C1", "C3"} == effective(world, "p1")
    assert "clarified" == world.write(lambda uow: uow.consents.trail(world.person("p1").id)[-1].evidence["said"])
    assert [] == [one for one in world.to("2026-12-07 08:59") if one.to == "p1"]
    over = [one for one in world.to("2026-12-08 12:00") if one.to == "p1"]
    assert 1 == len(over)
    assert ("start", "pause") == over[0].actions
    assert world.person("p1").paused_since is None


def test_stop_then_one_thing(world: World) -> None:
    """What is tapped ends, C1 stands again; the caseworker reads what ended, without another alert."""
    world.say("p1", "Stopp")
    world.tap("p1", "stop_one", "choose")
    world.tap("p1", "stop_one", "C3")
    assert {"C1"} == effective(world, "p1")
    assert 1 == len(world.events("AlertRaised"))
    assert "Krankschreibungen" in world.texts("c1")[-1]


def test_stop_then_everything(world: World) -> None:
    """All purposes end; a break tapped afterwards brings nothing back."""
    give(world, "p1", "C4")
    world.say("p1", "Stopp")
    late = world.button("p1", "pause", "choose").handle
    world.tap("p1", "stop_all", "everything")
    assert set() == effective(world, "p1")
    world.press("p1", late)
    assert set() == effective(world, "p1")
    assert ["C1", "C3", "C4"] == sorted(event.fields["purpose"] for event in world.events("ConsentWithdrawn"))


@pytest.mark.parametrize(("words", "left"), [("Alles", set()), ("Nur eine Pause", {"C1", "C3"})])
def test_a_way_may_be_written_instead_of_tapped(world: World, words: str, left: set[str]) -> None:
    """After "stop" the label of a button counts as the button."""
    world.say("p1", "Stopp")
    world.say("p1", words)
    assert left == effective(world, "p1")


def test_pressed_twice_is_told_and_has_no_second_effect(world: World) -> None:
    """A second press of the same button is answered kindly and ends nothing more."""
    world.say("p1", "Stopp")
    handle = world.button("p1", "stop_all", "everything").handle
    world.press("p1", handle)
    before = world.counts()["consents"]
    assert world.press("p1", handle)
    assert before == world.counts()["consents"]


def test_a_no_to_messages_is_not_undone_by_an_old_button(world: World) -> None:
    """Whoever declined since is not written to because of a break tapped later."""
    world.say("p1", "Stopp")
    late = world.button("p1", "pause", "choose").handle
    world.tap("p1", "start")
    world.tap("p1", "no")
    world.press("p1", late)
    assert "C1" not in effective(world, "p1")


@pytest.mark.parametrize("action", ["@withdraw", "@stop_all"])
def test_the_commands_do_what_the_word_does(world: World, action: str) -> None:
    """One tap is enough, and giving takes two."""
    assert any("pause" in one.actions for one in to(world.press("p1", action), "p1"))
    assert {"C3"} == effective(world, "p1")


@pytest.mark.parametrize(
    ("who", "words", "ends"),
    [
        ("p1", "nichts mehr über Telegram", "C2"),
        ("p1", "löscht das mit der Krankschreibung", "C3"),
        ("p2", "لا أريد شيئا على تلغرام", "C2"),
        ("p2", "لا أريد شهادات مرضية هنا", "C3"),
        ("p3", "не пишіть у телеграм", "C2"),
        ("p3", "не хочу більше лікарняних тут", "C3"),
        ("p4", "Kein Telegram mehr", "C2"),
        ("p5", "no more sick notes here", "C3"),
        ("p5", "nothing on telegram please", "C2"),
    ],
)
def test_plain_words_end_one_purpose(world: World, who: str, words: str, ends: str) -> None:
    """Exactly the purpose that the words name, and no other."""
    give(world, who, "C2", "C4")
    world.say(who, words)
    assert {"C1", "C2", "C3", "C4"} - {ends} == effective(world, who)


@pytest.mark.parametrize(
    ("who", "words"),
    [("p1", "alles löschen"), ("p2", "احذفوا بياناتي"), ("p3", "видаліть мої дані"), ("p5", "delete all my data")],
)
def test_delete_everything_ends_all_and_names_the_right(world: World, who: str, words: str) -> None:
    """All consents end, the right to erasure is named, and the caseworker knows of the wish."""
    world.say(who, words)
    assert set() == effective(world, who)
    assert ["withdrawal"] == [event.fields["kind"] for event in world.events("AlertRaised")]
    assert 2 == len(world.texts(who))


def test_reminders_again(world: World) -> None:
    """Who ended them brings them back in one tap or in words; twice is told."""
    world.say("p1", "keine Erinnerungen mehr")
    world.tap("p1", "remind")
    assert not world.person("p1").no_reminders
    world.say("p1", "keine Erinnerungen mehr")
    world.say("p1", "Erinnerungen wieder an")
    assert not world.person("p1").no_reminders
    assert world.say("p1", "erinnert mich wieder")


def test_a_guardian_ends_something_for_the_ward(world: World) -> None:
    """A guardian who is needed ends it, the ward and the caseworker are told; the record names the guardian."""
    for purpose in ("C1", "C3"):
        world.write(partial(_agree_all, world, "p6", purpose))
    world.say("g1", "Stopp")
    ward = world.person("p6").id
    world.tap("g1", "stop_one", f"C3;{ward}")
    assert {"C1"} == effective(world, "p6")
    with world.store.read() as uow:
        assert world.person("g1").id == uow.consents.trail(ward)[-1].proof.actor
    assert world.texts("p6")


def test_nobody_ends_anything_for_a_stranger(world: World) -> None:
    """A participant's forged word for somebody else's purpose ends nothing."""
    ward = world.person("p2").id
    world.receive(world.update("p1", InboundKind.TAP, tap=f"@stop_one:C1;{ward}"))
    assert {"C1", "C3"} == effective(world, "p2")
