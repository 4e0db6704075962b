"""Buttons: a handle that nobody can make, for one person, once."""

import random
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import partial
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.engine.conversation import Conversation
from flows.engine.messages import Outgoing, OutgoingButton, Question
from flows.people import Address, Person
from storage.outbox_payload import pack
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault
from tests.storage.conftest import MASTER, NOW, World, open_store, sqlite_of
from tests.storage.test_outbox import MINUTE, claim, mark_sent, message

ANSWERS = (OutgoingButton("Heute", "today", "1"), OutgoingButton("Morgen", "tomorrow"))
ALPHABET = string.ascii_letters + string.digits + "-_"
MUTATIONS = 10_000


def show(store: Store, to: Person, where: Address, question: Question | None = None) -> Outgoing:
    """Put a message with two answers into the outbox; as it is read from there."""

    def write(uow: UnitOfWork) -> int:
        return message(uow, to, where, buttons=ANSWERS, question=question or Question()).id

    id_ = store.submit(write).result()
    with store.read() as uow:
        return uow.outbox.get(id_)


def press(uow: UnitOfWork, handle: str, person: Person) -> bool:
    """Use the button with this handle, as somebody who taps does."""
    button = uow.buttons.find(handle, person.id)
    assert button is not None
    return uow.buttons.use(button, NOW)


def test_a_button_belongs_to_one_person(store: Store, world: World) -> None:
    """A handle opens its button for the person it was shown to, and for nobody else."""

    def talk(uow: UnitOfWork) -> int:
        uow.guard.hears(world.anna.id, NOW)
        return uow.conversations.add(world.anna.id, Conversation(flow="absence", version=1, node="until"), NOW)

    question = Question(store.submit(talk).result(), 3, NOW + MINUTE)
    shown = show(store, world.anna, world.anna_web, question)
    with store.read() as uow:
        button = uow.buttons.find(shown.buttons[1].handle, world.anna.id)
        assert button is not None
        assert (shown.id, 1, "Morgen", "tomorrow", "") == (
            button.outbox_id,
            button.position,
            button.label,
            button.action,
            button.value,
        )
        assert (question, None) == (button.question, button.used_at)
        assert uow.buttons.find(shown.buttons[1].handle, world.bilal.id) is None


def test_a_button_about_somebody_else_belongs_to_its_reader(store: Store, world: World) -> None:
    """A caseworker presses what stands under a message about a participant; the participant cannot."""

    def write(uow: UnitOfWork) -> int:
        return message(uow, world.clara, world.clara_web, subject=world.anna.id, buttons=ANSWERS).id

    id_ = store.submit(write).result()
    with store.read() as uow:
        handle = uow.outbox.get(id_).buttons[0].handle
        assert uow.buttons.find(handle, world.clara.id) is not None
        assert uow.buttons.find(handle, world.anna.id) is None


def test_a_button_is_used_once(store: Store, world: World) -> None:
    """The second press is told apart from the first, and the button beside it is still unused."""
    first, second = (button.handle for button in show(store, world.anna, world.anna_web).buttons)
    assert [True, False] == [store.submit(lambda uow: press(uow, first, world.anna)).result() for _ in range(2)]
    with store.read() as uow:
        found = uow.buttons.find_all((first, second), world.anna.id)
    assert [NOW, None] == [button.used_at for button in found]


def test_what_was_used_is_known_at_once_for_a_whole_history(store: Store, world: World) -> None:
    """The presses under everything that came after an entry are read in one question."""
    ids = []
    for place in (0, 1):
        shown = show(store, world.anna, world.anna_web)
        [claimed] = claim(store)
        assert mark_sent(store, claimed)
        store.submit(partial(press, handle=shown.buttons[place].handle, person=world.anna)).result()
        ids.append(shown.id)
    with store.read() as uow:
        first, _ = uow.outbox.history(world.anna.id)
        assert {(ids[0], 0), (ids[1], 1)} == uow.buttons.used(world.anna.id, 0)
        assert {(ids[1], 1)} == uow.buttons.used(world.anna.id, first.seq)
        assert frozenset() == uow.buttons.used(world.clara.id, 0)


@pytest.mark.file
def test_no_row_is_written_until_a_button_is_pressed(store: Store, world: World) -> None:
    """What is shown and never pressed costs nothing but its words."""
    handle = show(store, world.anna, world.anna_web).buttons[0].handle
    count = "SELECT count(*) FROM presses"
    before = sqlite_of(store).execute(count).fetchone()
    store.submit(lambda uow: press(uow, handle, world.anna)).result()
    assert [(0,), (1,)] == [before, sqlite_of(store).execute(count).fetchone()]


def test_handles_are_short_and_stay_the_same(store: Store, settings: StoreSettings, world: World) -> None:
    """A handle fits every channel, differs from its neighbour's, and is still valid after a restart."""
    shown = show(store, world.anna, world.anna_web)
    handles = [button.handle for button in shown.buttons]
    assert [32, 32] == [len(handle) for handle in handles]
    assert set("".join(handles)) <= set(ALPHABET)
    assert handles[0] != handles[1]
    store.close()
    again = open_store(settings)
    with again.read() as uow:
        assert handles == [button.handle for button in uow.outbox.get(shown.id).buttons]
        assert [0, 1] == [button.position for button in uow.buttons.find_all(handles, world.anna.id)]
    again.close()


def test_no_changed_handle_is_a_button(store: Store, world: World) -> None:
    """Of ten thousand handles that differ a little from valid ones, none opens anything."""
    handles = [button.handle for button in show(store, world.anna, world.anna_web).buttons]
    chance = random.Random(5)
    changed = {_changed(chance.choice(handles), chance) for _ in range(2 * MUTATIONS)} - set(handles)
    tried = sorted(changed)[:MUTATIONS]
    assert MUTATIONS == len(tried)
    with store.read() as uow:
        assert [] == uow.buttons.find_all(tried, world.anna.id)


def _changed(handle: str, chance: random.Random) -> str:
    """One to three bits of the bytes, or characters of the text, are others."""
    if chance.random() < 0.5:
        raw = bytearray(urlsafe_b64decode(handle))
        for _ in range(chance.randint(1, 3)):
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        return urlsafe_b64encode(raw).decode()
    letters = list(handle)
    for _ in range(chance.randint(1, 3)):
        letters[chance.randrange(len(letters))] = chance.choice(ALPHABET)
    return "".join(letters)


def test_a_handle_written_otherwise_is_none(store: Store, world: World) -> None:
    """Padding, other alphabets, blanks and what decodes to the same bytes are not the handle."""
    handle = show(store, world.anna, world.anna_web).buttons[0].handle
    others = ("", f"{handle}=", f"{handle}\n", f"={handle[1:]}", f" {handle[1:]}", f"{handle[:-1]}+", f"ä{handle[1:]}")
    with store.read() as uow:
        assert [] == uow.buttons.find_all(others, world.anna.id)


def test_a_handle_of_another_database_is_none(store: Store, world: World) -> None:
    """Handles are made with a key of the database: the same message in another one has others."""
    shown = show(store, world.anna, world.anna_web)
    stranger = Vault(MASTER, "another carrier")
    stranger.unlock(stranger.new_system_keys())
    theirs = stranger.fingerprint("button", str(shown.id), "0", str(world.anna.id))
    handle = shown.buttons[0].handle
    raw = urlsafe_b64decode(handle)
    forged = urlsafe_b64encode(raw[:10] + theirs[: len(raw) - 10]).decode()
    with store.read() as uow:
        assert uow.buttons.find(handle, world.anna.id) is not None
        assert uow.buttons.find(forged, world.anna.id) is None


def test_what_was_written_before_buttons_lost_their_rows_is_still_read(store: Store, world: World) -> None:
    """A message of an older revision keeps its words; its buttons, with their stored handles, are no longer valid."""

    def older(written: Outgoing) -> dict[str, object]:
        kept = {name: value for name, value in pack(written).items() if name not in {"answers", "question"}}
        return kept | {"buttons": [("Zk3mQ0s7Yw1AbCdE", "Ja", "yes", "")]}

    with patch("storage.outbox.pack", older):
        id_ = store.submit(lambda uow: message(uow, world.anna, world.anna_web, buttons=ANSWERS).id).result()
    with store.read() as uow:
        assert ("Gute Besserung!", ()) == (uow.outbox.get(id_).text, uow.outbox.get(id_).buttons)
        assert uow.buttons.find("Zk3mQ0s7Yw1AbCdE", world.anna.id) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(text=st.text(max_size=64))
def test_any_text_is_a_button_or_not(store: Store, world: World, text: str) -> None:
    """Whatever a channel hands in as a press, looking for its button never fails."""
    with store.read() as uow:
        assert uow.buttons.find(text, world.anna.id) is None
