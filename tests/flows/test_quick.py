"""Frozen dataclasses with a quicker `__init__` behave as before."""

import inspect
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any

import pytest

from flows.engine.messages import Outgoing, Text
from flows.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Mixed:
    """Every kind of field there is."""

    first: int
    second: str = "b"
    made: Mapping[str, int] = field(default_factory=dict)
    named: int = field(kw_only=True)
    named_too: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Slow:
    """The same without."""

    first: int
    second: str = "b"
    made: Mapping[str, int] = field(default_factory=dict)
    named: int = field(kw_only=True)
    named_too: bool = field(default=False, kw_only=True)


def test_arguments_and_defaults_are_those_of_the_dataclass() -> None:
    """Positions, names, defaults and the signature for who reads it are the same."""
    assert inspect.signature(Slow) == inspect.signature(Mixed)
    made = Mixed(1, named=4)
    assert (1, "b", {}, 4, False) == (made.first, made.second, made.made, made.named, made.named_too)
    assert Mixed(1, "x", {"y": 2}, named=5, named_too=True) == Mixed(
        first=1, second="x", made={"y": 2}, named=5, named_too=True
    )


def test_what_is_made_anew_is_made_for_each() -> None:
    """A default that is made by a factory is nobody else's."""
    assert Mixed(1, named=2).made is not Mixed(1, named=2).made


@pytest.mark.parametrize(
    ("positional", "named"),
    [((), {"named": 1}), ((1,), {}), ((1, "b", {}, 4), {}), ((1,), {"named": 1, "unknown": 1})],
)
def test_wrong_arguments_are_refused(positional: tuple[object, ...], named: dict[str, object]) -> None:
    """Too few, too many and unknown ones raise TypeError, as for any function."""
    kind: Any = Mixed
    with pytest.raises(TypeError):
        kind(*positional, **named)


def test_nothing_can_be_changed() -> None:
    """What is made stays as it is; `replace` makes another."""
    made = Mixed(1, named=4)
    with pytest.raises(FrozenInstanceError):
        made.first = 2  # type: ignore[misc]  # that is what is tried
    assert Mixed(2, named=4) == replace(made, first=2)
    assert 1 == made.first


def test_values_of_the_engine_can_still_be_keys() -> None:
    """Equal values have equal hashes."""
    assert hash(Text("x", (), "")) == hash(Text("x", (), ""))  # type: ignore[arg-type]  # a mapping has no hash
    assert inspect.signature(Outgoing).parameters["id"].kind is inspect.Parameter.KEYWORD_ONLY
