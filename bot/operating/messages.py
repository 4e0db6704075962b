"""The outbox for operators: what waits, what failed, what nobody knows about; and sending one again."""

import json
from functools import partial
from typing import Any, Final

from flows.engine.messages import OutboxStatus
from handlers.resending import Resending, resend
from storage.overview import SHOWN, MessageState

from bot.app import App
from bot.operating import asking
from bot.settings import Settings, SettingsError

COMMAND: Final = "outbox"
REFUSALS: Final = {
    Resending.UNKNOWN: "no message has the id {id}; `python -m bot outbox list` shows them",
    Resending.NOT_HELD: "message {id} is neither uncertain nor failed: it is on its way, sent, or not wanted any more",
    Resending.EXPIRED: "message {id} has expired: what it says is not true any more; write to the person instead",
}


async def list_messages(settings: Settings, statuses: tuple[OutboxStatus, ...], limit: int) -> list[dict[str, Any]]:
    """Messages of these statuses, oldest first, from the running assistant or from the database itself."""
    asked = {"do": "list", "statuses": [status.value for status in statuses], "limit": limit}
    found: list[dict[str, Any]] = await _ask(settings, asked)
    return found


async def resend_message(settings: Settings, id_: int) -> None:
    """Have a message sent again. Raises `SettingsError` that says why it cannot be."""
    await _ask(settings, {"do": "resend", "id": id_})


async def _ask(settings: Settings, asked: dict[str, Any]) -> Any:
    text = json.dumps(asked)
    answer = await asking.ask(settings, COMMAND, text, serve)
    return json.loads(answer)


async def serve(app: App, text: str) -> str:
    """Answer a request that came over the control socket; JSON in, JSON out."""
    asked = json.loads(text)
    if asked["do"] == "resend":
        outcome = await app.run(partial(resend, id_=asked["id"], now=app.clock.now()))
        if outcome is not Resending.WAITS:
            raise SettingsError(REFUSALS[outcome].format(id=asked["id"]))
        return json.dumps(None)
    with app.store.read() as uow:
        found = [uow.overview.messages(OutboxStatus(status), asked["limit"]) for status in asked["statuses"]]
    return json.dumps([_shown(app, message) for messages in found for message in messages])


def _shown(app: App, message: MessageState) -> dict[str, Any]:
    """What an operator sees of a message: nothing of what it says."""
    return {
        "id": str(message.id),
        "for": message.handle,
        "class": message.message_class.value,
        "channel": message.channel,
        "status": message.status.value,
        "age_seconds": max(0, int((app.clock.now() - message.created).total_seconds())),
        "attempts": message.attempts,
        "reason": message.reason,
    }


def statuses_of(names: list[str]) -> tuple[OutboxStatus, ...]:
    """The statuses with these names, all that are shown if none is named; `SettingsError` names what there is."""
    known = {status.value: status for status in SHOWN}
    wrong = sorted(set(names) - known.keys())
    if wrong:
        raise SettingsError(f"--status: there is no status {wrong[0]!r} to list; there are: {', '.join(known)}")
    return tuple(known[name] for name in names) or SHOWN
