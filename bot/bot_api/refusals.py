"""What Telegram's refusals mean, in the words of the port; the same for both libraries."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from bot.channels import ChannelError, Moved, Rejected, TryLater, Unreachable

LONGEST_PAUSE: Final = timedelta(days=1)
_NOBODY_THERE = (
    "chat not found",
    "user not found",
    "user_is_blocked",
    "user is blocked",
    "bot was blocked",
    "deactivated",
    "peer_id_invalid",
    "can't initiate conversation",
    "input_user",
)
_NOT_THERE = ("to delete not found", "to edit not found", "message_id_invalid", "message identifier", "not modified")


class NoClearAnswer(Exception):
    """The request may or may not have taken effect: nobody knows."""


class TokenRefused(TryLater):
    """Telegram does not know the token, or not any more: nothing works until it is replaced."""

    def __init__(self) -> None:
        super().__init__(for_all=True)


class SomebodyElse(TryLater):
    """Another process fetches this bot's updates, or a webhook is set."""


class Gone(Rejected):
    """The message is not there any more, or is as it should be already."""


def meaning(status: int, words: str) -> ChannelError | NoClearAnswer:
    """What an answer means that is not "ok". `words` is the description."""
    match status:
        case HTTPStatus.FORBIDDEN:
            return Unreachable()
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
            return TokenRefused()
        case HTTPStatus.CONFLICT:
            return SomebodyElse()
        case HTTPStatus.GATEWAY_TIMEOUT:
            return NoClearAnswer("the service waited in vain itself")
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return TryLater(for_all=True)
    return _of_one_message(words.casefold())


def _of_one_message(words: str) -> ChannelError:
    if any(hint in words for hint in _NOT_THERE):
        return Gone()
    return Unreachable() if any(hint in words for hint in _NOBODY_THERE) else Rejected()


def pause(seconds: float) -> TryLater:
    """The service asks for a pause; it does not say whether for one chat or for all."""
    return TryLater(min(max(timedelta(seconds=seconds), timedelta(seconds=1)), LONGEST_PAUSE), for_all=True)


def moved(chat: int) -> Moved:
    """The chat has another number now."""
    return Moved(str(chat))


def unsent() -> TryLater:
    """No connection came about: nothing was sent."""
    return TryLater(for_all=True)
