"""The receipt of a consent: what was agreed to, by whom, on which text, as data (F14; fields of ISO/IEC TS 27560).

Names of the standard are used where it has one. A receipt holds nobody's name: the person is a pseudonym, actors are
numbers. It is written in one way only, so that its digest can be computed again.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from flows.rules.consent import Form, Party, State
from flows.rules.guardians import Assessment, Guardian
from flows.rules.purposes import Scope

SCHEMA = "ISO/IEC TS 27560:2023; lotse 1"
FIRST = "0" * 64
"""What the first record of a person names as the digest of the record before it."""
CONSENT = "GDPR Art. 6(1)(a)"
EXPLICIT_CONSENT = "GDPR Art. 9(2)(a)"
RIGHTS = tuple(f"GDPR Art. {article}" for article in range(13, 22))

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown:
    """The text that was shown: which, in which version and language, how hard to read, and its SHA-256."""

    notice: str
    version: int
    language: str
    level: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What is done with the data, as the profile says it: their kinds, who answers for them, who gets them, where
    they lie and how long, and how the person takes the consent back.
    """

    data_kinds: tuple[str, ...]
    controller: str
    officer: str
    recipients: tuple[str, ...]
    storage: tuple[str, ...]
    retention: timedelta
    withdrawal: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How it was said: channel, form, evidence, and who else took part.

    `evidence` names what proves it (the press of a button, the paper's file number). `guardian` None: nobody else was
    needed; `differently`: how often it was explained in other words; `interpreter`: the language, or nothing.
    """

    channel: str
    form: Form
    evidence: str
    guardian: Guardian | None = None
    assessment: Assessment = Assessment.NONE
    differently: int = 0
    interpreter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One step: what the consent became, when, and who did it. Raises ValueError for a moment without a time zone."""

    state: State
    at: datetime
    actor: str

    def __post_init__(self) -> None:
        """Refuse a naive moment."""
        if self.at.tzinfo is None:
            raise ValueError("a moment needs its time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Everything about one side of one consent; `party` says whose. Raises ValueError for what would prove nothing."""

    record: str
    person: str
    scope: Scope
    notice: NoticeShown
    handling: Handling
    given: Given
    events: Sequence[Recorded]
    before: str = FIRST
    party: Party = Party.PERSON

    def __post_init__(self) -> None:
        """Refuse a receipt that proves nothing."""
        handling = self.handling
        named = {
            "record": self.record,
            "person": self.person,
            "data_kinds": handling.data_kinds,
            "controller": handling.controller,
            "officer": handling.officer,
            "recipients": handling.recipients,
            "storage": handling.storage,
            "retention": handling.retention,
            "withdrawal": handling.withdrawal,
            "channel": self.given.channel,
            "evidence": self.given.evidence,
            "events": self.events,
        }
        if missing := [name for name, value in named.items() if not value]:
            raise ValueError(f"a receipt needs {', '.join(missing)}")
        if self.notice.notice != self.scope.code:
            raise ValueError("the text is one of another purpose")
        if not all(_DIGEST.fullmatch(digest) for digest in (self.notice.digest, self.before)):
            raise ValueError("a digest is 64 hexadecimal digits")


def receipt_fields(receipt: Receipt) -> dict[str, Json]:
    """The receipt as nested names and values, ready for a page or a file."""
    return {
        "schema_version": SCHEMA,
        "record_id": receipt.record,
        "pii_principal_id": receipt.person,
        "privacy_notice": _notice(receipt.notice),
        "pii_processing": _processing(receipt),
        "party_identification": [
            {"party_role": "pii_controller", "party_name": receipt.handling.controller},
            {"party_role": "data_protection_officer", "party_contact": receipt.handling.officer},
        ],
        "consent": {"given_by": receipt.party.value, **_given(receipt.given)},
        "events": [
            {"event_state": each.state.value, "event_time": _instant(each.at), "entity_id": each.actor}
            for each in receipt.events
        ],
        "previous_record_digest": receipt.before,
    }


def write_receipt(receipt: Receipt) -> bytes:
    """The receipt as JSON: names in order, UTF-8, the same bytes for the same receipt."""
    written = json.dumps(receipt_fields(receipt), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return written.encode()


def digest_of(receipt: Receipt) -> str:
    """What the next record names as the one before it."""
    return hashlib.sha256(write_receipt(receipt)).hexdigest()


def follows(receipts: Sequence[Receipt]) -> bool:
    """Whether each receipt names the one before it, the first one none."""
    before = [FIRST, *(digest_of(each) for each in receipts)]
    return all(each.before == digest for each, digest in zip(receipts, before, strict=False))


def _notice(notice: NoticeShown) -> dict[str, Json]:
    return {
        "notice_id": notice.notice,
        "version": notice.version,
        "language": notice.language,
        "level": notice.level,
        "sha256": notice.digest,
    }


def _processing(receipt: Receipt) -> dict[str, Json]:
    purpose, handling = receipt.scope.purpose, receipt.handling
    basis: list[Json] = [CONSENT, EXPLICIT_CONSENT] if purpose.special else [CONSENT]
    about: dict[str, Json] = {"sha256": receipt.scope.document, "recipient": receipt.scope.recipient}
    return {
        "purpose": {"code": purpose.code, "name": purpose.name},
        "document": about if purpose.per_document else None,
        "lawful_basis": basis,
        "special_category": purpose.special,
        "pii_types": list(handling.data_kinds),
        "recipient_kind": purpose.recipients.value,
        "recipients": list(handling.recipients),
        "storage_locations": list(handling.storage),
        "retention_period": f"P{handling.retention.days}D",
        "withdrawal_method": list(handling.withdrawal),
        "privacy_rights": list(RIGHTS),
    }


def _given(given: Given) -> dict[str, Json]:
    return {
        "channel": given.channel,
        "form": given.form.value,
        "evidence": given.evidence,
        "guardian": given.guardian.value if given.guardian else None,
        "assessment": given.assessment.value,
        "comprehension": {"explained_differently": given.differently},
        "interpreter": given.interpreter or None,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
