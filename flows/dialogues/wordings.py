"""Sentences that staff often need, one tap each: the person reads them in their own language (F43)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flows.engine.answers import Words
from flows.engine.flow import Answer, Miss, Partly, View
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply

ACTION: Final = "wording"
WORDINGS: Final[Mapping[str, Text]] = {
    "thanks": Text("Thank you for your message. I look after it."),
    "come": Text("Please come to see me. When does it suit you?"),
    "call": Text("Please call me when you can."),
    "how": Text("I have not heard from you for a while. How are you?"),
}
LABELS: Final[Mapping[str, Text]] = {
    "thanks": Text("“Thank you, I look after it”"),
    "come": Text("“Please come to see me”"),
    "call": Text("“Please call me”"),
    "how": Text("“How are you?”"),
}


@dataclass(frozen=True, slots=True)
class Wording(Words):
    """Own words, or one of the sentences: then the answer is a record of its key."""

    def buttons(self, _: View) -> tuple[Button, ...]:
        """The sentences, by a few of their words."""
        return tuple(Button(label, ACTION, key) for key, label in LABELS.items())

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The words, or which sentence."""
        if reply.action == ACTION and reply.value in WORDINGS:
            return Answer({"wording": reply.value})
        return Words.read(self, reply, view)
