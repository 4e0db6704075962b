"""What is remembered of the words people write, from one message to the next."""

from datetime import date

from locales.lexicon import lexicon
from locales.phrases import understand


def test_only_words_of_the_lists_are_remembered() -> None:
    """A name and a word known by its beginning only are forgotten with the message they stood in."""
    understand("Ich bin krank, Xaverina Blomqvist, krankgeschriebenerweise", language="de", today=date(2026, 11, 23))
    for alphabet in lexicon().alphabets.values():
        listed = {word for word in alphabet.remembered if any(v.lists(word) for v in alphabet.vocabularies)}
        assert listed == alphabet.remembered.keys()
    assert "krank" in lexicon().alphabets["latin"].remembered


def test_a_word_asked_for_again_has_the_same_symbols() -> None:
    """A listed word is looked up once: the second answer is the first."""
    alphabet = lexicon().alphabets["latin"]
    assert alphabet.spelt("krank") is alphabet.spelt("krank")
    assert not alphabet.spelt("xaverina")
