"""Where a message may go and who is pinged, as tables: levels, order, consent."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from flows.dialogues import levels
from flows.dialogues.words import MENU
from flows.engine.events import Said
from flows.engine.messages import Button, Level, MessageClass, Text
from flows.people import Address, PersonId, Role
from flows.rules.profile import EvidenceRule, Profile, Reach
from flows.rules.reach import (
    Route,
    Ways,
    ends_in_call,
    is_awaited,
    level_of_ping,
    may_carry,
    route_of_reply,
    route_unasked,
    ways_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 7, 40, tzinfo=BERLIN)
PROFILE = Profile(
    name="test",
    carrier={},
    land="NW",
    statutory=True,
    reasons=(),
    evidence_rule=EvidenceRule.NONE,
    must_tell={},
    free_days=frozenset(),
    levels={"telegram": Level.L2, "push": Level.L1, "sms": Level.L0},
    reach=Reach(order=("push", "telegram", "sms", "mail")),
)
NAMES = ("web", "telegram", "push", "push", "sms", "mail")
WEB, TELEGRAM, PHONE, TABLET, SMS, MAIL = ADDRESSES = tuple(
    Address(id=number, person=PersonId(1), channel=name, external=str(number)) for number, name in enumerate(NAMES, 1)
)
ALL = ((PHONE, TABLET), (TELEGRAM,), (SMS,))


def test_the_ways_follow_the_order_of_the_profile() -> None:
    """Devices of one channel are one step; a channel that is off, or lacks the consent it needs, is none."""
    assert Ways(WEB, ALL) == ways_of(PROFILE, ADDRESSES, "", agreed=True)
    assert Ways(WEB, (ALL[0], ALL[2])) == ways_of(PROFILE, ADDRESSES, "", agreed=False)
    assert Ways(None, ((SMS,),)) == ways_of(PROFILE, (SMS, MAIL), "", agreed=True)


def test_home_is_where_the_person_is_right_now() -> None:
    """Of several own addresses the one in use is home."""
    memory = replace(WEB, id=9, channel="memory")
    assert memory == ways_of(PROFILE, (WEB, memory), "memory", agreed=True).home
    assert WEB == ways_of(PROFILE, (WEB, memory), "telegram", agreed=True).home


@pytest.mark.parametrize(
    ("channel", "level", "agreed", "expected"),
    [
        ("web", Level.L4, False, True),
        ("memory", Level.L4, False, True),
        ("telegram", Level.L2, True, True),
        ("telegram", Level.L2, False, False),
        ("telegram", Level.L0, False, False),
        ("telegram", Level.L3, True, False),
        ("push", Level.L1, False, True),
        ("push", Level.L2, True, False),
        ("mail", Level.L0, True, False),
    ],
)
def test_what_a_channel_may_carry(channel: str, level: Level, agreed: bool, expected: bool) -> None:
    """The carrier's own carry everything; others what the profile permits, Telegram only with C2."""
    assert expected == may_carry(PROFILE, channel, level, agreed=agreed)


@pytest.mark.parametrize(
    ("here", "level", "agreed", "expected"),
    [
        (WEB, Level.L4, False, Route(WEB)),
        (TELEGRAM, Level.L2, True, Route(TELEGRAM)),
        (TELEGRAM, Level.L3, True, Route(WEB, (TELEGRAM,))),
        (TELEGRAM, Level.L2, False, Route(WEB, (TELEGRAM,))),
        (SMS, Level.L1, True, Route(WEB, (SMS,))),
        (MAIL, Level.L0, True, Route(WEB)),
    ],
)
def test_a_reply_goes_where_the_person_wrote_if_it_may(
    here: Address, level: Level, agreed: bool, expected: Route
) -> None:
    """Otherwise home, with a ping where they wrote; that ping needs no consent, but the channel must be on."""
    known = ways_of(PROFILE, ADDRESSES, here.channel, agreed=agreed)
    assert expected == route_of_reply(PROFILE, known, here, level, agreed=agreed)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.L1, Route(PHONE)),
        (Level.L2, Route(TELEGRAM)),
        (Level.L3, Route(WEB, (PHONE, TABLET))),
        (Level.L4, Route(WEB, (PHONE, TABLET))),
    ],
)
def test_what_nobody_asked_for_takes_the_first_channel_that_may_carry_it(level: Level, expected: Route) -> None:
    """Where none may it goes home, and every device of the first channel is pinged."""
    assert expected == route_unasked(PROFILE, Ways(WEB, ALL), level)
    assert Route(WEB) == route_unasked(PROFILE, Ways(WEB), level)


@pytest.mark.parametrize(
    ("ways", "address", "message_class", "role", "expected"),
    [
        (Ways(WEB, ALL), WEB, MessageClass.REMINDER, Role.PARTICIPANT, True),
        (Ways(WEB), WEB, MessageClass.REMINDER, Role.PARTICIPANT, True),
        (Ways(WEB), WEB, MessageClass.BROADCAST, Role.PARTICIPANT, True),
        (Ways(WEB, ALL), WEB, MessageClass.REPLY, Role.PARTICIPANT, False),
        (Ways(WEB, ALL), TELEGRAM, MessageClass.REMINDER, Role.PARTICIPANT, False),
        (Ways(WEB), WEB, MessageClass.ALERT, Role.CASEWORKER, False),
        (Ways(WEB, ALL[:1]), WEB, MessageClass.ALERT, Role.CASEWORKER, False),
        (Ways(WEB, ALL), WEB, MessageClass.ALERT, Role.CASEWORKER, True),
    ],
)
def test_a_device_is_waited_for_where_something_can_follow(
    ways: Ways, address: Address, message_class: MessageClass, role: Role, expected: bool
) -> None:
    """Another channel, or for a participant a call; never for a reply, and never on a channel that tells by itself."""
    assert expected == is_awaited(ways, address, message_class, role)


def test_staff_are_never_called_by_the_list() -> None:
    """The phone list is for participants, and for what is worth a call."""
    assert ends_in_call(MessageClass.REMINDER, Role.PARTICIPANT)
    assert not ends_in_call(MessageClass.REMINDER, Role.CASEWORKER)
    assert not ends_in_call(MessageClass.REPLY, Role.PARTICIPANT)


@pytest.mark.parametrize(
    ("channel", "at", "expected"),
    [
        ("push", MONDAY, Level.L1),
        ("telegram", MONDAY.date(), Level.L1),
        ("push", None, Level.L0),
        ("sms", MONDAY, Level.L0),
        ("mail", MONDAY, Level.L0),
    ],
)
def test_a_ping_says_when_if_it_may(channel: str, at: date | None, expected: Level) -> None:
    """At L0, or without a time, it says only that there is something."""
    assert expected is level_of_ping(PROFILE, channel, at)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(Text("Help")), Level.L2),
        (Said(Text("Something nobody has registered")), Level.L3),
        (Said(Text("Help"), level=Level.L4), Level.L4),
        (Said(Text("{words}", {"words": "x"})), Level.L4),
        (Said(Text("Help"), (Button(Text("I am ill"), "ill"),)), Level.L4),
        (Said(Text("Help"), (Button(Text("Not registered"), "x"),)), Level.L3),
        (Said(Text("✓ {choice}", {"choice": Text("I am ill")})), Level.L4),
        (Said(Text("✓ {choice}", {"choice": (Text("Back"), Text("Go on"))})), Level.L2),
        (Said(levels.NOTICE), Level.L0),
    ],
)
def test_a_message_reveals_as_much_as_its_most_telling_part(said: Said, expected: Level) -> None:
    """Text, texts within it and labels of buttons count; what is not registered is personal."""
    assert expected is levels.level_of(said)


def test_the_menu_has_a_neutral_form() -> None:
    """It names no illness, offers the rest, and may be said at L2; a button that carries facts stays as it is."""
    menu = levels.neutral(Said(Text("Help"), MENU))
    assert ["cannot", "late", "ask", "call"] == [button.action for button in menu.buttons]
    assert levels.CANNOT_TODAY == menu.buttons[0].label
    assert Level.L2 is levels.level_of(menu)
    facts = Button(Text("I cannot come"), "cannot", "|2026-11-24|")
    assert (facts,) == levels.neutral(Said(Text("Help"), (facts,))).buttons


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (MONDAY.replace(hour=8, minute=0), "{sign} Today {at}"),
        (datetime(2026, 11, 23, 23, 30, tzinfo=ZoneInfo("UTC")), "{sign} {at}"),
        (MONDAY.date(), "{sign} Today"),
        (date(2026, 11, 24), "{sign} {at}"),
    ],
)
def test_today_is_the_persons_own(at: date, expected: str) -> None:
    """Half past eleven at night in UTC is tomorrow in Berlin."""
    assert expected == levels.new_message_about("🦊", at, MONDAY).key
