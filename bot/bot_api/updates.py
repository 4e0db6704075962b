"""What an update says, read from either library's objects: both carry the names of the Bot API's own fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from handlers.inbound import STANDING as PRESS
from locales.catalog import FALLBACK, LANGUAGES

from bot.bot_api.commands import STANDING
from bot.channels import Inbound, InboundKind

WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates we ask for."""
_COMMAND = re.compile(r"/([a-z_]{1,32})(?:@\w+)?", re.ASCII)
_PRIVATE = "private"
_CHANNEL = "channel"
_NO_HANDLE = "?"
"""Stands before data that looks like a command of ours: no button of ours on this channel has such data."""
_AWAY = frozenset({"kicked", "left"})
_NOTES = (
    "pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "new_chat_members",
    "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo", "group_chat_created",
    "supergroup_chat_created", "channel_chat_created", "migrate_to_chat_id", "migrate_from_chat_id", "users_shared",
    "chat_shared", "connected_website", "proximity_alert_triggered", "boost_added", "chat_background_set",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened", "video_chat_scheduled",
    "video_chat_started", "video_chat_ended", "video_chat_participants_invited", "web_app_data", "giveaway_created",
    "giveaway_completed", "giveaway_winners", "gift", "unique_gift", "refunded_payment", "successful_payment",
)  # fmt: skip
"""What the service itself writes into a chat: nobody has said anything."""


class Happened(StrEnum):
    """What an update is about; `nothing` is what does not concern us."""

    SAID = "said"
    GROUP = "group"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One update as it concerns us. `language` is one of ours, by the settings of the sender's app.

    `tap` is the service's name of a press that waits for an answer, `spent` the message whose buttons it has used up.
    """

    number: int
    happened: Happened = Happened.NOTHING
    chat: str = ""
    language: str = FALLBACK
    at: datetime | None = None
    inbound: Inbound | None = None
    tap: str = ""
    spent: int = 0


class Loose:
    """An update that a library could not parse, read as it came: what is missing is None."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        """`fields` as they came in JSON."""
        self._fields = fields

    def __getattr__(self, name: str) -> Any:
        """The field of this name; None if there is none."""
        found = self._fields.get("from" if name == "from_user" else name)
        return Loose(found) if isinstance(found, dict) else found


def read(update: Any, channel: str) -> Arrival:
    """What the update says on this channel."""
    number = int(update.update_id)
    if update.callback_query is not None:
        return _tap(number, update.callback_query, channel)
    if update.my_chat_member is not None:
        return _standing(number, update.my_chat_member)
    if update.message is not None:
        return _message(number, update.message, channel, edited=False)
    if update.edited_message is not None:
        return _message(number, update.edited_message, channel, edited=True)
    return Arrival(number=number)


def language_of(user: Any) -> str:
    """The language of somebody's app, German if we do not speak it."""
    code = str(getattr(user, "language_code", None) or "")[:2].lower()
    return code if code in LANGUAGES else FALLBACK


def _message(number: int, message: Any, channel: str, *, edited: bool) -> Arrival:
    chat, language = str(message.chat.id), language_of(message.from_user)
    if message.chat.type != _PRIVATE:
        happened = Happened.NOTHING if message.chat.type == _CHANNEL or edited else Happened.GROUP
        return Arrival(number=number, happened=happened, chat=chat, language=language)
    kind, text, file_name = _content(message)
    if kind is None or (edited and not text):
        return Arrival(number=number)
    standing = "" if edited or kind is not InboundKind.TEXT else _standing_action(text)
    inbound = Inbound(
        channel=channel,
        external_id=f"update:{number}",
        sender=chat,
        kind=InboundKind.TAP if standing else kind,
        text="" if standing else text,
        tap=standing,
        file_name=file_name,
        platform_id=str(message.message_id),
        edited=edited,
    )
    return Arrival(number=number, happened=Happened.SAID, chat=chat, language=language, inbound=inbound)


def _content(message: Any) -> tuple[InboundKind | None, str, str]:
    """What a message brings: its kind (None: the service's own note), its words, the name of its file.

    Words under a film are words: it comes as a file, of which the bytes are taken as little as of any other.
    """
    caption = message.caption or ""
    if message.text:
        return InboundKind.TEXT, message.text, ""
    if message.photo:
        return InboundKind.FILE, caption, "photo.jpg"
    if message.document is not None and message.animation is None:
        return InboundKind.FILE, caption, message.document.file_name or "file"
    if any(getattr(message, note, None) for note in _NOTES):
        return None, "", ""
    return (InboundKind.FILE, caption, "media") if caption else (InboundKind.OTHER, "", "")


def _standing_action(text: str) -> str:
    """What a bare command stands for; empty for other words, and for commands that are read as words."""
    found = _COMMAND.fullmatch(text.strip())
    return STANDING.get(found[1], "") if found else ""


def _tap(number: int, query: Any, channel: str) -> Arrival:
    """A press is whose finger it was, whatever message it names; it uses up buttons in the person's own chat only."""
    sender, message, data = str(query.from_user.id), query.message, str(query.data or "")
    alone = message is None or message.chat.type in {_PRIVATE, None}
    own = message is not None and alone and str(message.chat.id) == sender
    inbound = Inbound(
        channel=channel,
        external_id=f"update:{number}",
        sender=sender,
        kind=InboundKind.TAP,
        tap=f"{_NO_HANDLE}{data}" if data.startswith(PRESS) else data,
    )
    return Arrival(
        number=number,
        happened=Happened.SAID if alone else Happened.NOTHING,
        chat=sender,
        language=language_of(query.from_user),
        inbound=inbound,
        tap=str(query.id),
        spent=message.message_id if own and data in _handles(message) else 0,
    )


def _handles(message: Any) -> set[str]:
    """What stands on the buttons under the message, as far as it is still there."""
    keyboard = getattr(message, "reply_markup", None)
    rows = (keyboard.inline_keyboard or ()) if keyboard is not None else ()
    buttons = (Loose(button) if isinstance(button, dict) else button for row in rows for button in row)
    return {button.callback_data for button in buttons if button.callback_data}


def _standing(number: int, change: Any) -> Arrival:
    away = change.new_chat_member.status in _AWAY
    chat, language = str(change.chat.id), language_of(change.from_user)
    if change.chat.type == _PRIVATE:
        happened = Happened.BLOCKED if away else Happened.UNBLOCKED
    else:
        happened = Happened.NOTHING if away or change.chat.type == _CHANNEL else Happened.GROUP
    return Arrival(number=number, happened=happened, chat=chat, language=language, at=_instant(change.date))


def _instant(when: Any) -> datetime:
    return when if isinstance(when, datetime) else datetime.fromtimestamp(int(when or 0), UTC)
