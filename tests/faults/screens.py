"""The platform's side: a server in another process than the program, which knows what people really see."""

import json
import socketserver
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on somebody's screen; `id` is the outbox row's, `buttons` are (handle, action)."""

    to: str
    id: int
    text: str
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Weather:
    """How the platform behaves: what it answers to the next messages, and how long it takes to do so."""

    answers: list[str] = field(default_factory=list)
    for_people: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    slow_for: frozenset[str] = frozenset()


class Screens:
    """Shows what arrives: `keyed` platforms show the same id once (web, Matrix), others know no key (Telegram).

    Answers are "ok", "later", "later 30" (seconds), "gone", "refused", "reset" (shown, but the connection breaks
    before the answer), "nonsense" (shown, and answered with what nobody can read).
    """

    def __init__(self, address: Path, *, keyed: bool) -> None:
        """Not listening yet."""
        self.address = address
        self.keyed = keyed
        self.weather = Weather()
        self._shown: list[Shown] = []
        self._known: set[int] = set()
        self._open = 0
        self._changed = threading.Condition()

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Everything that was ever shown, in order."""
        with self._changed:
            return tuple(self._shown)

    def to(self, who: str) -> list[str]:
        """The texts on somebody's screen."""
        return [each.text for each in self.shown if each.to == who]

    def newest_button(self, who: str, action: str) -> str | None:
        """The handle of the newest button with this action on somebody's screen."""
        found = [handle for each in self.shown if each.to == who for handle, does in each.buttons if does == action]
        return found[-1] if found else None

    @contextmanager
    def listening(self) -> Iterator["Screens"]:
        """Listen as long as the block runs."""
        screens = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                screens._serve(self)

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
            request_queue_size = 200

        with Server(str(self.address), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join(PATIENCE)

    def wait_until_quiet(self) -> None:
        """Wait until nobody is connected: what a killed program had still sent is on the screens then."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._open, PATIENCE)

    def wait_for(self, count: int) -> None:
        """Wait until at least so many messages are shown."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._shown) >= count, PATIENCE)

    def _serve(self, request: socketserver.StreamRequestHandler) -> None:
        with self._changed:
            self._open += 1
        try:
            for line in request.rfile:
                answer = self._answer(json.loads(line))
                if answer == "reset":
                    return
                request.wfile.write(f"{answer}\n".encode())
        except (BrokenPipeError, ConnectionResetError):
            return
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def _answer(self, asked: dict[str, object]) -> str:
        message = _read(asked)
        with self._changed:
            answer = self.weather.for_people.get(message.to) or (
                self.weather.answers.pop(0) if self.weather.answers else "ok"
            )
            seconds = self.weather.seconds if self.weather.slow_for in ({message.to}, frozenset()) else 0
        if not answer.startswith(("later", "gone", "refused")):
            self._show(message)
        time.sleep(seconds)
        return answer

    def _show(self, message: Shown) -> None:
        with self._changed:
            if not (self.keyed and message.id in self._known):
                self._known.add(message.id)
                self._shown.append(message)
            self._changed.notify_all()


def _read(asked: dict[str, object]) -> Shown:
    buttons = asked["buttons"]
    assert isinstance(buttons, Sequence)
    return Shown(
        str(asked["to"]), int(str(asked["id"])), str(asked["text"]), tuple((each[0], each[1]) for each in buttons)
    )
