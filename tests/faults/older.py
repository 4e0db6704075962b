"""Databases of older revisions, made by their own migrations and filled with what fits of a newer one."""

from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage import schema
from tests.faults.databases import Database, engine_of

Contents = dict[str, Counter[tuple[object, ...]]]
_VERSION = "alembic_version"


def older_revisions() -> list[str]:
    """Every revision but the newest, oldest first."""
    revisions = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]
    return revisions[:0:-1]


def make_older(target: Database, revision: str, source: Database) -> None:
    """Bring an empty database to the revision, and fill it."""
    engine = engine_of(target.url)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with engine_of(source.url).connect() as found, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        for table in _tables(connection):
            if rows := [dict(row) for row in found.execute(sa.select(*table.columns)).mappings()]:
                connection.execute(sa.insert(table), rows)


def contents(database: Database, like: Database | None = None) -> Contents:
    """Every row of every table; `like`: only tables and columns that this one has, too."""
    with engine_of((like or database).url).connect() as connection:
        tables = _tables(connection)
    with engine_of(database.url).connect() as connection:
        return {
            table.name: Counter(tuple(row) for row in connection.execute(sa.select(*table.columns))) for table in tables
        }


def _tables(connection: sa.Connection) -> list[sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != _VERSION]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    return config
