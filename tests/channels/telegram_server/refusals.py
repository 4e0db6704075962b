"""How the service says no: the code, the words, and what it adds."""

from typing import Any


class Refusal(Exception):
    """The service refuses a request; `parameters` is what a client should do about it."""

    def __init__(self, code: int, description: str, *, parameters: dict[str, Any] | None = None) -> None:
        """Keep the HTTP status, the whole description ("Bad Request: …") and the parameters."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


def bad(words: str) -> Refusal:
    """Return a 400; `words` follow "Bad Request: "."""
    return Refusal(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refusal:
    """Return a 403; `words` follow "Forbidden: "."""
    return Refusal(403, f"Forbidden: {words}")


def conflict(words: str) -> Refusal:
    """Return a 409; `words` follow "Conflict: "."""
    return Refusal(409, f"Conflict: {words}")


def too_many(seconds: int) -> Refusal:
    """Return a 429 that asks for a pause of `seconds`."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", parameters={"retry_after": seconds})


def migrated(chat: int) -> Refusal:
    """Return the 400 that names the supergroup a group has become."""
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, words, parameters={"migrate_to_chat_id": chat})
