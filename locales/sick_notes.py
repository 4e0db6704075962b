"""Whether somebody says that they have a sick note to send, in any of the languages; the phrase lists read the rest."""

import re
from typing import Final

_NOUNS: Final = (
    r"krank\w*schreibung|krank\w*meldung|krankenschein|krankschein|attest|\bau\b|\beau\b|\bzettel vom arzt|arzt-?zettel"
    r"|sick ?note|sick ?leave|doctor'?s note|certificate"
    r"|شهاد[ةه]\s+(?:ال)?(?:مرضي[ةه]|طبي[ةه]|مرض)|تقرير\s+(?:ال)?طبي|إجاز[ةه]\s+(?:ال)?مرضي[ةه]|اجاز[ةه]\s+(?:ال)?مرضي[ةه]"
    r"|الشهاد[ةه]|التقرير"
    r"|лікарнян|довідк|больничн|справк"
)
_HAVING: Final = (
    r"\bhab\w*|\bist da\b|bekommen|gekriegt|schick|send|hochlad|lade\b|abgeb|\bfoto|einreich|\bhier ist\b"
    r"|\bhave\b|\bgot\b|upload|photo|picture|\bhere is\b|hand in"
    r"|عندي|لدي|معي|معى|أرسل|ارسل|إرسال|ارسال|صور[ةه]|رفع|وصلت"
    r"|у мене є|маю|у меня есть|отрима|получи|надісла|відправ|отправ|фото|завантаж|загруз"
)
_NOT_THERE: Final = (
    r"\bkein|\bnicht\b|\bnoch\b|\bmorgen\b|\blösch|\bohne\b|\bno\b|\bnot\b|n't\b|\bwithout\b|\bdelete"
    r"|ليس|لا |ما |لم |بدون|احذف|\bне\b|\bнема|\bнет\b|\bбез\b|видал|удал"
)
_NOUN: Final = re.compile(_NOUNS, re.IGNORECASE)
_HAS: Final = re.compile(_HAVING, re.IGNORECASE)
_LACKS: Final = re.compile(_NOT_THERE, re.IGNORECASE)
MOST_WORDS: Final = 12


def has_sick_note(text: str) -> bool:
    """Whether a short text says that there is a sick note, or that somebody wants to send it: no lack, no "delete"."""
    words = " ".join(text.split())
    if not 0 < len(words.split()) <= MOST_WORDS or _LACKS.search(words):
        return False
    return bool(_NOUN.search(words) and _HAS.search(words))
