"""Settings: `lotse.toml`, over it the environment (`LOTSE_SECTION__KEY`), `DATABASE_URL` as an alias."""

import ipaddress
import os
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from storage.driver import TimeOuts
from storage.schema import revision_of

from bot.calendar_settings import CalendarsSettings
from bot.channel_settings import EmailSettings, PushSettings, SmsSettings, TelegramSettings
from bot.pictures.scanning import ScanSettings
from bot.web.settings import WebSettings

FILE = Path("lotse.toml")
DEMO_FOLDER = Path("var/demo")


class SettingsError(Exception):
    """A setting is wrong; the message names it and the way out."""


class Duty(StrEnum):
    """Which part of the work a process does: the pages and what people say, sending, the clock, or all of it.

    Processes that share the work share a database on a server.
    """

    ALL = "all"
    WEB = "web"
    RELAY = "relay"
    TIMERS = "timers"

    @property
    def serves(self) -> bool:
        """Whether people are served pages."""
        return self in {Duty.ALL, Duty.WEB}

    @property
    def sends(self) -> bool:
        """Whether messages are delivered."""
        return self in {Duty.ALL, Duty.RELAY}

    @property
    def ticks(self) -> bool:
        """Whether what is due is done, and the nightly work."""
        return self in {Duty.ALL, Duty.TIMERS}


class DatabaseSettings(BaseModel):
    """Where the database and its master key are; they never lie in the same folder (PRIVACY.md).

    `url`: `sqlite:///path` or `postgresql://…`. Time-outs in seconds: for a lock that somebody else holds, for one
    statement, and for a server that is away (a restart is waited for so long). `key_days`: `check` says when a key
    is older.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = "sqlite:///var/db/lotse.db"
    key_file: Path = Path("var/keys/master.key")
    key_days: int = Field(default=730, ge=1)
    queue_size: int = Field(default=10_000, ge=1)
    lock_timeout: float = Field(default=5, gt=0, le=600)
    statement_timeout: float = Field(default=10, gt=0, le=600)
    reconnect_timeout: float = Field(default=10, ge=0, le=600)

    @property
    def time_outs(self) -> TimeOuts:
        """How patient the store is."""
        return TimeOuts(
            lock=timedelta(seconds=self.lock_timeout),
            statement=timedelta(seconds=self.statement_timeout),
            reconnect=timedelta(seconds=self.reconnect_timeout),
        )


class ServerSettings(BaseModel):
    """Where the pages are served: on the loopback address unless told otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65_535)
    base_url: str = ""

    @property
    def address(self) -> str:
        """The address people open."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"


class DeliverySettings(BaseModel):
    """How messages are sent. `lease_seconds`: after how long a send counts as cut off; it may take half of it.

    Beside other processes nobody knows sooner that the one that was sending is dead, and within a minute work goes on.
    `retries`: how often a message is tried while a channel is in trouble; 20 take three hours.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lease_seconds: int = Field(default=45, ge=5, le=600)
    batch: int = Field(default=50, ge=1, le=1000)
    retries: int = Field(default=20, ge=1, le=50)
    tick_seconds: float = Field(default=1.0, gt=0, le=60)


class AuditSettings(BaseModel):
    """Where the signed roots of the audit chain are written down; not named: beside the master key (ADR 0010)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    roots_file: Path | None = None


class AccessSettings(BaseModel):
    """Whose commands this account at the server may give, and when reading outside the own list is told (ADR 0018).

    `outside_reads`: so many people within a day, by one of the staff; not set: as many as the profile says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seat: Literal["operator", "auditor", "dpo"] = "operator"
    outside_reads: int | None = Field(default=None, ge=1, le=10_000)


class BackupSettings(BaseModel):
    """Whom backups are encrypted to: the public half (`age1…`) of a key pair whose other half is kept elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipient: str = ""


class HealthSettings(BaseModel):
    """When the program calls itself unable to serve, who besides this machine may read its figures, and where.

    `host` and `port`: where a process without pages answers, or any process if `port` is set; 0 for nowhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int | None = Field(default=None, ge=0, le=65_535, description="not set: see `Settings.health_port`")
    tick_seconds: float = Field(default=30, gt=0, description="age of the last tick")
    outbox_seconds: float = Field(default=600, gt=0, description="how long a message may be overdue")
    metrics_for: tuple[str, ...] = ()

    @field_validator("metrics_for")
    @classmethod
    def check_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Each is an address or a network ("10.0.0.0/8"); anything else raises ValueError."""
        for network in value:
            ipaddress.ip_network(network, strict=False)
        return value


class Settings(BaseSettings):
    """Everything an operator can set."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="LOTSE_", env_nested_delimiter="__", toml_file=FILE
    )

    profile: str = "demo"
    role: Duty = Duty.ALL
    database: DatabaseSettings = DatabaseSettings()
    server: ServerSettings = ServerSettings()
    web: WebSettings = WebSettings()
    telegram: TelegramSettings = TelegramSettings()
    push: PushSettings = PushSettings()
    sms: SmsSettings = SmsSettings()
    email: EmailSettings = EmailSettings()
    delivery: DeliverySettings = DeliverySettings()
    audit: AuditSettings = AuditSettings()
    backup: BackupSettings = BackupSettings()
    access: AccessSettings = AccessSettings()
    health: HealthSettings = HealthSettings()
    calendars: CalendarsSettings = CalendarsSettings()
    scan: ScanSettings = ScanSettings()

    @property
    def health_port(self) -> int | None:
        """Where a process answers besides its pages: without pages the port after theirs (timers: the one after that).

        None: nowhere.
        """
        if self.health.port is not None:
            return self.health.port or None
        beyond = {Duty.RELAY: 1, Duty.TIMERS: 2}.get(self.role)
        return None if beyond is None else self.server.port + beyond

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code first, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(**given: Any) -> Settings:
    """The settings of this run. Raises `SettingsError` that names each wrong key and says what would be right."""
    url = os.environ.get("DATABASE_URL")
    if url and "database" not in given and "LOTSE_DATABASE__URL" not in os.environ:
        given["database"] = {"url": url}
    _check_names()
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
        raise SettingsError("wrong settings (lotse.toml or LOTSE_…):\n  " + "\n  ".join(lines)) from None
    except (ValueError, OSError) as error:
        raise SettingsError(f"the settings ({FILE} or LOTSE_…) cannot be read: {error}") from None


def _check_names() -> None:
    """A misspelt variable would be passed over in silence: name it instead."""
    prefix = "LOTSE_"
    given = sorted(name for name in os.environ if name.startswith(prefix))
    for name in given:
        section = name.removeprefix(prefix).partition("__")[0].lower()
        if section not in Settings.model_fields:
            known = ", ".join(f"{prefix}{field.upper()}" for field in Settings.model_fields)
            raise SettingsError(f"{name}: there is no such setting; they begin with {known}")


def demo_settings() -> Settings:
    """The settings of the demo: its own database, unless another is named."""
    settings = read_settings(profile="demo")
    if "database" in settings.model_fields_set:
        return settings
    place = {"url": f"sqlite:///{DEMO_FOLDER}/db/lotse.db", "key_file": DEMO_FOLDER / "keys/master.key"}
    return read_settings(profile="demo", database=place)


def installed() -> Settings:
    """The settings of this run; where nothing is set up but the demo, the demo's."""
    settings = read_settings()
    if settings.model_fields_set & {"database", "profile"} or revision_of(settings.database.url) is not None:
        return settings
    demo = demo_settings()
    return demo if revision_of(demo.database.url) is not None else settings
