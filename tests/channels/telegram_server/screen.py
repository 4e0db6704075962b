"""The screen: what a person sees of a chat."""

import re
from dataclasses import dataclass
from datetime import datetime

from tests.channels.telegram_server.world import Json, Message, World


@dataclass(frozen=True, slots=True)
class Button:
    """A button on the screen."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message on the screen as it is now. `kind`: text, or the service's name of the content (document, voice, …)."""

    message_id: int
    own: bool
    text: str
    buttons: tuple[tuple[Button, ...], ...]
    protected: bool
    preview: bool
    edited: bool
    at: datetime
    kind: str
    entities: tuple[Json, ...] = ()
    file: bytes | None = None
    file_name: str = ""

    @property
    def labels(self) -> list[str]:
        """What is written on the buttons."""
        return [button.text for row in self.buttons for button in row]


def look(world: World, space: tuple[int, int]) -> list[Seen]:
    """Return the messages kept in one place, as they are on the screen."""
    with world.lock:
        return [_seen(world, message) for message in world.messages[space].values() if not message.deleted]


def _seen(world: World, message: Message) -> Seen:
    what = message.content.get(message.kind)
    sized = what[-1] if isinstance(what, list) and what else what
    file = world.files.get(sized.get("file_unique_id", "")) if isinstance(sized, dict) else None
    rows = ((Button(b["text"], b.get("callback_data", ""), b.get("url", "")) for b in row) for row in message.buttons)
    return Seen(
        message_id=message.id,
        own=not message.outgoing,
        text=message.text,
        buttons=tuple(tuple(row) for row in rows),
        protected=message.protected,
        preview=message.preview,
        edited=message.edited is not None,
        at=message.date,
        kind=message.kind,
        entities=tuple(message.entities),
        file=file.data if file else None,
        file_name=file.name if file else "",
    )


def matches(wanted: str, text: str) -> bool:
    """Say whether `text` contains `wanted`, or matches it if it is written /so/."""
    if len(wanted) > 2 and wanted.startswith("/") and wanted.endswith("/"):
        return re.search(wanted[1:-1], text) is not None
    return wanted.casefold() in text.casefold()
