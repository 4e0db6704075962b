"""The phones: what a person does there, and what she sees."""

import asyncio
import re
import time
from dataclasses import dataclass, replace
from typing import Any

from tests.channels.telegram_server.call import enter
from tests.channels.telegram_server.marks import recognise
from tests.channels.telegram_server.profile import member_json
from tests.channels.telegram_server.screen import Seen, look, matches
from tests.channels.telegram_server.world import (
    BotAccount,
    Chat,
    Json,
    Membership,
    Message,
    Query,
    World,
)

FIRST_MIGRATED = -1002000000000
PATIENCE = 30.0
"""Seconds until what does not come is missed: long enough for a busy machine."""


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did: the message (tapped or written), the update the bot gets (0: none), and ids to follow it."""

    message_id: int
    update_id: int
    callback_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """A person with a phone. Where a bot is not named, it is the only one there is."""

    world: World
    id: int

    def _bot(self, bot: BotAccount | None) -> BotAccount:
        if bot is None and len(self.world.bots) != 1:
            raise LookupError("say which bot")
        return bot or next(iter(self.world.bots.values()))

    def _chat(self, group: "Group | None") -> Chat:
        return self.world.chats[group.id if group else self.id]

    # -- what she sees

    def screen(self, bot: BotAccount | None = None) -> list[Seen]:
        """Return the chat with the bot as it looks now: deleted messages gone, edited ones changed."""
        return look(self.world, (self._bot(bot).id, self.id))

    async def sees(
        self, wanted: str, *, bot: BotAccount | None = None, after: int = 0, within: float = PATIENCE
    ) -> Seen:
        """Wait for a message of the bot's that contains `wanted` (or matches it, written /so/), and return it.

        `after`: only messages with a higher number. Raises TimeoutError after `within` seconds.
        """
        end = time.monotonic() + within
        while True:
            for seen in self.screen(bot):
                if not seen.own and seen.message_id > after and matches(wanted, seen.text):
                    return seen
            if time.monotonic() > end:
                raise TimeoutError(f"not seen: {wanted}")
            await asyncio.sleep(0.01)

    # -- what she writes

    def send(
        self, text: str, *, bot: BotAccount | None = None, group: "Group | None" = None, reply_to: int | None = None
    ) -> Done:
        """Write a text."""
        return self._post(bot, group, text=text, entities=recognise(text, []), reply_to=reply_to)

    def start(self, payload: str = "", *, bot: BotAccount | None = None) -> Done:
        """Open the link t.me/bot?start=payload and press "Start"; it takes a block back.

        Raises ValueError for a payload no link can carry (64 characters of A-Z, a-z, 0-9, _ and -).
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise ValueError("no link carries this payload")
        if self.world.chats[self.id].bots.get(self._bot(bot).id) is Membership.KICKED:
            self.unblock(bot=bot)
        return self.send(f"/start {payload}".strip(), bot=bot)

    def _post(self, bot: BotAccount | None, group: "Group | None", **content: Any) -> Done:
        """Keep a message of hers and tell the bots."""
        with self.world.lock:
            chat = self._chat(group)
            hearers = [self._bot(bot)] if chat.private else group_bots(self.world, chat)
            sender = self.world.people[self.id].json()
            first = self._bot(bot) if chat.private else (hearers or list(self.world.bots.values()))[0]
            chat.bots |= {first.id: Membership.MEMBER} if chat.private else {}
            message = self.world.post(first, chat, sender, **content)
            enter(self.world, "wrote", first, chat, message=message)
            told = [tell(self.world, hearer, message, "message") for hearer in hearers if hears(hearer, message)]
        return Done(message.id, next((id for id in told if id), 0))

    def edit(self, message_id: int, text: str, *, bot: BotAccount | None = None) -> Done:
        """Change a message of her own. Raises KeyError if it is not there."""
        with self.world.lock:
            mine = self._bot(bot)
            message = self.world.messages[mine.id, self.id][message_id]
            message.text, message.entities, message.edited = text, recognise(text, []), self.world.clock.now()
            enter(self.world, "edited_own", mine, message.chat, message=message)
            return Done(message.id, tell(self.world, mine, message, "edited_message"))

    def delete(self, message_id: int, *, bot: BotAccount | None = None) -> None:
        """Remove a message on both sides; bots are not told. Raises KeyError if it is not there."""
        with self.world.lock:
            self.world.messages[self._bot(bot).id, self.id][message_id].deleted = True

    # -- what she sends otherwise

    def send_document(
        self, name: str, data: bytes, *, mime: str = "application/pdf", caption: str = "", bot: BotAccount | None = None
    ) -> Done:
        """Send a file."""
        file = self.world.keep(name, mime, data).json(self._bot(bot).id, file_name=name, mime_type=mime)
        return self._post(bot, None, text=caption, content={"document": file})

    def send_photo(self, data: bytes, *, caption: str = "", bot: BotAccount | None = None) -> Done:
        """Send a picture; the service keeps it in two sizes."""
        file = self.world.keep("photo.jpg", "image/jpeg", data)
        sizes = [
            file.json(self._bot(bot).id, width=90, height=67),
            file.json(self._bot(bot).id, width=1280, height=960),
        ]
        return self._post(bot, None, text=caption, content={"photo": sizes})

    def send_voice(self, seconds: int = 3, *, bot: BotAccount | None = None) -> Done:
        """Send a voice message."""
        return self._send_file("voice", "voice.ogg", bot, duration=seconds, mime_type="audio/ogg")

    def send_video(self, seconds: int = 3, *, bot: BotAccount | None = None) -> Done:
        """Send a video."""
        return self._send_file("video", "video.mp4", bot, duration=seconds, width=640, height=480)

    def send_video_note(self, seconds: int = 3, *, bot: BotAccount | None = None) -> Done:
        """Send a round video."""
        return self._send_file("video_note", "note.mp4", bot, duration=seconds, length=240)

    def send_sticker(self, emoji: str = "👍", *, bot: BotAccount | None = None) -> Done:
        """Send a sticker."""
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._send_file("sticker", "sticker.webp", bot, emoji=emoji, **shape)

    def send_location(self, latitude: float = 51.9, longitude: float = 7.6, *, bot: BotAccount | None = None) -> Done:
        """Send where she is."""
        return self.send_other({"location": {"latitude": latitude, "longitude": longitude}}, bot=bot)

    def send_contact(self, phone: str = "+49301234567", *, bot: BotAccount | None = None) -> Done:
        """Send her number, as a contact."""
        name = self.world.people[self.id].first_name
        contact = {"phone_number": phone, "first_name": name, "user_id": self.id}
        return self.send_other({"contact": contact}, bot=bot)

    def _send_file(self, kind: str, name: str, bot: BotAccount | None, **more: Any) -> Done:
        file = self.world.keep(name, "application/octet-stream", b"not really " + kind.encode())
        return self.send_other({kind: file.json(self._bot(bot).id, **more)}, bot=bot)

    def send_other(self, content: Json, *, bot: BotAccount | None = None) -> Done:
        """Send any content, given as the fields of the service's `Message`: a poll, a game, something new."""
        return self._post(bot, None, content=content)

    # -- what she presses

    def tap(
        self, what: str, *, on: int | None = None, bot: BotAccount | None = None, group: "Group | None" = None
    ) -> Done:
        """Press a button that is on the screen: by its whole data, or by a part of its label, the newest first.

        `on`: only under this message. A button with an address opens it: `Done.url`, no update. Raises LookupError.
        """
        seen = group.screen() if group else self.screen(bot)
        for message in reversed([m for m in seen if on in {None, m.message_id}]):
            for button in (button for row in message.buttons for button in row):
                if what == button.data or (what in button.text):
                    if button.url:
                        return Done(message.message_id, 0, url=button.url)
                    return self.tap_data(button.data, on=message.message_id, bot=bot, group=group)
        raise LookupError(f"no such button: {what}")

    def tap_data(
        self,
        data: str,
        *,
        on: int,
        bot: BotAccount | None = None,
        group: "Group | None" = None,
        of: "User | None" = None,
    ) -> Done:
        """Press a button with any data, under any message, also one that is gone: old, foreign and invented taps.

        `of`: the message is in the chat of somebody else, as no honest client could do.
        """
        with self.world.lock:
            chat = self._chat(group) if of is None else self.world.chats[of.id]
            mine = self._bot(bot) if chat.private else group_bots(self.world, chat)[0]
            id = f"{self.world.number('callback', 4000000000000001)}"
            self.world.queries[id] = Query(mine.id, chat, self.world.clock.now())
            body = {
                "id": id,
                "from": self.world.people[self.id].json(),
                "message": self._tapped(mine, chat, on),
                "chat_instance": f"{chat.id * 7919}",
                "data": data,
            }
            enter(self.world, "tapped", mine, chat, text=data)
            return Done(on, self.world.update(mine, "callback_query", body, chat.id), id)

    def _tapped(self, bot: BotAccount, chat: Chat, message_id: int) -> Json:
        """Return the message as the bot gets it: in full, or without content if it is gone."""
        message = self.world.find(bot, chat, message_id)
        return message.json() if message else {"message_id": message_id, "chat": chat.json(), "date": 0}

    def answers(self, tap: Done) -> list[Json]:
        """Return how the bot answered a tap: `{"text": …, "show_alert": …}`, once per answer."""
        return list(self.world.answers.get(tap.callback_id, []))

    # -- where she stands

    def block(self, *, bot: BotAccount | None = None) -> Done:
        """Stop the bot."""
        return self._stand(bot, Membership.KICKED, "blocked")

    def unblock(self, *, bot: BotAccount | None = None) -> Done:
        """Let the bot write again."""
        return self._stand(bot, Membership.MEMBER, "unblocked")

    def _stand(self, bot: BotAccount | None, state: Membership, what: str) -> Done:
        with self.world.lock:
            mine, chat = self._bot(bot), self.world.chats[self.id]
            old = chat.bots.get(mine.id, Membership.MEMBER)
            chat.bots[mine.id] = state
            enter(self.world, what, mine, chat)
            return Done(0, tell_standing(self.world, mine, chat, self.id, old))

    def deactivate(self) -> None:
        """Delete the account; bots are not told."""
        with self.world.lock:
            self.world.people[self.id].deactivated = True
            self.world.people[self.id].first_name = ""

    def speak(self, language_code: str | None) -> None:
        """Set the language of the app."""
        self.world.people[self.id].language_code = language_code


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people, in which bots may be."""

    world: World
    id: int

    @property
    def chat(self) -> Chat:
        """What the service keeps of it."""
        return self.world.chats[self.id]

    def screen(self) -> list[Seen]:
        """Return the group as it looks now."""
        return look(self.world, (0, self.id))

    def add(self, bot: BotAccount, *, by: User) -> Done:
        """Take a bot in."""
        return self._set(bot, by, Membership.MEMBER, {"new_chat_members": [bot.json()]})

    def remove(self, bot: BotAccount, *, by: User) -> Done:
        """Throw a bot out."""
        return self._set(bot, by, Membership.KICKED, {"left_chat_member": bot.json()})

    def _set(self, bot: BotAccount, by: User, state: Membership, service: Json) -> Done:
        with self.world.lock:
            old = self.chat.bots.get(bot.id, Membership.LEFT)
            self.chat.bots[bot.id] = state
            enter(self.world, "joined" if state is Membership.MEMBER else "left", bot, self.chat, text=bot.username)
            update = tell_standing(self.world, bot, self.chat, by.id, old)
            message = self.world.post(bot, self.chat, self.world.people[by.id].json(), content=service)
            if state is Membership.MEMBER:
                tell(self.world, bot, message, "message")
        return Done(message.id, update)

    def migrate(self) -> "Group":
        """Become a supergroup; return it. The old chat only refers to the new one from then on."""
        with self.world.lock:
            old = self.chat
            id = FIRST_MIGRATED + old.id
            new = Chat(id, "supergroup", old.title, members=set(old.members), bots=dict(old.bots))
            self.world.chats[id] = new
            for bot in group_bots(self.world, old):
                for chat, field, other in ((old, "migrate_to_chat_id", new), (new, "migrate_from_chat_id", old)):
                    someone = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
                    message = self.world.post(bot, chat, someone, content={field: other.id})
                    tell(self.world, bot, message, "message")
            old.migrated_to = id
        return replace(self, id=id)


def group_bots(world: World, chat: Chat) -> list[BotAccount]:
    """Return the bots that are in a group."""
    return [bot for bot in world.bots.values() if chat.bots.get(bot.id) is Membership.MEMBER]


def hears(bot: BotAccount, message: Message) -> bool:
    """Say whether a bot is told of a message: in groups, with its privacy on, of commands and mentions only."""
    kinds = {entity["type"] for entity in message.entities}
    return message.chat.private or not bot.privacy or bool(kinds & {"bot_command", "mention"}) or bool(message.reply_to)


def tell(world: World, bot: BotAccount, message: Message, kind: str) -> int:
    """Queue a message for a bot; return the update's id."""
    return world.update(bot, kind, message.json(), message.chat.id)


def tell_standing(world: World, bot: BotAccount, chat: Chat, by: int, old: Membership) -> int:
    """Queue that a bot's place in a chat has changed; return the update's id."""
    body = {
        "chat": chat.json(),
        "from": world.people[by].json(),
        "date": int(world.clock.now().timestamp()),
        "old_chat_member": member_json(bot.json(), old),
        "new_chat_member": member_json(bot.json(), chat.bots[bot.id]),
    }
    return world.update(bot, "my_chat_member", body, chat.id)
