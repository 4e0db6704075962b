"""Phone numbers in our own messages become links, so that help is one tap away."""

import re

from markupsafe import Markup, escape

_NUMBER = re.compile(r"(?<![\d.,:/+-])(?:11[02]|116 ?\d{3}|\+\d[\d /-]{6,18}\d|0[\d /-]{5,18}\d)(?![\d:]|[.,]\d)")


def dialled(text: str) -> Markup:
    """The text, safe for a page, with a link on each number that can be called."""
    parts, end = [], 0
    for found in _NUMBER.finditer(text):
        link = Markup('<a href="tel:{}"><bdi dir="ltr">{}</bdi></a>').format(dialling(found[0]), found[0])
        parts += [escape(text[end : found.start()]), link]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def dialling(number: str) -> str:
    """The number as a phone dials it."""
    return "".join(char for char in number if char in "+0123456789")
