"""What of a consent record is sealed: which side it became, on which text, how, and what is done with the data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flows.people import PersonId
from flows.rules.consent import QUIET, Form, Notice, Party, Side, State
from flows.rules.guardians import Assessment, Guardian
from flows.rules.purposes import Scope
from flows.rules.receipts import Given, Handling, NoticeShown

BOTH: Final = tuple(Party)
"""Whose sides a record is about that says nothing of it: those before there were two, and what is recorded as one."""
_ENDED: Final = frozenset({State.DECLINED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Who did it and when, and what proves it. Without a text nobody was shown one (put there by staff or a test)."""

    actor: PersonId
    at: datetime
    evidence: Mapping[str, str]
    text: NoticeShown | None = None
    handling: Handling | None = None
    given: Given | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One step of one consent: what the sides named became. `before`: the digest of the record before, in hex."""

    id: int
    scope: Scope
    parties: tuple[Party, ...]
    side: Side
    proof: Proof
    before: str

    @property
    def purpose(self) -> str:
        """The code of the purpose."""
        return self.scope.code

    @property
    def state(self) -> State:
        """What the sides became."""
        return self.side.state

    @property
    def evidence(self) -> Mapping[str, str]:
        """What proves it."""
        return self.proof.evidence


def pack(scope: Scope, party: Party, side: Side, proof: Proof) -> dict[str, object]:
    """The part of a record that its row keeps under the person's key."""
    handling = None
    if proof.handling is not None:
        handling = {**asdict(proof.handling), "retention": proof.handling.retention.days}
    return {
        "evidence": dict(proof.evidence),
        "parties": [party.value],
        "document": scope.document,
        "recipient": scope.recipient,
        "since": side.since,
        "notice": None if side.notice is None else [side.notice.version, side.notice.digest],
        "form": side.form.value,
        "quiet_until": side.quiet_until,
        "text": None if proof.text is None else asdict(proof.text),
        "handling": handling,
        "given": None if proof.given is None else asdict(proof.given),
    }


def unpack_scope(code: str, payload: Mapping[str, Any]) -> Scope:
    """What the record is about."""
    return Scope(code, payload.get("document", ""), payload.get("recipient", ""))


def unpack_parties(payload: Mapping[str, Any]) -> tuple[Party, ...]:
    """Whose sides it is about."""
    return tuple(Party(each) for each in payload["parties"]) if "parties" in payload else BOTH


def unpack_side(state: str, at: datetime, payload: Mapping[str, Any]) -> Side:
    """What the sides became; of an old record as much as its state says."""
    if "parties" not in payload:
        known = State(state)
        return Side(state=known, since=at, quiet_until=at + QUIET if known in _ENDED else None)
    return Side(
        state=State(state),
        since=_instant(payload["since"]),
        notice=None if payload["notice"] is None else Notice(*payload["notice"]),
        form=Form(payload["form"]),
        quiet_until=_instant(payload["quiet_until"]),
    )


def unpack_proof(actor: PersonId, at: datetime, payload: Mapping[str, Any]) -> Proof:
    """Who did it, and what proves it."""
    text, handling, given = payload.get("text"), payload.get("handling"), payload.get("given")
    return Proof(
        actor=actor,
        at=at,
        evidence=payload["evidence"],
        text=None if text is None else NoticeShown(**text),
        handling=None if handling is None else _handling(handling),
        given=None if given is None else _given(given),
    )


def _handling(payload: Mapping[str, Any]) -> Handling:
    lists = {name: tuple(payload[name]) for name in ("data_kinds", "recipients", "storage", "withdrawal")}
    return Handling(**{**payload, **lists, "retention": timedelta(days=payload["retention"])})


def _given(payload: Mapping[str, Any]) -> Given:
    guardian = payload["guardian"]
    return Given(
        **{
            **payload,
            "form": Form(payload["form"]),
            "guardian": None if guardian is None else Guardian(guardian),
            "assessment": Assessment(payload["assessment"]),
        }
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
