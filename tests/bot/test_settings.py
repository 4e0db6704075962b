"""Settings: where they come from, which wins, and that whatever is wrong is named."""

from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory and an environment without any settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "LOTSE_DATABASE__URL"):
        monkeypatch.delenv(name, raising=False)


def test_without_settings_the_defaults_hold() -> None:
    """It runs on the loopback address with the embedded database."""
    settings = read_settings()
    assert ("127.0.0.1", 8080, "http://127.0.0.1:8080") == (
        settings.server.host,
        settings.server.port,
        settings.server.address,
    )
    assert settings.database.url.startswith("sqlite:///")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given in code wins over the environment, which wins over lotse.toml, key by key."""
    (tmp_path / "lotse.toml").write_text('[server]\nport = 8001\nhost = "::1"\n[delivery]\nretries = 3\n')
    monkeypatch.setenv("LOTSE_SERVER__PORT", "8002")
    settings = read_settings()
    assert ("::1", 8002, 3) == (settings.server.host, settings.server.port, settings.delivery.retries)
    assert 8003 == read_settings(server={"port": 8003}).server.port


def test_database_url_is_an_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    """DATABASE_URL names the database unless LOTSE_DATABASE__URL does, and leaves the environment as it is."""
    monkeypatch.setenv("DATABASE_URL", "sqlite:///one.db")
    assert "sqlite:///one.db" == read_settings().database.url
    monkeypatch.delenv("DATABASE_URL")
    assert "sqlite:///one.db" != read_settings().database.url
    monkeypatch.setenv("DATABASE_URL", "sqlite:///one.db")
    monkeypatch.setenv("LOTSE_DATABASE__URL", "sqlite:///two.db")
    assert "sqlite:///two.db" == read_settings().database.url


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("LOTSE_SERVER__PORT", "many", "server.port"),
        ("LOTSE_SERVER__PORT", "0", "server.port"),
        ("LOTSE_SERVER__PORT", "65536", "server.port"),
        ("LOTSE_SERVER__PORT", "", "server.port"),
        ("LOTSE_SERVER__PROT", "80", "server.prot"),
        ("LOTSE_SERVR__PORT", "80", "LOTSE_SERVR__PORT"),
        ("LOTSE_PROFIL", "demo", "LOTSE_PROFIL"),
        ("LOTSE_SERVER", "nonsense", "server"),
        ("LOTSE_DELIVERY__LEASE_SECONDS", "1", "delivery.lease_seconds"),
        ("LOTSE_DELIVERY__TICK_SECONDS", "nan", "delivery.tick_seconds"),
        ("LOTSE_WEB__TRUSTED_PROXIES", '["nowhere"]', "web.trusted_proxies"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str) -> None:
    """The message says which setting is wrong, a misspelt one too."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=named):
        read_settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("nonsense = 1\n", "nonsense"),
        ("[server]\nport = 99999\n", "server.port"),
        ("[server]\nprot = 1\n", "server.prot"),
        ('[telegram]\nmode = "webhook"\nstaff_token_file = "t"\n', "telegram: .*webhook_secret_file is missing"),
        ('[telegram]\nparticipants_token_file = "t"\nstaff_token_file = "t"\n', "two different bots"),
        ('[telegram]\napi_base = "http://api.example.org"\n', "telegram.api_base: .*https://"),
        ('[telegram]\napi_base = "telegram"\n', "telegram.api_base: .*must be an address"),
        ("profile = 3\n", "profile"),
        ("server = 1\n", "server"),
        ("x = [", "lotse.toml"),
        ("\xff", "lotse.toml"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, named: str) -> None:
    """The message says which key of lotse.toml is wrong, or that the file cannot be read."""
    (tmp_path / "lotse.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=named):
        read_settings()


def test_everything_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mistakes are told in one message."""
    monkeypatch.setenv("LOTSE_SERVER__PORT", "x")
    monkeypatch.setenv("LOTSE_DELIVERY__BATCH", "0")
    with pytest.raises(SettingsError, match=r"(?s)server\.port.*delivery\.batch"):
        read_settings()
