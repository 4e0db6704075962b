"""Databases of older revisions, made by their own migrations and filled with what fits of a newer one."""

from collections import Counter
from operator import itemgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage import schema
from storage.audit import AUDITED, ENTRY, hash_of
from tests.faults.databases import Database, engine_of

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
        tables = _in_both(connection, found)
        names = {table.name for table in tables}
        lacking = {kind for kind, name in enumerate(AUDITED, start=1) if name not in names}
        for table in tables:
            rows = [dict(row) for row in found.execute(table.select()).mappings()]
            if table.name == "audit_groups":
                rows = _relinked(rows, lacking)
            if connection.execute(table.select()).first() is not None:  # the migration has put a row there itself
                for row in rows:
                    connection.execute(table.update().where(table.c.id == row["id"]).values(row))
            elif rows:
                connection.execute(table.insert(), rows)


def _relinked(groups: list[dict[str, Any]], lacking: set[int]) -> list[dict[str, Any]]:
    """The chains without the entries of audited tables that the older revision has not got."""
    heads: dict[int, bytes] = {}
    for group in sorted(groups, key=itemgetter("chain", "seq")):
        entries = [ENTRY.pack(*entry) for entry in ENTRY.iter_unpack(group["entries"]) if entry[0] not in lacking]
        group["entries"] = b"".join(entries)
        group["previous"] = heads.get(group["chain"], group["previous"])
        group["hash"] = hash_of(group["chain"], group["seq"], group["previous"], group["entries"])
        heads[group["chain"]] = group["hash"]
    return groups


def differences(database: Database, original: Database) -> list[str]:
    """The tables whose rows are not the same, as far as both have the same tables and columns."""
    with engine_of(database.url).connect() as new, engine_of(original.url).connect() as old:
        return [f"{each.name} differs" for each in _in_both(old, new) if _rows(new, each) != _rows(old, each)]


def _rows(connection: sa.Connection, table: sa.TableClause) -> Counter[tuple[object, ...]]:
    return Counter(tuple(row) for row in connection.execute(table.select()))


def _in_both(one: sa.Connection, other: sa.Connection) -> list[sa.TableClause]:
    """The tables that both have, parents first, with the columns that both have."""
    ours, theirs = sa.MetaData(), sa.MetaData()
    ours.reflect(one)
    theirs.reflect(other)
    return [
        sa.table(table.name, *(sa.column(each.name, each.type) for each in table.c if each.name in there.c))
        for table in ours.sorted_tables
        if table.name != _VERSION and (there := theirs.tables.get(table.name)) is not None
    ]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    return config
