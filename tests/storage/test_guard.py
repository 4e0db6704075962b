"""Nothing personal is sealed, opened or said without a ground: every table, and what a message needs (F16)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from bot.profile import load_profile
from flows.engine.conversation import Conversation
from flows.engine.events import Said
from flows.engine.messages import Inbound, InboundKind, MessageClass, Text
from flows.people import Person, PersonId
from flows.rules.broadcasts import Broadcast
from flows.rules.certificates import Certificate
from flows.rules.grounds import REGISTER, TALK, Ground
from flows.rules.own_reminders import OwnReminder
from handlers.occasion import Occasion, Sending
from storage.all_tables import everything
from storage.broadcasts import Replied
from storage.errors import NoGround
from storage.resealing import APPEND_ONLY, BY_NAME
from storage.sealing import COLUMN
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault
from tests.storage.conftest import MASTER, NOW, World, populate

Touch = Callable[[UnitOfWork, PersonId, int], object]
ALL: Final = {table.name: table for table in everything.sorted_tables if COLUMN in table.c}
NOBODYS: Final = {"appointments", "breaches"}
"""Sealed under the system's key: what is in them belongs to nobody alone."""
ON_CONSENT: Final = sorted(name for name, kept in REGISTER.items() if kept.purpose)
TALKED: Final = Conversation(flow="absence", version=1, node="until")
SEALS: Final[Mapping[str, tuple[Touch, ...]]] = {
    "inbox": (lambda uow, who, id_: uow.inbox.set_text(id_, who, "Zahnweh"),),
    "own_reminders": (
        lambda uow, who, id_: uow.own_reminders.add(OwnReminder(id=id_ + 1, person=who, due=NOW, words="Zahnweh"), NOW),
    ),
    "broadcast_replies": (
        lambda uow, who, _: uow.broadcasts.reply(uow.broadcasts.lately(1)[0].id, who, "Zahnweh", NOW),
    ),
    "certificate_pages": (lambda uow, who, id_: uow._seals.seal_file(who, "certificate_pages", id_, b"Zahnweh"),),
    "conversations": (
        lambda uow, who, _: uow.conversations.add(who, TALKED, NOW),
        lambda uow, who, id_: uow.conversations.save(id_, who, TALKED, NOW),
    ),
}
OPENS: Final[Mapping[str, tuple[Touch, ...]]] = {
    "inbox": (lambda uow, who, _: uow.inbox.history(who),),
    "own_reminders": (
        lambda uow, _, id_: uow.own_reminders.get(id_),
        lambda uow, who, _: uow.own_reminders.of(who),
    ),
    "broadcast_replies": (lambda uow, who, id_: uow.broadcasts.words_of(Replied(id_, who, NOW)),),
    "certificate_pages": (lambda uow, who, _: uow.certificates.page(uow.certificates.of(who)[0].id, 1),),
    "conversations": (
        lambda uow, _, id_: uow.conversations.get(id_),
        lambda uow, who, _: uow.conversations.current(who),
    ),
}
TOUCHES: Final = [
    pytest.param(table, touch, id=f"{table} {what} {number}")
    for what, known in (("sealed", SEALS), ("opened", OPENS))
    for table, touches in known.items()
    for number, touch in enumerate(touches)
]
touched = pytest.mark.parametrize(("table", "touch"), TOUCHES)


def talk(uow: UnitOfWork, who: PersonId) -> dict[str, int]:
    """The person speaks, so there is a row in each table that rests on consent; their ids."""
    said = Inbound(channel="web", external_id="1", sender="p1", kind=InboundKind.TEXT, text="Hallo")
    heard = uow.inbox.accept(said, who, NOW)
    assert heard is not None
    reminder = OwnReminder(id=uow.new_id(), person=who, due=NOW, words="Zahnweh")
    uow.own_reminders.add(reminder, NOW)
    talked = uow.conversations.add(who, TALKED, NOW)
    certificate = Certificate(id=uow.new_id(), person=who, received=NOW, pages=1)
    uow.certificates.add(certificate, [b"Zahnweh"])
    pages = uow.sealed_rows(BY_NAME["certificate_pages"], who, after=0, limit=9)
    broadcast = Broadcast(id=uow.new_id(), by=who, created=NOW)
    uow.broadcasts.add(broadcast)
    return {
        "broadcast_replies": uow.broadcasts.reply(broadcast.id, who, "Zahnweh", NOW),
        "certificate_pages": pages.last or 0,
        "inbox": heard,
        "conversations": talked,
        "own_reminders": reminder.id,
    }


def consent(uow: UnitOfWork, who: PersonId, state: str = "effective", purpose: str = TALK) -> None:
    """A consent, to the talk unless another is meant, becomes this."""
    uow.consents.record(who, purpose, state, actor=who, now=NOW, evidence={"notice": "C1/1"})


def lying(store: Store, table: str, id_: int) -> tuple[int, bytes]:
    """How many rows a sealed table has, and what lies in this one."""
    with store.read() as uow:
        row = uow._db.row(BY_NAME[table].one, id=id_)
        assert row is not None
        return uow.rows_sealed(BY_NAME[table]), bytes(row[1])


def test_every_sealed_table_of_a_person_is_in_the_register() -> None:
    """And the other way round; what belongs to nobody alone has no person in its place."""
    of_people = {name for name, table in ALL.items() if name == "people" or {"person", "subject"} & set(table.c.keys())}
    assert of_people == set(REGISTER)
    assert set(ALL) == set(REGISTER) | NOBODYS
    assert set(ALL) - APPEND_ONLY == set(BY_NAME)


def test_what_rests_on_consent_is_all_tried_here() -> None:
    """A new kind of content that rests on consent is refused and let through below, too."""
    assert set(ON_CONSENT) == set(SEALS) == set(OPENS)


def test_a_table_nobody_has_named_a_ground_for_stays_shut(store: Store, world: World) -> None:
    """Whoever makes a new table says on what ground it is kept before anything is in it."""
    with store.read() as uow:
        uow.guard.hears(world.anna.id, NOW)
        with pytest.raises(NoGround, match="grounds"):
            uow._seals.seal(world.anna.id, "diaries", 1, {"text": "Zahnweh"})
        with pytest.raises(NoGround, match="grounds"):
            uow._seals.open(world.anna.id, "diaries", 1, b"")


@pytest.mark.parametrize("table", sorted(set(REGISTER) - set(ON_CONSENT)))
def test_what_rests_on_no_consent_is_open(store: Store, world: World, table: str) -> None:
    """Statute, proof and the programme ask for no consent: nobody has spoken, and it seals and opens."""
    with store.read() as uow:
        sealed = uow._seals.seal(world.anna.id, table, 1, {"text": "x"})
        assert {"text": "x"} == uow._seals.open(world.anna.id, table, 1, sealed)


@touched
@pytest.mark.parametrize("clock", [True, False], ids=["the clock", "no instant"])
def test_without_consent_it_is_refused_and_nothing_is_left(
    store: Store, world: World, table: str, touch: Touch, clock: bool
) -> None:
    """The unit is rolled back with all it did before; somebody else's consent or voice opens nothing."""
    who = world.anna.id
    id_ = store.submit(partial(talk, who=who)).result()[table]
    before = lying(store, table, id_)

    def try_it(uow: UnitOfWork) -> None:
        consent(uow, world.bilal.id)
        uow.guard.names(world.bilal.id, Ground.PROGRAMME)
        if clock:
            uow.guard.at(NOW)
        touch(uow, who, id_)

    with pytest.raises(NoGround, match=table):
        store.submit(try_it).result()
    assert before == lying(store, table, id_)
    with store.read() as uow:
        assert [] == uow.consents.trail(world.bilal.id)


def _agrees(uow: UnitOfWork, who: PersonId) -> None:
    for purpose in sorted({REGISTER[table].purpose for table in ON_CONSENT}):
        consent(uow, who, purpose=purpose)
    uow.guard.at(NOW)


ALLOWED: Final[Mapping[str, Callable[[UnitOfWork, PersonId], None]]] = {
    "consent": _agrees,
    "hears": lambda uow, who: uow.guard.hears(who, NOW),
    "names": lambda uow, who: uow.guard.names(who, Ground.HELP),
}


@touched
@pytest.mark.parametrize("ground", ALLOWED)
def test_with_a_ground_it_works(store: Store, world: World, table: str, touch: Touch, ground: str) -> None:
    """C1 at that instant, the person's own voice, or another ground that is named."""
    who = world.anna.id
    id_ = store.submit(partial(talk, who=who)).result()[table]

    def do(uow: UnitOfWork) -> None:
        ALLOWED[ground](uow, who)
        touch(uow, who, id_)

    store.submit(do).result()
    with pytest.raises(NoGround):
        store.submit(lambda uow: touch(uow, who, id_)).result()


@touched
def test_a_withdrawal_shuts_it_in_the_same_unit(store: Store, world: World, table: str, touch: Touch) -> None:
    """What was open a moment ago is refused after the withdrawal, and what was sealed meanwhile is as it was."""
    who = world.anna.id
    id_ = store.submit(partial(talk, who=who)).result()[table]

    def do(uow: UnitOfWork) -> int:
        _agrees(uow, who)
        touch(uow, who, id_)
        rows = uow.rows_sealed(BY_NAME[table])
        consent(uow, who, "withdrawn", REGISTER[table].purpose)
        with pytest.raises(NoGround, match=table):
            touch(uow, who, id_)
        return rows

    assert store.submit(do).result() == lying(store, table, id_)[0]
    with store.read() as uow:
        uow.guard.at(NOW)
        with pytest.raises(NoGround, match=table):
            touch(uow, who, id_)


def test_consent_is_asked_for_at_its_instant(store: Store, world: World) -> None:
    """A consent of later is none now."""
    who = world.anna.id
    store.submit(partial(talk, who=who)).result()
    store.submit(partial(consent, who=who)).result()
    with store.read() as uow:
        uow.guard.at(NOW)
        assert uow.conversations.current(who) is not None
        with pytest.raises(NoGround, match="not named"):
            uow.guard.names(who, Ground.CONSENT)


def test_whoever_is_no_participant_needs_no_consent(store: Store, world: World) -> None:
    """Staff talk with the assistant because they work with it."""
    store.submit(partial(talk, who=world.clara.id)).result()
    with store.read() as uow:
        uow.guard.at(NOW)
        assert uow.conversations.current(world.clara.id) is not None


@pytest.fixture
def told(settings: StoreSettings) -> Iterator[Store]:
    """A store that has a profile, as those who say something need it."""
    opened = Store.open(settings, vault=Vault(MASTER, "lotse"), profile=load_profile("demo"))
    yield opened
    opened.close()


def say(store: Store, to: Person, sending: Sending, *, heard: bool = False) -> Ground | None:
    """Say something to somebody who has written or not; the ground it lies in the outbox with, None for nothing."""

    def work(uow: UnitOfWork) -> bool:
        if heard:
            talk(uow, to.id)
        occasion = Occasion(uow=uow, now=NOW, cause=f"test:{uow.new_id()}")
        return occasion.say(to, Said(Text("{words}", {"words": "Hallo"})), sending)

    written = store.submit(work).result()
    claimed = store.submit(lambda uow: uow.outbox.claim(NOW, timedelta(minutes=1), 9)).result()
    assert written == bool(claimed)
    return claimed[0].message.ground if claimed else None


@pytest.mark.parametrize("message_class", [MessageClass.REPLY, MessageClass.REMINDER, MessageClass.BROADCAST])
def test_a_message_without_purpose_and_ground_is_refused(told: Store, message_class: MessageClass) -> None:
    """To a participant who has not written nothing is said that names no reason; nothing is written."""
    anna = told.submit(populate).result().anna
    with pytest.raises(NoGround, match="purpose or a ground"):
        say(told, anna, Sending(message_class=message_class))
    assert [] == told.submit(lambda uow: uow.outbox.claim(NOW, timedelta(minutes=1), 9)).result()
    assert Ground.NOTICE is say(told, anna, Sending(message_class=message_class, ground=Ground.NOTICE))


def test_an_answer_needs_no_more_than_the_question(told: Store) -> None:
    """Whoever has just written is answered; staff are told what is their task."""
    world = told.submit(populate).result()
    assert Ground.ANSWER is say(told, world.anna, Sending(), heard=True)
    assert Ground.STAFF is say(told, world.clara, Sending())


def test_a_purpose_has_to_be_effective(told: Store) -> None:
    """A message on a consent that is not given, or without C1, is not written."""
    anna = told.submit(populate).result().anna
    assert say(told, anna, Sending(purpose=TALK)) is None
    told.submit(
        lambda uow: uow.consents.record(anna.id, "C5", "effective", actor=anna.id, now=NOW, evidence={})
    ).result()
    assert say(told, anna, Sending(purpose="C5")) is None
    told.submit(partial(consent, who=anna.id)).result()
    assert Ground.CONSENT is say(told, anna, Sending(purpose="C5"))
    told.submit(partial(consent, who=anna.id, state="withdrawn")).result()
    assert say(told, anna, Sending(purpose="C5")) is None
