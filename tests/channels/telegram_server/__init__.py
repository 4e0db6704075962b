"""A Bot API server for tests, against which the libraries run as they are, and phones to look at and press.

`with BotApiServer() as server:` in a test; `python -m tests.channels.telegram_server --port N --control-port M` as a
process of its own, which outlives a killed bot.
"""

from tests.channels.telegram_server.clock import MovableClock
from tests.channels.telegram_server.faults import Fault, Halt, Request, Trouble
from tests.channels.telegram_server.phone import Done, Group, User
from tests.channels.telegram_server.screen import Button, Seen
from tests.channels.telegram_server.server import BotApiServer
from tests.channels.telegram_server.world import BotAccount, Entry

__all__ = [
    "BotAccount",
    "BotApiServer",
    "Button",
    "Done",
    "Entry",
    "Fault",
    "Group",
    "Halt",
    "MovableClock",
    "Request",
    "Seen",
    "Trouble",
    "User",
]
