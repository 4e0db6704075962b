"""What reaches people on several channels: a ping, what lies behind it, and where its buttons are pressed."""

from datetime import UTC, datetime

from bot.channels import OutgoingButton
from bot.channels.memory import Kept
from bot.transcript import lines
from bot.transcript.hearing import Hearing
from bot.transcript.matching import read_pattern
from bot.transcript.news import Heard, News
from bot.transcript.reader import read_text
from bot.transcript.record import write_transcript
from bot.transcript.runner import Session, run_script
from bot.transcript.world import Command

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
SEEN = OutgoingButton("Gesehen", "seen", handle="home")
NEAR = OutgoingButton("Gesehen", "seen", handle="near")
MORE = OutgoingButton("Mehr", "more", handle="more")
CONTENT = Kept(1, "c1", "Jonas fehlt", (SEEN, MORE))
PING = Kept(2, "c1", "Hinweis", (NEAR,), 1)


def everywhere(hearing: Hearing, *, home: tuple[Kept, ...] = (), away: tuple[Kept, ...] = ()) -> list[Heard]:
    """What reaches people of these messages."""
    return hearing.everywhere({"memory": home, "telegram_staff": away}, "", NOW)


def test_what_lies_behind_a_ping_is_heard_with_it() -> None:
    """The ping and its content are one message; a button that both have is pressed where the ping is."""
    (heard,) = everywhere(Hearing(), home=(CONTENT,), away=(PING,))
    assert ("Hinweis", "Jonas fehlt") == (heard.ping, heard.text)
    assert [("near", "telegram_staff"), ("more", "memory")] == [(each.handle, each.channel) for each in heard.buttons]


def test_what_no_ping_tells_of_waits() -> None:
    """Nobody looks at the page without a reason; with the next ping everything there is seen, in its order."""
    hearing = Hearing()
    other = Kept(3, "c1", "Mia fehlt")
    assert [] == everywhere(hearing, home=(CONTENT,))
    heard = everywhere(hearing, home=(other,), away=(Kept(4, "c1", "Hinweis", (), 3),))
    assert [("", "Jonas fehlt"), ("Hinweis", "Mia fehlt")] == [(each.ping, each.text) for each in heard]


def test_a_second_ping_is_heard_with_what_is_known() -> None:
    """Content that was seen before counts for every ping about it; a ping about nothing is heard by itself."""
    hearing = Hearing()
    everywhere(hearing, home=(CONTENT,), away=(PING,))
    (again,) = everywhere(hearing, away=(Kept(5, "c1", "Hinweis", (), 1),))
    assert ("Hinweis", "Jonas fehlt") == (again.ping, again.text)
    (bare,) = everywhere(hearing, away=(Kept(6, "c1", "Hinweis", (), 99),))
    assert ("", "Hinweis") == (bare.ping, bare.text)


class Told:
    """A world in which everything said brings one message with a ping."""

    def do(self, command: Command) -> News:
        """The ping, and what lies behind it."""
        return News() if isinstance(command, lines.Moves) else News((Heard(NOW, "c1", "Jonas fehlt", (), "Hinweis"),))

    def close(self) -> None:
        """Nothing is open."""


def differences(text: str) -> list[str]:
    """What went otherwise."""
    return [str(each) for each in run_script(read_text(text), Session(Told()))]


def test_a_ping_and_then_its_content_can_be_expected() -> None:
    """Either alone, both in one expression, or one line after the other; the content only once."""
    assert [] == differences("p1: a\nbot to c1: Hinweis\nbot to c1: Jonas\nnothing to c1")
    assert [] == differences("p1: a\nbot to c1: Jonas\nnothing to c1")
    assert [] == differences("p1: a\nbot to c1: Hinweis\nnothing to c1")
    assert [] == differences("p1: a\nbot to c1: /^Hinweis Jonas/\nnothing to c1")
    assert 1 == len(differences("p1: a\nbot to c1: Hinweis\nbot to c1: Hinweis"))
    assert 1 == len(differences("p1: a\nbot to c1: Jonas\nbot to c1: Hinweis"))
    assert 1 == len(differences("p1: a\nbot to c1: Hinweis\nbot to c1: Jonas\nbot to c1: Jonas"))


def test_a_recorded_ping_comes_true_again() -> None:
    """The transcript that is written expects the ping and then its content."""
    session = Session(Told())
    run_script(read_text("p1: a"), session)
    written = write_transcript(session.journal, title="t", profile="demo", start=NOW)
    assert "bot to c1: Hinweis\nbot to c1: Jonas fehlt" in written
    assert read_pattern("Hinweis").fits(session.journal[-1].whole if isinstance(session.journal[-1], Heard) else "")
    assert [] == differences(written)
