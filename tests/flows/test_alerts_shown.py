"""Every kind of alert is shown by a transcript, so that a social worker can read what comes of it (F42)."""

import re
from pathlib import Path
from typing import Final

import pytest

from flows.engine.alert_kinds import AlertKind
from flows.rules.ladder import named

FOLDER: Final = Path(__file__).parents[1] / "transcripts"
TOLD: Final = {
    AlertKind.LEAVE: "beantragt Urlaub",
    AlertKind.MOVE: "Oksana Melnyk.*statt",
    AlertKind.COMPLAINT: "beschwert sich",
}
"""Events call these a message (TRANSCRIPTS.md): they are known by what staff read."""


@pytest.mark.parametrize("kind", AlertKind)
def test_a_transcript_shows_this_kind(kind: AlertKind) -> None:
    """A new kind without a transcript fails here."""
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.chat")]
    line = rf"^event AlertRaised .*kind={re.escape(named(kind).value)}\b"
    shown = [text for text in texts if re.search(line, text, re.MULTILINE)]
    assert shown
    if kind is not named(kind):
        assert any(re.search(f"^bot to .*{TOLD[kind]}", text, re.MULTILINE) for text in shown)
