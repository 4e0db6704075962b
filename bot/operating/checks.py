"""Looks at everything an assistant needs, one line each, with the way out where something is wrong."""

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from locales.publishing import find_notice_faults, read_lock
from storage import copies, postgres_schema, schema
from storage.errors import StorageError
from storage.instants import from_micros
from storage.master_key import read_master_key, read_others
from storage.settings import database_file, is_server
from storage.vault import Vault

from bot import control
from bot.operating import age, auditing, calendar_checks, channel_checks, key_age, scan_checks
from bot.operating.lines import Line, State
from bot.profile import DEMO, load_profile
from bot.settings import Settings, SettingsError

LEAST_FREE: Final = 200 * 2**20
EARLIEST: Final = 2026
TOLERANCE: Final = timedelta(minutes=5)
ZONE: Final = "Europe/Berlin"


def look(settings: Settings, now: datetime) -> Iterator[Line]:
    """Look at everything; a thing that cannot be looked at is a fault of its own and stops nothing."""
    looks: tuple[tuple[str, Callable[[], Line]], ...] = (
        ("profile", lambda: _profile(settings)),
        ("master key", lambda: _master_key(settings)),
        ("audit key", lambda: _audit_key(settings)),
        ("database", lambda: _database(settings)),
        ("integrity", lambda: _integrity(settings)),
        ("key fits", lambda: _fit(settings)),
        ("key age", lambda: key_age.look(settings, now)),
        ("disk", lambda: _disk(settings)),
        ("port", lambda: _port(settings)),
        ("clock", lambda: _clock(settings, now)),
        ("backup", lambda: _backup(settings)),
        ("consent texts", _consent_texts),
        (calendar_checks.NAME, lambda: calendar_checks.look(settings)),
        (scan_checks.NAME, lambda: scan_checks.look(settings)),
    )
    for name, one in (*looks, *_channel_looks(settings)):
        try:
            yield one()
        except (SettingsError, StorageError, OSError) as error:
            yield Line(name, State.FAULT, str(error), f"docs/operating.md says what to do about: {name}")


def _channel_looks(settings: Settings) -> Iterator[tuple[str, Callable[[], Line]]]:
    """What concerns the channels that others run; nothing, if the profile cannot be read: its own line says so."""
    with suppress(SettingsError):
        yield from channel_checks.looks(settings, load_profile(settings.profile))


def _file(settings: Settings) -> Path | None:
    """The database's file, if it is one and is there."""
    if is_server(settings.database.url):
        return None
    path = database_file(settings.database.url)
    return path if path.exists() else None


def _profile(settings: Settings) -> Line:
    name, said = settings.profile, f"{settings.profile}, {load_profile(settings.profile).carrier['name']}"
    if name != DEMO:
        said += ": cannot be run yet"
        return Line(
            "profile", State.NOTE, said, f"python -m bot check --profile {name} says why, and what is still open"
        )
    return Line("profile", State.OK, said)


def _master(settings: Settings) -> bytes:
    key, url = settings.database.key_file, settings.database.url
    return read_master_key(key, database=key / "none" if is_server(url) else database_file(url))


def _master_key(settings: Settings) -> Line:
    if not settings.database.key_file.exists():
        return Line(
            "master key",
            State.FAULT,
            f"there is none at {settings.database.key_file}",
            "for an old database bring it back from its safe copy; a new one gets one by: python -m bot migrate",
        )
    _master(settings)
    return Line("master key", State.OK, f"{settings.database.key_file}, readable by its owner only")


def _audit_key(settings: Settings) -> Line:
    roots = auditing.roots_file(settings)
    if auditing.read_signer(settings) is not None:
        return Line("audit key", State.OK, f"{auditing.key_file(settings)}; signed roots in {roots.path}")
    if not roots.path.exists():
        return Line("audit key", State.NOTE, "there is none yet", "starting the assistant makes it")
    return Line(
        "audit key",
        State.FAULT,
        f"{auditing.key_file(settings)} is missing, but roots were signed with it",
        "bring it back from the safe copy of the folder of keys",
    )


def _database(settings: Settings) -> Line:
    url = settings.database.url
    place = "on the server" if is_server(url) else str(database_file(url))
    revision = schema.revision_of(url)
    if revision == schema.HEAD:
        return Line("database", State.OK, f"{place}, revision {revision}")
    if revision is None:
        return Line("database", State.FAULT, f"there is none {place}", "python -m bot migrate")
    if revision > schema.HEAD:
        said = f"revision {revision} is newer than this program's {schema.HEAD}"
        return Line("database", State.FAULT, said, "use the newer program")
    said = f"revision {revision} is older than this program's {schema.HEAD}"
    return Line("database", State.FAULT, said, "stop the assistant, then: python -m bot migrate")


def _integrity(settings: Settings) -> Line:
    path = _file(settings)
    if path is None:
        return Line("integrity", State.OK, "no file to look at")
    found = copies.problems(path)
    if found:
        return Line(
            "integrity",
            State.FAULT,
            "the database is damaged: " + "; ".join(found),
            "stop the assistant and restore the newest backup: python -m bot restore --help",
        )
    return Line("integrity", State.OK, "the database file is whole")


def _fit(settings: Settings) -> Line:
    url = settings.database.url
    if schema.revision_of(url) is None:
        return Line("key fits", State.OK, "no database to look at")
    refuse_misfit(settings)
    return Line("key fits", State.OK, "the master key opens this database")


def refuse_misfit(settings: Settings) -> None:
    """`WrongKey` unless the master key and the carrier's name are those of the database, which is there."""
    url = settings.database.url
    vault = Vault(
        _master(settings),
        carrier=load_profile(settings.profile).carrier["name"],
        others=partial(read_others, settings.database.key_file),
    )
    if is_server(url):
        postgres_schema.unlock(url, settings.database.time_outs, vault)
    elif copies.has_keys(database_file(url)):
        copies.unlock(database_file(url), vault)


def _disk(settings: Settings) -> Line:
    path = _file(settings)
    if path is None:
        return Line("disk", State.OK, "no file to look at")
    free, size = shutil.disk_usage(path.parent).free, path.stat().st_size
    said = f"{free // 2**20} MB free, the database has {size // 2**20} MB"
    if free < max(LEAST_FREE, 2 * size):
        return Line("disk", State.FAULT, said, f"free some room where {path.parent} is: twice the database at least")
    return Line("disk", State.OK, said)


def _port(settings: Settings) -> Line:
    section, host, port = "server", settings.server.host, settings.server.port
    if not settings.role.serves:
        section, host, port = "health", settings.health.host, settings.health_port or 0
    if control.is_listening(settings):
        return Line("port", State.OK, f"{host}:{port}, the assistant is running")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            said = f"{host}:{port} cannot be used: {error.strerror}"
            return Line("port", State.FAULT, said, f"end the other program, or choose another {section}.port")
    return Line("port", State.OK, f"{host}:{port} is free")


def _clock(settings: Settings, now: datetime) -> Line:
    said = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    try:
        ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        return Line("clock", State.FAULT, f"the time zone {ZONE} is unknown", "install the package tzdata")
    path = _file(settings)
    usable = path is not None and schema.revision_of(settings.database.url) is not None
    newest = copies.newest_instant(path) if path is not None and usable else None
    behind = newest is not None and from_micros(newest) > now + TOLERANCE
    if now.year < EARLIEST or behind:
        return Line("clock", State.FAULT, f"{said} is in the past", "set the clock: timedatectl set-ntp true")
    return Line("clock", State.OK, said)


def _backup(settings: Settings) -> Line:
    if not settings.backup.recipient:
        way_out = "python -m bot backup-key --help, then write backup.recipient into lotse.toml"
        return Line("backup", State.NOTE, "backups are not set up", way_out)
    age.read_recipient(settings.backup.recipient)
    return Line("backup", State.OK, "backups are encrypted to backup.recipient")


def _consent_texts() -> Line:
    faults = find_notice_faults()
    if faults:
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        return Line("consent texts", State.FAULT, f"{faults[0]}{more}", "put them back; python -m locales.publishing")
    return Line("consent texts", State.OK, f"{len(read_lock())} published, none changed since")
