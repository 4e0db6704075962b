"""What can be measured of a running assistant: whether it can serve people, and figures without personal data."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from storage.errors import StorageError
from storage.pulse import Histogram

from bot.app import App
from bot.lines import Line

PREFIX: Final = "lotse"


class Watch:
    """Looks at the assistant from outside; both questions read the database and are for a thread of their own."""

    def __init__(self, app: App, lines: Sequence[Line] = (), refused: Callable[[], Mapping[str, int]] = dict) -> None:
        """Nothing is looked at yet; `lines` are the bots at work in this process, `refused` counts at its pages."""
        self._app, self._lines_at_work, self._refused = app, lines, refused

    @property
    def proxies(self) -> tuple[str, ...]:
        """Over which proxies a call may come."""
        return self._app.settings.web.trusted_proxies

    @property
    def readers(self) -> tuple[str, ...]:
        """From which networks besides this machine the figures may be read."""
        return self._app.settings.health.metrics_for

    def problems(self) -> list[str]:
        """Why it cannot do its part of the work now: nothing, if it can."""
        limits = self._app.settings.health
        try:
            overdue = self._overdue()
        except StorageError:
            return ["database: no answer"]
        found = []
        age = self._app.ticker.age
        if age is not None and age > limits.tick_seconds:
            found.append(f"ticker: the last tick was {age:.0f} seconds ago")
        if self._app.settings.role.sends and overdue > limits.outbox_seconds:
            found.append(f"outbox: the oldest message has been due for {overdue:.0f} seconds")
        return found

    def figures(self) -> str:
        """All figures in the Prometheus text form."""
        return "\n".join(self._lines()) + "\n"

    def _overdue(self) -> float:
        """For how many seconds the oldest waiting message has been due."""
        with self._app.store.read() as uow:
            oldest = uow.outbox.oldest_due()
        return max(0.0, (self._app.clock.now() - oldest).total_seconds()) if oldest else 0.0

    def _lines(self) -> Iterator[str]:
        pulse = self._app.store.pulse
        yield from _metric(
            "writer_queue_units", "gauge", "Units that wait for the writer", [("", self._app.store.waiting)]
        )
        yield from _metric("writer_failed_units_total", "counter", "Units that were not kept", [("", pulse.failed)])
        yield from _histogram("writer_group_units", "Units committed at once", pulse.sizes)
        yield from _histogram("writer_group_seconds", "Time from taking up a group to its commit", pulse.seconds)
        yield from self._of_bots()
        yield from self._of_pages()
        age = self._app.ticker.age
        if age is not None:
            yield from _metric("tick_age_seconds", "gauge", "Time since the last tick", [("", age)])
        try:
            yield from self._of_database()
        except StorageError:
            yield from _metric("database_up", "gauge", "Whether the database answers", [("", 0)])

    def _of_bots(self) -> Iterator[str]:
        """What each bot refused: forged calls, invented presses, codes beyond the limit, updates nobody understands."""
        intakes = [line.intake for line in self._lines_at_work]
        refused = [
            (f'{{channel="{intake.channel.name}",kind="{kind}"}}', count)
            for intake in intakes
            for kind, count in sorted(intake.counts.items())
        ]
        if refused:
            yield from _metric("refused_total", "counter", "Calls and updates that had no effect", refused)

    def _of_pages(self) -> Iterator[str]:
        """What the pages refused: wrong passwords and codes, old and forged cookies, forms that are not ours."""
        refused = [(f'{{kind="{kind}"}}', float(count)) for kind, count in self._refused().items()]
        if refused:
            yield from _metric("page_refused_total", "counter", "Logins, cookies and forms that were refused", refused)

    def _of_database(self) -> list[str]:
        with self._app.store.read() as uow:
            counts = uow.overview.counts()
            heads = [(chain, uow.audit.head(chain)) for chain in uow.audit.chains()]
        messages = [
            (f'{{class="{kind.value}",status="{status.value}"}}', count) for (kind, status), count in counts.items()
        ]
        groups = [(f'{{chain="{chain}"}}', head[0]) for chain, head in heads if head]
        return [
            *_metric("database_up", "gauge", "Whether the database answers", [("", 1)]),
            *_metric("outbox_messages", "gauge", "Messages that are not settled, or failed", messages),
            *_metric("outbox_overdue_seconds", "gauge", "How long the oldest has been due", [("", self._overdue())]),
            *_metric("audit_groups", "gauge", "Links of the audit chain", groups),
        ]


def _metric(name: str, kind: str, words: str, samples: Iterable[tuple[str, float]]) -> list[str]:
    """The lines of one figure; each sample is its labels and its value."""
    head = [f"# HELP {PREFIX}_{name} {words}", f"# TYPE {PREFIX}_{name} {kind}"]
    return head + [f"{PREFIX}_{name}{labels} {value:g}" for labels, value in samples]


def _histogram(name: str, words: str, histogram: Histogram) -> list[str]:
    samples, below = [], 0
    for bound, count in zip((*histogram.bounds, None), histogram.counts, strict=True):
        below += count
        samples.append((f'_bucket{{le="{"+Inf" if bound is None else f"{bound:g}"}"}}', float(below)))
    return _metric(name, "histogram", words, [*samples, ("_sum", histogram.sum), ("_count", float(below))])
