"""What a library has to do for us; each adapter does it with its own."""

from collections.abc import Sequence
from typing import Any, Protocol

from bot.bot_api.commands import Introduction
from bot.channels import OutgoingButton

Raw = dict[str, Any]


class Client(Protocol):
    """The Bot API through one library. Every method but `parse` raises a `ChannelError` or `NoClearAnswer`."""

    async def send(self, chat: str, text: str, buttons: Sequence[OutgoingButton]) -> int:
        """Plain text, protected, without previews, a row for each button; the message's number."""
        ...

    async def remove_buttons(self, chat: str, number: int) -> None:
        """Take the buttons away from a message of ours."""
        ...

    async def delete(self, chat: str, number: int) -> None:
        """Take a message away for everybody."""
        ...

    async def end_tap(self, tap: str) -> None:
        """End the little clock on a pressed button."""
        ...

    async def leave(self, chat: str) -> None:
        """Leave a group."""
        ...

    async def who_am_i(self) -> str:
        """The bot's user name."""
        ...

    async def introduce(self, introduction: Introduction) -> None:
        """Set menu, name and description in one language; the names only where they differ, they may be set rarely."""
        ...

    async def set_webhook(self, url: str, secret: str, wanted: Sequence[str]) -> None:
        """From now on updates are posted to `url`; "": they are fetched."""
        ...

    async def fetch(self, offset: int, wait: int, wanted: Sequence[str]) -> list[Raw]:
        """Updates from `offset` (0: the oldest) on; waits up to `wait` seconds for the first."""
        ...

    def parse(self, raw: Raw) -> Any:
        """The library's object for an update. Raises whatever the library raises."""
        ...

    async def close(self) -> None:
        """End the connections."""
        ...
