"""The tables. Ids are made by the application; instants are microseconds; `sealed` columns only the vault can read."""

from typing import Any

import sqlalchemy as sa

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite's own row id, so that rows are appended in order

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id(name: str = "id") -> sa.Column[int]:
    return sa.Column(name, ID, primary_key=True, autoincrement=False)


def _person(name: str = "person", *, nullable: bool = False, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey("people.id"), nullable=nullable, primary_key=primary_key)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _sealed(*, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column("sealed", sa.LargeBinary, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable, server_default=default)


def _hash(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


system_keys = sa.Table(
    "system_keys",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    _id(),
    _text("handle"),
    _text("role"),
    _sealed(),
    sa.UniqueConstraint("handle"),
    sa.Index(None, "role", "id"),
)

person_keys = sa.Table(
    "person_keys",
    metadata,
    sa.Column("person", ID, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
    _number("version"),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

addresses = sa.Table(
    "addresses",
    metadata,
    _id(),
    _person(),
    _text("channel"),
    _hash("fingerprint"),
    _sealed(),
    _instant("ended", nullable=True),
    _text("ended_why", nullable=True),
    sa.UniqueConstraint("fingerprint"),
    sa.Index(None, "person"),
)

assignments = sa.Table(
    "assignments",
    metadata,
    _person("participant", primary_key=True),
    _person("caseworker"),
    sa.Index(None, "caseworker"),
)

substitutes = sa.Table("substitutes", metadata, _person("caseworker", primary_key=True), _person("substitute"))

leaves = sa.Table(
    "leaves", metadata, _id(), _person(), _text("first_day"), _text("last_day"), sa.Index(None, "person", "last_day")
)

guardians = sa.Table(
    "guardians",
    metadata,
    _person("participant", primary_key=True),
    _person("guardian", primary_key=True),
    sa.Index(None, "guardian"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    _id(),
    _person(),
    _text("channel"),
    _hash("fingerprint"),
    _text("kind"),
    _instant("received"),
    _sealed(nullable=True),
    sa.UniqueConstraint("fingerprint"),
    sa.Index(None, "person", "id"),
)

conversations = sa.Table(
    "conversations",
    metadata,
    _id(),
    _person(),
    _text("status"),
    _number("turn"),
    _instant("updated"),
    _sealed(),
)

consents = sa.Table(
    "consents",
    metadata,
    _id(),
    _person(),
    _text("purpose"),
    _text("state"),
    _person("actor"),
    _instant("at"),
    _sealed(),
    _hash("digest"),
    sa.Index(None, "person", "id"),
)

absences = sa.Table(
    "absences",
    metadata,
    _id(),
    _person(),
    _text("first_day"),
    _text("last_day", nullable=True),
    _number("revision"),
    _instant("changed"),
    _sealed(),
    sa.Index(None, "person", "id"),
)

appointments = sa.Table(
    "appointments",
    metadata,
    _id(),
    _text("handle"),
    _person("organiser"),
    _text("kind"),
    _instant("starts"),
    _instant("ends"),
    _number("revision"),
    _number("cancelled"),
    _instant("made"),
    _sealed(),
    sa.UniqueConstraint("handle"),
    sa.Index(None, "organiser", "ends"),
)

invitees = sa.Table(
    "invitees",
    metadata,
    _id(),
    sa.Column("appointment", ID, sa.ForeignKey("appointments.id"), nullable=False),
    _person(),
    _sealed(),
    sa.UniqueConstraint("appointment", "person"),
    sa.Index(None, "person"),
)

alerts = sa.Table(
    "alerts",
    metadata,
    _id(),
    _person("subject"),
    _person("recipient"),
    _instant("raised_at"),
    _number("step"),
    _person("acknowledged_by", nullable=True),
    _instant("acknowledged_at", nullable=True),
    _sealed(),
    sa.Index(None, "subject", "id"),
)

alert_holders = sa.Table(
    "alert_holders",
    metadata,
    sa.Column("alert", ID, sa.ForeignKey("alerts.id"), primary_key=True, autoincrement=False),
    _person(primary_key=True),
    sa.Column("since", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

events = sa.Table("events", metadata, _id(), _person("subject", nullable=True), _instant("at"), _sealed())

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    _person("recipient"),
    _person("subject"),
    _text("channel"),
    sa.Column("address", ID, sa.ForeignKey("addresses.id"), nullable=False),
    _text("message_class"),
    _number("rank", default="0"),
    _number("ping", default="0"),
    _hash("dedupe"),
    _instant("created"),
    _instant("not_before"),
    _instant("expires", nullable=True),
    _text("status"),
    _number("attempts"),
    sa.Column("lease", sa.BigInteger),
    _instant("lease_until", nullable=True),
    sa.Column("seq", sa.BigInteger),
    _instant("settled", nullable=True),
    _text("platform_id", nullable=True),
    _text("reason", nullable=True),
    _instant("fetched", nullable=True),
    _sealed(),
    sa.UniqueConstraint("dedupe"),
)

removals = sa.Table(
    "removals",
    metadata,
    _id(),
    _person(),
    _text("channel"),
    sa.Column("address", ID, sa.ForeignKey("addresses.id"), nullable=False),
    _instant("due"),
    _instant("gives_up"),
    _number("tries"),
    _instant("settled", nullable=True),
    _text("outcome", nullable=True),
    _sealed(),
)

halts = sa.Table(
    "halts",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("address", sa.BigInteger, primary_key=True, autoincrement=False),
    _instant("until"),
    sqlite_with_rowid=False,
)

phone_list = sa.Table(
    "phone_list",
    metadata,
    _id(),
    _person(),
    _text("why"),
    _instant("since"),
    _instant("settled", nullable=True),
    _person("settled_by", nullable=True),
)

timers = sa.Table(
    "timers",
    metadata,
    _id(),
    _text("kind"),
    _instant("fire_at"),
    _person("subject", nullable=True),
    sa.Column("ref", sa.BigInteger),
    _text("guard"),
    _text("outcome", nullable=True),
)

presses = sa.Table(
    "presses",
    metadata,
    sa.Column("outbox", ID, sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    _instant("used_at"),
    sqlite_with_rowid=False,
)

login_links = sa.Table(
    "login_links",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    _person(),
    _instant("expires"),
    _instant("used_at", nullable=True),
    sqlite_with_rowid=False,
)

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    _person(),
    _text("channel"),
    _instant("expires"),
    _instant("used_at", nullable=True),
    sa.Index(None, "person"),
    sqlite_with_rowid=False,
)

invitations = sa.Table(
    "invitations",
    metadata,
    _id(),
    _hash("code_hash"),
    _person(),
    _person("made_by", nullable=True),
    _instant("expires"),
    _instant("used_at", nullable=True),
    sa.Column("address", ID, sa.ForeignKey("addresses.id"), nullable=True),
    _instant("settled", nullable=True),
    _sealed(nullable=True),
    sa.UniqueConstraint("code_hash"),
    sa.Index(None, "person"),
    sa.Index(None, "address"),
)

web_sessions = sa.Table(
    "web_sessions",
    metadata,
    sa.Column("slot", sa.Text, primary_key=True),
    _hash("secret_hash"),
    _person(),
    _text("kind"),
    _instant("created"),
    _instant("seen"),
    _instant("expires"),
    sa.Column("revoked", sa.Integer, nullable=False),
    sa.Index(None, "person"),
    sqlite_with_rowid=False,
)

audit_groups = sa.Table(
    "audit_groups",
    metadata,
    sa.Column("chain", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    _hash("previous"),
    sa.Column("entries", sa.LargeBinary, nullable=False),
    _hash("hash"),
    sqlite_with_rowid=False,
)

audit_roots = sa.Table(
    "audit_roots",
    metadata,
    sa.Column("chain", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    _hash("hash"),
    _instant("at"),
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
_partial("ix_conversations_open", _OPEN, conversations.c.person)
_partial("ix_alerts_unseen", _UNSEEN, alerts.c.id)
_partial("ix_timers_due", _WAITING, timers.c.fire_at, timers.c.id)
_partial("ix_timers_ref", _WAITING, timers.c.ref)
sa.Index("uq_phone_list_open", phone_list.c.person, unique=True, sqlite_where=_OPEN_ENTRY, postgresql_where=_OPEN_ENTRY)
