"""What a form of a page sends back for a way on: bound to the session that was shown it, and of no use elsewhere."""

import hmac
from typing import Final

from handlers.on_page import Way

from bot.web.sessions import Visit

_BETWEEN: Final = "\n"


def handle_of(visit: Visit, way: Way) -> str:
    """The handle of a way on: only this session can have made it."""
    return f"{_signature(visit, way.action, way.value)}:{way.action}:{way.value}"


def read(visit: Visit, handle: str) -> Way | None:
    """What a handle stands for; None if this session was never given it."""
    signed, _, rest = handle.partition(":")
    action, _, value = rest.partition(":")
    if not hmac.compare_digest(_signature(visit, action, value).encode(), signed.encode()):
        return None
    return Way("", action, value)


def _signature(visit: Visit, action: str, value: str) -> str:
    return visit.sign(_BETWEEN.join(("press", action, value)))
