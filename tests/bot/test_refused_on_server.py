"""What must be refused on a PostgreSQL server, as an operator types it: the cause is named and nothing is changed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from bot.app import build, prepare
from bot.cli import cli
from bot.settings import DatabaseSettings, Settings
from storage.schema import HEAD
from tests.postgres import EMPTY, Server

pytestmark = pytest.mark.slow

Type = Callable[..., Result]
NEEDING_THE_DATABASE = (("run",), ("migrate",), ("audit", "verify"), ("outbox", "list"))


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """A database of an assistant that is not running."""
    made = server.create(EMPTY)
    yield made
    server.drop(made)


@pytest.fixture
def keys(url: str, tmp_path: Path) -> Path:
    """Its folder of keys."""
    settings = settings_of(url, tmp_path / "keys")
    prepare(settings)
    build(settings, channels=[]).store.close()
    return tmp_path / "keys"


def settings_of(url: str, keys: Path) -> Settings:
    """Settings with the keys in this folder."""
    return Settings(database=DatabaseSettings(url=url, key_file=keys / "master.key"))


@pytest.fixture
def typed(url: str, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Types a command; `key_file` is another master key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("LOTSE_SERVER__PORT", "1")

    def type_(*words: str, key_file: Path = keys / "master.key") -> Result:
        monkeypatch.setenv("LOTSE_DATABASE__KEY_FILE", str(key_file))
        return CliRunner().invoke(cli, words)

    return type_


def everything(url: str) -> list[object]:
    """What is in the database, besides who has it open."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'writers' ORDER BY 1"
        ).fetchall()
        return [(name, connection.execute(f"SELECT * FROM {name}".encode()).fetchall()) for (name,) in tables]


@pytest.mark.parametrize("words", NEEDING_THE_DATABASE, ids=" ".join)
def test_a_newer_database_is_refused(url: str, typed: Type, words: tuple[str, ...]) -> None:
    """Both revisions are named."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = everything(url)
    answer = typed(*words)
    assert 2 == answer.exit_code, answer.output
    assert f"revision 9999, newer than this program's {HEAD}" in answer.stderr
    assert before == everything(url)


@pytest.mark.parametrize("words", NEEDING_THE_DATABASE, ids=" ".join)
def test_a_key_that_does_not_fit_is_refused(url: str, typed: Type, tmp_path: Path, words: tuple[str, ...]) -> None:
    """The master key of another installation opens nothing and changes nothing, and `check` says so, too."""
    prepare(settings_of(f"sqlite:///{tmp_path}/db/other.db", tmp_path / "others"))
    before, other = everything(url), tmp_path / "others" / "master.key"
    answer = typed(*words, key_file=other)
    assert 2 == answer.exit_code, answer.output
    assert "master key does not fit" in answer.stderr
    assert before == everything(url)
    (line,) = [line for line in typed("check", key_file=other).stdout.splitlines() if " key fits " in f" {line}"]
    assert line.startswith("fault")


@pytest.mark.parametrize("words", [("backup", "."), ("restore", "b.age", "--identity", "id.txt", "--replace")])
def test_a_server_has_its_own_backups(url: str, typed: Type, words: tuple[str, ...]) -> None:
    """Over a database on a server nothing is restored; its own tools are named."""
    before = everything(url)
    answer = typed(*words)
    assert (2, True) == (answer.exit_code, "pg_restore" in answer.stderr)
    assert before == everything(url)
