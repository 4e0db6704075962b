"""Methods that change or remove what a person already sees, and answer a tap."""

from datetime import timedelta

from tests.channels.telegram_server.call import Call, enter
from tests.channels.telegram_server.keyboards import read_keyboard
from tests.channels.telegram_server.marks import length
from tests.channels.telegram_server.refusals import bad
from tests.channels.telegram_server.sending import has_preview, read_text
from tests.channels.telegram_server.world import Chat, Json, Message

DELETABLE = timedelta(hours=48)
ANSWERABLE = timedelta(seconds=15)
LONGEST_TOAST = 200
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)


def edit_message_text(call: Call) -> Json:
    """Change the text of a message of the bot's own; its buttons go unless they are sent again."""
    text, entities = read_text(call)
    message = _editable(call)
    if message.content:
        raise bad("there is no text in the message to edit")
    keyboard = read_keyboard(call.arguments)
    if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise bad(UNCHANGED)
    message.text, message.entities, message.keyboard = text, entities, keyboard
    message.preview = has_preview(call, entities)
    return _edited(call, message, "edited")


def edit_message_reply_markup(call: Call) -> Json:
    """Change or remove the buttons under a message of the bot's own."""
    message = _editable(call)
    keyboard = read_keyboard(call.arguments)
    rows = (keyboard or {}).get("inline_keyboard") or []
    if rows == message.buttons:
        raise bad(UNCHANGED)
    message.keyboard = keyboard
    return _edited(call, message, "keyboard")


def _editable(call: Call) -> Message:
    chat = call.open_chat()
    message = call.message(chat, to="message to edit")
    if message.sender["id"] != call.bot.id:
        raise bad("message can't be edited")
    return message


def _edited(call: Call, message: Message, what: str) -> Json:
    message.edited = call.now
    call.show(what, message)
    return message.json()


def delete_message(call: Call) -> bool:
    """Remove a message for everybody."""
    if not call.arguments.number("message_id"):
        raise bad("message identifier is not specified")
    chat = call.open_chat(blocks=False)
    message = call.message(chat, to="message to delete")
    _check_deletable(call, chat, message)
    _delete(call, message)
    return True


def delete_messages(call: Call) -> bool:
    """Remove up to a hundred messages, or none if one of them cannot be removed; unknown ones are passed over."""
    chat = call.open_chat(blocks=False)
    ids = call.arguments.json("message_ids", [])
    if not isinstance(ids, list) or not ids:
        raise bad("message identifiers are not specified")
    if len(ids) > 100:
        raise bad("too many message identifiers specified")
    messages = [found for id in ids if (found := call.world.find(call.bot, chat, int(id)))]
    for message in messages:
        _check_deletable(call, chat, message)
    for message in messages:
        _delete(call, message)
    return True


def _check_deletable(call: Call, chat: Chat, message: Message) -> None:
    if not chat.private and message.sender["id"] != call.bot.id:
        raise bad("message can't be deleted")
    if call.now >= message.date + DELETABLE:
        raise bad("message can't be deleted for everyone")


def _delete(call: Call, message: Message) -> None:
    message.deleted = True
    call.show("deleted", message)


def answer_callback_query(call: Call) -> bool:
    """End the little clock on a tapped button, with or without some words."""
    id = call.arguments.text("callback_query_id")
    query = call.world.queries.get(id)
    if query is None or query.bot != call.bot.id or call.now >= query.at + ANSWERABLE:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    text = call.arguments.text("text")
    if length(text) > LONGEST_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    alert = call.arguments.flag("show_alert")
    call.world.answers[id].append({"text": text, "show_alert": alert})
    if text:
        enter(call.world, "alert" if alert else "toast", call.bot, query.chat, text=text)
    return True


METHODS = {
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "answercallbackquery": answer_callback_query,
}
