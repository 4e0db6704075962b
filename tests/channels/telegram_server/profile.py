"""Methods about the bot itself, its chats and its files."""

import re
from collections.abc import Callable
from typing import Any

from tests.channels.telegram_server.call import Call, enter
from tests.channels.telegram_server.refusals import bad
from tests.channels.telegram_server.sending import known_file
from tests.channels.telegram_server.world import BotAccount, Json, Membership

BIGGEST_DOWNLOAD = 20 * 1024 * 1024
LONGEST = {"name": 64, "description": 512, "short_description": 120}


def get_me(call: Call) -> Json:
    """Return the bot."""
    more = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app")
    rights = {"can_join_groups": True, "can_read_all_group_messages": not call.bot.privacy}
    return call.bot.json() | rights | dict.fromkeys(more, False)


def _language(call: Call) -> str:
    language = call.arguments.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("invalid language code specified")
    return language


def _scope(call: Call) -> str:
    scope = call.arguments.json("scope", {"type": "default"}) or {"type": "default"}
    return ":".join(str(scope[part]) for part in ("type", "chat_id", "user_id") if part in scope)


def set_my_commands(call: Call) -> bool:
    """Set the commands of the menu for a scope and a language."""
    commands = call.arguments.json("commands", [])
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        command["command"] = command["command"].removeprefix("/")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.settings["commands", _scope(call), _language(call)] = commands
    return True


def get_my_commands(call: Call) -> list[Json]:
    """Return the commands of exactly this scope and language."""
    return list(call.bot.settings.get(("commands", _scope(call), _language(call)), []))


def delete_my_commands(call: Call) -> bool:
    """Forget the commands of a scope and a language."""
    call.bot.settings.pop(("commands", _scope(call), _language(call)), None)
    return True


def commands_for(bot: BotAccount, user: int, language: str | None) -> list[Json]:
    """Return the menu a person sees in a private chat: the nearest scope, there her language, or none in particular."""
    for scope in (f"chat:{user}", "all_private_chats", "default"):
        for code in (language or "", ""):
            if found := bot.settings.get(("commands", scope, code)):
                return list(found)
    return []


def _setter(name: str) -> Callable[[Call], bool]:
    def set_it(call: Call) -> bool:
        words = call.arguments.text(name)
        if len(words) > LONGEST[name]:
            raise bad(f"BOT_{name.upper()}_TOO_LONG")
        call.bot.settings[name, "", _language(call)] = words
        return True

    return set_it


def _getter(name: str) -> Callable[[Call], Json]:
    def get_it(call: Call) -> Json:
        language = _language(call)
        settings = call.bot.settings
        return {name: settings.get((name, "", language)) or settings.get((name, "", ""), "")}

    return get_it


def set_chat_menu_button(call: Call) -> bool:
    """Set what the button beside the text field opens."""
    button = call.arguments.json("menu_button", {"type": "default"})
    call.bot.settings["menu_button", call.arguments.text("chat_id"), ""] = button
    return True


def get_chat_menu_button(call: Call) -> Any:
    """Return what the button beside the text field opens."""
    settings = call.bot.settings
    mine = settings.get(("menu_button", call.arguments.text("chat_id"), ""))
    return mine or settings.get(("menu_button", "", ""), {"type": "commands"})


def get_chat(call: Call) -> Json:
    """Return a chat in full."""
    chat = call.chat()
    limits = {"accent_color_id": 0, "max_reaction_count": 11}
    return chat.json() | limits | {"accepted_gift_types": _no_gifts()}


def _no_gifts() -> Json:
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(kinds, False)


def get_chat_member(call: Call) -> Json:
    """Return how somebody stands to a chat."""
    chat = call.chat()
    user = call.arguments.number("user_id")
    if user in {bot.id for bot in call.world.bots.values()}:
        bot = call.world.bot(user)
        return member_json(bot.json(), chat.bots.get(user, Membership.LEFT))
    if user not in call.world.people:
        raise bad("user not found")
    state = Membership.MEMBER if user in chat.members or chat.id == user else Membership.LEFT
    return member_json(call.world.people[user].json(), state)


def member_json(user: Json, state: Membership) -> Json:
    """Return the service's `ChatMember`."""
    return {"user": user, "status": str(state)} | ({"until_date": 0} if state is Membership.KICKED else {})


def leave_chat(call: Call) -> bool:
    """Leave a group."""
    chat = call.open_chat()
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.bots[call.bot.id] = Membership.LEFT
    enter(call.world, "left", call.bot, chat, text=call.bot.username)
    return True


def get_file(call: Call) -> Json:
    """Return where a file can be fetched."""
    if not call.arguments.text("file_id"):
        raise bad("file_id not specified")
    file = known_file(call, call.arguments.text("file_id"))
    if len(file.data) > BIGGEST_DOWNLOAD:
        raise bad("file is too big")
    return file.json(call.bot.id, file_path=f"files/{file.unique}/{file.name}")


def say_yes(call: Call) -> bool:
    """Do what needs no memory here."""
    return call.bot.id > 0


METHODS: dict[str, Callable[[Call], Any]] = {
    "getme": get_me,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "leavechat": leave_chat,
    "getfile": get_file,
    "setmydefaultadministratorrights": say_yes,
    "setmyname": _setter("name"),
    "getmyname": _getter("name"),
    "setmydescription": _setter("description"),
    "getmydescription": _getter("description"),
    "setmyshortdescription": _setter("short_description"),
    "getmyshortdescription": _getter("short_description"),
}
