"""One call of a method: who calls, with what arguments, and the checks every method shares."""

import json
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.channels.telegram_server.refusals import bad, forbidden, migrated
from tests.channels.telegram_server.world import BotAccount, Chat, Entry, Membership, Message, World, labels


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart request."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """What came with the call, as strings, whatever the encoding; and the files."""

    values: dict[str, str]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a string, empty if it is missing."""
        return self.values.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """Return a number; what is none counts as missing."""
        try:
            return int(self.values.get(name, default))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Return a yes or no."""
        return self.values.get(name, "").lower() in {"true", "yes", "1"}

    def json(self, name: str, default: Any = None) -> Any:
        """Return a value given as JSON. Raises Refusal if it is not."""
        if name not in self.values:
            return default
        try:
            return json.loads(self.values[name])
        except ValueError as error:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from error


@dataclass(frozen=True, slots=True)
class Call:
    """A method called by a bot."""

    world: World
    bot: BotAccount
    arguments: Arguments

    @property
    def now(self) -> datetime:
        """The instant, by the service's clock."""
        return self.world.clock.now()

    def chat(self) -> Chat:
        """Return the chat the call names. Raises Refusal if the bot does not know it."""
        name = self.arguments.text("chat_id")
        if not name:
            raise bad("chat_id is empty")
        chat = self.world.chats.get(self.arguments.number("chat_id"))
        if chat is None or (not chat.private and self.bot.id not in chat.bots):
            raise bad("chat not found")
        return chat

    def open_chat(self, *, blocks: bool = True) -> Chat:
        """Return the chat the call names. Raises Refusal if the bot may not write there.

        `blocks`: whether somebody who has blocked the bot is out of reach for this method.
        """
        chat = self.chat()
        if chat.migrated_to:
            raise migrated(chat.migrated_to)
        if chat.private:
            self._check_person(chat, blocks=blocks)
        elif chat.bots[self.bot.id] is Membership.KICKED:
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        elif chat.bots[self.bot.id] is Membership.LEFT:
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def _check_person(self, chat: Chat, *, blocks: bool) -> None:
        if self.world.people[chat.id].deactivated:
            raise forbidden("user is deactivated")
        if self.bot.id not in chat.bots:
            if self.world.known_to(self.bot, chat.id):
                raise forbidden("bot can't initiate conversation with a user")
            raise bad("chat not found")
        if blocks and chat.bots[self.bot.id] is Membership.KICKED:
            raise forbidden("bot was blocked by the user")

    def message(self, chat: Chat, name: str = "message_id", *, to: str) -> Message:
        """Return the message the call names. Raises Refusal "message to … not found"."""
        message = self.world.find(self.bot, chat, self.arguments.number(name))
        if message is None:
            raise bad(f"{to} not found")
        return message

    def show(self, what: str, message: Message) -> None:
        """Write into the log what the person sees of `message`."""
        enter(self.world, what, self.bot, message.chat, message=message)


def enter(
    world: World, what: str, bot: BotAccount, chat: Chat, *, message: Message | None = None, text: str = ""
) -> None:
    """Add a line to the log: about a message as it is now, or with a text."""
    entry = Entry(
        number=len(world.log) + 1,
        what=what,
        at=world.clock.now(),
        real=time.monotonic(),
        bot=bot.id,
        chat=chat.id,
        text=text,
    )
    if message:
        entry = replace(
            entry,
            message_id=message.id,
            text=message.text,
            buttons=labels(message.buttons),
            protected=message.protected,
            preview=message.preview,
            silent=message.silent,
            kind=message.kind,
        )
    world.log.append(entry)
