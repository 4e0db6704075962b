"""Buttons: what the service accepts."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from tests.channels.telegram_server.call import Arguments
from tests.channels.telegram_server.refusals import bad

MOST_BUTTONS = 100
LONGEST_DATA = 64


def read_keyboard(arguments: Arguments) -> dict[str, Any] | None:
    """Return the reply markup of a call, None if there is none. Raises Refusal if the service would not take it."""
    markup = arguments.json("reply_markup")
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_rows(markup["inline_keyboard"])
    return markup


def _check_rows(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        _check_button(button)


def _check_button(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise bad("text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        if not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
            raise bad("BUTTON_DATA_INVALID")
    elif "url" in button:
        _check_address(button["url"])
    elif not set(button) - {"text", "style", "icon_custom_emoji_id"}:
        raise bad("text buttons are unallowed in the inline keyboard")


def _check_address(url: str) -> None:
    """Refuse what the service refuses as a link: no web address, or a host without a dot, as localhost is."""
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not (_is_address(host) or "." in host.strip(".")):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
