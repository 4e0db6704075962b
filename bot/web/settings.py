"""What a carrier may set about its web pages; every name here is a key of the section `web` in lotse.toml."""

import ipaddress
from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator


class PinMode(StrEnum):
    """Whether participants open their messages with a PIN: nobody can, whoever wants to, or everybody has to."""

    OFF = "off"
    OFFERED = "offered"
    REQUIRED = "required"


class WebSettings(BaseModel):
    """Times are in the unit their name ends with. Limits count per minute and start anew with the process.

    The limits on entries that need no session (bot/web/doors.py names them): `pages_per_minute` and `files_per_minute`
    fail open (they are served when the table of callers is full), `logins_per_minute` and `passwords_per_minute` fail
    closed (then nobody unknown may try a login link, or a password).
    `codes_per_day` and `codes_in_all_per_day` count wrong codes of invitations and fail closed: then no code is taken.
    `messages_per_minute` binds one session, so that one person cannot crowd out the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    trusted_proxies: tuple[str, ...] = ()
    lent_idle_minutes: int = Field(default=10, ge=1, le=60, description="on a device that is not the person's own")
    lent_hours: int = Field(default=2, ge=1, le=12, description="at most, on such a device")
    participant_days: int = Field(default=90, ge=1, le=366)
    staff_idle_minutes: int = Field(default=30, ge=1, le=60)
    staff_hours: int = Field(default=8, ge=1, le=12)
    pin: PinMode = PinMode.OFFERED
    pin_idle_minutes: int = Field(default=10, ge=1, le=240, description="until an open page of a participant locks")
    login_link_hours: int = Field(default=24, ge=1, le=168)

    pages_per_minute: int = Field(default=240, ge=1)
    files_per_minute: int = Field(default=1200, ge=1)
    logins_per_minute: int = Field(default=30, ge=1)
    passwords_per_minute: int = Field(default=20, ge=1, description="tries of staff to log in, from one address")
    messages_per_minute: int = Field(default=60, ge=1)
    codes_per_day: int = Field(default=50, ge=1, description="wrong codes of invitations from one address")
    codes_in_all_per_day: int = Field(default=2000, ge=1, description="wrong codes of invitations from everywhere")
    known_callers: int = Field(default=20_000, ge=1)

    max_text: int = Field(default=4000, ge=300, description="characters of one message")
    max_form_bytes: int = Field(default=131_072, ge=4096, description="fields of one form, without files")
    max_file_bytes: int = Field(default=12_582_912, ge=0, description="bytes of files read past and dropped")
    answer_wait_seconds: float = Field(default=1.0, ge=0, le=5, description="for the answer, without JavaScript")
    streams_per_session: int = Field(default=5, ge=1)
    stream_check_seconds: float = Field(default=4.0, gt=0, le=5)

    @field_validator("trusted_proxies")
    @classmethod
    def check_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Each is an address or a network ("10.0.0.0/8"); anything else raises ValueError."""
        for network in value:
            ipaddress.ip_network(network, strict=False)
        return value

    @property
    def pin_idle(self) -> timedelta:
        """How long a page stays open without anything being done on it."""
        return timedelta(minutes=self.pin_idle_minutes)

    @property
    def participant_lifetime(self) -> timedelta:
        """How long a participant stays signed in on a device (PRIVACY.md)."""
        return timedelta(days=self.participant_days)

    @property
    def lent_lifetime(self) -> timedelta:
        """How long somebody stays signed in at most on a device that is not their own."""
        return timedelta(hours=self.lent_hours)

    @property
    def lent_idle(self) -> timedelta:
        """How long somebody stays signed in there without doing anything."""
        return timedelta(minutes=self.lent_idle_minutes)

    @property
    def staff_lifetime(self) -> timedelta:
        """How long staff stay signed in at most."""
        return timedelta(hours=self.staff_hours)

    @property
    def staff_idle(self) -> timedelta:
        """How long staff stay signed in without doing anything."""
        return timedelta(minutes=self.staff_idle_minutes)
