"""What the columns of our tables are made of: ids, instants, sealed payloads, keyed hashes."""

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


def row_id(name: str = "id") -> sa.Column[int]:
    """The row's own id, made by the application."""
    return sa.Column(name, ID, primary_key=True, autoincrement=False)


def person(name: str = "person", *, nullable: bool = False, primary_key: bool = False) -> sa.Column[int]:
    """Whose row it is, or who did something."""
    return sa.Column(name, ID, sa.ForeignKey("people.id"), nullable=nullable, primary_key=primary_key)


def instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    """Microseconds since 1970 in UTC."""
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def sealed(*, nullable: bool = False) -> sa.Column[bytes]:
    """What only the vault can read."""
    return sa.Column("sealed", sa.LargeBinary, nullable=nullable)


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    """Something that says nothing personal."""
    return sa.Column(name, sa.Text, nullable=nullable)


def number(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    """A whole number; `default` for rows from before there was the column."""
    return sa.Column(name, sa.Integer, nullable=nullable, server_default=default)


def digest(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    """A hash, keyed where it could be guessed."""
    return sa.Column(name, sa.LargeBinary, nullable=nullable)
