"""Security keys (WebAuthn): what a browser is asked to sign, and whether what it gives back fits."""

import json
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from handlers.second_factors import ISSUER
from starlette.requests import Request
from storage.accounts import Account, SecurityKey
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from bot.web import connection

CHALLENGE_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Party:
    """For which name a key signs, and on which origin; keys know no numbers, so there is none at an IP address."""

    name: str
    origin: str


def party_of(request: Request) -> Party | None:
    """The name this browser has called, if a key can sign for it."""
    known = connection.of(request)
    host = urlsplit(f"//{request.headers.get('host', '')}")
    name = host.hostname or ""
    if not name or not any(char.isalpha() for char in name.rpartition(".")[2]) or ":" in name:
        return None
    return Party(name, f"{'https' if known.secure else 'http'}://{host.netloc}")


def new_challenge() -> bytes:
    """Something nobody has signed yet."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def to_make(party: Party, account: Account, challenge: bytes) -> str:
    """What a browser needs to make a key for this account, as JSON."""
    return options_to_json(
        generate_registration_options(
            rp_id=party.name, rp_name=ISSUER, user_name=account.user_name, challenge=challenge
        )
    )


def made(party: Party, credential: str, challenge: bytes) -> SecurityKey | None:
    """The key that a browser has made; None if anything about it does not fit."""
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.name,
            expected_origin=party.origin,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None
    return SecurityKey(found.credential_id.hex(), found.credential_public_key.hex(), found.sign_count)


def to_sign(party: Party, account: Account, challenge: bytes) -> str:
    """What a browser needs to have one of the account's keys sign, as JSON."""
    known = [PublicKeyCredentialDescriptor(id=bytes.fromhex(key.id)) for key in account.keys]
    return options_to_json(
        generate_authentication_options(rp_id=party.name, challenge=challenge, allow_credentials=known)
    )


def signed(party: Party, account: Account, credential: str, challenge: bytes) -> tuple[str, int] | None:
    """Which key has signed, and how often it has by now; None if it is none of the account's, or does not fit."""
    try:
        key = next(one for one in account.keys if one.id == _id_in(credential))
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.name,
            expected_origin=party.origin,
            credential_public_key=bytes.fromhex(key.public_key),
            credential_current_sign_count=key.count,
        )
    except (StopIteration, WebAuthnException, ValueError, TypeError, KeyError):
        return None
    return key.id, found.new_sign_count


def _id_in(credential: str) -> str:
    return base64url_to_bytes(json.loads(credential)["rawId"]).hex()
