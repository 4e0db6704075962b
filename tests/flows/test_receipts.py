"""Receipts: everything a consent was, in one way of writing, chained, and nobody's name."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.rules.consent import Form, State
from flows.rules.guardians import Guardian
from flows.rules.purposes import PURPOSES, Scope
from flows.rules.receipts import (
    FIRST,
    Given,
    Handling,
    NoticeShown,
    Receipt,
    Recorded,
    digest_of,
    follows,
    receipt_fields,
    write_receipt,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HANDLING = Handling(
    data_kinds=("absence", "certificate"),
    controller="Muster-Bildungswerk",
    officer="datenschutz@muster.example",
    recipients=("caseworker", "stand-in"),
    storage=("own server",),
    retention=timedelta(days=365),
    withdrawal=("chat", "phone"),
)
RECEIPT = Receipt(
    record="4711",
    person="p-7",
    scope=Scope("C3"),
    notice=NoticeShown(notice="C3", version=1, language="de-simple", level="A2", digest="ab" * 32),
    handling=HANDLING,
    given=Given(channel="web", form=Form.ELECTRONIC, evidence="tap 81", guardian=Guardian.PARENT, differently=2),
    events=(
        Recorded(state=State.SHOWN, at=NOON, actor="system"),
        Recorded(state=State.EFFECTIVE, at=NOON + timedelta(seconds=9), actor="p-7"),
    ),
)


def test_a_receipt_holds_everything() -> None:
    """The fields of the standard are there, with the text's digest and every step."""
    assert {
        "schema_version": "ISO/IEC TS 27560:2023; lotse 1",
        "record_id": "4711",
        "pii_principal_id": "p-7",
        "privacy_notice": {
            "notice_id": "C3",
            "version": 1,
            "language": "de-simple",
            "level": "A2",
            "sha256": "ab" * 32,
        },
        "pii_processing": {
            "purpose": {"code": "C3", "name": "absence_reports"},
            "document": None,
            "lawful_basis": ["GDPR Art. 6(1)(a)", "GDPR Art. 9(2)(a)"],
            "special_category": True,
            "pii_types": ["absence", "certificate"],
            "recipient_kind": "carrier",
            "recipients": ["caseworker", "stand-in"],
            "storage_locations": ["own server"],
            "retention_period": "P365D",
            "withdrawal_method": ["chat", "phone"],
            "privacy_rights": [f"GDPR Art. {article}" for article in range(13, 22)],
        },
        "party_identification": [
            {"party_role": "pii_controller", "party_name": "Muster-Bildungswerk"},
            {"party_role": "data_protection_officer", "party_contact": "datenschutz@muster.example"},
        ],
        "consent": {
            "given_by": "person",
            "channel": "web",
            "form": "electronic",
            "evidence": "tap 81",
            "guardian": "parent",
            "assessment": "none",
            "comprehension": {"explained_differently": 2},
            "interpreter": None,
        },
        "events": [
            {"event_state": "shown", "event_time": "2026-11-23T12:00:00.000000Z", "entity_id": "system"},
            {"event_state": "effective", "event_time": "2026-11-23T12:00:09.000000Z", "entity_id": "p-7"},
        ],
        "previous_record_digest": FIRST,
    } == receipt_fields(RECEIPT)
    assert receipt_fields(RECEIPT) == json.loads(write_receipt(RECEIPT))


def test_the_same_receipt_is_the_same_bytes() -> None:
    """A receipt is written in one way, whatever the time zone its moments come in."""
    berlin = tuple(replace(each, at=each.at.astimezone(ZoneInfo("Europe/Berlin"))) for each in RECEIPT.events)
    assert write_receipt(RECEIPT) == write_receipt(replace(RECEIPT, events=berlin))


def test_receipts_are_chained() -> None:
    """Each receipt names the one before it: one that is changed, left out or moved is found."""
    second = replace(RECEIPT, record="4712", before=digest_of(RECEIPT))
    third = replace(RECEIPT, record="4713", before=digest_of(second))
    assert follows([RECEIPT, second, third])
    assert not follows([RECEIPT, third])
    assert not follows([second, third])
    assert not follows([replace(RECEIPT, person="p-8"), second, third])


def test_a_receipt_for_a_document_names_its_digest() -> None:
    """What was agreed to for one document can be shown for no other."""
    scope = Scope.of_document("C6", b"the final report", recipient="agency")
    notice = replace(RECEIPT.notice, notice="C6")
    document = receipt_fields(replace(RECEIPT, scope=scope, notice=notice))["pii_processing"]
    assert isinstance(document, dict)
    assert {"sha256": scope.document, "recipient": "agency"} == document["document"]
    assert ["GDPR Art. 6(1)(a)"] == document["lawful_basis"]


@pytest.mark.parametrize("name", ["data_kinds", "controller", "officer", "recipients", "storage", "withdrawal"])
def test_a_receipt_with_a_gap_is_none(name: str) -> None:
    """A receipt that lacks something is refused, and what it lacks is named."""
    empty = {name: "" if name in {"controller", "officer"} else ()}
    with pytest.raises(ValueError, match=f"a receipt needs {name}"):
        replace(RECEIPT, handling=replace(HANDLING, **empty))  # type: ignore[arg-type]  # the name is a parameter


def test_a_receipt_that_proves_nothing_is_refused() -> None:
    """No steps, no time zone, a text of another purpose or a digest that is none: no receipt."""
    with pytest.raises(ValueError, match="a receipt needs events"):
        replace(RECEIPT, events=())
    with pytest.raises(ValueError, match="a moment needs its time zone"):
        Recorded(state=State.SHOWN, at=datetime(2026, 11, 23), actor="system")  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match="another purpose"):
        replace(RECEIPT, scope=Scope("C1"))
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        replace(RECEIPT, before="ab")


def test_special_categories_are_named_for_each_purpose() -> None:
    """Health and other special categories rest on explicit consent, nothing else does."""
    assert {"C3", "C9", "C11", "C14"} == {code for code, purpose in PURPOSES.items() if purpose.special}
