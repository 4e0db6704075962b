"""What a person wants that no single dialogue can do: the layer above carries it out at once."""

from enum import Enum


class Wish(Enum):
    """Leaves the engine beside the events; `handlers` turns it into facts."""

    STOP = "stop"
    """No more messages: withdraws C1 and ends everything unsolicited (F15)."""
    CANCELLED = "cancelled"
    """Leave this dialogue, keep everything else."""
    LANGUAGE = "language"
    """Another language (F1)."""
    CALL = "call"
    """A call from a person (F48)."""
    TALK = "talk"
    """A person instead of the assistant (F43)."""
    PERSON = "person"
    """Three replies were not understood: a person takes over (F5)."""
    ENTER = "enter"
    """Somebody has just arrived: whatever comes next for them."""
    MY_DATA = "my_data"
    """What is stored about the person (F70)."""
    MENU = "menu"
    """Show what can be done here."""
