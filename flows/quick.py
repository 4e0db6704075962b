"""Frozen dataclasses that are made quickly: those of which every message makes many."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")


def quick(kind: type[T]) -> type[T]:
    """Give a frozen dataclass with slots an `__init__` that fills each slot by its own setter.

    The one that `dataclass` writes asks `object.__setattr__` for each field, which takes two to three times as long.
    Everything else stays: what is made cannot be changed, and `replace` and `==` work. For dataclasses whose fields are
    all arguments.
    """
    each = fields(kind)  # type: ignore[arg-type]  # what is decorated is a dataclass
    known: dict[str, Any] = {"nothing": MISSING}
    for field in each:
        known[f"set_{field.name}"] = getattr(kind, field.name).__set__
        known[f"default_{field.name}"] = field.default
        known[f"make_{field.name}"] = field.default_factory
    body = "; ".join(f"set_{field.name}(self, {_value(field)})" for field in each)
    exec(f"def init(self, {', '.join(_arguments(each))}): {body}", known)  # nosec B102 - names of a class's own fields
    setattr(kind, "__init__", wraps(kind.__init__)(known["init"]))  # noqa: B010 - a type checker does not let it be assigned
    return kind


def _arguments(each: tuple[Field[Any], ...]) -> Iterator[str]:
    yield from (_argument(field) for field in each if not field.kw_only)
    if any(field.kw_only for field in each):
        yield "*"
        yield from (_argument(field) for field in each if field.kw_only)


def _argument(field: Field[Any]) -> str:
    if field.default_factory is not MISSING:
        return f"{field.name}=nothing"
    return field.name if field.default is MISSING else f"{field.name}=default_{field.name}"


def _value(field: Field[Any]) -> str:
    name = field.name
    return name if field.default_factory is MISSING else f"make_{name}() if {name} is nothing else {name}"
