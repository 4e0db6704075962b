"""Answers on channels without buttons: numbered under the words, and chosen by typing the number."""

from collections.abc import Sequence

from bot.channels import OutgoingButton


def numbered(text: str, buttons: Sequence[OutgoingButton]) -> str:
    """The text with its answers, one on each line; flows/engine/answers.py reads the number that comes back."""
    answers = (f"{place} {button.label}" for place, button in enumerate(buttons, start=1))
    return "\n".join((text, *answers))
