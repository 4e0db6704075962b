"""The key of the push channel: made once, refused where others could read it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.push_key import make_push_key, read_push_key
from storage.errors import VaultError
from tests.channels.push_server import verified

EXPIRES = datetime(2026, 11, 23, 19, 40, tzinfo=UTC)


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """A second start finds the key of the first, for its owner only; every subscription is bound to it."""
    path = tmp_path / "keys" / "push.key"
    make_push_key(path)
    first = read_push_key(path, database=None).public
    make_push_key(path)
    assert first == read_push_key(path, database=None).public
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_key_in_the_wrong_place_is_refused(tmp_path: Path) -> None:
    """Beside the database, readable by others, or missing: each says what to do."""
    path = tmp_path / "push.key"
    with pytest.raises(VaultError, match=r"push key .* cannot be read"):
        read_push_key(path, database=None)
    make_push_key(path)
    with pytest.raises(VaultError, match="must not lie in the folder of the database"):
        read_push_key(path, database=tmp_path / "lotse.db")
    path.chmod(0o640)
    with pytest.raises(VaultError, match="chmod 600"):
        read_push_key(path, database=None)


def test_what_is_signed_can_be_verified_with_the_public_half(tmp_path: Path) -> None:
    """A push service finds out who sends, to whom, and until when."""
    make_push_key(tmp_path / "push.key")
    key = read_push_key(tmp_path / "push.key", database=None)
    header = key.sign("https://push.example", "mailto:it@example.org", EXPIRES)["Authorization"]
    token = header.removeprefix("vapid t=").partition(",")[0]
    expected = {"aud": "https://push.example", "sub": "mailto:it@example.org", "exp": int(EXPIRES.timestamp())}
    assert expected == verified(token, key.public)
