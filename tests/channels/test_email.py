"""The channel "mail" against a real server: what arrives, what is encrypted, and what each refusal means."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.channel_settings import EmailSettings
from bot.channels import Level, Rejected, TryLater, Unreachable
from bot.channels.email import EmailChannel, Login, NoClearAnswer
from bot.clock import SetClock
from tests.channels.benches import MAIL, NOW, message
from tests.channels.mail_server import MailServer, certificate, mail_server, words_of

SENTENCE = "Oksana Melnyk kommt am Mo 23.11. nicht."


def channel(port: int, login: Login | None = None, **more: Any) -> EmailChannel:
    """The channel as the settings make it."""
    settings = EmailSettings(
        **{"host": "127.0.0.1", "port": port, "security": "none", "sender": "lotse@example.org", **more}
    )
    return EmailChannel(settings, login=login or Login(), clock=SetClock(NOW))


@pytest.fixture
async def house() -> AsyncIterator[MailServer]:
    """A server that takes everything in the clear."""
    async with mail_server() as server:
        yield server


async def test_one_sentence_arrives_and_nothing_else(house: MailServer) -> None:
    """Sender, neutral subject, the words as they were agreed to; an id of its own, and no answer by machines."""
    sent = await channel(house.port).send(message(7, SENTENCE, level=Level.L2), MAIL)
    (mail,) = house.mails
    assert [MAIL] == house.recipients
    assert SENTENCE == words_of(mail)
    expected = {"To": MAIL, "From": "lotse@example.org", "Subject": "Nachricht", "Auto-Submitted": "auto-generated"}
    assert expected == {name: mail[name] for name in expected}
    assert (sent, "Mon, 23 Nov 2026 07:40:00 +0000") == (mail["Message-ID"], mail["Date"])


async def test_nothing_personal_leaves_the_house(house: MailServer) -> None:
    """What is above L2 is refused before anybody is asked."""
    with pytest.raises(Rejected):
        await channel(house.port).send(message(1, "krank", level=Level.L3), MAIL)
    with pytest.raises(Rejected):
        await channel(house.port).send(message(1, "a" * 1001, level=Level.L2), MAIL)
    assert [] == house.mails


@pytest.mark.parametrize("wrapped", [False, True])
async def test_it_logs_in_over_an_encrypted_line(tmp_path: Path, wrapped: bool) -> None:
    """STARTTLS and TLS from the first byte; a certificate of the carrier's own is trusted if it is named."""
    tls, trusted = certificate(tmp_path)
    security = "tls" if wrapped else "starttls"
    async with mail_server(tls, wrapped=wrapped) as house:
        known = Login("lotse", "geheim genug")
        await channel(house.port, known, security=security, ca_file=trusted).send(message(1, SENTENCE), MAIL)
        assert 1 == len(house.mails)
        for login, file in ((Login("lotse", "falsch"), trusted), (known, None)):
            with pytest.raises(TryLater) as problem:
                await channel(house.port, login, security=security, ca_file=file).send(message(2, SENTENCE), MAIL)
            assert problem.value.for_all
        assert 1 == len(house.mails)


@pytest.mark.parametrize(
    ("to_recipient", "to_data", "expected"),
    [
        ("550 no such user", "", Unreachable),
        ("450 later", "", TryLater),
        ("", "554 refused", Rejected),
        ("", "451 later", TryLater),
    ],
)
async def test_each_refusal_means_something(
    house: MailServer, to_recipient: str, to_data: str, expected: type[Exception]
) -> None:
    """For good or for now, about the address or about the mail."""
    house.to_recipient, house.to_data = to_recipient, to_data
    with pytest.raises(expected):
        await channel(house.port).send(message(1, SENTENCE), MAIL)
    assert [] == house.mails


async def test_a_line_that_breaks_after_the_mail_leaves_it_open(house: MailServer) -> None:
    """Nobody knows whether it was taken: it is not sent again by itself."""
    house.hang_up = True
    with pytest.raises(NoClearAnswer):
        await channel(house.port).send(message(1, SENTENCE), MAIL)


async def test_without_a_server_everything_waits(unused_tcp_port: int) -> None:
    """Nothing can have been sent."""
    with pytest.raises(TryLater) as problem:
        await channel(unused_tcp_port).send(message(1, SENTENCE), MAIL)
    assert problem.value.for_all


async def test_an_address_cannot_bring_headers_along(house: MailServer) -> None:
    """A line break in an address is no second header."""
    with pytest.raises(Unreachable):
        await channel(house.port).send(message(1, SENTENCE), "a@b.example\nBcc: c@d.example")
    assert [] == house.mails


async def test_a_mail_says_nothing_of_directions(house: MailServer) -> None:
    """Invisible marks around German words stay here."""
    await channel(house.port).send(replace(message(1, "x"), text="\u2068Oksana\u2069 kommt nicht."), MAIL)
    assert "Oksana kommt nicht." == words_of(house.mails[0])


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"sender": "nobody"}, "email.sender"),
        ({"host": "mail.example.org"}, "email.security"),
        ({"user_file": "u"}, "email.password_file"),
        ({"subject": "a\nb"}, "email.subject"),
    ],
)
def test_settings_that_cannot_work_are_named(more: dict[str, Any], named: str) -> None:
    """The operator reads which one, and what to write."""
    with pytest.raises(ValidationError, match=named):
        channel(25, **more)
