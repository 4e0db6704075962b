"""A PostgreSQL database that several processes share."""

from collections.abc import Callable

from storage.driver import Driver
from storage.notices import Notices
from storage.postgres import PostgresDriver
from storage.postgres_seat import Seat
from storage.schema import check_server
from storage.settings import StoreSettings


class DatabaseServer:
    """A PostgreSQL database, shared with other processes."""

    shared = True

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._seat = Seat()
        check_server(settings.url, settings.time_outs)
        driver = PostgresDriver(settings.url, settings.time_outs, seat=self._seat)
        self._notices = Notices(settings.url, settings.time_outs)
        driver.on_change = self._notices.announce
        self.driver: Driver = driver

    def reader(self) -> PostgresDriver:
        """One more connection, to read."""
        return PostgresDriver(self._settings.url, self._settings.time_outs)

    def follow(self, move: Callable[[int], None]) -> None:
        """The number is leased: a lost connection may have cost it."""
        self._seat.follow(move)

    def on_notice(self, listener: Callable[[], None]) -> None:
        """Call `listener` when another process has written something, or may have."""
        self._notices.listen(listener)

    def close(self) -> None:
        """Hang up."""
        self._notices.close()
        self.driver.close()
