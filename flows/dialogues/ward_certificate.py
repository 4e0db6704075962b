"""What is said when guardians send certificates for their wards (F32)."""

from collections.abc import Sequence
from typing import Final

from flows.dialogues.levels import SEND_PHOTO
from flows.engine.events import Said
from flows.engine.messages import Button, Level, Text

WARD: Final = "ward"
PHOTO: Final = Button(SEND_PHOTO, "photo", WARD)
"""Leads to the page where a guardian sends one."""
NOT_AGREED: Final = Said(
    Text("I take no sick notes here, because nobody has agreed to it. Please show the paper to {caseworker}.")
)
TAKEN: Final = Said(
    Text(
        "Thank you, the sick note of {name} has arrived. {caseworker} looks at it. After that the picture is deleted."
    ),
    level=Level.L4,
)
VISIBLE: Final = Said(
    Text(
        "The picture of the sick note of {name} also showed the illness. Nobody here needs to know it, "
        "so it is deleted. Please send the other sheet: the one for the employer. Questions: {caseworker}, {phone}."
    ),
    (PHOTO,),
    Level.L4,
)
LAPSED: Final = Said(
    Text(
        "Sorry: nobody looked at the picture of the sick note of {name} in time, and it is deleted. "
        "Please send it once more. Questions: {caseworker}, {phone}."
    ),
    (PHOTO,),
    Level.L4,
)


def home(names: Sequence[str]) -> Said:
    """Where a guardian sends one, and for whom."""
    people = tuple(Text("{person}", {"person": name}) for name in names)
    text = Text("You can send the sick note of {people} on your own page. Tap on “Send a photo”.", {"people": people})
    return Said(text, (PHOTO,), Level.L4)


def arrived(sender: str) -> Text:
    """What staff read then."""
    return Text(
        "{person} has sent a sick note of {name}. It is on your page under “Sick notes”. "
        "Please read off the two dates; then the picture is deleted.",
        {"person": sender},
    )


def sent_for_you(sender: str) -> Said:
    """What the ward reads then."""
    text = Text("{person} has sent your sick note. {caseworker} looks at it.", {"person": sender})
    return Said(text, level=Level.L4)
