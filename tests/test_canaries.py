"""The search for words finds each form in which they may have been written down."""

import base64
import json
from urllib.parse import quote

import pytest

from tests.canaries import findings

WORD = "Kanarienvögel bei Ärztin Öçal"


@pytest.mark.parametrize(
    "planted",
    [
        WORD.encode(),
        WORD.encode("utf-16"),
        WORD.encode("utf-16-be"),
        *(base64.b64encode(b"x" * ahead + WORD.encode() + b"tail") for ahead in range(7)),
        base64.urlsafe_b64encode(WORD.encode()),
        quote(f"/a?b={WORD}").encode(),
        json.dumps({"text": WORD}).encode(),
        repr(WORD).encode(),
        WORD.encode().hex().encode(),
    ],
)
def test_what_was_planted_is_found(planted: bytes) -> None:
    """In the middle of other bytes."""
    assert [("here", WORD)] == findings({"here": b"\0\xff before" + planted + b"after", "there": b"nothing"}, [WORD])


def test_what_is_not_there_is_not_found() -> None:
    """Random bytes and other words are no find."""
    assert [] == findings({"here": bytes(range(256)) * 40 + b"Kanarienvogel"}, [WORD])
