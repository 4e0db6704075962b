"""An operator with an installation of her own."""

from pathlib import Path

import pytest

from tests.bot.operator import Operator


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Somebody at a terminal, beside an assistant that is not running."""
    return Operator(tmp_path, monkeypatch)
