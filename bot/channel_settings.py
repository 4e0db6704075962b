"""What a carrier may set about the channels that others run; each class is a section of lotse.toml."""

import re
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PLACEHOLDERS: Final = ("to", "number", "text", "id", "sender", "user", "password")
PLACEHOLDER: Final = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")
FORM: Final = "application/x-www-form-urlencoded"
_SUBJECT = re.compile(r"mailto:[^@\s]+@[^@\s]+|https://[^\s/]+\S*")
_PUSH_SERVICES = ("googleapis.com", "google.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")


class PushSettings(BaseModel):
    """Section `push`: notifications that browsers bring (Web Push).

    `key_file` is made when it is missing. `subject` is how a push service reaches the operator, `mailto:…` or
    `https://…`. `services` are the hosts, with everything below them, that notifications may be sent to.
    `timeout_seconds` is for one notification. `lifetime_hours`: how long a push service keeps one for a phone that is
    off. `loopback` is for tests: push services on this machine, without https.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = False
    key_file: Path = Path("var/keys/push.key")
    subject: str = ""
    services: tuple[str, ...] = _PUSH_SERVICES
    timeout_seconds: float = Field(default=10, gt=0, le=60)
    lifetime_hours: int = Field(default=24, ge=1, le=672)
    loopback: bool = False

    @model_validator(mode="after")
    def _says_who_sends(self) -> Self:
        if self.enabled and not _SUBJECT.fullmatch(self.subject):
            raise ValueError("push.subject must say how the operator is reached: mailto:it@example.org or https://…")
        return self


class TelegramSettings(BaseModel):
    """Section `telegram`: two bots of @BotFather, one for participants and one for staff; each is on by its token.

    Tokens stand in files that only the program can read. `mode`: whether updates are fetched ("polling"), or posted to
    our pages ("webhook"), which needs a secret of 24 to 256 letters, digits, - and _ in `webhook_secret_file`.
    `api_base` is the service's address; another one is for tests or for a Bot API server of the carrier's own.
    `timeout_seconds` is for one request.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    participants_token_file: Path | None = None
    staff_token_file: Path | None = None
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret_file: Path | None = None
    api_base: str = "https://api.telegram.org"
    timeout_seconds: float = Field(default=15, gt=0, le=20)

    @property
    def token_files(self) -> dict[str, Path]:
        """Where the tokens are, by the name of the channel; a bot without one is off."""
        named = {"telegram": self.participants_token_file, "telegram_staff": self.staff_token_file}
        return {channel: path for channel, path in named.items() if path is not None}

    @field_validator("api_base")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address: https://api.telegram.org")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("must begin with https:// (plain http is for this machine only): tokens are part of it")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.mode == "webhook" and self.token_files and self.webhook_secret_file is None:
            raise ValueError("telegram.webhook_secret_file is missing; make one: openssl rand -hex 24 > FILE")
        if self.participants_token_file is not None and self.participants_token_file == self.staff_token_file:
            raise ValueError("participants_token_file and staff_token_file must be of two different bots")
        return self


class SmsSettings(BaseModel):
    """Section `sms`: short messages through an HTTP gateway; without a `url` there are none.

    `url`, `headers` and `body` are templates: `{to}` (+49…), `{number}` (49…), `{text}`, `{id}`, `{sender}`, `{user}`,
    `{password}`. Values are escaped as the place asks: in the url and in forms, or in JSON when the header
    Content-Type says so. `user_file` and `password_file` are used as basic authentication unless a template names them.

    The patterns are looked for in "status text-of-the-answer", without regard to case, in this order:
    `unreachable_pattern` the number takes no messages; `busy_pattern` try later; `failure_pattern` refused, whatever
    the status; `success_pattern` accepted: where it is set, an answer without it is a refusal.

    `segments`: how many parts a message may have, 70 characters for the first. `idempotent`: the gateway sends the
    same `{id}` once only. Delivery reports: the gateway calls `/hooks/sms/<secret>`, the secret is in
    `report_secret_file`; `report_id` and `report_status` are its fields, and a status that `report_failed` matches
    means that the number takes no messages (a phone that was only off for long is another matter).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    method: Literal["GET", "POST"] = "POST"
    headers: dict[str, str] = Field(default_factory=lambda: {"Content-Type": FORM})
    body: str = ""
    sender: str = ""
    user_file: Path | None = None
    password_file: Path | None = None
    success_pattern: str = ""
    failure_pattern: str = ""
    unreachable_pattern: str = ""
    busy_pattern: str = ""
    segments: int = Field(default=2, ge=1, le=6)
    idempotent: bool = False
    per_second: float = Field(default=5, gt=0, le=1000)
    timeout_seconds: float = Field(default=15, gt=0, le=60)
    report_secret_file: Path | None = None
    report_id: str = "id"
    report_status: str = "status"
    report_failed: str = "fail|undeliver|reject|error"

    @property
    def enabled(self) -> bool:
        """Whether there is a gateway."""
        return bool(self.url)

    @property
    def content_type(self) -> str:
        """What the body is, in small letters and without parameters; "" where the headers do not say."""
        named = (value for name, value in self.headers.items() if name.lower() == "content-type")
        return next(named, "").partition(";")[0].strip().lower()

    @property
    def templates(self) -> str:
        """Everything that may hold a placeholder, one below the other."""
        return "\n".join((self.url, self.body, *self.headers.values()))

    def names(self, placeholder: str) -> bool:
        """Whether a template asks for this value."""
        return f"{{{placeholder}}}" in self.templates

    @field_validator("success_pattern", "failure_pattern", "unreachable_pattern", "busy_pattern", "report_failed")
    @classmethod
    def _is_a_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from None
        return value

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not text.isprintable():
                raise ValueError(f"{name!r} cannot be a header")
        return value

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if problem := self._problem():
            raise ValueError(problem)
        return self

    def _problem(self) -> str:
        """What is wrong with it as a whole; "" if nothing is."""
        if not self.url:
            return ""
        return self._problem_with_address() or self._problem_with_body() or self._problem_with_names()

    def _problem_with_address(self) -> str:
        parts = urlsplit(self.url)
        if not parts.hostname or "{" in parts.netloc or parts.scheme not in {"http", "https"}:
            return "sms.url must be the gateway's address: https://…"
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            return "sms.url must begin with https:// (plain http is for this machine only)"
        return ""

    def _problem_with_body(self) -> str:
        if not self.names("text") or not (self.names("to") or self.names("number")):
            return "sms.url or sms.body must hold {to} (or {number}) and {text}"
        if self.body and self.method == "GET":
            return "sms.body is not sent with GET: put {to} and {text} into sms.url"
        if self.body and self.content_type not in {FORM, "application/json"}:
            return f"sms.headers: Content-Type must be {FORM} or application/json"
        return ""

    def _problem_with_names(self) -> str:
        if (self.idempotent or self.report_secret_file) and not self.names("id"):
            return "sms.idempotent and sms.report_secret_file need {id} in sms.url or sms.body"
        if self.names("sender") and not self.sender:
            return "sms.sender is empty, but a template asks for {sender}"
        for placeholder, path in (("user", self.user_file), ("password", self.password_file)):
            if self.names(placeholder) and path is None:
                return f"sms.{placeholder}_file is missing, but a template asks for {{{placeholder}}}"
        return ""


class EmailSettings(BaseModel):
    """Section `email`: mail to companies through the carrier's own server; without a `host` there is none.

    `security`: "starttls" (usually port 587), "tls" (465), or "none" for a server on this machine. `sender` is the
    address that answers and bounces go to: somebody has to read it. `user_file` and `password_file` hold the login;
    `ca_file` the certificate of a server with one of its own. `subject` shows on locked phones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = ""
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    subject: str = Field(default="Nachricht", min_length=1, max_length=60)
    user_file: Path | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    per_second: float = Field(default=1, gt=0, le=100)
    timeout_seconds: float = Field(default=15, gt=0, le=60)

    @property
    def enabled(self) -> bool:
        """Whether there is a server."""
        return bool(self.host)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not self.host:
            return self
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", self.sender):
            raise ValueError("email.sender must be the address that mail comes from: lotse@example.org")
        if self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError('email.security = "none" is for a server on this machine only; use starttls or tls')
        if (self.user_file is None) != (self.password_file is None):
            raise ValueError("email.user_file and email.password_file belong together: set both or neither")
        if not self.subject.isprintable():
            raise ValueError("email.subject must be one line of plain text")
        return self
