"""Every text that handlers and dialogues say can be said in every language, with every value it needs."""

import ast
import re
from pathlib import Path

import pytest

from flows.engine.messages import Text
from locales.catalog import LANGUAGES, render
from tests.handlers.world import World

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "handlers").glob("*.py"), *(ROOT / "flows").rglob("*.py")])
ALWAYS_KNOWN = {"name", "caseworker", "phone", "today"}
SLOT = re.compile(r"\{(\w+)(?::\w+)?\}")
HOME = {"de": "p1", "ar": "p2", "uk": "p3", "de-simple": "p4", "en": "p5"}


def _calls() -> list[tuple[str, ast.Call]]:
    """Every `Text(...)` and `counted(...)` with a sentence in it, and where it stands."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Text", "counted"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


CALLS = _calls()


def _constant(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _text(call: ast.Call) -> Text:
    """The text with a value for every placeholder."""
    key = _constant(call.args[0])
    plural = _constant(call.args[1]) if isinstance(call.func, ast.Name) and call.func.id == "counted" else ""
    values: dict[str, str | int] = dict.fromkeys(SLOT.findall(key + plural), "Wert")
    return Text(key, {**values, **({"n": 3} if plural else {})}, plural)


def test_there_is_something_to_say() -> None:
    """The search finds the texts it is meant for."""
    assert len(CALLS) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_said_in_every_language(language: str) -> None:
    """No text of handlers or dialogues lacks its words, formal or not, and no placeholder is left over."""
    wrong = []
    for place, call in CALLS:
        for formal in (False, True):
            said = render(_text(call), language, formal=formal)
            if not said.strip() or "{" in said or "}" in said:
                wrong.append(f"{place}: {said}")
    assert [] == wrong


def test_every_text_brings_the_values_it_needs() -> None:
    """A placeholder is one that every message knows, or its value is given beside the text."""
    wrong = []
    for place, call in CALLS:
        key = _constant(call.args[0])
        given = call.args[1] if len(call.args) > 1 else None
        if isinstance(given, ast.Dict):
            names = {_constant(one) for one in given.keys if one is not None}
            spread = any(one is None for one in given.keys)
            missing = set(SLOT.findall(key)) - names - ALWAYS_KNOWN
            wrong += [f"{place}: {missing}"] if missing and not spread else []
        elif given is None and set(SLOT.findall(key)) - ALWAYS_KNOWN:
            wrong.append(f"{place}: {key}")
    assert [] == wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_day_leaves_no_gap_in_any_message(world: World, language: str) -> None:
    """Report, end, taking back, help, languages, call, crisis and stop: no message has a gap or a placeholder in it."""
    who = HOME[language]
    world.press(who, "@help")
    world.tap(who, "cannot")
    world.tap(who, "ill")
    world.tap(who, "tomorrow")
    world.press(who, "@help")
    world.tap(who, "come")
    world.press(who, "@help")
    world.tap(who, "late")
    world.tap(who, "minutes", "15")
    for command in ("@language", "@call", "@ask", "@pause", "@resume", "@cancel", "@back", "@stop_all"):
        world.press(who, command)
    world.say(who, "Suicide" if language == "en" else "suicide")
    world.send_file(who, "x.pdf")
    world.to("2026-11-25 12:00")
    assert 12 < len(world.texts(who))
    assert [] == [one.text for one in world.arrived if re.search(r"[{}]|…|None", one.text)]
    labels = [button.label for one in world.arrived for button in one.buttons]
    assert [] == [label for label in labels if not label.strip() or re.search(r"[{}]|…|None", label)]
