"""What of an alert is sealed: what it is about and what it says; what is usual is left out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flows.engine.events import AlertKind
from flows.rules.alerts import Alert
from storage.text_payload import pack_buttons, pack_text, unpack_buttons, unpack_text


def pack(alert: Alert) -> dict[str, object]:
    """The part of an alert that its row keeps under the key of the person it is about."""
    payload: dict[str, object] = {"kind": alert.kind, "absence": alert.absence, "words": alert.words}
    if alert.text is not None:
        payload["text"] = pack_text(alert.text)
    if alert.buttons:
        payload["buttons"] = pack_buttons(alert.buttons)
    if alert.joined:
        payload["joined"], payload["waiting"] = alert.joined, alert.waiting
    return payload


def unpack(alert: Alert, payload: Mapping[str, Any]) -> Alert:
    """The alert with what was sealed of it."""
    text = payload.get("text")
    return replace(
        alert,
        kind=AlertKind(payload["kind"]),
        absence=payload["absence"],
        words=payload["words"],
        text=None if text is None else unpack_text(text),
        buttons=unpack_buttons(payload.get("buttons", [])),
        joined=payload.get("joined", 0),
        waiting=tuple(payload.get("waiting", ())),
    )
