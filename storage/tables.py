"""The tables. Ids are made by the application; instants are microseconds; `sealed` columns only the vault can read."""

from typing import Any

import sqlalchemy as sa

from storage.columns import ID, digest, instant, metadata, number, person, row_id, sealed, text

system_keys = sa.Table(
    "system_keys",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    number("version", default="1"),
    instant("made", nullable=True),
)

people = sa.Table(
    "people",
    metadata,
    row_id(),
    text("handle"),
    text("role"),
    sealed(),
    sa.UniqueConstraint("handle"),
    sa.Index(None, "role", "id"),
)

person_keys = sa.Table(
    "person_keys",
    metadata,
    sa.Column("person", ID, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
    number("version"),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    instant("made", nullable=True),
)

addresses = sa.Table(
    "addresses",
    metadata,
    row_id(),
    person(),
    text("channel"),
    digest("fingerprint"),
    sealed(),
    instant("ended", nullable=True),
    text("ended_why", nullable=True),
    sa.UniqueConstraint("fingerprint"),
    sa.Index(None, "person"),
)

assignments = sa.Table(
    "assignments",
    metadata,
    person("participant", primary_key=True),
    person("caseworker"),
    sa.Index(None, "caseworker"),
)

substitutes = sa.Table("substitutes", metadata, person("caseworker", primary_key=True), person("substitute"))

leaves = sa.Table(
    "leaves", metadata, row_id(), person(), text("first_day"), text("last_day"), sa.Index(None, "person", "last_day")
)

guardians = sa.Table(
    "guardians",
    metadata,
    person("participant", primary_key=True),
    person("guardian", primary_key=True),
    sa.Index(None, "guardian"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    row_id(),
    person(),
    text("channel"),
    digest("fingerprint"),
    text("kind"),
    instant("received"),
    sealed(nullable=True),
    sa.UniqueConstraint("fingerprint"),
    sa.Index(None, "person", "id"),
)

conversations = sa.Table(
    "conversations",
    metadata,
    row_id(),
    person(),
    text("status"),
    number("turn"),
    instant("updated"),
    sealed(),
)

consents = sa.Table(
    "consents",
    metadata,
    row_id(),
    person(),
    text("purpose"),
    text("state"),
    person("actor"),
    instant("at"),
    sealed(),
    digest("digest"),
    sa.Index(None, "person", "id"),
)

absences = sa.Table(
    "absences",
    metadata,
    row_id(),
    person(),
    text("first_day"),
    text("last_day", nullable=True),
    number("revision"),
    instant("changed"),
    sealed(),
    sa.Index(None, "person", "id"),
)

alerts = sa.Table(
    "alerts",
    metadata,
    row_id(),
    person("subject"),
    person("recipient"),
    instant("raised_at"),
    number("step"),
    person("acknowledged_by", nullable=True),
    instant("acknowledged_at", nullable=True),
    sealed(),
    sa.Index(None, "subject", "id"),
)

alert_holders = sa.Table(
    "alert_holders",
    metadata,
    sa.Column("alert", ID, sa.ForeignKey("alerts.id"), primary_key=True, autoincrement=False),
    person(primary_key=True),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("handed_by", sa.BigInteger, nullable=True),
    sqlite_with_rowid=False,
)

events = sa.Table("events", metadata, row_id(), person("subject", nullable=True), instant("at"), sealed())

outbox = sa.Table(
    "outbox",
    metadata,
    row_id(),
    person("recipient"),
    person("subject"),
    text("channel"),
    sa.Column("address", ID, sa.ForeignKey("addresses.id"), nullable=False),
    text("message_class"),
    number("rank", default="0"),
    number("ping", default="0"),
    digest("dedupe"),
    instant("created"),
    instant("not_before"),
    instant("expires", nullable=True),
    text("status"),
    number("attempts"),
    sa.Column("lease", sa.BigInteger),
    instant("lease_until", nullable=True),
    sa.Column("seq", sa.BigInteger),
    instant("settled", nullable=True),
    text("platform_id", nullable=True),
    text("reason", nullable=True),
    instant("fetched", nullable=True),
    sealed(),
    sa.UniqueConstraint("dedupe"),
)

removals = sa.Table(
    "removals",
    metadata,
    row_id(),
    person(),
    text("channel"),
    sa.Column("address", ID, sa.ForeignKey("addresses.id"), nullable=False),
    instant("due"),
    instant("gives_up"),
    number("tries"),
    instant("settled", nullable=True),
    text("outcome", nullable=True),
    sealed(),
)

halts = sa.Table(
    "halts",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("address", sa.BigInteger, primary_key=True, autoincrement=False),
    instant("until"),
    sqlite_with_rowid=False,
)

phone_list = sa.Table(
    "phone_list",
    metadata,
    row_id(),
    person(),
    text("why"),
    instant("since"),
    instant("settled", nullable=True),
    person("settled_by", nullable=True),
)

timers = sa.Table(
    "timers",
    metadata,
    row_id(),
    text("kind"),
    instant("fire_at"),
    person("subject", nullable=True),
    sa.Column("ref", sa.BigInteger),
    text("guard"),
    text("outcome", nullable=True),
)

presses = sa.Table(
    "presses",
    metadata,
    sa.Column("outbox", ID, sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    instant("used_at"),
    sqlite_with_rowid=False,
)

login_links = sa.Table(
    "login_links",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    person(),
    instant("expires"),
    instant("used_at", nullable=True),
    sa.Index(None, "person"),
    sqlite_with_rowid=False,
)

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    person(),
    text("channel"),
    instant("expires"),
    instant("used_at", nullable=True),
    sa.Index(None, "person"),
    sqlite_with_rowid=False,
)

invitations = sa.Table(
    "invitations",
    metadata,
    row_id(),
    digest("code_hash"),
    person(),
    person("made_by", nullable=True),
    instant("expires"),
    instant("used_at", nullable=True),
    sa.Column("address", ID, sa.ForeignKey("addresses.id"), nullable=True),
    instant("settled", nullable=True),
    sealed(nullable=True),
    sa.UniqueConstraint("code_hash"),
    sa.Index(None, "person"),
    sa.Index(None, "address"),
)

intakes = sa.Table(
    "intakes",
    metadata,
    row_id(),
    person(),
    text("state"),
    sa.Column("conversation", ID, sa.ForeignKey("conversations.id"), nullable=True),
    person("accepted_by", nullable=True),
    instant("changed"),
    sealed(),
    sa.UniqueConstraint("person"),
)

web_sessions = sa.Table(
    "web_sessions",
    metadata,
    sa.Column("slot", sa.Text, primary_key=True),
    digest("secret_hash"),
    person(),
    text("kind"),
    instant("created"),
    instant("seen"),
    instant("expires"),
    sa.Column("revoked", sa.Integer, nullable=False),
    instant("unlocked", nullable=True),
    number("may_reset", default="0"),
    number("lent", default="0"),
    sa.Index(None, "person"),
    sqlite_with_rowid=False,
)

audit_groups = sa.Table(
    "audit_groups",
    metadata,
    sa.Column("chain", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    digest("previous"),
    sa.Column("entries", sa.LargeBinary, nullable=False),
    digest("hash"),
    sqlite_with_rowid=False,
)

audit_roots = sa.Table(
    "audit_roots",
    metadata,
    sa.Column("chain", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    digest("hash"),
    instant("at"),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

_PENDING = sa.text("status = 'pending'")
_SENDING = sa.text("status = 'sending'")
_UNCERTAIN = sa.text("status = 'uncertain'")
_FAILED = sa.text("status = 'failed'")
_EXPIRING = sa.text("status = 'pending' AND expires IS NOT NULL")
_SENT = sa.text("seq IS NOT NULL")
_OPEN = sa.text("status = 'waiting' OR status = 'paused'")
_WAITING = sa.text("outcome IS NULL")
_UNSEEN = sa.text("acknowledged_by IS NULL")
_UNFETCHED = sa.text("fetched = 0")
_OPEN_ENTRY = sa.text("settled IS NULL")
_SWITCHED_OFF = sa.text("address = -1")


def _partial(name: str, where: sa.TextClause, *columns: sa.Column[Any]) -> None:
    """An index over the rows that are still to be worked on: it stays small however long the history grows."""
    sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


_partial("ix_outbox_due", _PENDING, outbox.c.channel, outbox.c.rank, outbox.c.not_before, outbox.c.id)
_partial("ix_outbox_order", _PENDING, outbox.c.address, outbox.c.id)
_partial("ix_outbox_sending", _SENDING, outbox.c.address)
_partial("ix_outbox_expiring", _EXPIRING, outbox.c.expires)
_partial("ix_outbox_uncertain", _UNCERTAIN, outbox.c.id)
_partial("ix_outbox_failed", _FAILED, outbox.c.id)
_partial("ix_outbox_seq", _SENT, outbox.c.seq)
_partial("ix_outbox_history", _SENT, outbox.c.recipient, outbox.c.seq)
_partial("ix_outbox_unfetched", _UNFETCHED, outbox.c.recipient)
_partial("ix_removals_due", _OPEN_ENTRY, removals.c.due, removals.c.id)
_partial("ix_halts_switched_off", _SWITCHED_OFF, halts.c.channel)
_partial("ix_conversations_open", _OPEN, conversations.c.person)
_partial("ix_alerts_unseen", _UNSEEN, alerts.c.id)
_partial("ix_timers_due", _WAITING, timers.c.fire_at, timers.c.id)
_partial("ix_timers_ref", _WAITING, timers.c.ref)
sa.Index("uq_phone_list_open", phone_list.c.person, unique=True, sqlite_where=_OPEN_ENTRY, postgresql_where=_OPEN_ENTRY)
