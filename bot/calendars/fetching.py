"""Fetches one calendar: over https, within time and size, not twice if nothing is new, and from no other host."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from bot.calendar_settings import CalendarsSettings

REDIRECTS: Final = 3
_LONGEST_HEADER: Final = 500


class CannotFetch(Exception):
    """The calendar cannot be fetched; the message says why, without its address, which is a secret."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: `data` None means that nothing is new. `etag` and `modified` are what the server called it."""

    data: bytes | None
    etag: str = ""
    modified: str = ""


def read_address(file: Path) -> str:
    """The address in a file. Raises `CannotFetch`."""
    try:
        address = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotFetch(f"{file} cannot be read ({type(error).__name__})") from None
    parts = _parts(address.replace("webcal://", "https://", 1))
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname))):
        raise CannotFetch(f"{file} holds no address that begins with https://")
    return parts.geturl()


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _is_here(host: str) -> bool:
    """Whether it is this machine, where tests serve calendars."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def fetch(address: str, settings: CalendarsSettings, known: Fetched, client: httpx.AsyncClient) -> Fetched:
    """The calendar at the address, unless it is as it was `known`. Raises `CannotFetch`."""
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    asked = {name: value for name, value in conditions.items() if value}
    try:
        for _ in range(REDIRECTS + 1):
            async with client.stream("GET", address, headers=asked, timeout=settings.timeout_seconds) as answer:
                if not answer.has_redirect_location:
                    return await _read(answer, settings)
                address = _next(address, answer.headers.get("location", ""))
    except httpx.HTTPError as error:
        raise CannotFetch(f"the server does not answer ({type(error).__name__})") from None
    raise CannotFetch("the server sends from one address to the next without end")


def _next(address: str, location: str) -> str:
    """Where we are sent: to the same host only, and never from https to http."""
    there, here = _parts(urljoin(address, location)), _parts(address)
    if (there.hostname, there.scheme) != (here.hostname, here.scheme):
        raise CannotFetch("the server sends us to another host; if that is right, put its address into the file")
    return there.geturl()


async def _read(answer: httpx.Response, settings: CalendarsSettings) -> Fetched:
    if answer.status_code == httpx.codes.NOT_MODIFIED:
        return Fetched(None)
    if answer.status_code != httpx.codes.OK:
        raise CannotFetch(f"the server answers {answer.status_code}")
    data = bytearray()
    async for part in answer.aiter_bytes():
        data += part
        if len(data) > settings.max_bytes:
            raise CannotFetch(f"it has more than calendars.max_bytes = {settings.max_bytes} bytes")
    named = (answer.headers.get(name, "")[:_LONGEST_HEADER] for name in ("etag", "last-modified"))
    return Fetched(bytes(data), *named)
