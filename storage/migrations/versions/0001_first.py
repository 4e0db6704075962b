"""The first schema: people, inbox, conversations, consents, absences, alerts, events, outbox, timers, sessions."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import forbid_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENDING = sa.text("status = 'pending'")
SENDING = sa.text("status = 'sending'")
OPEN = sa.text("status = 'waiting' OR status = 'paused'")
WAITING = sa.text("outcome IS NULL")
SENT = sa.text("seq IS NOT NULL")
EXPIRING = sa.text("status = 'pending' AND expires IS NOT NULL")
UNSEEN = sa.text("acknowledged_by IS NULL")
APPEND_ONLY = ("consents", "events")


def upgrade() -> None:
    """Create everything."""
    _people()
    _system_keys()
    _absences()
    _addresses()
    _alerts()
    _assignments()
    _consents()
    _conversations()
    _events()
    _guardians()
    _inbox()
    _leaves()
    _login_links()
    _person_keys()
    _substitutes()
    _timers()
    _web_sessions()
    _alert_holders()
    _outbox()
    _buttons()
    for table in APPEND_ONLY:
        forbid_changes(table)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("handle", name="uq_people_handle"),
    )


def _system_keys() -> None:
    op.create_table(
        "system_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_system_keys"),
    )


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("first_day", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_absences_person"),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
    )
    op.create_index("ix_absences_person_id", "absences", ["person", "id"], unique=False)


def _addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_addresses_person"),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
        sa.UniqueConstraint("fingerprint", name="uq_addresses_fingerprint"),
    )
    op.create_index("ix_addresses_person", "addresses", ["person"], unique=False)


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("subject", ID, nullable=False),
        sa.Column("recipient", ID, nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("acknowledged_by", ID, nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["people.id"], name="fk_alerts_acknowledged_by"),
        sa.ForeignKeyConstraint(["recipient"], ["people.id"], name="fk_alerts_recipient"),
        sa.ForeignKeyConstraint(["subject"], ["people.id"], name="fk_alerts_subject"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_subject_id", "alerts", ["subject", "id"], unique=False)
    op.create_index("ix_alerts_unseen", "alerts", ["id"], unique=False, sqlite_where=UNSEEN, postgresql_where=UNSEEN)


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("participant", ID, nullable=False),
        sa.Column("caseworker", ID, nullable=False),
        sa.ForeignKeyConstraint(["caseworker"], ["people.id"], name="fk_assignments_caseworker"),
        sa.ForeignKeyConstraint(["participant"], ["people.id"], name="fk_assignments_participant"),
        sa.PrimaryKeyConstraint("participant", name="pk_assignments"),
    )
    op.create_index("ix_assignments_caseworker", "assignments", ["caseworker"], unique=False)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["people.id"], name="fk_consents_actor"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_consents_person"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_person_id", "consents", ["person", "id"], unique=False)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_conversations_person"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index(
        "ix_conversations_open", "conversations", ["person"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("subject", ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["people.id"], name="fk_events_subject"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )


def _guardians() -> None:
    op.create_table(
        "guardians",
        sa.Column("participant", ID, nullable=False),
        sa.Column("guardian", ID, nullable=False),
        sa.ForeignKeyConstraint(["guardian"], ["people.id"], name="fk_guardians_guardian"),
        sa.ForeignKeyConstraint(["participant"], ["people.id"], name="fk_guardians_participant"),
        sa.PrimaryKeyConstraint("participant", "guardian", name="pk_guardians"),
    )
    op.create_index("ix_guardians_guardian", "guardians", ["guardian"], unique=False)


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_inbox_person"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("fingerprint", name="uq_inbox_fingerprint"),
    )
    op.create_index("ix_inbox_person_id", "inbox", ["person", "id"], unique=False)


def _leaves() -> None:
    op.create_table(
        "leaves",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("first_day", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_leaves_person"),
        sa.PrimaryKeyConstraint("id", name="pk_leaves"),
    )
    op.create_index("ix_leaves_person_last_day", "leaves", ["person", "last_day"], unique=False)


def _login_links() -> None:
    op.create_table(
        "login_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_login_links_person"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_login_links"),
        sqlite_with_rowid=False,
    )


def _person_keys() -> None:
    op.create_table(
        "person_keys",
        sa.Column("person", ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_person_keys_person"),
        sa.PrimaryKeyConstraint("person", name="pk_person_keys"),
    )


def _substitutes() -> None:
    op.create_table(
        "substitutes",
        sa.Column("caseworker", ID, nullable=False),
        sa.Column("substitute", ID, nullable=False),
        sa.ForeignKeyConstraint(["caseworker"], ["people.id"], name="fk_substitutes_caseworker"),
        sa.ForeignKeyConstraint(["substitute"], ["people.id"], name="fk_substitutes_substitute"),
        sa.PrimaryKeyConstraint("caseworker", name="pk_substitutes"),
    )


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fire_at", sa.BigInteger(), nullable=False),
        sa.Column("subject", ID, nullable=True),
        sa.Column("ref", sa.BigInteger(), nullable=True),
        sa.Column("guard", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["subject"], ["people.id"], name="fk_timers_subject"),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
    )
    op.create_index(
        "ix_timers_due", "timers", ["fire_at", "id"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("ix_timers_ref", "timers", ["ref"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING)


def _web_sessions() -> None:
    op.create_table(
        "web_sessions",
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_web_sessions_person"),
        sa.PrimaryKeyConstraint("slot", name="pk_web_sessions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_web_sessions_person", "web_sessions", ["person"], unique=False)


def _alert_holders() -> None:
    op.create_table(
        "alert_holders",
        sa.Column("alert", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name="fk_alert_holders_alert"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_alert_holders_person"),
        sa.PrimaryKeyConstraint("alert", "person", name="pk_alert_holders"),
        sqlite_with_rowid=False,
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("recipient", ID, nullable=False),
        sa.Column("subject", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", ID, nullable=False),
        sa.Column("message_class", sa.Text(), nullable=False),
        sa.Column("dedupe", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.Column("platform_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["address"], ["addresses.id"], name="fk_outbox_address"),
        sa.ForeignKeyConstraint(["recipient"], ["people.id"], name="fk_outbox_recipient"),
        sa.ForeignKeyConstraint(["subject"], ["people.id"], name="fk_outbox_subject"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("dedupe", name="uq_outbox_dedupe"),
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["not_before", "id"], unique=False, sqlite_where=PENDING, postgresql_where=PENDING
    )
    op.create_index(
        "ix_outbox_expiring", "outbox", ["expires"], unique=False, sqlite_where=EXPIRING, postgresql_where=EXPIRING
    )
    op.create_index(
        "ix_outbox_history",
        "outbox",
        ["recipient", "channel", "seq"],
        unique=False,
        sqlite_where=SENT,
        postgresql_where=SENT,
    )
    op.create_index(
        "ix_outbox_order", "outbox", ["address", "id"], unique=False, sqlite_where=PENDING, postgresql_where=PENDING
    )
    op.create_index(
        "ix_outbox_sending", "outbox", ["address"], unique=False, sqlite_where=SENDING, postgresql_where=SENDING
    )
    op.create_index("ix_outbox_seq", "outbox", ["seq"], unique=False, sqlite_where=SENT, postgresql_where=SENT)


def _buttons() -> None:
    op.create_table(
        "buttons",
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("outbox", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("conversation", ID, nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name="fk_buttons_conversation"),
        sa.ForeignKeyConstraint(["outbox"], ["outbox.id"], name="fk_buttons_outbox"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_buttons_person"),
        sa.PrimaryKeyConstraint("handle", name="pk_buttons"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_buttons_outbox", "buttons", ["outbox"], unique=False)
