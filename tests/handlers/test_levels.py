"""The register of levels and the texts that are said are the same."""

from flows.dialogues.levels import templates
from flows.engine.messages import Level
from locales.gathering import entries, extract


def test_every_registered_text_is_said_somewhere() -> None:
    """A text that was reworded loses its level with the old words: the register must follow."""
    said = {message.id[0] if isinstance(message.id, tuple) else str(message.id) for message in entries(extract())}
    assert set() == set(templates()) - said


def test_nothing_personal_is_registered_as_neutral() -> None:
    """L3 is what is not named; whatever is named differs from it."""
    assert Level.L3 not in templates().values()
