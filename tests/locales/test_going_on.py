"""Whether words say that an illness goes on, and whether a further sick note alone reports it (R5)."""

from datetime import date

import pytest

from locales.phrases import understand

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "bin leider immer noch krank"),
        ("de", "ich bin weiterhin krankgeschrieben"),
        ("de", "bin noch nich fit, bleib zuhause"),
        ("de", "hab ne folgebescheinigung gekriegt"),
        ("de", "Folge-AU geht bis 11.12."),
        ("de", "neue krankmeldung bis freitag"),
        ("de", "der arzt hat meine au verlängert bis 4.12."),
        ("de-simple", "Ich bin noch krank."),
        ("de-simple", "Ich habe eine neue Krank-Schreibung."),
        ("en", "im still sick"),
        ("en", "got another sick note until friday"),
        ("en", "the doctor extended my sick note"),
        ("ar", "ما زلت مريضا"),
        ("ar", "لسا مريض"),
        ("ar", "عندي شهادة مرضية جديدة حتى الجمعة"),
        ("ar", "الدكتور مدد الإجازة المرضية"),
        ("uk", "я досі хворію"),
        ("uk", "лікарняний продовжили до п'ятниці"),
        ("uk", "новий лікарняний до 11.12."),
        ("uk", "все еще болею, больничный продлили"),
    ],
)
def test_it_goes_on(language: str, words: str) -> None:
    """In every language, as people write it."""
    found = understand(words, language=language, today=MONDAY)
    assert ("ill", "illness", True) == (next(iter(found.intents), ""), found.reason, found.goes_on)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "ich bin heute krank"),
        ("de", "wann brauche ich eine neue AU?"),
        ("de", "ich habe noch keine Krankmeldung"),
        ("de", "die weiterbildung ist gut"),
        ("ar", "هل أحتاج شهادة مرضية جديدة؟"),
    ],
)
def test_it_does_not(language: str, words: str) -> None:
    """A first report, a question, a lack, or something else."""
    assert not understand(words, language=language, today=MONDAY).goes_on
