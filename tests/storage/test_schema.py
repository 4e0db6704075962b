"""The tables in the code and the tables in the database are the same, and a wrong revision is named."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import schema
from storage.all_tables import everything as metadata
from storage.errors import StoreBusy, StoreError, WrongSchema
from storage.schema import HEAD, migrate, revision_of
from storage.settings import StoreSettings
from storage.store import Store
from tests.storage.conftest import open_store

APPEND_ONLY = (
    "access_log", "audit_groups", "audit_roots", "consents", "events", "extra_leave", "leave_steps", "verdicts",
)  # fmt: skip
OF_ATTENDANCE = ("attendance_marks", "attendance_words", "attendance_closings", "attendance_locks")
TRIGGERS = {
    *(f"{table}_no_{change}" for table in (*APPEND_ONLY, *OF_ATTENDANCE) for change in ("update", "delete")),
    "attendance_marks_locked",
    "attendance_clock_rises",
    "attendance_clock_stays",
}


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """Look into the file by hand."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def set_revision(path: Path, revision: str) -> None:
    """Pretend that another program made the database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


def test_migrations_and_tables_agree(database: Path) -> None:
    """A migrated database has exactly the tables, columns, constraints and indexes of the code."""
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [] == compare_metadata(context, metadata)
    engine.dispose()


def test_partial_indexes_agree(database: Path) -> None:
    """What an index leaves out is the same in the code and in the database."""
    wanted = {
        index.name: str(where)
        for table in metadata.tables.values()
        for index in table.indexes
        if (where := index.dialect_options["sqlite"]["where"]) is not None
    }
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    found = {name: str(sql).split(" WHERE ")[1] for name, sql in rows(database, query)}
    assert wanted == found


def test_every_trigger_is_there(database: Path) -> None:
    """Consents, events and the audit chain have the triggers that keep them append-only, and there are no others."""
    assert TRIGGERS == {name for (name,) in rows(database, "SELECT name FROM sqlite_master WHERE type = 'trigger'")}


def test_head_is_the_newest_migration() -> None:
    """The revision that the program demands is the last one in the folder."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert [HEAD] == ScriptDirectory.from_config(config).get_heads()


def test_migrating_twice_changes_nothing(database: Path) -> None:
    """A database at the newest revision is left alone."""
    before = database.read_bytes()
    assert HEAD == migrate(f"sqlite:///{database}").before
    assert before == database.read_bytes()


def test_a_new_database_belongs_to_its_owner_alone(database: Path) -> None:
    """Nobody else on the machine can read it."""
    assert 0o600 == database.stat().st_mode & 0o777


def test_an_older_database_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    """What was there before a migration lies beside the database, named after its revision."""
    path = tmp_path / "lotse.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0000')")
        connection.commit()
    with pytest.raises(Exception, match="0000"):
        migrate(f"sqlite:///{path}")
    assert [("0000",)] == rows(tmp_path / "lotse.db.before-0000", "SELECT version_num FROM alembic_version")
    assert "0000" == revision_of(f"sqlite:///{path}")


def test_a_failed_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    """All of a migration happens, or nothing of it."""
    path = tmp_path / "lotse.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE web_sessions (mine INTEGER)")
    with pytest.raises(sa.exc.OperationalError, match="already exists"):
        migrate(f"sqlite:///{path}")
    assert [("web_sessions",)] == rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    assert revision_of(f"sqlite:///{path}") is None


def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Opening what does not exist says which command makes it."""
    with pytest.raises(WrongSchema, match="migrate"):
        open_store(StoreSettings(url=f"sqlite:///{tmp_path}/lotse.db"))


@pytest.mark.parametrize(("revision", "way_out"), [("0000", "migrate"), ("9999", "newer program")])
def test_a_wrong_revision_is_named(database: Path, settings: StoreSettings, revision: str, way_out: str) -> None:
    """A database of another revision is not opened; the message names both revisions and the way out."""
    set_revision(database, revision)
    with pytest.raises(WrongSchema, match=f"{revision}.*{HEAD}.*{way_out}"):
        open_store(settings)


def test_a_newer_database_is_not_migrated(database: Path) -> None:
    """There is no way back, so nothing happens to it."""
    set_revision(database, "9999")
    with pytest.raises(WrongSchema, match="newer"):
        migrate(f"sqlite:///{database}")
    assert "9999" == revision_of(f"sqlite:///{database}")


def test_a_database_in_use_is_not_migrated(store: Store, database: Path) -> None:
    """Migrating waits for nobody: it says who has the file."""
    with pytest.raises(StoreBusy, match="in use by process"):
        migrate(f"sqlite:///{database}")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """Some other file is not taken for a database."""
    (tmp_path / "lotse.db").write_text("Dear diary, " * 100, "utf-8")
    with pytest.raises(StoreError, match="cannot be read as a database"):
        revision_of(f"sqlite:///{tmp_path}/lotse.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/lotse", "lotse.db", ""])
def test_an_address_that_names_no_file_is_refused(url: str) -> None:
    """The message shows what an address looks like."""
    with pytest.raises(StoreError, match="sqlite:///var/db/lotse"):
        revision_of(url)
