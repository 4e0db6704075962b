"""Webhooks: updates are posted, in order within each chat, again and again until the bot takes them."""

import asyncio
import ipaddress
import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.channels.telegram_server.call import Call
from tests.channels.telegram_server.polling import WEBHOOK_SET, Polls
from tests.channels.telegram_server.queue import Update
from tests.channels.telegram_server.refusals import bad
from tests.channels.telegram_server.world import BotAccount, Json, World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0
PATIENCE = 10.0


@dataclass(slots=True, eq=False)
class Webhook:
    """Where the updates of a bot are posted. `posts` counts the attempts."""

    url: str
    secret: str
    connections: int
    error: str = ""
    error_at: datetime | None = None
    posts: int = 0
    busy: set[int] = field(default_factory=set)


class Webhooks:
    """The webhooks of all bots. Lives on the service's loop; `wake` is called from any thread."""

    def __init__(self, world: World, polls: Polls, tasks: asyncio.TaskGroup, client: ClientSession) -> None:
        """None is set."""
        self._world = world
        self._polls = polls
        self._tasks = tasks
        self._client = client
        self._loop = asyncio.get_running_loop()
        self._hooks: dict[int, Webhook] = {}
        self._running: set[asyncio.Task[None]] = set()

    def active(self, bot: int) -> bool:
        """Say whether this bot has a webhook."""
        return bot in self._hooks

    def wake(self, bot: BotAccount) -> None:
        """Look for something to post, from any thread."""
        self._loop.call_soon_threadsafe(self._begin, bot)

    def set(self, call: Call) -> bool:
        """Set, change or (without an address) delete the webhook."""
        url, secret = call.arguments.text("url"), call.arguments.text("secret_token")
        if not url:
            return self.delete(call)
        _check(url, secret)
        if "allowed_updates" in call.arguments.values:
            call.bot.queue.allowed = list(call.arguments.json("allowed_updates") or [])
        if call.arguments.flag("drop_pending_updates"):
            call.bot.queue.waiting.clear()
        self._polls.end(call.bot.id, WEBHOOK_SET)
        connections = min(max(call.arguments.number("max_connections", 40), 1), 100)
        self._hooks[call.bot.id] = Webhook(url, secret, connections)
        self._begin(call.bot)
        return True

    def delete(self, call: Call) -> bool:
        """Forget the webhook."""
        if call.arguments.flag("drop_pending_updates"):
            call.bot.queue.waiting.clear()
        self._hooks.pop(call.bot.id, None)
        return True

    def info(self, call: Call) -> Json:
        """Return what is set, and how it goes."""
        hook = self._hooks.get(call.bot.id)
        waiting = len(call.bot.queue.waiting)
        body: Json = {"url": hook.url if hook else "", "has_custom_certificate": False, "pending_update_count": waiting}
        if hook:
            body["max_connections"] = hook.connections
            body |= {"allowed_updates": call.bot.queue.allowed} if call.bot.queue.allowed else {}
        if hook and hook.error_at:
            body |= {"last_error_date": int(hook.error_at.timestamp()), "last_error_message": hook.error}
        return body

    def stop(self) -> None:
        """Post nothing more."""
        self._hooks.clear()
        for task in self._running:
            task.cancel()

    def _begin(self, bot: BotAccount) -> None:
        """Begin to post for every chat that has something waiting and is not being served."""
        hook = self._hooks.get(bot.id)
        if hook is None or bot.queue.held:
            return
        with self._world.lock:
            chats = dict.fromkeys(update.chat for update in bot.queue.waiting)
        for chat in chats:
            if chat not in hook.busy and len(hook.busy) < hook.connections:
                hook.busy.add(chat)
                task = self._tasks.create_task(self._serve(bot, hook, chat))
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def _serve(self, bot: BotAccount, hook: Webhook, chat: int) -> None:
        """Post what waits for one chat, the next only after the one before was taken."""
        pause = FIRST_PAUSE
        while self._hooks.get(bot.id) is hook and (update := self._next(bot, chat)):
            if await self._post(hook, update):
                pause = FIRST_PAUSE
                with self._world.lock:
                    bot.queue.drop(update)
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        hook.busy.discard(chat)
        self._begin(bot)

    def _next(self, bot: BotAccount, chat: int) -> Update | None:
        with self._world.lock:
            waiting = [] if bot.queue.held else bot.queue.waiting
            return next((update for update in waiting if update.chat == chat), None)

    async def _post(self, hook: Webhook, update: Update) -> bool:
        """Return whether the bot took the update."""
        hook.posts += 1
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            async with self._client.post(
                hook.url, json=update.json(), headers=headers, timeout=ClientTimeout(PATIENCE), allow_redirects=False
            ) as response:
                await response.read()
                error = f"{response.status} {response.reason}" if not response.ok or response.status >= 300 else ""
        except TimeoutError:
            error = "Read timeout expired"
        except ClientError as broken:
            error = f"Connection failed: {type(broken).__name__}"
        if error:
            hook.error, hook.error_at = _worded(error), self._world.clock.now()
        return not error


def _worded(error: str) -> str:
    return f"Wrong response from the webhook: {error}" if error[0].isdigit() else error


def _check(url: str, secret: str) -> None:
    """Refuse an address the service would not post to; on this machine itself plain HTTP is accepted."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise bad("invalid webhook URL specified")
    if parts.scheme != "https" and not _is_here(parts.hostname):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
