"""Commands and news as lines of JSON, for the pipe between a transcript and a program in a process of its own."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any, get_type_hints

from bot.channels import Inbound
from bot.transcript import lines
from bot.transcript.news import Button, Happened, Heard, News
from bot.transcript.world import Opening, Place

TAG = "@"
KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Inbound, Opening, Place, News, Heard, Happened, Button, lines.Moves, lines.Sleeps, lines.Restarts,
        lines.Consents, lines.Plans, lines.Leaves, lines.Refuses, lines.Becomes,
    )
}  # fmt: skip


def encode(value: object) -> str:
    """One value of `KINDS` as one line."""
    return json.dumps(_plain(value), ensure_ascii=True)


def decode(line: str) -> Any:
    """The value on this line."""
    return _built(json.loads(line), object)


def _plain(value: Any) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {TAG: type(value).__name__, **fields}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(entry) for entry in value]
    return value


def _built(value: Any, hint: Any) -> Any:
    if isinstance(value, dict) and TAG in value:
        kind = KINDS[value[TAG]]
        hints = get_type_hints(kind)
        return kind(**{name: _built(value[name], hints[name]) for name in hints})
    if isinstance(value, list):
        return tuple(_built(entry, object) for entry in value)
    if isinstance(hint, type) and isinstance(value, str):
        return _scalar(value, hint)
    return value


def _scalar(value: str, hint: type) -> Any:
    if issubclass(hint, date):
        return hint.fromisoformat(value)
    return hint(value) if issubclass(hint, Enum) else value
