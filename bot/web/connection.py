"""The connection a request came over: who calls, whether it is encrypted, and which calls are refused at the door."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

_FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-proto")
_OTHER_SITES = {"cross-site", "same-site"}
_HIDDEN = "null"
_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}


@dataclass(frozen=True, slots=True)
class Connection:
    """`caller` is the browser's address, `secure` whether it speaks https, `local` whether nobody else can listen."""

    caller: str
    secure: bool
    local: bool

    @property
    def is_allowed(self) -> bool:
        """Plain http is refused beyond loopback (PRIVACY.md, "Access")."""
        return self.secure or self.local

    def comes_from_elsewhere(self, headers: Headers) -> bool:
        """Whether the browser says that a page of somebody else sends this form.

        Many say nothing, or "null" (our pages ask them to: no referrer); then the token in the form decides alone.
        """
        if headers.get("sec-fetch-site") in _OTHER_SITES:
            return True
        origin = headers.get("origin", _HIDDEN)
        scheme = "https" if self.secure else "http"
        return origin != _HIDDEN and origin != f"{scheme}://{headers.get('host', '')}"


class Doorkeeper:
    """Reads connections. Only a trusted proxy is believed when it says how the browser reached it."""

    def __init__(self, trusted_proxies: Iterable[str]) -> None:
        """`trusted_proxies` are addresses or networks."""
        self._trusted = tuple(ipaddress.ip_network(network, strict=False) for network in trusted_proxies)

    def read(self, scope: Scope) -> Connection:
        """What is known of the connection. A forwarding header from somebody unknown never makes it more trusted."""
        headers, peer = Headers(scope=scope), (scope.get("client") or ("", 0))[0]
        if self._is_trusted(peer):
            secure = headers.get("x-forwarded-proto", scope["scheme"]).strip().lower() == "https"
            return Connection(self._caller(headers, peer), secure=secure, local=False)
        forwarded = any(name in headers for name in _FORWARDING)
        local = _is_loopback(peer) and not forwarded and _host(headers) in _LOOPBACK_NAMES
        return Connection(peer, secure=scope["scheme"] == "https", local=local)

    def _is_trusted(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(address in network for network in self._trusted)

    def _caller(self, headers: Headers, peer: str) -> str:
        """The last address that no trusted proxy stands behind."""
        for hop in reversed(headers.get("x-forwarded-for", "").split(",")):
            if hop.strip() and not self._is_trusted(hop.strip()):
                return hop.strip()
        return peer


def of(request: HTTPConnection) -> Connection:
    """The connection of this request, as the gate has read it."""
    return cast(Connection, request.scope["lotse.connection"])


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_loopback(peer: str) -> bool:
    address = _address(peer)
    return address is not None and address.is_loopback


def _host(headers: Headers) -> str:
    host = headers.get("host", "")
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
