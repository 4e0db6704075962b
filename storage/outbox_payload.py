"""What of a message is sealed: its words, its buttons, and the question that they answer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from flows.engine.messages import NO_QUESTION, Haste, Outgoing, Question

# Not "buttons": before revision 0005 they stood there with handles that are not valid any more.
_BUTTONS: Final = "answers"


def pack(message: Outgoing) -> dict[str, object]:
    """The part of a message that its row keeps under the key of the person it is about; handles are made anew."""
    payload: dict[str, object] = {
        "text": message.text,
        "language": message.language,
        "level": int(message.level),
        "dedupe": message.dedupe,
        "cause": message.cause,
        "purpose": message.purpose,
        "ground": message.ground.value,
    }
    if message.haste is not Haste.PROMPT:
        payload["haste"] = message.haste
    if message.at is not None:
        payload["at"] = message.at
    if message.buttons:
        payload[_BUTTONS] = [(button.label, button.action, button.value) for button in message.buttons]
        question = message.question
        payload["question"] = (question.conversation, question.turn, question.until)
    return payload


def unpack_buttons(payload: Mapping[str, Any]) -> Sequence[tuple[str, str, str]]:
    """Label, action and value of each button, in their order."""
    shown: Sequence[tuple[str, str, str]] = payload.get(_BUTTONS, ())
    return shown


def unpack_question(payload: Mapping[str, Any]) -> Question:
    """What the buttons answer."""
    if "question" not in payload:
        return NO_QUESTION
    conversation, turn, until = payload["question"]
    return Question(conversation, turn, None if until is None else datetime.fromisoformat(until))


def unpack_moment(payload: Mapping[str, Any]) -> date | datetime | None:
    """The day or instant the message is about."""
    text: str | None = payload.get("at")
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def unpack_haste(payload: Mapping[str, Any]) -> Haste:
    """What the message waits for."""
    return Haste(payload.get("haste", Haste.PROMPT))
