"""Looks for words in bytes, in every form in which a program may have written them down."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus


def forms(word: str) -> Iterator[bytes]:
    """The word as UTF-8, UTF-16, base64 at each of its three offsets, in an address, and escaped in JSON or Python."""
    yield word.encode()
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    for ahead in range(3):
        plain = bytes(ahead) + word.encode()
        begin, end = -(-ahead * 8 // 6), len(plain) * 8 // 6
        yield base64.b64encode(plain)[begin:end]
        yield base64.urlsafe_b64encode(plain)[begin:end]
    yield word.encode().hex().encode()
    for written in (quote(word, safe=""), quote_plus(word), json.dumps(word)[1:-1], ascii(word)[1:-1]):
        yield written.encode()


def findings(places: Mapping[str, bytes], words: Iterable[str]) -> list[tuple[str, str]]:
    """Which word stands in which place, in whatever form."""
    return [
        (place, word)
        for word in words
        for place, content in places.items()
        if any(form in content for form in set(forms(word)))
    ]
