"""Somebody without a valid code: one static answer, nothing about the person stored (F3).

Crisis help needs no code and no consent: it stands in the same answer for everybody.
"""

STATIC = (
    "Bitte schick deinen Code. Er steht im Brief. · Please send your code from the letter. · "
    "يرجى إرسال الرمز الموجود في الرسالة. · Надішліть код із листа.\n"
    "In Gefahr? / In danger? / في خطر؟ / У небезпеці? → 112 · ☎ 0800 1110111"
)
"""The same words for a stranger and for a wrong, used or expired code, in every language at once."""


def answer() -> str:
    """The static answer."""
    return STATIC
