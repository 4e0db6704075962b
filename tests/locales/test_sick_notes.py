"""Who has a sick note says so in many ways, and who has none in as many."""

import pytest

from locales.sick_notes import has_sick_note

HAVE = (
    "Ich habe die Krankschreibung", "Ich hab ein Attest", "Wie schicke ich die AU?", "Foto vom Krankenschein",
    "Krankmeldung hochladen", "Ich habe den Zettel vom Arzt", "I have a sick note", "upload certificate",
    "I got a doctor's note", "عندي شهادة مرضية", "كيف أرسل الشهادة؟", "У мене є лікарняний", "Як надіслати довідку?",
    "У меня есть справка от врача",
)  # fmt: skip
HAVE_NOT = (
    "Ich habe keine Krankschreibung", "Ich habe noch keine AU", "Die Krankschreibung hole ich morgen", "Ich bin krank",
    "I have no certificate", "I don't have a sick note", "ليس عندي شهادة مرضية", "У мене немає довідки",
    "Löscht meine Krankschreibungen, ihr habt sie", "Danke", "",
)  # fmt: skip


@pytest.mark.parametrize("words", HAVE)
def test_whoever_has_one_is_understood(words: str) -> None:
    """In any language, whatever the person's own is."""
    assert has_sick_note(words)


@pytest.mark.parametrize("words", HAVE_NOT)
def test_whoever_has_none_is_not_taken_to_have_one(words: str) -> None:
    """A lack, a wish to delete, and anything else."""
    assert not has_sick_note(words)
