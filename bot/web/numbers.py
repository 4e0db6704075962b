"""Numbers as they come in addresses and forms: within what a database can hold, or not there."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

HIGHEST: Final = 2**63 - 1


def number_in(text: str) -> int | None:
    """The number; None for what is none of ours."""
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST))
    return int(text) if digits and int(text) <= HIGHEST else None


def number_of(request: Request, name: str = "number") -> int:
    """The number in the address; 404 for what cannot be one."""
    found = number_in(str(request.path_params[name]))
    if found is None:
        raise HTTPException(404)
    return found
