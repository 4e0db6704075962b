"""The second factor of an account: codes of an authenticator app (TOTP), and recovery codes that work once."""

import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pyotp

from flows.rules.accounts import RECOVERY_CODES
from flows.rules.pins import digits_in
from storage.accounts import Account

ISSUER: Final = "Lotse"
INTERVAL: Final = timedelta(seconds=30)
AROUND: Final = (0, -1, 1)
"""Clocks differ: a code of the interval before or after is as good, once."""
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_HALF: Final = 5


def new_secret() -> str:
    """A secret for an authenticator app, in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, user_name: str) -> str:
    """What an app takes up from a picture (`otpauth://…`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=user_name, issuer_name=ISSUER)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The interval whose code this is, of this one and its neighbours; None for any other code."""
    digits, totp = digits_in(code), pyotp.TOTP(secret)
    if not secret or len(digits) != totp.digits:
        return None
    fitting = (offset for offset in AROUND if hmac.compare_digest(totp.at(now, counter_offset=offset), digits))
    return next((totp.timecode(now) + offset for offset in fitting), None)


def step_of(account: Account, code: str, now: datetime) -> int | None:
    """As `matching_step`, of the account's app."""
    return matching_step(account.secret, code, now)


def new_codes() -> list[str]:
    """Recovery codes, to be printed and kept: 50 bits each."""

    def half() -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(_HALF))

    return [f"{half()}-{half()}" for _ in range(RECOVERY_CODES)]


def code_hash(code: str) -> str:
    """What is kept of a recovery code: it is random and long, so one pass is enough."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def spend(account: Account, code: str) -> Account | None:
    """The account without this recovery code; None if it is none of them."""
    given = code_hash(code)
    left = tuple(one for one in account.recovery if not hmac.compare_digest(one, given))
    return replace(account, recovery=left) if len(left) < len(account.recovery) else None
