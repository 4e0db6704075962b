"""What consent is asked for: the purposes as data, and what one consent is about (F10, F17)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Recipients(StrEnum):
    """Who gets to see the data of a purpose."""

    CARRIER = "carrier"
    PROVIDER = "provider"
    TRUSTED = "trusted"
    AGENCY = "agency"
    EMPLOYER = "employer"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One purpose. `special`: it concerns special categories (Art. 9 GDPR); `per_document`: each document is asked for.

    `name` is for staff, papers and receipts; what people read is the notice with the same code.
    """

    code: str
    name: str
    recipients: Recipients
    special: bool = False
    per_document: bool = False


_ALL = (
    Purpose(code="C1", name="communication", recipients=Recipients.CARRIER),
    Purpose(code="C2", name="third_party_channel", recipients=Recipients.PROVIDER),
    Purpose(code="C3", name="absence_reports", recipients=Recipients.CARRIER, special=True),
    Purpose(code="C4", name="detailed_reminders", recipients=Recipients.CARRIER),
    Purpose(code="C5", name="trusted_person", recipients=Recipients.TRUSTED),
    Purpose(code="C6", name="final_report", recipients=Recipients.AGENCY, per_document=True),
    Purpose(code="C7", name="employer_information", recipients=Recipients.EMPLOYER, per_document=True),
    Purpose(code="C8", name="handover", recipients=Recipients.SERVICE, per_document=True),
    Purpose(code="C9", name="sensitive_by_post", recipients=Recipients.AGENCY, special=True, per_document=True),
    Purpose(code="C10", name="proof_of_talks", recipients=Recipients.AGENCY),
    Purpose(code="C11", name="sensitive_topics", recipients=Recipients.CARRIER, special=True),
    Purpose(code="C13", name="applications", recipients=Recipients.EMPLOYER),
    Purpose(code="C14", name="new_assessment", recipients=Recipients.CARRIER, special=True),
    Purpose(code="C15", name="workplace_presence", recipients=Recipients.EMPLOYER),
)
PURPOSES: Mapping[str, Purpose] = {purpose.code: purpose for purpose in _ALL}
"""All purposes by code. There is no C12: audio and video are refused, no consent opens them."""


RECORDED_ONLY = frozenset({"C10", "C11", "C13", "C14", "C15"})
"""What no function of the program rests on yet: it is kept that there is a consent, and people act on it."""


class WrongScope(ValueError):
    """A consent was asked about in a way its purpose does not know."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one consent is about: a purpose, and for C6 to C9 the one document and the one who is to get it (F17).

    Raises WrongScope for a purpose there is not, a document purpose without document or recipient, and any other
    purpose with one: nobody can ask "may final reports be sent?", only "may this one be sent to them?".
    """

    code: str
    document: str = ""
    recipient: str = ""

    def __post_init__(self) -> None:
        """Refuse what the purpose does not know."""
        purpose = PURPOSES.get(self.code)
        if purpose is None:
            raise WrongScope(f"there is no purpose {self.code!r}")
        if not purpose.per_document and (self.document or self.recipient):
            raise WrongScope(f"{self.code} is no consent to a document")
        if purpose.per_document and not (_is_digest(self.document) and self.recipient.strip()):
            raise WrongScope(f"{self.code} is given for one document and one recipient")

    @classmethod
    def of_document(cls, code: str, content: bytes, *, recipient: str) -> Self:
        """The consent to hand exactly these bytes to `recipient` (its stable name, nothing personal)."""
        if not content:
            raise WrongScope("an empty document is none")
        return cls(code, hashlib.sha256(content).hexdigest(), recipient)

    @property
    def purpose(self) -> Purpose:
        """What is known about the purpose."""
        return PURPOSES[self.code]


def _is_digest(text: str) -> bool:
    return len(text) == hashlib.sha256().digest_size * 2 and set(text) <= set("0123456789abcdef")
