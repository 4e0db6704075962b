"""Methods that put something new in front of a person."""

from typing import Any

from tests.channels.telegram_server.call import Call, enter
from tests.channels.telegram_server.keyboards import read_keyboard
from tests.channels.telegram_server.marks import Entity, length, read_marked, recognise, trimmed
from tests.channels.telegram_server.refusals import Refusal, bad
from tests.channels.telegram_server.world import Chat, File, Json

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
BIGGEST_UPLOAD = 50 * 1024 * 1024
BIGGEST_PHOTO = 10 * 1024 * 1024
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def read_text(call: Call) -> tuple[str, list[Entity]]:
    """Return the text of a message and its marks. Raises Refusal if it is empty, unreadable or too long."""
    source = call.arguments.text("text")
    if not source:
        raise bad("message text is empty")
    text, marked = _marked(call, source, "entities")
    if not text:
        raise bad("text must be non-empty")
    if length(text) > LONGEST_TEXT:
        raise bad("message is too long")
    return text, recognise(text, marked)


def _marked(call: Call, source: str, given: str) -> tuple[str, list[Entity]]:
    mode = call.arguments.text("parse_mode")
    marked = call.arguments.json(given, []) if not mode else []
    text, read = read_marked(source, mode)
    return trimmed(text, marked or read)


def has_preview(call: Call, entities: list[Entity]) -> bool:
    """Say whether the service would fetch a page that the text links to, and show a preview of it."""
    options = call.arguments.json("link_preview_options", {}) or {}
    off = options.get("is_disabled") or call.arguments.flag("disable_web_page_preview")
    return not off and any(entity["type"] in {"url", "text_link"} for entity in entities)


def send_message(call: Call) -> Json:
    """Send a text."""
    text, entities = read_text(call)
    preview = has_preview(call, entities)
    return _send(call, call.open_chat(), text=text, entities=entities, preview=preview)


def _send(call: Call, chat: Chat, **content: Any) -> Json:
    """Keep the message and show it."""
    keyboard = read_keyboard(call.arguments)
    message = call.world.post(
        call.bot,
        chat,
        call.bot.json(),
        keyboard=keyboard,
        protected=call.arguments.flag("protect_content"),
        silent=call.arguments.flag("disable_notification"),
        reply_to=_reply_to(call, chat),
        **content,
    )
    call.show("sent", message)
    return message.json()


def _reply_to(call: Call, chat: Chat) -> int | None:
    """Return the message this one answers. Raises Refusal if it is gone and that matters."""
    reply = call.arguments.json("reply_parameters", {}) or {}
    wanted = int(reply.get("message_id") or call.arguments.number("reply_to_message_id"))
    if not wanted or call.world.find(call.bot, chat, wanted):
        return wanted or None
    if reply.get("allow_sending_without_reply") or call.arguments.flag("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def send_document(call: Call) -> Json:
    """Send a file, uploaded or known."""
    file = _file(call, "document", BIGGEST_UPLOAD)
    document = file.json(call.bot.id, file_name=file.name, mime_type=file.mime)
    return _send_media(call, {"document": document})


def send_photo(call: Call) -> Json:
    """Send a picture, uploaded or known."""
    file = _file(call, "photo", BIGGEST_PHOTO)
    return _send_media(call, {"photo": [file.json(call.bot.id, width=320, height=240)]})


def _send_media(call: Call, content: Json) -> Json:
    text, entities = _marked(call, call.arguments.text("caption"), "caption_entities")
    if length(text) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    return _send(call, call.open_chat(), text=text, entities=recognise(text, entities), content=content)


def _file(call: Call, name: str, biggest: int) -> File:
    """Return the file of a call: in the part of that name, attached, or named by its identifier."""
    given = call.arguments.text(name)
    upload = call.arguments.uploads.get(given.removeprefix("attach://") or name)
    if upload:
        if len(upload.data) > biggest:
            raise Refusal(413, "Request Entity Too Large")
        if not upload.data:
            raise bad("file must be non-empty")
        return call.world.keep(upload.name, upload.mime, upload.data)
    if not given:
        raise bad(f"there is no {name} in the request")
    return known_file(call, given)


def known_file(call: Call, file_id: str) -> File:
    """Return the file with this identifier. Raises Refusal if it is not one of this bot's."""
    unique, _, bot = file_id.rpartition("-")
    if bot != str(call.bot.id) or unique not in call.world.files:
        raise bad("invalid file_id")
    return call.world.files[unique]


def send_chat_action(call: Call) -> bool:
    """Show that the bot is typing."""
    if call.arguments.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    enter(call.world, "action", call.bot, call.open_chat(), text=call.arguments.text("action"))
    return True


METHODS = {
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "sendchataction": send_chat_action,
}
