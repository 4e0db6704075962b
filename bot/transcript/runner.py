"""Runs a transcript against a world, line after line, and says where they differ."""

import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from bot.channels import Inbound, InboundKind
from bot.transcript import facts, lines
from bot.transcript.lines import Expectation, Script, Step
from bot.transcript.matching import Pattern
from bot.transcript.news import HOME, Happened, Heard, News, Pressed
from bot.transcript.ways import channel_of
from bot.transcript.world import Command, World

Entry = Step | Pressed | Heard | Happened
SHOWN = 3
"""How many messages or events that came instead are named beside a difference."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What did not come as the line expects it; `fatal` where the program itself failed."""

    number: int
    reason: str
    fatal: bool = False

    def __str__(self) -> str:
        """With the number of the line."""
        return f"line {self.number}: {self.reason}"


class Session:
    """A world and all that has been seen of it: one cursor per recipient, one for the events.

    Of a message that a ping told of, the ping may be matched first and then what lies behind it.
    `journal` holds the steps that could be done and what came of them, in order.
    """

    def __init__(self, world: World) -> None:
        self.journal: list[Entry] = []
        self._world = world
        self._heard: list[Heard] = []
        self._happened: list[Happened] = []
        self._matched: dict[str, int] = {}
        self._behind: dict[str, int | None] = {}
        self._matched_event = -1
        self._updates: dict[str, Inbound] = {}
        self._count = 0
        self._way = ""

    def perform(self, step: Step) -> Difference | None:
        """Do what the step says, or compare what it expects; the difference, if there is one."""
        known = len(self.journal)
        self.journal.append(step)
        reason = self._compare(step.line) if isinstance(step.line, Expectation) else self._act(step.line)
        if not reason:
            return None
        del self.journal[known:]
        return Difference(step.number, reason)

    def take(self, news: News) -> None:
        """Note what came of something."""
        self._heard += news.heard
        self._happened += news.happened
        fresh: list[Happened | Heard] = [*news.happened, *news.heard]
        fresh.sort(key=lambda entry: entry.at)
        self.journal += fresh

    def _act(self, deed: lines.Deed) -> str:
        command: Command | str
        match deed:
            case lines.Writes(who, text):
                command = self._update(who, InboundKind.TEXT, text=text)
            case lines.Sends(who, path):
                command = self._update(who, InboundKind.FILE, file_name=path.name)
            case lines.Taps(who, choice):
                command = self._press(who, choice)
            case lines.Becomes(way):
                self._way, command = way, deed
            case lines.Repeats(who):
                command = self._updates.get(who, f"{who} has sent nothing yet")
            case _:
                command = deed
        if isinstance(command, str):
            return command
        self.take(self._world.do(command))
        return ""

    def _update(self, who: str, kind: InboundKind, *, text: str = "", file_name: str = "") -> Inbound:
        update = self._from(who, channel_of(who, self._way))
        said = replace(update, kind=kind, text=text, file_name=file_name, platform_id=update.external_id)
        return self._keep(said)

    def _from(self, who: str, channel: str) -> Inbound:
        self._count += 1
        return Inbound(channel=channel, external_id=f"update-{self._count}", sender=who, kind=InboundKind.TAP)

    def _keep(self, update: Inbound) -> Inbound:
        self._updates[update.sender] = update
        return update

    def _press(self, who: str, choice: lines.Choice) -> Inbound | str:
        newest = next((heard for heard in reversed(self._heard) if heard.to == who and heard.buttons), None)
        if newest is None:
            return f"{who} has no message with buttons"
        button = newest.button(choice)
        if button is None:
            return f"{who} has no button {choice}; there is {_buttons(newest)}"
        self.journal.append(Pressed(who, button))
        here = channel_of(who, self._way)
        channel = button.channel if button.channel == HOME else here
        return self._keep(replace(self._from(who, channel), tap=button.handle))

    def _compare(self, expectation: Expectation) -> str:
        match expectation:
            case lines.ExpectsMessage(who, wanted):
                return self._find_message(who, wanted)
            case lines.ExpectsButton(who, choice):
                return self._find_button(who, choice)
            case lines.ExpectsNothing(who):
                unread = self._unread(who)
                return f"expected nothing to {who}; there is {_quote(unread)}" if unread else ""
            case lines.ExpectsEvent(name, fields):
                return self._find_event(name, fields)
            case lines.ExpectsNoEvent(name, fields):
                found = next((event for event in self._unseen() if _is_event(event, name, fields)), None)
                return f"expected no {name}; there is {_spell(found)}" if found else ""
            case _:
                assert_never(expectation)

    def _find_message(self, who: str, wanted: Pattern) -> str:
        behind = self._behind.get(who)
        for position in range(self._matched.get(who, -1) + (behind is None), len(self._heard)):
            heard = self._heard[position]
            if heard.to == who and wanted.fits(heard.text if position == behind else heard.whole):
                self._matched[who] = position
                self._behind[who] = position if wanted.fits(heard.ping) and not wanted.fits(heard.text) else None
                return ""
        return f"expected to {who}: {wanted}; there is {_quote(self._unread(who))}"

    def _find_button(self, who: str, choice: lines.Choice) -> str:
        if who not in self._matched:
            return f"expected a button {choice}; no message to {who} was matched before"
        message = self._heard[self._matched[who]]
        return "" if message.button(choice) else f"expected a button {choice}; there is {_buttons(message)}"

    def _find_event(self, name: str, fields: Mapping[str, str]) -> str:
        for position in range(self._matched_event + 1, len(self._happened)):
            if _is_event(self._happened[position], name, fields):
                self._matched_event = position
                return ""
        there = "; ".join(map(_spell, self._unseen()[:SHOWN])) or "none"
        return f"expected {facts.spell_event(name, fields)}; there is {there}"

    def _unread(self, who: str) -> list[Heard]:
        return [heard for heard in self._heard[self._matched.get(who, -1) + 1 :] if heard.to == who]

    def _unseen(self) -> list[Happened]:
        return self._happened[self._matched_event + 1 :]


def _is_event(event: Happened, name: str, fields: Mapping[str, str]) -> bool:
    return event.name == name and facts.agrees(event.fields, fields)


def _spell(event: Happened) -> str:
    return facts.spell_event(event.name, event.fields)


def _quote(messages: list[Heard]) -> str:
    shown = " · ".join(f'"{" ".join(heard.whole.split())}"' for heard in messages[:SHOWN])
    return shown + (f" and {len(messages) - SHOWN} more" if len(messages) > SHOWN else "") or "none"


def _buttons(message: Heard) -> str:
    return " ".join(f"[{button.label}] (@{button.action.removeprefix('@')})" for button in message.buttons) or "none"


def perform_step(session: Session, step: Step) -> Difference | None:
    """Do one step; a failure of the program is a difference, too, and is told in full on standard error."""
    try:
        return session.perform(step)
    except Exception as failure:  # noqa: BLE001 - whatever the program raises is what the reader has to see
        traceback.print_exception(failure, file=sys.stderr)
        return Difference(step.number, f"the program failed: {type(failure).__name__}: {failure}", fatal=True)


def run_script(script: Script, session: Session) -> list[Difference]:
    """Do every step; all differences. After a failure of the program itself nothing more is compared."""
    differences: list[Difference] = []
    for step in script.steps:
        difference = perform_step(session, step)
        if difference is not None:
            differences.append(difference)
            if difference.fatal:
                break
    return differences
