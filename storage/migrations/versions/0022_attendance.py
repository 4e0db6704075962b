"""Attendance: marks, words about months, what months came to, and the lock that the database itself keeps (R23).

Nothing here can be changed or deleted. A mark is refused for a month that is locked: by a row in `attendance_locks`
(transmitted, or its day has come), or because the clock row has reached the 10th of the next month, 0:00 in Berlin. The
clock row only rises, so that setting a clock back opens nothing. Europe changes its clocks after the 24th of a month,
so on a 10th Berlin is two hours ahead from April to October, and one hour otherwise.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import forbid_changes

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("attendance_marks", "attendance_words", "attendance_closings", "attendance_locks")

_SQLITE = (
    """
    CREATE TRIGGER attendance_marks_locked BEFORE INSERT ON attendance_marks
    WHEN NEW.day IS NOT date(NEW.day, '+0 days')
      OR EXISTS (SELECT 1 FROM attendance_locks WHERE month = substr(NEW.day, 1, 7))
      OR NOT EXISTS (SELECT 1 FROM attendance_clock)
      OR EXISTS (
        SELECT 1 FROM attendance_clock WHERE locks_on_tenth = 1 AND max(seen, NEW.at) >= 1000000 * (
          strftime('%s', substr(NEW.day, 1, 7) || '-01', '+1 month', '+9 days')
          - CASE WHEN strftime('%m', substr(NEW.day, 1, 7) || '-01', '+1 month') BETWEEN '04' AND '10'
            THEN 7200 ELSE 3600 END
        )
      )
    BEGIN SELECT RAISE(ABORT, 'attendance: the month is locked'); END
    """,
    """
    CREATE TRIGGER attendance_clock_rises BEFORE UPDATE ON attendance_clock
    WHEN NEW.seen < OLD.seen OR NEW.id <> OLD.id
    BEGIN SELECT RAISE(ABORT, 'attendance: the clock only rises'); END
    """,
    """
    CREATE TRIGGER attendance_clock_stays BEFORE DELETE ON attendance_clock
    BEGIN SELECT RAISE(ABORT, 'attendance: the clock only rises'); END
    """,
)
_SERVER = (
    """
    CREATE FUNCTION attendance_refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE clock attendance_clock%ROWTYPE; first date;
    BEGIN
        first := date_trunc('month', NEW.day::date)::date;
        SELECT * INTO clock FROM attendance_clock WHERE id = 1 FOR SHARE;
        IF NOT FOUND OR NEW.day <> to_char(NEW.day::date, 'YYYY-MM-DD')
            OR EXISTS (SELECT 1 FROM attendance_locks WHERE month = substr(NEW.day, 1, 7))
            OR (clock.locks_on_tenth = 1 AND greatest(clock.seen, NEW.at) >= 1000000 * extract(
                epoch FROM ((first + interval '1 month 9 days') AT TIME ZONE 'Europe/Berlin')
            ))
        THEN
            RAISE EXCEPTION 'attendance: the month is locked';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER attendance_marks_locked BEFORE INSERT ON attendance_marks
    FOR EACH ROW EXECUTE FUNCTION attendance_refuse_locked()
    """,
    """
    CREATE FUNCTION attendance_lock_waits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM attendance_clock WHERE id = 1 FOR UPDATE;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER attendance_locks_wait BEFORE INSERT ON attendance_locks
    FOR EACH ROW EXECUTE FUNCTION attendance_lock_waits()
    """,
    """
    CREATE FUNCTION attendance_clock_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.seen >= OLD.seen AND NEW.id = OLD.id THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'attendance: the clock only rises';
    END $$
    """,
    """
    CREATE TRIGGER attendance_clock_rises BEFORE UPDATE OR DELETE ON attendance_clock
    FOR EACH ROW EXECUTE FUNCTION attendance_clock_guard()
    """,
    """
    CREATE TRIGGER attendance_clock_stays BEFORE TRUNCATE ON attendance_clock
    FOR EACH STATEMENT EXECUTE FUNCTION attendance_clock_guard()
    """,
)


def upgrade() -> None:
    """Create the tables, the clock, and the triggers."""
    _of_a_person(
        "attendance_marks",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("by", ID, nullable=False),
        _by("attendance_marks"),
    )
    _of_a_person(
        "attendance_words",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("by", ID, nullable=False),
        _by("attendance_words"),
    )
    _of_a_person(
        "attendance_closings",
        sa.Column("month", sa.Text(), nullable=False),
        sa.UniqueConstraint("person", "month", name="uq_attendance_closings_person_month"),
    )
    op.create_table(
        "attendance_locks",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", ID, nullable=True),
        _by("attendance_locks"),
        sa.PrimaryKeyConstraint("month", name="pk_attendance_locks"),
    )
    clock = op.create_table(
        "attendance_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("locks_on_tenth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attendance_clock"),
    )
    op.bulk_insert(clock, [{"id": 1, "seen": 0, "locks_on_tenth": 1}])
    op.create_index("ix_attendance_marks_person_day", "attendance_marks", ["person", "day"], unique=False)
    op.create_index("ix_attendance_words_person_month", "attendance_words", ["person", "month"], unique=False)
    op.create_index("ix_attendance_closings_month", "attendance_closings", ["month"], unique=False)
    for table in APPEND_ONLY:
        forbid_changes(table)
    connection = op.get_bind()
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _SERVER:
        connection.exec_driver_sql(statement if connection.dialect.name == "sqlite" else statement.replace("%", "%%"))


def _by(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["by"], ["people.id"], name=f"fk_{table}_by")


def _of_a_person(table: str, *more: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        *more,
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=f"fk_{table}_person"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
