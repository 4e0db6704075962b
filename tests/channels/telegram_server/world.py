"""What the service knows: bots, people, chats, messages, files, and a log of what people saw."""

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.clock import Clock
from tests.channels.telegram_server.queue import Queue

Json = dict[str, Any]


class Membership(StrEnum):
    """How a bot stands to a chat, in the words of the service."""

    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


@dataclass(slots=True)
class Account:
    """A person with a phone."""

    id: int
    first_name: str
    language_code: str | None
    deactivated: bool = False

    def json(self) -> Json:
        """Return the service's `User`."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return user | {"language_code": self.language_code} if self.language_code else user


@dataclass(slots=True, eq=False)
class BotAccount:
    """A bot: its token, its waiting updates, what was set up for it."""

    id: int
    token: str
    username: str
    queue: Queue
    privacy: bool = True
    settings: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    last_message: int = 0

    def json(self) -> Json:
        """Return the service's `User`."""
        return {"id": self.id, "is_bot": True, "first_name": self.username, "username": self.username}


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat of a person (with every bot), a group or a supergroup."""

    id: int
    kind: str
    title: str
    language: str | None = None
    members: set[int] = field(default_factory=set)
    bots: dict[int, Membership] = field(default_factory=dict)
    migrated_to: int | None = None
    last_message: int = 0

    def json(self) -> Json:
        """Return the service's `Chat`."""
        name = "first_name" if self.private else "title"
        return {"id": self.id, "type": self.kind, name: self.title}

    @property
    def private(self) -> bool:
        """Whether it is the chat of one person with one bot."""
        return self.kind == "private"


@dataclass(slots=True, eq=False)
class Message:
    """A message as the service keeps it; `space` is the bot in a private chat, 0 in a group."""

    id: int
    chat: Chat
    space: int
    sender: Json
    date: datetime
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    content: Json = field(default_factory=dict)
    keyboard: Json | None = None
    protected: bool = False
    preview: bool = False
    silent: bool = False
    reply_to: int | None = None
    edited: datetime | None = None
    deleted: bool = False

    @property
    def outgoing(self) -> bool:
        """Whether a bot sent it."""
        return bool(self.sender["is_bot"])

    @property
    def kind(self) -> str:
        """What it is: text, or the service's name of the content."""
        return next(iter(self.content), "text")

    @property
    def buttons(self) -> list[list[Json]]:
        """The rows of buttons under it."""
        rows: list[list[Json]] = (self.keyboard or {}).get("inline_keyboard", [])
        return rows

    def json(self) -> Json:
        """Return the service's `Message`."""
        body: Json = {"message_id": self.id, "from": self.sender, "chat": self.chat.json(), "date": _unix(self.date)}
        words, marks = ("caption", "caption_entities") if self.content else ("text", "entities")
        body |= {words: self.text} if self.text else {}
        body |= {marks: self.entities} if self.entities else {}
        body |= self.content
        body |= {"reply_markup": self.keyboard} if self.buttons else {}
        body |= {"has_protected_content": True} if self.protected else {}
        body |= {"edit_date": _unix(self.edited)} if self.edited else {}
        if self.reply_to:
            body["reply_to_message"] = {"message_id": self.reply_to, "chat": self.chat.json(), "date": 0}
        return body


@dataclass(frozen=True, slots=True)
class File:
    """Bytes that somebody sent."""

    unique: str
    name: str
    mime: str
    data: bytes

    def json(self, bot: int, **more: Any) -> Json:
        """Return what every kind of file has; each bot has its own identifiers."""
        return {"file_id": f"{self.unique}-{bot}", "file_unique_id": self.unique, "file_size": len(self.data)} | more


@dataclass(frozen=True, slots=True)
class Query:
    """A tap that waits for the bot's answer."""

    bot: int
    chat: Chat
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log: what a person saw or did, in order.

    `what`: sent, edited, keyboard, deleted, toast, alert, action (by a bot); wrote, tapped, edited_own, blocked,
    unblocked, deactivated, joined, left (by a person or about a group). `at` is the service's clock, `real` the
    monotonic clock of its process in seconds. `kind`: of the message, as in `Seen`. `silent`: it made no sound.
    """

    number: int
    what: str
    at: datetime
    real: float
    bot: int
    chat: int
    message_id: int = 0
    text: str = ""
    buttons: tuple[tuple[str, ...], ...] = ()
    protected: bool = False
    preview: bool = False
    silent: bool = False
    kind: str = ""


class World:
    """Everything, behind one lock: the phones may be in another thread than the service."""

    def __init__(self, clock: Clock) -> None:
        """Empty."""
        self.clock = clock
        self.lock = threading.RLock()
        self.bots: dict[str, BotAccount] = {}
        self.people: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], dict[int, Message]] = defaultdict(dict)
        self.files: dict[str, File] = {}
        self.queries: dict[str, Query] = {}
        self.answers: dict[str, list[Json]] = defaultdict(list)
        self.log: list[Entry] = []
        self.numbers: dict[str, int] = defaultdict(int)

    def number(self, of: str, first: int = 1) -> int:
        """Return the next number of a kind."""
        self.numbers[of] += 1
        return first + self.numbers[of] - 1

    def bot(self, id: int) -> BotAccount:
        """Return the bot with this id."""
        return next(bot for bot in self.bots.values() if bot.id == id)

    def space(self, bot: BotAccount, chat: Chat) -> tuple[int, int]:
        """Return where the messages of this bot in this chat are kept."""
        return (bot.id if chat.private else 0, chat.id)

    def find(self, bot: BotAccount, chat: Chat, message_id: int) -> Message | None:
        """Return a message that is still there."""
        message = self.messages[self.space(bot, chat)].get(message_id)
        return message if message and not message.deleted else None

    def post(self, bot: BotAccount, chat: Chat, sender: Json, **content: Any) -> Message:
        """Keep a new message; numbers run through all private chats of a bot, and through each group."""
        counted: BotAccount | Chat = bot if chat.private else chat
        counted.last_message += 1
        space = self.space(bot, chat)
        message = Message(counted.last_message, chat, space[0], sender, self.clock.now(), **content)
        self.messages[space][message.id] = message
        return message

    def keep(self, name: str, mime: str, data: bytes) -> File:
        """Keep a file."""
        file = File(f"AQAD{self.number('file'):08}", name, mime, data)
        self.files[file.unique] = file
        return file

    def known_to(self, bot: BotAccount, user: int) -> bool:
        """Say whether the bot ever met this person, in private or in a group."""
        return any(bot.id in chat.bots and (chat.id == user or user in chat.members) for chat in self.chats.values())

    def update(self, bot: BotAccount, kind: str, body: Json, chat: int) -> int:
        """Queue something for a bot; return the update's id, 0 if the bot does not want this kind."""
        return bot.queue.put(kind, body, chat, self.clock.now())


def _unix(instant: datetime) -> int:
    return int(instant.timestamp())


def labels(rows: Iterable[Iterable[Json]]) -> tuple[tuple[str, ...], ...]:
    """Return what is written on the buttons."""
    return tuple(tuple(button["text"] for button in row) for row in rows)
