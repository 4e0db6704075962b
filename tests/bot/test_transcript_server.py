"""Transcripts on PostgreSQL: the same conversations, the same answers."""

from pathlib import Path

import pytest

from bot.transcript.reader import read_script
from bot.transcript.stage import perform_script
from tests.postgres import EMPTY, Server

SCRIPTS = Path(__file__).parent.parent / "transcripts"
CHOSEN = (
    "ill_ukrainian_step_by_step",
    "restart_in_mid_dialogue",
    "crisis_after_restart",
    "down_over_an_escalation",
    "double_tap",
    "withdrawn_while_a_reminder_waits",
    "clocks_go_back",
    "two_people_do_not_mix",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHOSEN)
def test_a_transcript_comes_true_on_a_server(server: Server, name: str) -> None:
    """Whatever is said, asked, fired and sent is the same as on a file."""
    url = server.create(EMPTY)
    _, differences = perform_script(read_script(SCRIPTS / f"{name}.chat"), url)
    assert [] == differences
    server.drop(url)
