"""Words are compared without case, direction marks, and differences of white space or normal form."""

import pytest

from bot.transcript.matching import read_pattern


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("gute besserung", "Danke. GUTE\n  Besserung!"),
        ("GRÜSSE", "Viele Grüße"),
        ("u\u0308ber", "über"),
        ("über", "u\u0308ber"),
        ("Mo 23.11.", "am \u2068Mo\u00a023.11.\u2069"),
        ("سلامتك", "\u200fسلامتك\u200e"),
        ("/gesehen|weiß Bescheid/", "Frau Albers WEISS nichts, sie weiß bescheid"),
        ("/GESEHEN/", "gesehen"),
        ("/Mo 23/", "Mo\n23"),
        ("/^Danke\\.$/", "  Danke. "),
        ("/ü/", "u\u0308"),
        ("/ПРИВІТ/", "привіт"),
        ("/help", "say /help"),
        ("//", "anything"),
    ],
)
def test_what_means_the_same_fits(wanted: str, text: str) -> None:
    """Each pair differs in form only."""
    assert read_pattern(wanted).fits(text)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [("krank", "kran k"), ("/^krank$/", "krank heute"), ("a.c", "abc"), ("уже", "Вже")],
)
def test_what_differs_does_not_fit(wanted: str, text: str) -> None:
    """Words are not expressions, and expressions mean what they say."""
    assert not read_pattern(wanted).fits(text)


@pytest.mark.parametrize("wanted", ["", " \u200f ", "/[/"])
def test_a_pattern_that_says_nothing_or_is_broken_is_refused(wanted: str) -> None:
    """There must be something to expect."""
    with pytest.raises(ValueError, match=r"missing|regular expression"):
        read_pattern(wanted)
