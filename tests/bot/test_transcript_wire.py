"""What goes through the pipe comes out as it went in."""

from datetime import UTC, date, datetime

import pytest

from bot.channels import Inbound, InboundKind
from bot.transcript import lines
from bot.transcript.news import Button, Happened, Heard, News
from bot.transcript.wire import decode, encode
from bot.transcript.world import Opening, Place

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PLACE = Place(database="sqlite:///x.db", key_file="master.key", profile="demo")


@pytest.mark.parametrize(
    "value",
    [
        Inbound(channel="memory", external_id="1", sender="p1", kind=InboundKind.TEXT, text="a\nb\u2028\u202e"),
        lines.Moves(NOW),
        lines.Restarts(),
        lines.Consents("p1", "C3", False),
        lines.Leaves("c1", date(2026, 11, 23), date(2026, 11, 27)),
        Opening(place=PLACE, now=NOW, fresh=False, seen=2**62, conditions=(lines.Refuses("p1"), lines.Becomes("web"))),
        News((Heard(NOW, "p1", "مرحبا", (Button("h", "Ja", "yes"),)),), (Happened(1, NOW, "X", {"who": "p1"}),)),
        News(),
    ],
)
def test_a_value_survives_the_pipe(value: object) -> None:
    """It takes one line, and its types are kept."""
    line = encode(value)
    assert line.isascii()
    assert "\n" not in line
    assert value == decode(line)
