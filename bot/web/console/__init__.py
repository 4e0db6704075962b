"""The console: what staff see and do in the browser, by the same handlers and the same table as in the chat (F84)."""
