"""A real mail server on this machine: what it was handed, and how it refuses."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN = (b"lotse", b"geheim genug")


@dataclass(slots=True)
class MailServer:
    """What has arrived, and what is answered instead of 250; `once`: to the next recipients, each one time."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    to_recipient: str = ""
    to_data: str = ""
    once: list[str] = field(default_factory=list)
    hang_up: bool = False

    async def handle_RCPT(  # noqa: N802 - the server's own name for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient or answer as told."""
        if self.once or self.to_recipient:
            return self.once.pop(0) if self.once else self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the mail, answer as told, or hang up when it is there."""
        if self.to_data:
            return self.to_data
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(BytesParser(policy=default).parsebytes(content))
        self.recipients += envelope.rcpt_tos
        if self.hang_up:
            assert server.transport is not None
            server.transport.close()
        return "250 OK"


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None, *, wrapped: bool = False) -> AsyncIterator[MailServer]:
    """A server on a free port; with `tls` by STARTTLS and with a login, `wrapped`: encrypted from the first byte."""
    house = MailServer()
    more: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls and not wrapped else {}
    if tls:
        more |= {"auth_required": not wrapped, "authenticator": _knows, "auth_require_tls": not wrapped}

    served: list[SMTP] = []

    def serve() -> SMTP:
        served.append(SMTP(house, hostname="mail.example.org", **more))
        return served[-1]

    listening = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0, ssl=tls if wrapped else None)
    house.port = listening.sockets[0].getsockname()[1]
    try:
        yield house
    finally:
        listening.close()
        for each in served:
            if each.transport is not None:
                each.transport.close()
        await listening.wait_closed()
        await asyncio.sleep(0)


def words_of(mail: Message) -> str:
    """What stands in it."""
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode().strip()


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == LOGIN)


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for this machine: the server's side of it, and the file that a client trusts."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime(2020, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36_500))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "ca.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trusted, secret)
    return context, trusted
