"""The walls between the layers: they stand, and each of them is shown to stand by pushing against it."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("bot", "handlers", "storage", "flows", "locales")
TOOLS = Path(sys.executable).parent

BREACHES = [
    ("layers", "handlers/breach.py", "import bot"),
    ("layers", "storage/breach.py", "import handlers"),
    ("layers", "storage/breach.py", "import bot.channels"),
    ("layers", "flows/breach.py", "import storage"),
    ("layers", "flows/dialogues/breach.py", "import locales"),
    ("layers", "locales/breach.py", "from flows.engine import breach"),
    ("flows-pure", "flows/breach.py", "import time"),
    ("flows-pure", "flows/rules/breach.py", "from time import monotonic"),
    ("flows-pure", "flows/rules/breach.py", "import random"),
    ("flows-pure", "flows/engine/breach.py", "import asyncio"),
    ("flows-pure", "flows/engine/breach.py", "import logging"),
    ("flows-pure", "flows/breach.py", "import sqlite3"),
    ("flows-pure", "flows/breach.py", "import threading"),
    ("flows-pure", "flows/breach.py", "import os"),
    ("flows-pure", "flows/rules/breach.py", "import holidays"),
    ("flows-pure", "flows/breach.py", "def late():\n    import pydantic"),
    ("sql", "handlers/breach.py", "import sqlalchemy"),
    ("sql", "handlers/breach.py", "from sqlalchemy import select"),
    ("sql", "bot/breach.py", "import sqlite3"),
    ("sql", "bot/breach.py", "import alembic"),
    ("sql", "locales/breach.py", "import psycopg"),
    ("asyncio", "handlers/breach.py", "import asyncio"),
    ("asyncio", "storage/breach.py", "from asyncio import Future"),
    ("web", "handlers/breach.py", "import httpx"),
    ("web", "storage/breach.py", "import socket"),
    ("aiogram", "bot/breach.py", "import aiogram"),
    ("aiogram", "bot/channels/telegram_staff.py", "import aiogram"),
    ("telegram", "bot/channels/telegram_participants.py", "import telegram"),
    ("aiosmtplib", "bot/phones.py", "import aiosmtplib"),
    ("channels", "bot/channels/breach.py", "import bot.channels.memory"),
]


def _contract_names() -> dict[str, str]:
    """Return each contract's name by its id, as pyproject.toml has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the tree in `folder` and return what it said, as one line of blanks and words."""
    ran = subprocess.run(
        [TOOLS / "lint-imports", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    ran.stdout = " ".join((ran.stdout + ran.stderr).split())
    return ran


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the five layers and the settings, to be spoilt."""
    for layer in LAYERS:
        shutil.copytree(ROOT / layer, tmp_path / layer, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_as_it_is_keeps_every_contract(tree: Path) -> None:
    """Nothing in the layers breaks a contract."""
    ran = _lint_imports(tree)
    assert ran.returncode == 0, ran.stdout
    for name in _contract_names().values():
        assert f"{name} KEPT" in ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "module", "line"), BREACHES)
def test_a_breach_breaks_its_contract(tree: Path, contract: str, module: str, line: str) -> None:
    """A forbidden import, put into an otherwise sound tree, breaks the contract that forbids it."""
    target = tree / module
    before = target.read_text("utf-8") if target.exists() else ""
    target.write_text(f"{before}\n{line}\n", "utf-8")
    (tree / "flows/engine/breach.py").touch()
    (tree / "bot/channels/memory.py").touch()
    ran = _lint_imports(tree)
    assert ran.returncode == 1, ran.stdout
    assert f"{_contract_names()[contract]} BROKEN" in ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "library"),
    [("telegram_participants", "aiogram"), ("telegram_staff", "telegram")],
)
def test_a_channel_library_is_welcome_in_its_own_channel(tree: Path, module: str, library: str) -> None:
    """The two Telegram libraries may be imported where they belong."""
    (tree / "bot/channels" / f"{module}.py").write_text(f"import {library}\n", "utf-8")
    ran = _lint_imports(tree)
    assert ran.returncode == 0, ran.stdout


def test_every_contract_is_tried() -> None:
    """No contract is without a breach that shows that it works."""
    assert set(_contract_names()) == {contract for contract, _, _ in BREACHES}


def test_flows_import_the_standard_library_and_themselves_only() -> None:
    """Whatever library is added later, flows do not use it."""
    strangers = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "flows").rglob("*.py")
        for name in _imported(path)
        if name != "flows" and name not in sys.stdlib_module_names
    }
    assert set() == strangers


def _imported(path: Path) -> set[str]:
    """Return the top-level names of all modules that the file at `path` imports, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0] if not node.level else "flows")
    return found


PLACE = re.compile(r"file:/|https?:|(?<!-no-emit)-(index-url|find-links|trusted-host)|(?<![\w.])/\w")
CLOCK = "import datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n"
UTCNOW = "import datetime\n\nNOW = datetime.datetime.utcnow()\n"
TODAY = "import datetime\n\nTODAY = datetime.date.today()\n"
STAMP = "import time\n\nSTAMP = time.time()\n"
TASK = "import asyncio\n\n\nasync def begin() -> None:\n    await asyncio.create_task(asyncio.sleep(1))\n"


@pytest.mark.parametrize(
    ("module", "source", "banned"),
    [
        *((f"{layer}/breach.py", source, True) for layer in LAYERS for source in (CLOCK, UTCNOW, TODAY, STAMP)),
        *((f"{layer}/breach.py", TASK, layer != "bot") for layer in LAYERS),
        ("bot/channels/breach.py", TASK, False),
        ("bot/channels/breach.py", CLOCK, True),
        ("tests/breach.py", CLOCK, True),
        ("tests/breach.py", TASK, True),
        ("bot/clock.py", CLOCK, False),
        ("bot/channels/clock.py", CLOCK, True),
    ],
)
def test_clocks_and_tasks_are_banned_where_they_do_not_belong(module: str, source: str, banned: bool) -> None:
    """The clock is read in bot/clock.py only, and tasks are started in bot/ only."""
    ran = subprocess.run(
        [TOOLS / "ruff", "check", "--no-cache", "--select", "TID251", "--stdin-filename", module, "-"],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert banned == bool(re.search(r"\bTID251\b", ran.stdout)), ran.stdout + ran.stderr


def test_the_two_lists_of_banned_calls_differ_in_create_task_only() -> None:
    """The list in bot/ruff.toml bans what pyproject.toml bans, but for starting a task."""
    everywhere = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]
    in_bot = tomllib.loads((ROOT / "bot/ruff.toml").read_text("utf-8"))
    banned = {*everywhere["lint"]["flake8-tidy-imports"]["banned-api"]}
    assert banned - {"asyncio.create_task"} == {*in_bot["lint"]["flake8-tidy-imports"]["banned-api"]}


def test_the_locked_requirements_name_no_place() -> None:
    """No requirements file holds an index address or a path of the machine that made it, and every pin has a hash."""
    for path in (ROOT / "requirements").iterdir():
        text = path.read_text("utf-8")
        assert not PLACE.search(text), path.name
    for name in ("main.txt", "dev.txt"):
        pins = re.findall(r"^[\w.\[\]-]+==\S+ (.*)$", (ROOT / "requirements" / name).read_text("utf-8"), re.MULTILINE)
        assert pins
        assert {"\\"} == set(pins)
