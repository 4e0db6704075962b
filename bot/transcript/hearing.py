"""Puts together what reaches people: a ping, and on their own page what it tells of (TRANSCRIPTS.md, "Matching")."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.channels.memory import Kept
from bot.transcript.news import HOME, Button, Heard
from bot.transcript.ways import notices


class Hearing:
    """What lies at home is heard at once by people without a messenger, and by others when a ping tells of it.

    Who has just written or tapped at home is there, and sees what comes.
    """

    def __init__(self) -> None:
        """Nobody has heard anything."""
        self._unread: dict[str, list[Kept]] = {}
        self._read: dict[int, Kept] = {}

    def at_home(self, kept: Sequence[Kept], now: datetime) -> list[Heard]:
        """What reaches people who look there."""
        self._read.update((each.id, each) for each in kept)
        return [Heard(now, each.external, each.text, _buttons(each, HOME)) for each in kept]

    def everywhere(self, kept: Mapping[str, Sequence[Kept]], present: str, now: datetime) -> list[Heard]:
        """What reaches people by messenger, by channel; `present` is the one who is at home, too."""
        for each in kept[HOME]:
            self._unread.setdefault(each.external, []).append(each)
        elsewhere = [(channel, each) for channel, found in kept.items() if channel != HOME for each in found]
        pings: dict[int, tuple[str, Kept]] = {
            each.about: (channel, each) for channel, each in elsewhere if each.about is not None
        }
        heard = [
            (each.id, Heard(now, each.external, each.text, _buttons(each, channel)))
            for channel, each in elsewhere
            if each.about is None
        ]
        seen = [each for who in {present, *(ping.external for _, ping in pings.values())} for each in self._look(who)]
        known = {each.id: each for each in seen}
        told = [self._read[about] for about in pings if about in self._read]
        self._read |= known
        heard += [(each.id, _told(each, pings.pop(each.id, None), now)) for each in (*seen, *told)]
        heard += [(each.id, Heard(now, each.external, each.text)) for _, each in pings.values()]
        return with_notices([each for _, each in sorted(heard, key=lambda pair: pair[0])])

    def _look(self, who: str) -> list[Kept]:
        """What has waited for WHO at home."""
        return self._unread.pop(who, [])


def with_notices(heard: Sequence[Heard]) -> list[Heard]:
    """What was heard; that a message was taken away counts as told by the ping, or beside the answer, not by itself."""
    taken = {each.to: each.text for each in heard if each.text in notices()}
    others = [each for each in heard if each.text not in notices()]
    found = []
    for each in others:
        notice = taken.pop(each.to, "")
        found.append(replace(each, ping=f"{each.ping}\n{notice}".strip()) if notice else each)
    return found + [each for each in heard if each.text in notices() and each.to in taken]


def _told(content: Kept, ping: tuple[str, Kept] | None, now: datetime) -> Heard:
    """A message at home, with the ping that told of it: a button under both is pressed where the ping is."""
    buttons = _buttons(content, HOME)
    if ping is None:
        return Heard(now, content.external, content.text, buttons)
    channel, notice = ping
    nearer = {button.action: button for button in _buttons(notice, channel)}
    merged = tuple(nearer.get(button.action, button) for button in buttons)
    return Heard(now, content.external, content.text, merged, notice.text)


def _buttons(kept: Kept, channel: str) -> tuple[Button, ...]:
    return tuple(Button(button.handle, button.label, button.action, channel) for button in kept.buttons)
