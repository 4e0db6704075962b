"""A text with its values as JSON can hold it, to be put into words later and in whichever language then."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from flows.engine.messages import Button, Text, Value

_TEXT: Final = "text"
_KINDS: Final[Mapping[str, Any]] = {"datetime": datetime, "date": date, "time": time}


def pack_text(text: Text) -> dict[str, Any]:
    """The message id, its values, and its plural form if it has one."""
    return {_TEXT: text.key, "values": {name: _pack(value) for name, value in text.params.items()}, "many": text.plural}


def unpack_text(payload: Mapping[str, Any]) -> Text:
    """What `pack_text` was given."""
    values = {name: _unpack(value) for name, value in payload["values"].items()}
    return Text(payload[_TEXT], values, payload["many"])


def pack_buttons(buttons: tuple[Button, ...]) -> list[list[Any]]:
    """Label, action and value of each."""
    return [[pack_text(button.label), button.action, button.value] for button in buttons]


def unpack_buttons(payload: list[list[Any]]) -> tuple[Button, ...]:
    """What `pack_buttons` was given."""
    return tuple(Button(unpack_text(label), action, value) for label, action, value in payload)


def _pack(value: Value) -> Any:
    if isinstance(value, Text):
        return pack_text(value)
    if isinstance(value, tuple):
        return [pack_text(each) for each in value]
    kind = next((name for name, each in _KINDS.items() if isinstance(value, each)), None)
    return value if kind is None else {"kind": kind, "iso": value.isoformat()}  # type: ignore[union-attr]  # dated


def _unpack(packed: Any) -> Value:
    if isinstance(packed, list):
        return tuple(unpack_text(each) for each in packed)
    if not isinstance(packed, dict):
        plain: str | int = packed
        return plain
    if _TEXT in packed:
        return unpack_text(packed)
    dated: date | datetime | time = _KINDS[packed["kind"]].fromisoformat(packed["iso"])
    return dated
