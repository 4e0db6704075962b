"""The rules of consent one by one: forms, texts, guardians, birthdays, documents."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from flows.rules.consent import (
    QUIET,
    Accepted,
    Consents,
    Declined,
    Expired,
    Form,
    Happening,
    Notice,
    Party,
    Refusal,
    Shown,
    Side,
    Signed,
    State,
    TextChanged,
    Withdrawn,
    take,
)
from flows.rules.guardians import Assessment, Guardian, Guardianship, birthday
from flows.rules.purposes import PURPOSES, Scope, WrongScope

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = Notice(1, "one")
ARABIC = Notice(1, "one in Arabic")
NEWER = Notice(2, "two")
C1, C2, C3 = Scope("C1"), Scope("C2"), Scope("C3")
ADULT = Guardianship(born=date(2000, 5, 1), zone=BERLIN)
CHILD = Guardianship(born=date(2011, 5, 1), zone=BERLIN)
YOUTH = Guardianship(born=date(2009, 5, 1), zone=BERLIN)


def _shown(at: datetime = NOON, by: Party = Party.PERSON, form: Form = Form.ELECTRONIC) -> Shown:
    return Shown(at=at, by=by, notice=TEXT, form=form)


def _yes(at: datetime = NOON, by: Party = Party.PERSON) -> Accepted:
    return Accepted(at=at, by=by, notice=TEXT)


def _after(*steps: Happening, who: Guardianship = ADULT, scope: Scope = C1, start: Consents | None = None) -> Consents:
    """Return the consents after steps that are all accepted."""
    consents = start or Consents()
    for step in steps:
        after = consents.apply(scope, step, who)
        assert isinstance(after, Consents), (step, after)
        consents = after
    return consents


def test_every_step_in_every_state_has_an_end() -> None:
    """Each of the seven steps gives a new side or a named refusal in each of the eight states, in both forms."""
    steps: list[Happening] = [
        Shown(at=NOON, notice=NEWER, form=Form.WRITTEN),
        _yes(),
        Signed(at=NOON, notice=TEXT),
        Declined(at=NOON),
        Withdrawn(at=NOON),
        Expired(at=NOON),
        TextChanged(at=NOON, version=2),
    ]
    for state, form, step in product(State, Form, steps):
        before = Side(state=state, since=NOON, notice=TEXT, form=form)
        after = take(before, step)
        assert isinstance(after, Side | Refusal)
        if isinstance(step, Withdrawn):
            assert replace(before, state=State.WITHDRAWN, quiet_until=NOON + QUIET) == after
        if isinstance(after, Side) and after.state is State.EFFECTIVE:
            assert isinstance(step, Accepted | Signed)


def test_a_tap_makes_the_electronic_form_effective() -> None:
    """In the electronic form the yes counts at once; it counts only to the very text that was shown."""
    shown = _after(_shown())
    assert Refusal.OTHER_TEXT is shown.apply(C1, Accepted(at=NOON, notice=ARABIC), ADULT)
    given = _after(_yes(), start=shown)
    assert given.unlocks(C1, ADULT, NOON)
    assert Refusal.NOT_WRITTEN is given.apply(C1, Signed(at=NOON, notice=TEXT), ADULT)
    assert Refusal.STANDS_ALREADY is given.apply(C1, _yes(), ADULT)


def test_the_written_form_waits_for_the_paper() -> None:
    """In the written form the tap acknowledges, and the recorded paper makes it effective."""
    shown = _after(_shown(form=Form.WRITTEN))
    assert Refusal.NOT_ACKNOWLEDGED is shown.apply(C1, Signed(at=NOON, notice=TEXT), ADULT)
    tapped = _after(_yes(), start=shown)
    assert State.ACKNOWLEDGED is tapped.state(C1, ADULT, NOON)
    assert Refusal.OTHER_TEXT is tapped.apply(C1, Signed(at=NOON, notice=NEWER), ADULT)
    assert _after(Signed(at=NOON, notice=TEXT), start=tapped).unlocks(C1, ADULT, NOON)


def test_after_a_no_nobody_asks_for_ninety_days() -> None:
    """A declined purpose is asked again after 90 days, or when the person wishes it; a new text is no excuse."""
    declined = _after(_shown(), Declined(at=NOON))
    almost = NOON + QUIET - timedelta(microseconds=1)
    assert Refusal.TOO_SOON is declined.apply(C1, _shown(almost), ADULT)
    assert Refusal.TOO_SOON is declined.apply(C1, replace(_shown(almost), notice=NEWER), ADULT)
    assert Refusal.NOTHING_TO_END is declined.apply(C1, TextChanged(at=NOON, version=2), ADULT)
    assert Refusal.DECLINED_ALREADY is declined.apply(C1, Declined(at=almost), ADULT)
    assert State.SHOWN is _after(replace(_shown(almost), wished=True), start=declined).state(C1, ADULT, almost)
    assert State.SHOWN is _after(_shown(NOON + QUIET), start=declined).state(C1, ADULT, NOON + QUIET)


def test_a_no_after_a_yes_is_a_withdrawal() -> None:
    """Whoever taps no on the same text after a yes has withdrawn."""
    assert State.WITHDRAWN is _after(_shown(), _yes(), Declined(at=NOON)).state(C1, ADULT, NOON)


def test_declining_one_purpose_leaves_the_others() -> None:
    """Two purposes are decided apart: a no to one changes nothing about the other."""
    both = _after(_shown(), Declined(at=NOON), scope=C2, start=_after(_shown(), _yes()))
    assert (State.EFFECTIVE, State.DECLINED, State.NOT_ASKED) == tuple(
        both.state(scope, ADULT, NOON) for scope in (C1, C2, C3)
    )


def test_a_new_text_is_asked_anew() -> None:
    """A new version ends what was said to an older one; the same version in another language does not."""
    given = _after(_shown(), _yes())
    assert Refusal.SAME_TEXT is given.apply(C1, TextChanged(at=NOON, version=1), ADULT)
    assert Refusal.STANDS_ALREADY is given.apply(C1, Shown(at=NOON, notice=ARABIC, form=Form.ELECTRONIC), ADULT)
    changed = _after(TextChanged(at=NOON, version=2), start=given)
    assert State.SUPERSEDED is changed.state(C1, ADULT, NOON)
    asked = _after(Shown(at=NOON, notice=NEWER, form=Form.ELECTRONIC), start=changed)
    assert Refusal.OTHER_TEXT is asked.apply(C1, _yes(), ADULT)
    assert _after(Accepted(at=NOON, notice=NEWER), start=asked).unlocks(C1, ADULT, NOON)


def test_a_child_and_a_guardian_both_agree() -> None:
    """Under 16 nothing is effective before both have agreed, and either of them ends it."""
    own = _after(_shown(), _yes(), who=CHILD)
    assert State.ACKNOWLEDGED is own.state(C1, CHILD, NOON)
    both = _after(_shown(by=Party.GUARDIAN), _yes(by=Party.GUARDIAN), who=CHILD, start=own)
    assert both.unlocks(C1, CHILD, NOON)
    for party in Party:
        ended = _after(Withdrawn(at=NOON, by=party), who=CHILD, start=both)
        assert State.WITHDRAWN is ended.state(C1, CHILD, NOON)


def test_a_guardians_no_is_a_no() -> None:
    """What a guardian declines is declined, whatever the child has said."""
    own = _after(_shown(), _yes(), who=CHILD)
    declined = _after(_shown(by=Party.GUARDIAN), Declined(at=NOON, by=Party.GUARDIAN), who=CHILD, start=own)
    assert State.DECLINED is declined.state(C1, CHILD, NOON)


@pytest.mark.parametrize(
    "step", [_shown(by=Party.GUARDIAN), _yes(by=Party.GUARDIAN), Withdrawn(at=NOON, by=Party.GUARDIAN)]
)
def test_a_blocked_guardian_has_no_right_left(step: Happening) -> None:
    """From the moment contact is blocked a guardian is asked nothing, sees nothing and changes nothing."""
    blocked = replace(CHILD, blocked=True)
    assert Refusal.GUARDIAN_BLOCKED is Consents().apply(C1, step, blocked)
    assert not blocked.may_act("C1", NOON)
    assert not _after(_shown(), _yes(), who=blocked).unlocks(C1, blocked, NOON)


def test_a_block_does_not_cut_the_child_off() -> None:
    """What both had agreed to before the block stays; only the child can end it."""
    both = _after(_shown(), _yes(), _shown(by=Party.GUARDIAN), _yes(by=Party.GUARDIAN), who=CHILD)
    blocked = replace(CHILD, blocked=True)
    assert both.unlocks(C1, blocked, NOON)
    assert not _after(Withdrawn(at=NOON), who=blocked, start=both).unlocks(C1, blocked, NOON)


@pytest.mark.parametrize(
    ("guardianship", "needed"),
    [
        (CHILD, Guardian.PARENT),
        (replace(CHILD, assessment=Assessment.CAPABLE), Guardian.PARENT),
        (YOUTH, Guardian.PARENT),
        (replace(YOUTH, assessment=Assessment.DOUBT), Guardian.PARENT),
        (replace(YOUTH, assessment=Assessment.CAPABLE), None),
        (ADULT, None),
        (replace(ADULT, born=None), Guardian.PARENT),
        (replace(ADULT, scopes=frozenset({"C1"})), Guardian.LEGAL),
        (replace(ADULT, scopes=frozenset({"C2"})), None),
    ],
)
def test_who_has_to_agree(guardianship: Guardianship, needed: Guardian | None) -> None:
    """Under 16 always a guardian, at 16 and 17 without an assessment, later only in a legal guardian's scope."""
    assert needed is guardianship.needed("C1", NOON)
    assert guardianship.may_act("C1", NOON) == (needed is not None)
    if needed is None:
        assert Refusal.NO_GUARDIAN is Consents().apply(C1, _yes(by=Party.GUARDIAN), guardianship)


def test_an_assessment_counts_from_the_sixteenth_birthday() -> None:
    """What staff recorded about a child counts for nothing before 16, and from the first instant of that day."""
    child = replace(CHILD, assessment=Assessment.CAPABLE)
    sixteen = datetime(2027, 5, 1, tzinfo=BERLIN)
    assert Guardian.PARENT is child.needed("C1", sixteen - timedelta(microseconds=1))
    assert child.needed("C1", sixteen) is None


def test_the_eighteenth_birthday_ends_what_was_said_before() -> None:
    """At 00:00 local time the guardian's rights and the old yes end; the person is asked anew, and alone."""
    midnight = datetime(2029, 5, 1, tzinfo=BERLIN)
    before = midnight - timedelta(microseconds=1)
    child = _after(_shown(), _yes(), _shown(by=Party.GUARDIAN), _yes(by=Party.GUARDIAN), who=CHILD)
    assert child.unlocks(C1, CHILD, before)
    assert CHILD.may_act("C1", before)
    assert State.EXPIRED is child.state(C1, CHILD, midnight)
    assert not CHILD.may_act("C1", midnight)
    assert Refusal.NO_GUARDIAN is child.apply(C1, Withdrawn(at=midnight, by=Party.GUARDIAN), CHILD)
    assert _after(_shown(midnight), _yes(midnight), who=CHILD, start=child).unlocks(C1, CHILD, midnight)


def test_a_yes_that_waited_for_a_guardian_does_not_count_at_eighteen() -> None:
    """A minor's yes without the guardian's is no yes of the adult."""
    alone = _after(_shown(), _yes(), who=CHILD)
    assert State.EXPIRED is alone.state(C1, CHILD, datetime(2029, 5, 1, tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("born", "zone", "begins"),
    [
        (date(2008, 11, 24), "Europe/Berlin", datetime(2026, 11, 23, 23, tzinfo=UTC)),
        (date(2008, 2, 29), "Europe/Berlin", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        (date(2010, 2, 28), "Europe/Berlin", datetime(2028, 2, 27, 23, tzinfo=UTC)),
        (date(2009, 3, 28), "Europe/Berlin", datetime(2027, 3, 27, 23, tzinfo=UTC)),
        (date(2009, 3, 29), "Europe/Berlin", datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (date(2008, 10, 25), "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2008, 10, 26), "Europe/Berlin", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (date(2004, 3, 27), "Asia/Beirut", datetime(2022, 3, 26, 22, tzinfo=UTC)),
        (date(2004, 11, 6), "America/Havana", datetime(2022, 11, 6, 4, tzinfo=UTC)),
    ],
)
def test_a_birthday_begins_with_the_first_instant_of_the_day(born: date, zone: str, begins: datetime) -> None:
    """On 29 February, on the nights the clock moves, where midnight is skipped and where it comes twice."""
    first = birthday(born, 18, ZoneInfo(zone))
    assert begins == first
    assert (first - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < first.astimezone(ZoneInfo(zone)).date()


def test_a_consent_to_a_document_is_to_that_document_and_recipient() -> None:
    """A yes to one report, for one recipient, opens neither a corrected report nor another recipient."""
    scope = Scope.of_document("C7", b"report", recipient="company-1")
    given = _after(_shown(), _yes(), scope=scope)
    assert given.unlocks(Scope.of_document("C7", b"report", recipient="company-1"), ADULT, NOON)
    for content, recipient in ((b"report.", "company-1"), (b"report", "company-2")):
        assert not given.unlocks(Scope.of_document("C7", content, recipient=recipient), ADULT, NOON)


@pytest.mark.parametrize(
    ("code", "document", "recipient"),
    [
        *((code, "", "") for code, purpose in PURPOSES.items() if purpose.per_document),
        ("C6", "ab" * 32, " "),
        ("C6", "report", "agency"),
        ("C6", "AB" * 32, "agency"),
        ("C1", "ab" * 32, ""),
        ("C1", "", "agency"),
        ("C12", "", ""),
        ("c1", "", ""),
    ],
)
def test_a_consent_cannot_be_asked_about_wrongly(code: str, document: str, recipient: str) -> None:
    """A document purpose without its document, another one with one, or none that there is: no such question exists."""
    with pytest.raises(WrongScope):
        Scope(code, document, recipient)


def test_nothing_is_no_document() -> None:
    """Empty bytes are no document anybody could have seen."""
    with pytest.raises(WrongScope):
        Scope.of_document("C6", b"", recipient="agency")


def test_a_moment_without_a_time_zone_is_refused() -> None:
    """A step without a time zone is refused at the door."""
    with pytest.raises(ValueError, match="time zone"):
        Withdrawn(at=datetime(2026, 11, 23))  # noqa: DTZ001 - that is the mistake
